//! The checked figures of the cleaning rules, and which rules apply.

use serde::{Deserialize, Serialize};

use super::{
    limits::Limits,
    rules::{PRICE_OUTLIER, RULES},
};
use crate::{Error, Result};

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
