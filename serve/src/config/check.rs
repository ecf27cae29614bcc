//! Checks of single settings, and what is said of one that cannot be used.

use std::path::PathBuf;

use axum::http::HeaderValue;

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("configuration: {0}")]
    Unreadable(#[from] std::io::Error),
    /// The file is not TOML, has an unknown key or a value of another type.
    #[error("configuration: {}: {source}", path.display())]
    NotSettings {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        source: toml::de::Error,
    },
    /// A value lies outside of what its key allows.
    #[error("configuration: `{key}` is `{value}`; valid: {valid}")]
    Invalid {
        /// The key, as in `default.toml`.
        key: &'static str,
        /// What was given.
        value: String,
        /// What is allowed.
        valid: &'static str,
    },
}

/// `value` if it lies in `range`, which `valid` writes out.
pub(super) fn within(
    key: &'static str,
    value: u64,
    range: std::ops::RangeInclusive<u64>,
    valid: &'static str,
) -> Result<u64, ConfigError> {
    if range.contains(&value) {
        return Ok(value);
    }
    Err(ConfigError::Invalid {
        key,
        value: value.to_string(),
        valid,
    })
}

/// A name without blanks around it.
pub(super) fn named(key: &'static str, value: String) -> Result<String, ConfigError> {
    if value.trim().is_empty() {
        return Err(ConfigError::Invalid {
            key,
            value,
            valid: "a name of at least one character",
        });
    }
    Ok(value.trim().to_owned())
}

/// An origin is scheme, host and perhaps port: browsers send no path, so that one with a path never matches.
pub(super) fn origin(text: &str) -> Result<HeaderValue, ConfigError> {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let is_origin =
        text == "*" || host.is_some_and(|host| !host.is_empty() && !host.contains(['/', ' ']));
    HeaderValue::from_str(text)
        .ok()
        .filter(|_| is_origin)
        .ok_or_else(|| ConfigError::Invalid {
            key: "allowed_origins",
            value: text.to_owned(),
            valid: "`*`, or origins such as https://example.vn without a path",
        })
}
