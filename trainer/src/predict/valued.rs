//! One car with what the model says of it, and what is to be said about that.

use std::fmt;

use datasets::{Catalogue, Listing};
use models::{Ground, Manifest, Valuation, Valuer};
use serde::Serialize;

use super::YEARS;

/// A car and its value.
#[derive(Debug)]
pub(super) struct Valued {
    pub(super) listing: Listing,
    /// None where the model has no ground to value the car.
    pub(super) valuation: Option<Valuation>,
    /// Why there is no valuation.
    pub(super) reason: Option<String>,
    pub(super) warnings: Vec<Warning>,
}

/// What makes a valuation less certain than it looks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Warning {
    pub(super) code: &'static str,
    pub(super) field: &'static str,
    pub(super) value: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) did_you_mean: Vec<String>,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{} `{value}` is not known", self.field)?,
            None => write!(f, "{} is not given", self.field)?,
        }
        if !self.did_you_mean.is_empty() {
            write!(f, "; did you mean {}?", self.did_you_mean.join(", "))?;
        }
        Ok(())
    }
}

/// What JSON says of a valued car; amounts are whole units of the currency.
#[derive(Debug, Serialize)]
pub(super) struct Json<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
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
    price: Option<f64>,
    intervals: Vec<JsonInterval>,
    ground: Option<Ground>,
    warnings: &'a [Warning],
    model_version: &'a str,
    model_family: &'static str,
}

#[derive(Debug, Serialize)]
struct JsonInterval {
    level: f64,
    low: f64,
    high: f64,
    measured_coverage: f64,
    n: u32,
}

impl Valued {
    /// Values a car whose make and model were looked up.
    pub(super) fn of(mut listing: Listing, valuer: &Valuer) -> Self {
        listing.title = listing.title.take().or_else(|| title(&listing));
        let mut valued = Self {
            warnings: warnings(&listing, Catalogue::embedded()),
            listing,
            valuation: None,
            reason: None,
        };
        valued.reason = missing(&valued.listing);
        if valued.reason.is_none() {
            let valuation = valuer.value(&valued.listing);
            if valuation.ground == Ground::Unknown {
                let make = valued.listing.make.as_deref().unwrap_or_default();
                valued.reason = Some(format!("no listing of make `{make}` was trained on"));
            } else {
                valued.valuation = Some(valuation);
            }
        }
        valued
    }

    pub(super) fn status(&self) -> &'static str {
        if self.valuation.is_some() {
            "valued"
        } else {
            "not_valued"
        }
    }

    pub(super) fn json<'a>(&'a self, manifest: &'a Manifest) -> Json<'a> {
        let listing = &self.listing;
        let intervals = self.valuation.iter().flat_map(|v| &v.intervals);
        Json {
            status: self.status(),
            reason: self.reason.as_deref(),
            id: Some(listing.id.as_str()).filter(|id| !id.is_empty()),
            make: listing.make.as_deref(),
            model: listing.model.as_deref(),
            trim: listing.trim.as_deref(),
            year: listing.year,
            mileage_km: listing.mileage_km,
            source: &listing.source,
            listed_on: listing.listed_on,
            currency: manifest.currency.as_str(),
            basis: "asking_price",
            price: self.valuation.as_ref().map(|v| v.price.round()),
            intervals: intervals
                .map(|interval| JsonInterval {
                    level: interval.level,
                    low: interval.low.round(),
                    high: interval.high.round(),
                    measured_coverage: interval.measured_coverage,
                    n: interval.n,
                })
                .collect(),
            ground: self.valuation.as_ref().map(|v| v.ground),
            warnings: &self.warnings,
            model_version: &manifest.version,
            model_family: manifest.family.as_str(),
        }
    }
}

/// What a site would print beside the make, as the service has it too: models were trained on listings that have a title.
fn title(listing: &Listing) -> Option<String> {
    let words = [
        listing.model.as_deref()?,
        listing.trim.as_deref().unwrap_or_default(),
    ];
    Some(words.join(" ").trim().to_owned())
}

/// Why a car cannot be valued whatever the model; none where it can.
fn missing(listing: &Listing) -> Option<String> {
    if listing.make.is_none() {
        return Some("make is not given".into());
    }
    match listing.year {
        None => Some("year is not given".into()),
        Some(year) if !YEARS.contains(&year) => Some(format!(
            "year is {year}; valid: {}..={}",
            YEARS.start(),
            YEARS.end()
        )),
        Some(_) => None,
    }
}

fn warnings(listing: &Listing, catalogue: &Catalogue) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |code, field, value: Option<&str>, did_you_mean: Vec<&str>| {
        warnings.push(Warning {
            code,
            field,
            value: value.map(str::to_owned),
            did_you_mean: did_you_mean.into_iter().map(str::to_owned).collect(),
        });
    };
    if let Some(make) = listing.make.as_deref() {
        match listing.model.as_deref() {
            _ if catalogue.make(make).is_none() => {
                let near = catalogue.suggest_make(make);
                warn("unknown_make", "make", Some(make), near);
            }
            None => warn("model_missing", "model", None, Vec::new()),
            Some(model) if catalogue.model(make, model).is_none() => {
                let near = catalogue.suggest_model(make, model);
                warn("unknown_model", "model", Some(model), near);
            }
            Some(_) => {}
        }
    }
    if listing.mileage_km.is_none() {
        warn("mileage_missing", "mileage_km", None, Vec::new());
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn car(make: &str, model: &str) -> Listing {
        Listing {
            make: Some(make.into()),
            model: Some(model.into()),
            year: Some(2019),
            mileage_km: Some(45_000.0),
            ..Listing::default()
        }
    }

    #[test]
    fn unknown_names_are_answered_with_near_ones() {
        let warn = |car: &Listing| {
            let warnings = warnings(car, Catalogue::embedded());
            warnings.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(warn(&car("Toyota", "Vios")), [""; 0]);
        let model = warn(&car("Toyota", "Viozz"));
        assert_eq!(model, ["model `Viozz` is not known; did you mean Vios?"]);
        let make = warn(&car("Toyoxta", "Vios"));
        assert_eq!(make.len(), 1);
        assert!(make[0].contains("did you mean Toyota?"), "{}", make[0]);
        let bare = Listing {
            mileage_km: None,
            model: None,
            ..car("Kia", "")
        };
        let bare = warn(&bare);
        assert_eq!(bare, ["model is not given", "mileage_km is not given"]);
    }

    #[test]
    fn cars_without_make_or_year_are_not_valued() {
        let year = |year| {
            missing(&Listing {
                year,
                ..car("Kia", "Morning")
            })
        };
        assert_eq!(year(Some(2019)), None);
        assert_eq!(year(None).as_deref(), Some("year is not given"));
        let old = year(Some(1899)).expect("too old");
        assert!(old.contains("1899") && old.contains("1990..=2030"), "{old}");
        assert!(missing(&Listing::default()).is_some());
    }
}
