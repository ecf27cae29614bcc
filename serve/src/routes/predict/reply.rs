//! The reply of `/predict`: what a valuation says, in the units and words of the contract.

use models::{Ground, Interval, Valuation};
use serde::Serialize;
use utoipa::ToSchema;

use crate::model::ModelInfo;

/// Đồng in a million.
const MILLION: f64 = 1e6;
/// Level of the range in `price_min` and `price_max`.
const BAND: f64 = 0.8;

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
    /// of the price away, `Trung bình (60-80%)` where less than 40 %, else `Thấp (<60%)`.
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
    /// `unknown_model`, `unknown_source` or `year_ahead`.
    #[schema(example = "unknown_model")]
    pub code: &'static str,
    /// Field of the request.
    #[schema(example = "model")]
    pub field: &'static str,
    /// Its value.
    #[schema(example = "Vioss")]
    pub value: String,
    /// Values that it may have been meant to be, likeliest first.
    #[schema(example = json!(["Vios"]))]
    pub did_you_mean: Vec<String>,
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
    /// A car with a price.
    pub fn valued(price: PriceBody, warnings: Vec<Warning>, model: &'a ModelInfo) -> Self {
        Self {
            id: id(),
            status: Status::Valued,
            currency: "VND",
            basis: "asking_price",
            price: Some(price),
            reasons: Vec::new(),
            warnings,
            model,
        }
    }

    /// A car without one.
    pub fn not_valued(reasons: Vec<Reason>, warnings: Vec<Warning>, model: &'a ModelInfo) -> Self {
        Self {
            id: id(),
            status: Status::NotValued,
            currency: "VND",
            basis: "asking_price",
            price: None,
            reasons,
            warnings,
            model,
        }
    }
}

/// A fresh identity of a valuation, in ascending order of time.
fn id() -> String {
    format!("prd_{}", uuid::Uuid::now_v7().simple())
}

impl PriceBody {
    /// The amounts of `valuation`, which are in VND; none where it has no ground.
    pub fn of(valuation: &Valuation, mae_vnd: Option<f64>) -> Option<Self> {
        if valuation.ground == Ground::Unknown {
            return None;
        }
        let band = band(valuation);
        let price = (valuation.price / MILLION).round() as i64;
        Some(Self {
            price_estimate: price,
            price_min: floor_million(band.low),
            price_max: ceil_million(band.high),
            confidence_level: confidence(relative_width(valuation)),
            mae_estimate: mae_vnd.map(in_millions),
            price_vnd: price * MILLION as i64,
            intervals: valuation
                .intervals
                .iter()
                .map(|interval| IntervalBody {
                    level: interval.level,
                    low_vnd: floor_million(interval.low) * MILLION as i64,
                    high_vnd: ceil_million(interval.high) * MILLION as i64,
                    measured_coverage: interval.measured_coverage,
                    n: interval.n,
                })
                .collect(),
        })
    }
}

/// Width of the 80 % range over the price.
pub fn relative_width(valuation: &Valuation) -> f64 {
    let band = band(valuation);
    (band.high - band.low) / valuation.price
}

/// An amount in VND as million VND with one decimal.
pub fn in_millions(vnd: f64) -> f64 {
    (vnd / MILLION * 10.0).round() / 10.0
}

/// The interval at the level of `price_min` and `price_max`.
fn band(valuation: &Valuation) -> &Interval {
    valuation
        .intervals
        .iter()
        .find(|interval| (interval.level - BAND).abs() < 1e-9)
        .expect("`LEVELS` holds 0.8")
}

/// Ranges are rounded outward, so that rounding never costs coverage.
fn floor_million(vnd: f64) -> i64 {
    (vnd / MILLION).floor().max(0.0) as i64
}

fn ceil_million(vnd: f64) -> i64 {
    (vnd / MILLION).ceil() as i64
}

/// The bands that [`PriceBody::confidence_level`] documents: 100 % less half the width of the 80 % range.
fn confidence(relative_width: f64) -> &'static str {
    let share = 1.0 - relative_width / 2.0;
    if share > 0.8 {
        "Cao (>80%)"
    } else if share >= 0.6 {
        "Trung bình (60-80%)"
    } else {
        "Thấp (<60%)"
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use models::LEVELS;

    use crate::model::manifest;

    /// A car of 462.4 million whose ranges reach 0.5, 1 and 1.5 times `half` of it to both sides.
    pub(crate) fn valuation(half: f64, ground: Ground) -> Valuation {
        let price = 462_400_000.0;
        let mut reach = 0.0;
        let intervals = LEVELS.map(|level| {
            reach += 0.5;
            Interval {
                level,
                low: price * (1.0 - half * reach),
                high: price * (1.0 + half * reach),
                measured_coverage: level + 0.003,
                n: 4120,
            }
        });
        Valuation {
            price,
            intervals,
            ground,
        }
    }

    #[test]
    fn amounts_are_whole_millions_and_ranges_round_outward() {
        let body = PriceBody::of(&valuation(0.07, Ground::KnownModel), Some(78_449_999.0))
            .expect("a price");
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
        for (half, want) in [
            (0.07, "Cao (>80%)"),
            (0.19, "Cao (>80%)"),
            (0.21, "Trung bình (60-80%)"),
            (0.39, "Trung bình (60-80%)"),
            (0.41, "Thấp (<60%)"),
            (3.0, "Thấp (<60%)"),
        ] {
            let body = PriceBody::of(&valuation(half, Ground::KnownMake), None).expect("a price");
            assert_eq!(body.confidence_level, want, "{half}");
            assert!(body.price_min >= 0, "{half}");
        }
    }

    #[test]
    fn a_car_without_ground_has_no_amount_at_all() {
        assert_eq!(PriceBody::of(&valuation(0.1, Ground::Unknown), None), None);
        let model = ModelInfo::of(&manifest());
        let reason = Reason {
            code: "unknown_make",
            field: "brand",
            value: "Toyotaa".to_owned(),
            valid: vec!["Toyota".to_owned()],
            did_you_mean: vec!["Toyota".to_owned()],
        };
        let reply = PredictReply::not_valued(vec![reason], Vec::new(), &model);
        let reply = serde_json::to_value(reply).expect("serialises");
        assert_eq!(reply["status"], "not_valued");
        for field in ["price_estimate", "price_min", "price_vnd", "intervals"] {
            assert!(reply.get(field).is_none(), "{field}");
        }
    }

    #[test]
    fn amounts_stand_beside_the_other_fields() {
        let model = ModelInfo::of(&manifest());
        let price = PriceBody::of(&valuation(0.07, Ground::KnownModel), Some(78e6));
        let reply = PredictReply {
            id: "prd_x".to_owned(),
            ..PredictReply::valued(price.expect("a price"), Vec::new(), &model)
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
