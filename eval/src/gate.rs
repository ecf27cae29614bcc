//! Whether a model may ship: bounds on its scores, alone and beside a champion's, over all rows and by segment.

mod judge;

use serde::Deserialize;

pub use judge::{Outcome, judge};

use crate::scores::Definition;

/// The gates that a model has to pass.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The gates.
    #[serde(default, rename = "gate")]
    pub gates: Vec<Gate>,
}

/// A bound, or several, on one score.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// What it is called when it fails; the metric where absent.
    #[serde(default)]
    pub name: Option<String>,
    /// Name of a score; `coverage` stands for the coverage of every level.
    pub metric: String,
    /// Segments that it holds for, by what tells them apart (`make`, `source`, …), so that the worst one decides; all
    /// rows together where absent.
    #[serde(default)]
    pub by: Vec<String>,
    /// The one segment of `by` that it holds for; every one where absent.
    #[serde(default)]
    pub segment: Option<String>,
    /// Segments of fewer rows are not judged.
    #[serde(default = "default_min_n")]
    pub min_n: usize,
    /// Most that the score may be.
    #[serde(default)]
    pub max: Option<f64>,
    /// Least that the score may be.
    #[serde(default)]
    pub min: Option<f64>,
    /// Most that the score may lie off its target: for coverage its level, for `prd` and `median_ratio` 1, for `prb` 0.
    #[serde(default)]
    pub max_off: Option<f64>,
    /// Added to the room that `max`, `min` and `max_off` leave.
    #[serde(default)]
    pub tolerance: f64,
    /// Whether `max`, `min` and `max_off` only fail a score whose whole interval lies beyond them. Segments of some dozen
    /// rows stray by chance.
    #[serde(default)]
    pub beyond_chance: bool,
    /// Most that the score may be worse than the champion's, as a fraction of it (for a score with a target: as growth
    /// of its distance from it). What is worse by more fails when it is worse with `probability`.
    #[serde(default)]
    pub max_worse: Option<f64>,
    /// Whether the score must be better than the champion's, with `probability`.
    #[serde(default)]
    pub better: bool,
    /// How sure a comparison must be. Over many segments one or other would look worse by chance: there the doubt that
    /// this leaves is divided by their number (Bonferroni).
    #[serde(default = "default_probability")]
    pub probability: f64,
}

fn default_min_n() -> usize {
    30
}

fn default_probability() -> f64 {
    0.95
}

/// Why gates could not be judged.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The policy does not say what can be followed.
    #[error("gate `{gate}`: {reason}")]
    Policy {
        /// Name of the gate.
        gate: String,
        /// What is wrong, with what is valid.
        reason: String,
    },
    /// A policy without a gate would pass everything.
    #[error("the policy holds no gate; at least one `[[gate]]` is needed")]
    NoGates,
    /// The scores have nothing that a gate could be judged by.
    #[error("gate `{gate}`: {reason}; nothing was judged")]
    Nothing {
        /// Name of the gate.
        gate: String,
        /// What is missing.
        reason: String,
    },
}

impl Gate {
    /// Its name.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.metric)
    }

    fn refuse(&self, reason: String) -> Error {
        Error::Policy {
            gate: self.name().to_owned(),
            reason,
        }
    }

    /// Whether it compares with a champion.
    pub fn is_relative(&self) -> bool {
        self.max_worse.is_some() || self.better
    }

    /// Passes when the gate can be followed.
    fn check(&self) -> Result<(), Error> {
        if self.metric != "coverage" && Definition::of(&self.metric).is_none() {
            let valid = Definition::valid();
            let metric = &self.metric;
            return Err(self.refuse(format!("`metric` is `{metric}`; valid: coverage, {valid}")));
        }
        let bounds = [self.max, self.min, self.max_off, self.max_worse];
        if bounds.iter().all(Option::is_none) && !self.better {
            let reason = "it has no bound; valid: max, min, max_off, max_worse, better";
            return Err(self.refuse(reason.to_owned()));
        }
        let numbers = [
            ("max", self.max, f64::MIN, f64::MAX),
            ("min", self.min, f64::MIN, f64::MAX),
            ("max_off", self.max_off, 0.0, f64::MAX),
            ("tolerance", Some(self.tolerance), 0.0, f64::MAX),
            ("max_worse", self.max_worse, 0.0, f64::MAX),
            ("probability", Some(self.probability), 0.5, 1.0 - 1e-9),
        ];
        for (field, value, least, most) in numbers {
            let Some(value) = value.filter(|value| !(least..=most).contains(value)) else {
                continue;
            };
            let valid = match field {
                "max" | "min" => "a finite number",
                "probability" => "0.5 and more, below 1",
                _ => "0 and more",
            };
            return Err(self.refuse(format!("`{field}` is {value}; valid: {valid}")));
        }
        if self.segment.is_some() && self.by.len() != 1 {
            let reason = "`segment` needs one `by` that it is of, such as by = [\"source\"]";
            return Err(self.refuse(reason.to_owned()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
