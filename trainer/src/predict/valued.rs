//! One car of the command line with its quote, and the JSON of it.

use models::quote::{Price, Quote};
use models::{Ground, Manifest};
use serde::Serialize;

/// A car and its quote.
#[derive(Debug)]
pub(super) struct Valued {
    /// Identity of a row of a file; empty where it has none.
    pub(super) id: String,
    pub(super) quote: Quote,
}

/// A quote as JSON; amounts are whole units of the currency. Warnings and reasons are those of `/predict`.
#[derive(Debug, Serialize)]
pub(super) struct Json<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    id: Option<&'a str>,
    make: Option<&'a str>,
    model: Option<&'a str>,
    trim: Option<&'a str>,
    year: Option<i32>,
    mileage_km: Option<f64>,
    source: &'a str,
    listed_on: Option<chrono::NaiveDate>,
    currency: &'static str,
    basis: &'static str,
    price: Option<i64>,
    intervals: Vec<JsonInterval>,
    ground: Option<Ground>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<JsonReason<'a>>,
    warnings: Vec<JsonWarning<'a>>,
    model_version: &'a str,
    model_family: &'static str,
}

#[derive(Debug, Serialize)]
struct JsonInterval {
    level: f64,
    low: i64,
    high: i64,
    measured_coverage: f64,
    n: u32,
}

#[derive(Debug, Serialize)]
struct JsonReason<'a> {
    code: &'static str,
    field: &'static str,
    value: &'a str,
    valid: &'a [String],
    did_you_mean: &'a [String],
}

#[derive(Debug, Serialize)]
struct JsonWarning<'a> {
    code: &'static str,
    field: &'static str,
    value: &'a str,
    did_you_mean: &'a [String],
    message: String,
}

impl Valued {
    pub(super) fn status(&self) -> &'static str {
        if self.quote.price.is_ok() {
            "valued"
        } else {
            "not_valued"
        }
    }

    /// Why there is no price, in one line.
    pub(super) fn reason(&self) -> Option<String> {
        let reasons = self.quote.price.as_ref().err()?;
        let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
        Some(reasons.join("; "))
    }

    pub(super) fn json<'a>(&'a self, manifest: &'a Manifest) -> Json<'a> {
        let car = &self.quote.car;
        let price = self.quote.price.as_ref().ok();
        Json {
            status: self.status(),
            reason: self.reason(),
            id: Some(self.id.as_str()).filter(|id| !id.is_empty()),
            make: car.make.as_deref(),
            model: car.model.as_deref(),
            trim: car.trim.as_deref(),
            year: car.year,
            mileage_km: car.mileage_km,
            source: &car.source,
            listed_on: car.listed_on,
            currency: manifest.currency.as_str(),
            basis: "asking_price",
            price: price.map(|price| price.amount),
            intervals: price.map(intervals).unwrap_or_default(),
            ground: price.map(|price| price.ground),
            reasons: reasons(&self.quote),
            warnings: warnings(&self.quote),
            model_version: &manifest.version,
            model_family: manifest.family.as_str(),
        }
    }
}

fn intervals(price: &Price) -> Vec<JsonInterval> {
    let intervals = price.ranges.iter().map(|range| JsonInterval {
        level: range.level,
        low: range.low,
        high: range.high,
        measured_coverage: range.measured_coverage,
        n: range.n,
    });
    intervals.collect()
}

fn reasons(quote: &Quote) -> Vec<JsonReason<'_>> {
    let reasons = quote.price.as_ref().err().into_iter().flatten();
    let reasons = reasons.map(|reason| JsonReason {
        code: reason.code.as_str(),
        field: reason.field.as_str(),
        value: &reason.value,
        valid: &reason.valid,
        did_you_mean: &reason.did_you_mean,
    });
    reasons.collect()
}

fn warnings(quote: &Quote) -> Vec<JsonWarning<'_>> {
    let warnings = quote.warnings.iter().map(|warning| JsonWarning {
        code: warning.code.as_str(),
        field: warning.field.as_str(),
        value: &warning.value,
        did_you_mean: &warning.did_you_mean,
        message: warning.to_string(),
    });
    warnings.collect()
}
