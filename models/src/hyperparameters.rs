//! What a training run can be told, and the valid range of each value: one table for fits, files, flags and their help.
//!
//! Values are collected in plain structs, where anything can stand. Only [`Checked`] ones can be fitted with. linfa's
//! [`ParamGuard`] makes them of [`Unchecked`] ones, and its blanket `Fit` checks before it fits.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use linfa::ParamGuard;

use crate::{Error, Result};

/// A hyper-parameter with its valid range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hyperparameter {
    /// Its name, after the group that it belongs to: `boosting.eta`.
    pub name: &'static str,
    /// Least valid value.
    pub low: f64,
    /// Greatest valid value.
    pub high: f64,
    /// What it does.
    pub about: &'static str,
}

impl Hyperparameter {
    const fn new(name: &'static str, low: f64, high: f64, about: &'static str) -> Self {
        Self {
            name,
            low,
            high,
            about,
        }
    }

    /// Passes when `value` is within the range.
    ///
    /// # Errors
    /// [`Error::Parameter`] with name, value and range.
    pub fn check(&self, value: f64) -> Result<()> {
        self.check_as(self.name, value)
    }

    /// As [`Self::check`], under a more specific name.
    fn check_as(&self, name: impl Into<Cow<'static, str>>, value: f64) -> Result<()> {
        if (self.low..=self.high).contains(&value) {
            return Ok(());
        }
        Err(Error::parameter(name, value, self.to_string()))
    }
}

/// The range: `1..=16`.
impl fmt::Display for Hyperparameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..={}", self.low, self.high)
    }
}

macro_rules! table {
    ($($constant:ident = $name:literal, $low:literal, $high:literal, $about:literal;)+) => {
        $(
            #[doc = $about]
            pub const $constant: Hyperparameter = Hyperparameter::new($name, $low, $high, $about);
        )+

        /// Every hyper-parameter.
        pub const TABLE: &[Hyperparameter] = &[$($constant),+];
    };
}

table! {
    HALF_LIFE_DAYS = "half_life_days", 1.0, 36_525.0, "Days after which a row counts half";
    MIN_WEIGHT = "min_weight", 1e-6, 1.0, "No row counts less than this for its age";
    MIN_ROWS_A_WORD = "min_rows_a_word", 1.0, 1e6,
        "Rows of one make that must use a word before it counts as a version word";
    SOURCE_WEIGHT = "source_weights", 1e-6, 1e3, "Weight of a source whose prices are noisier than others'";
    RIDGE_ALPHA = "ridge.alphas", 1e-6, 1e6, "L2 penalties of the ridge to choose among";
    RIDGE_HUBER = "ridge.huber", 1e-4, 100.0,
        "Errors, in log price, from which rows weigh less; one solve each";
    RIDGE_TOLERANCE = "ridge.tolerance", 1e-15, 0.1,
        "A solve stops when the residual's norm falls to this share of the right-hand side's";
    RIDGE_MAX_ITERATIONS = "ridge.max_iterations", 1.0, 100_000.0, "Steps after which a solve stops";
    BOOSTING_TREES = "boosting.trees", 1.0, 20_000.0, "The most trees; early stopping finds how many";
    BOOSTING_PATIENCE = "boosting.patience", 1.0, 1_000.0, "Trees without progress before it stops";
    BOOSTING_DEPTH = "boosting.depth", 1.0, 16.0, "Deepest level of a tree";
    BOOSTING_ETA = "boosting.eta", 1e-4, 1.0, "Learning rate";
    BOOSTING_MIN_CHILD_WEIGHT = "boosting.min_child_weight", 0.0, 1e6,
        "Least sum of row weights in a leaf";
    BOOSTING_LAMBDA = "boosting.lambda", 0.0, 1e6, "L2 penalty on leaf outputs";
    BOOSTING_SUBSAMPLE = "boosting.subsample", 0.05, 1.0, "Share of rows that each tree sees";
    BOOSTING_COLSAMPLE = "boosting.colsample", 0.05, 1.0, "Share of columns that each tree sees";
    BOOSTING_HUBER_SLOPE = "boosting.huber_slope", 1e-3, 10.0,
        "Errors, in log price, beyond which the trees count them in proportion rather than squared";
    BOOSTING_RESIDUAL_LIMIT = "boosting.residual_limit", 1e-3, 10.0,
        "The most that the trees may see the ridge to be wrong by, in log price";
    FOREST_TREES = "forest.trees", 1.0, 20_000.0, "Trees";
    FOREST_DEPTH = "forest.depth", 1.0, 32.0, "Deepest level of a tree";
    FOREST_COLUMNS_A_SPLIT = "forest.columns_a_split", 0.01, 1.0, "Share of columns tried at each split";
    FOREST_MIN_LEAF_WEIGHT = "forest.min_leaf_weight", 0.0, 1e6, "Least sum of row weights in a leaf";
}

/// Passes when a list of alternatives holds at least one.
///
/// # Errors
/// [`Error::Parameter`] naming the list.
pub fn check_some<T>(name: &'static str, alternatives: &[T]) -> Result<()> {
    if alternatives.is_empty() {
        return Err(Error::parameter(name, "empty", "at least one alternative"));
    }
    Ok(())
}

/// Passes when the weight of a source is valid.
///
/// # Errors
/// [`Error::Parameter`] naming the source.
pub fn check_source_weight(source: &str, weight: f32) -> Result<()> {
    let name = format!("{}.{source}", SOURCE_WEIGHT.name);
    SOURCE_WEIGHT.check_as(name, f64::from(weight))
}

/// A set of hyper-parameters that knows what is valid.
pub trait Validate: Sized {
    /// Passes when every value can be trained with.
    ///
    /// # Errors
    /// [`Error::Parameter`] for the first that cannot, with name, value and range.
    fn validate(&self) -> Result<()>;

    /// The same values, checked.
    ///
    /// # Errors
    /// As [`Self::validate`].
    fn checked(self) -> Result<Checked<Self>> {
        Unchecked::from(self).check()
    }
}

/// Hyper-parameters whose every value is within its range. They can be read but not changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked<P>(P);

impl<P> Deref for Checked<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.0
    }
}

/// Hyper-parameters that nobody has looked at yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Unchecked<P>(Checked<P>);

impl<P> From<P> for Unchecked<P> {
    fn from(params: P) -> Self {
        Self(Checked(params))
    }
}

impl<P: Validate> ParamGuard for Unchecked<P> {
    type Checked = Checked<P>;
    type Error = Error;

    fn check_ref(&self) -> Result<&Checked<P>> {
        self.0.validate()?;
        Ok(&self.0)
    }

    fn check(self) -> Result<Checked<P>> {
        self.0.validate()?;
        Ok(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_outside_its_range_is_named_with_it() {
        let error = BOOSTING_ETA.check(1.5).expect_err("too fast").to_string();
        assert_eq!(error, "`boosting.eta` is 1.5; valid: 0.0001..=1");
        for own in TABLE {
            own.check(own.low).expect("the least value");
            own.check(own.high).expect("the greatest value");
            for wrong in [own.low - 1.0, own.high * 1.1, f64::NAN, f64::INFINITY] {
                let error = own.check(wrong).expect_err(own.name).to_string();
                assert!(error.contains(own.name), "{error}");
            }
        }
        let error = check_source_weight("chotot", 0.0).expect_err("no weight");
        assert!(
            error.to_string().contains("`source_weights.chotot` is 0"),
            "{error}"
        );
    }

    #[test]
    fn every_name_stands_once() {
        let mut names: Vec<&str> = TABLE.iter().map(|own| own.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), TABLE.len());
    }
}
