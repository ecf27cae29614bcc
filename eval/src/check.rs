//! The checks that every score makes before it counts.

use crate::{Error, Result};

/// A valid range: its description and its test.
pub(crate) struct Valid {
    text: &'static str,
    holds: fn(f64) -> bool,
}

/// Any finite number.
pub(crate) const FINITE: Valid = Valid {
    text: "a finite number",
    holds: f64::is_finite,
};

/// A finite number above zero.
pub(crate) const POSITIVE: Valid = Valid {
    text: "a finite number above 0",
    holds: |value| value.is_finite() && value > 0.0,
};

/// Passes when every value of `series` is `valid`.
pub(crate) fn values(series: &'static str, values: &[f64], valid: &Valid) -> Result<()> {
    match values.iter().position(|&value| !(valid.holds)(value)) {
        None => Ok(()),
        Some(index) => Err(Error::Value {
            series,
            index,
            value: values[index],
            valid: valid.text,
        }),
    }
}

/// Passes when `series` has as many values as `reference`, and at least one.
pub(crate) fn lengths(
    (series, found): (&'static str, usize),
    (reference, expected): (&'static str, usize),
) -> Result<()> {
    if found != expected {
        return Err(Error::Lengths {
            series,
            found,
            reference,
            expected,
        });
    }
    if expected == 0 {
        return Err(Error::Empty);
    }
    Ok(())
}

/// Passes when a finished score can be told.
pub(crate) fn score(score: &'static str, value: f64) -> Result<()> {
    if value.is_finite() {
        Ok(())
    } else {
        Err(Error::Overflow { score, value })
    }
}
