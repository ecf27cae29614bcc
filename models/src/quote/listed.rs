//! A price from the list price of the new car, for a model that was hardly trained on.
//!
//! The list price says what the car cost; the model says what cars of the make lose with age and kilometres, for it knows
//! the make or at least cars at large. The product is rough, and its range says so.

use chrono::Datelike as _;
use datasets::Listing;
use datasets::catalogue::Model;

use crate::valuation::{Ground, Interval, LEVELS, Valuation};
use crate::valuer::Valuer;

/// What sellers ask for a car of this year that was hardly driven, over its list price: 0.96 in the middle of 181 cars of 48
/// models, and 0.93 a year later.
const NEARLY_NEW: f64 = 0.98;

/// No car keeps less in its first year: sellers would rather keep it.
const LEAST_OF_A_NEW_CAR: f64 = 0.6;

/// Nothing that still drives keeps less.
const LEAST: f64 = 0.03;

/// Half the range, in log price, of a new car whose list price is one figure, and by how much it grows a year. Asking prices
/// of 49 models that were trained on lie within two thirds of it of their list prices: a model that was not is less sure.
const REACH: [f64; LEVELS.len()] = [0.09, 0.18, 0.25];
const REACH_A_YEAR: [f64; LEVELS.len()] = [0.015, 0.03, 0.035];

/// Values a car of `model` by its list price in đồng; none where the catalogue has none.
pub(super) fn valuation(valuer: &Valuer, car: &Listing, model: &Model) -> Option<Valuation> {
    let (low, high) = model.list_price_million_vnd?;
    let (year, day) = (car.year?, car.listed_on?);
    let any = Listing {
        model: None,
        trim: None,
        ..car.clone()
    };
    let new = Listing {
        year: Some(day.year().max(year)),
        mileage_km: Some(0.0),
        ..any.clone()
    };
    let kept = (valuer.price(&any) / valuer.price(&new)).clamp(LEAST, 1.0);
    let kept = if day.year() - year <= 1 {
        kept.max(LEAST_OF_A_NEW_CAR)
    } else {
        kept
    };
    let price = (low * high).sqrt() * 1e6 * NEARLY_NEW * kept;
    let age = f64::from((day.year() - year).max(0));
    // Which trim it is, nobody said.
    let trims = (high / low).ln() / 2.0;
    let intervals = std::array::from_fn(|at| {
        let reach = REACH[at] + REACH_A_YEAR[at] * age;
        let half = reach.hypot(trims * LEVELS[at]);
        Interval {
            level: LEVELS[at],
            low: price * (-half).exp(),
            high: price * half.exp(),
            measured_coverage: LEVELS[at],
            n: 0,
        }
    });
    Some(Valuation {
        price,
        intervals,
        ground: Ground::KnownMake,
    })
}

/// Estimates of a car of its first year over the list price that a reader would take for a mistake.
pub(super) fn is_far_from(price_vnd: f64, car: &Listing, model: &Model) -> bool {
    let is_new = car
        .listed_on
        .zip(car.year)
        .is_some_and(|(day, year)| day.year() - year <= 1);
    model.list_price_million_vnd.is_some_and(|(low, high)| {
        is_new && !(low * 1e6 * 0.5..=high * 1e6 * 1.1).contains(&price_vnd)
    })
}
