//! The figures that the cleaning rules compare with, and their own valid ranges.

use serde::{Deserialize, Serialize};

use super::{outliers::PRICE_OUTLIER, rules::RULES};
use crate::{Error, Result, listing::MODEL_YEARS, vocabulary::Currency};

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

/// Figures of the cleaning rules, as a TOML file may give them; [`Rules::new`] checks them.
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

/// Checked [`Limits`]: the only form that cleaning takes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(try_from = "Limits", into = "Limits")]
pub struct Rules {
    limits: Limits,
}

impl Rules {
    /// Checks the figures.
    ///
    /// # Errors
    /// [`Error::Value`] for a figure outside its valid range, an empty range, or a rule to skip that does not
    /// exist.
    pub fn new(limits: Limits) -> Result<Self> {
        let ranges = [
            ("price_vnd", limits.price_vnd),
            ("price_gbp", limits.price_gbp),
            ("engine_l", limits.engine_l),
        ];
        for (field, range) in ranges {
            if !(range.min > 0.0 && range.min < range.max && range.max.is_finite()) {
                return Err(invalid(
                    field,
                    format!("{}..{}", range.min, range.max),
                    "0 < min < max, finite",
                ));
            }
        }
        let numbers = [
            (
                "first_year",
                f64::from(limits.first_year),
                1900.0,
                2100.0,
                "1900..=2100",
            ),
            (
                "last_year_undated",
                f64::from(limits.last_year_undated),
                f64::from(limits.first_year),
                2100.0,
                "first_year..=2100",
            ),
            (
                "new_car_km",
                limits.new_car_km,
                0.0,
                10_000.0,
                "0..=10000 km",
            ),
            (
                "driven_from_age",
                f64::from(limits.driven_from_age),
                1.0,
                20.0,
                "1..=20 years",
            ),
            (
                "driven_min_km",
                limits.driven_min_km,
                0.0,
                10_000.0,
                "0..=10000 km",
            ),
            (
                "mileage_max_km",
                limits.mileage_max_km,
                100_000.0,
                10e6,
                "100000..=10000000 km",
            ),
            (
                "seats_max",
                f64::from(limits.seats_max),
                2.0,
                255.0,
                "2..=255",
            ),
            (
                "outlier_factor",
                limits.outlier_factor,
                1.5,
                100.0,
                "1.5..=100",
            ),
            ("outlier_z", limits.outlier_z, 2.0, 100.0, "2..=100"),
            (
                "outlier_min_group",
                limits.outlier_min_group as f64,
                3.0,
                1e6,
                "3..=1000000 rows",
            ),
        ];
        for (field, value, min, max, valid) in numbers {
            if !(min..=max).contains(&value) {
                return Err(invalid(field, value.to_string(), valid));
            }
        }
        let known =
            |name: &str| name == PRICE_OUTLIER || RULES.iter().any(|rule| rule.name == name);
        if let Some(name) = limits.skip.iter().find(|name| !known(name)) {
            let mut names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
            names.push(PRICE_OUTLIER);
            return Err(invalid("skip", name.clone(), &names.join(", ")));
        }
        Ok(Self { limits })
    }

    /// The checked figures.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether the rule of this name is applied.
    pub fn is_active(&self, rule: &str) -> bool {
        !self.limits.skip.iter().any(|skipped| skipped == rule)
    }
}

impl TryFrom<Limits> for Rules {
    type Error = Error;

    fn try_from(limits: Limits) -> Result<Self> {
        Self::new(limits)
    }
}

impl From<Rules> for Limits {
    fn from(rules: Rules) -> Self {
        rules.limits
    }
}

fn invalid(field: &str, value: String, valid: &str) -> Error {
    Error::Value {
        place: "cleaning rules".into(),
        field: field.into(),
        value,
        valid: valid.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_pass_their_own_check() {
        assert_eq!(
            Rules::new(Limits::default()).expect("defaults are valid"),
            Rules::default()
        );
    }

    #[test]
    fn figures_outside_their_range_are_named() {
        for (toml, field) in [
            ("outlier_factor = nan", "outlier_factor"),
            ("outlier_factor = 1.0", "outlier_factor"),
            ("first_year = 0", "first_year"),
            ("driven_from_age = 0", "driven_from_age"),
            ("price_vnd = { min = 5e9, max = 1e9 }", "price_vnd"),
            ("engine_l = { min = 0.6, max = inf }", "engine_l"),
            ("outlier_min_group = 2", "outlier_min_group"),
            ("skip = ['new_cars']", "skip"),
            ("outlier_facto = 4.0", "outlier_facto"),
        ] {
            let error = toml::from_str::<Rules>(toml).expect_err(toml).to_string();
            assert!(error.contains(field), "{toml}: {error}");
        }
    }

    #[test]
    fn a_file_names_only_what_it_changes() {
        let rules: Rules =
            toml::from_str("first_year = 2000\nskip = ['new_car']").expect("valid rules");
        assert_eq!(rules.limits().first_year, 2000);
        assert_eq!(rules.limits().seats_max, Limits::default().seats_max);
        assert!(!rules.is_active("new_car"));
        assert!(rules.is_active("price_missing"));
    }
}
