//! The reply of `/predict`: what a valuation says, in the units and words of the contract.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use models::quote::{self, Quote};
use serde::Serialize;
use utoipa::ToSchema;

use crate::model::ModelInfo;

/// Room for an ordinary reply, so that its text is not moved while it grows.
const REPLY_BYTES: usize = 1536;
/// Đồng in a million.
const MILLION: i64 = 1_000_000;

/// What is known about the price of the car.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PredictReply<'a> {
    /// Identity of this valuation.
    #[schema(example = "prd_019aa0c1d2e37f4ab5c6d7e8f9a0b1c2")]
    pub id: String,
    /// Whether there is a price.
    pub status: Status,
    /// Currency of every amount whose name ends in `_vnd`.
    #[schema(example = "VND")]
    pub currency: &'static str,
    /// What kind of price is meant: what sellers ask, not what buyers end up paying.
    #[schema(example = "asking_price")]
    pub basis: &'static str,
    /// The amounts, in a car that could be valued.
    #[serde(flatten)]
    pub price: Option<PriceBody>,
    /// Why there is no price, in a car that could not be valued.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub reasons: Vec<Reason>,
    /// What the caller should know about the values it sent.
    pub warnings: Vec<Warning>,
    /// The model that answered.
    #[schema(value_type = ModelInfo)]
    pub model: &'a ModelInfo,
}

/// Whether a car got a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It did.
    Valued,
    /// The model has no ground to value it; see `reasons`.
    NotValued,
}

/// Price and ranges of a car.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PriceBody {
    /// Estimated asking price in million VND.
    #[schema(example = 462)]
    pub price_estimate: i64,
    /// Lower end of the 80 % range in million VND.
    #[schema(example = 431)]
    pub price_min: i64,
    /// Upper end of the 80 % range in million VND.
    #[schema(example = 497)]
    pub price_max: i64,
    /// How narrow the 80 % range is, in Vietnamese: `Cao (>80%)` where its ends lie on average less than 20 %
    /// of the price away, `Trung bình (60-80%)` where less than 40 %, else `Thấp (<60%)`. Never `Cao (>80%)` beside the
    /// warnings `stale_data` and `from_list_price`.
    #[schema(example = "Cao (>80%)")]
    pub confidence_level: &'static str,
    /// Mean absolute error of the model on cars that it had not seen, in million VND.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 78.4)]
    pub mae_estimate: Option<f64>,
    /// Estimated asking price in VND, to the nearest million.
    #[schema(example = 462_000_000)]
    pub price_vnd: i64,
    /// Calibrated ranges, narrowest first.
    pub intervals: Vec<IntervalBody>,
}

/// A range that holds the asking price of so many cars out of a hundred.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct IntervalBody {
    /// The share that is aimed at.
    #[schema(example = 0.8)]
    pub level: f64,
    /// Lower end in VND, rounded down to a million.
    #[schema(example = 431_000_000)]
    pub low_vnd: i64,
    /// Upper end in VND, rounded up to a million.
    #[schema(example = 497_000_000)]
    pub high_vnd: i64,
    /// The share that was measured on held-out cars.
    #[schema(example = 0.803)]
    pub measured_coverage: f64,
    /// Number of those cars.
    #[schema(example = 4120)]
    pub n: u32,
}

/// A value that was taken, but not as it was meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Warning {
    /// Of names: `unknown_model`, `unknown_version`, `version_of_another_model`, `unknown_place`, `unknown_source`,
    /// `not_understood`. Of values: `not_offered`, `year_not_sold`, `year_ahead`, `mileage_doubtful`. Of the price:
    /// `from_list_price`, `far_from_list_price`, `stale_data`.
    #[schema(example = "unknown_model")]
    pub code: &'static str,
    /// Field of the request.
    #[schema(example = "model")]
    pub field: &'static str,
    /// Its value.
    #[schema(example = "Vioss")]
    pub value: String,
    /// Values that it may have been meant to be, likeliest first; of `not_offered` and `year_not_sold`, what was offered.
    #[schema(example = json!(["Vios"]))]
    pub did_you_mean: Vec<String>,
    /// The same for people, in English.
    #[schema(example = "model `Vioss` is not known; did you mean Vios?")]
    pub message: String,
}

/// Why a car could not be valued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reason {
    /// `unknown_make`: nobody knows the make; `no_ground`: the model has seen no car of it;
    /// `mileage_out_of_range`: no car has driven so far.
    #[schema(example = "unknown_make")]
    pub code: &'static str,
    /// Field of the request.
    #[schema(example = "brand")]
    pub field: &'static str,
    /// Its value.
    #[schema(example = "Toyotaa")]
    pub value: String,
    /// What would be valid: names, or a range; empty where no other value of this field would help.
    #[schema(example = json!(["Toyota"]))]
    pub valid: Vec<String>,
    /// The valid values that it may have been meant to be, likeliest first.
    #[schema(example = json!(["Toyota"]))]
    pub did_you_mean: Vec<String>,
}

impl<'a> PredictReply<'a> {
    /// What `model`, whose mean absolute error is `mae_vnd`, said of a car.
    pub fn of(quote: Quote, mae_vnd: Option<f64>, model: &'a ModelInfo) -> Self {
        let is_rough = quote.is_rough();
        let (status, price, reasons) = match quote.price {
            Ok(price) => {
                let price = PriceBody::of(&price, is_rough, mae_vnd);
                (Status::Valued, Some(price), Vec::new())
            }
            Err(reasons) => (Status::NotValued, None, reasons),
        };
        Self {
            id: id(),
            status,
            currency: "VND",
            basis: "asking_price",
            price,
            reasons: reasons.into_iter().map(Reason::from).collect(),
            warnings: quote.warnings.into_iter().map(Warning::from).collect(),
            model,
        }
    }
}

impl IntoResponse for PredictReply<'_> {
    fn into_response(self) -> Response {
        let mut body = Vec::with_capacity(REPLY_BYTES);
        // Strings and numbers into memory: that cannot fail.
        if serde_json::to_writer(&mut body, &self).is_err() {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
        let json = HeaderValue::from_static("application/json");
        ([(header::CONTENT_TYPE, json)], body).into_response()
    }
}

impl From<quote::Warning> for Warning {
    fn from(warning: quote::Warning) -> Self {
        Self {
            message: warning.to_string(),
            code: warning.code.as_str(),
            field: warning.field.as_str(),
            value: warning.value,
            did_you_mean: warning.did_you_mean,
        }
    }
}

impl From<quote::Reason> for Reason {
    fn from(reason: quote::Reason) -> Self {
        Self {
            code: reason.code.as_str(),
            field: reason.field.as_str(),
            value: reason.value,
            valid: reason.valid,
            did_you_mean: reason.did_you_mean,
        }
    }
}

/// A fresh identity of a valuation, in ascending order of time.
fn id() -> String {
    let mut digits = uuid::Uuid::encode_buffer();
    let digits = uuid::Uuid::now_v7().simple().encode_lower(&mut digits);
    ["prd_", digits].concat()
}

impl PriceBody {
    /// The amounts of `price`, which is in VND.
    fn of(price: &quote::Price, is_rough: bool, mae_vnd: Option<f64>) -> Self {
        let usual = price.usual_range();
        Self {
            price_estimate: price.amount / MILLION,
            price_min: usual.low / MILLION,
            price_max: usual.high / MILLION,
            confidence_level: confidence(price.relative_width, is_rough),
            mae_estimate: mae_vnd.map(in_millions),
            price_vnd: price.amount,
            intervals: price.ranges.iter().map(IntervalBody::from).collect(),
        }
    }
}

impl From<&quote::Range> for IntervalBody {
    fn from(range: &quote::Range) -> Self {
        Self {
            level: range.level,
            low_vnd: range.low,
            high_vnd: range.high,
            measured_coverage: range.measured_coverage,
            n: range.n,
        }
    }
}

/// An amount in VND as million VND with one decimal.
pub fn in_millions(vnd: f64) -> f64 {
    (vnd / MILLION as f64 * 10.0).round() / 10.0
}

/// The bands that [`PriceBody::confidence_level`] documents: 100 % less half the width of the 80 % range.
fn confidence(relative_width: f64, is_rough: bool) -> &'static str {
    let share = 1.0 - relative_width / 2.0;
    if share > 0.8 && !is_rough {
        "Cao (>80%)"
    } else if share >= 0.6 {
        "Trung bình (60-80%)"
    } else {
        "Thấp (<60%)"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use datasets::{Catalogue, Listing};
    use models::{Ground, LEVELS};

    use crate::model::manifest;

    /// A car of 462 million.
    fn price(relative_width: f64) -> quote::Price {
        let ends = [(446, 479), (430, 495), (413, 511)];
        quote::Price {
            amount: 462_000_000,
            ranges: std::array::from_fn(|place| quote::Range {
                level: LEVELS[place],
                low: ends[place].0 * 1_000_000,
                high: ends[place].1 * 1_000_000,
                measured_coverage: LEVELS[place] + 0.003,
                n: 4120,
            }),
            ground: Ground::KnownModel,
            relative_width,
        }
    }

    fn quote(price: Result<quote::Price, Vec<quote::Reason>>) -> Quote {
        Quote {
            car: Listing::default(),
            price,
            warnings: Vec::new(),
        }
    }

    #[test]
    fn million_fields_and_vnd_fields_are_the_same_amounts() {
        let body = PriceBody::of(&price(0.14), false, Some(78_449_999.0));
        assert_eq!((body.price_estimate, body.price_vnd), (462, 462_000_000));
        assert_eq!((body.price_min, body.price_max), (430, 495));
        assert_eq!(body.mae_estimate, Some(78.4));
        let levels: Vec<_> = body.intervals.iter().map(|range| range.level).collect();
        assert_eq!(levels, LEVELS);
        assert_eq!(body.intervals[1].low_vnd, 430_000_000);
        assert_eq!(body.intervals[1].high_vnd, 495_000_000);
    }

    #[test]
    fn confidence_depends_on_the_car() {
        for (relative_width, want) in [
            (0.14, "Cao (>80%)"),
            (0.38, "Cao (>80%)"),
            (0.42, "Trung bình (60-80%)"),
            (0.78, "Trung bình (60-80%)"),
            (0.82, "Thấp (<60%)"),
            (6.0, "Thấp (<60%)"),
        ] {
            let body = PriceBody::of(&price(relative_width), false, None);
            assert_eq!(body.confidence_level, want, "{relative_width}");
            let rough = PriceBody::of(&price(relative_width), true, None);
            assert_ne!(rough.confidence_level, "Cao (>80%)", "{relative_width}");
        }
    }

    #[test]
    fn a_car_without_ground_has_no_amount_at_all() {
        let model = ModelInfo::of(&manifest());
        let reason = quote::unknown_make("Toyotaa", Catalogue::embedded());
        let reply = PredictReply::of(quote(Err(vec![reason])), None, &model);
        let reply = serde_json::to_value(reply).expect("serialises");
        assert_eq!(reply["status"], "not_valued");
        assert_eq!(reply["reasons"][0]["code"], "unknown_make");
        assert_eq!(reply["reasons"][0]["field"], "brand");
        assert_eq!(reply["reasons"][0]["did_you_mean"][0], "Toyota");
        for field in ["price_estimate", "price_min", "price_vnd", "intervals"] {
            assert!(reply.get(field).is_none(), "{field}");
        }
    }

    #[test]
    fn amounts_stand_beside_the_other_fields() {
        let model = ModelInfo::of(&manifest());
        let reply = PredictReply {
            id: "prd_x".to_owned(),
            ..PredictReply::of(quote(Ok(price(0.14))), Some(78e6), &model)
        };
        insta::assert_json_snapshot!(reply);
    }

    #[test]
    fn ids_ascend_and_never_repeat() {
        let ids: Vec<_> = (0..1000).map(|_| id()).collect();
        assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
        assert_eq!(ids[0].len(), 36);
    }
}
