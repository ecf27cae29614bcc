//! The figures that the cleaning rules compare with.

use serde::{Deserialize, Serialize};

use crate::{listing::MODEL_YEARS, vocabulary::Currency};

/// A closed range.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// Smallest value that passes.
    pub min: f64,
    /// Largest value that passes.
    pub max: f64,
}

impl Range {
    /// Whether `value` lies inside; NaN never does.
    pub fn contains(&self, value: f64) -> bool {
        value >= self.min && value <= self.max
    }
}

/// Figures of the cleaning rules, as a TOML file may give them; [`super::Rules::new`] checks them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Believable asking prices in đồng; below it are deposits, monthly rates and rents.
    pub price_vnd: Range,
    /// Believable asking prices in pounds.
    pub price_gbp: Range,
    /// First model year that is kept.
    pub first_year: i32,
    /// Last model year that is kept for a row without a date; with one it is the year after the listing's.
    pub last_year_undated: i32,
    /// A car of the listing's own year with less than this many kilometres is a new one.
    pub new_car_km: f64,
    /// Model years after which a car is taken to have been driven.
    pub driven_from_age: i32,
    /// A driven car with fewer kilometres has none that can be believed: sellers type thousands (`45`) or `1`.
    pub driven_min_km: f64,
    /// Largest odometer reading that can be believed.
    pub mileage_max_km: f64,
    /// Believable displacements in litres.
    pub engine_l: Range,
    /// Largest number of seats that can be believed.
    pub seats_max: u8,
    /// A price is outrageous when it is this many times above or below the median of its make, model and year …
    pub outlier_factor: f64,
    /// … and this many robust standard deviations of the group's log prices away from it.
    pub outlier_z: f64,
    /// Groups with fewer priced rows judge nobody.
    pub outlier_min_group: usize,
    /// Names of rules that are not applied.
    pub skip: Vec<String>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            price_vnd: Range {
                min: 15e6,
                max: 100e9,
            },
            price_gbp: Range {
                min: 100.0,
                max: 2e6,
            },
            first_year: *MODEL_YEARS.start(),
            last_year_undated: *MODEL_YEARS.end(),
            new_car_km: 100.0,
            driven_from_age: 2,
            driven_min_km: 1_000.0,
            mileage_max_km: 1e6,
            engine_l: Range { min: 0.6, max: 8.5 },
            seats_max: 60,
            outlier_factor: 4.0,
            outlier_z: 6.0,
            outlier_min_group: 8,
            skip: Vec::new(),
        }
    }
}

impl Limits {
    /// The price range of a currency.
    pub fn price_range(&self, currency: Currency) -> Range {
        match currency {
            Currency::Vnd => self.price_vnd,
            Currency::Gbp => self.price_gbp,
        }
    }
}
