//! A version that the registry names and that cannot be loaded.

use chrono::{DateTime, Utc};

/// A version that the alias names and that does not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The version; `None` if the alias itself cannot be read.
    pub version: Option<String>,
    /// Kind of failure, as [`super::LoadError::code`] has it.
    pub code: &'static str,
    /// What is wrong, in words, without the place of the registry.
    pub reason: String,
    /// When it was found.
    pub at: DateTime<Utc>,
}
