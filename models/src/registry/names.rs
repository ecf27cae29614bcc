//! Names of aliases and versions, and who changes what an alias means.

use chrono::{DateTime, Utc};

/// The alias that `serve` follows.
pub const CHAMPION: &str = "champion";

/// The alias of the model that may become champion.
pub const CHALLENGER: &str = "challenger";

/// The alias of the champion before this one: what a rollback brings back.
pub const PREVIOUS: &str = "previous";

/// Who changes aliases, when and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Who does it.
    pub by: String,
    /// Why, in their words; may be empty.
    pub why: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Whether a name is safe as the name of a file: it comes from command lines, requests and files.
pub(super) fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 64
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}
