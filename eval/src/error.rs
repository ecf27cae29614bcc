//! What cannot be scored: each message names the series, the row, the value and what is allowed.

/// Error of this crate.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is nothing to score.
    #[error("no rows to score; at least one is needed")]
    Empty,
    /// Two series that go together differ in length.
    #[error("`{series}` has {found} values; `{reference}` has {expected}")]
    Lengths {
        /// The series of the wrong length.
        series: &'static str,
        /// Its length.
        found: usize,
        /// The series whose length it has to have.
        reference: &'static str,
        /// The length of that one.
        expected: usize,
    },
    /// A value lies outside what its series allows.
    #[error("`{series}` of row {index} is {value}; valid: {valid}")]
    Value {
        /// Name of the series.
        series: &'static str,
        /// Row, counted from 0.
        index: usize,
        /// The value as it came.
        value: f64,
        /// The valid range.
        valid: &'static str,
    },
    /// A parameter lies outside its range.
    #[error("`{name}` is {value}; valid: {valid}")]
    Parameter {
        /// Name of the parameter.
        name: &'static str,
        /// The value as it came.
        value: f64,
        /// The valid range.
        valid: &'static str,
    },
    /// Rows are to be told apart by something that they do not have.
    #[error("rows cannot be told apart by `{name}`; valid: {valid}")]
    Segments {
        /// What was asked for.
        name: String,
        /// What they have.
        valid: String,
    },
    /// Two models' predictions are not of the same rows.
    #[error("the predictions cannot be paired: {0}")]
    Unpaired(String),
    /// All values are valid, yet a score of them is beyond what an `f64` holds.
    #[error("`{score}` of these rows is {value}; the values are too large or too far apart")]
    Overflow {
        /// Name of the score.
        score: &'static str,
        /// What came out: infinite or not a number.
        value: f64,
    },
}

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;
