//! Checks of single settings.

use axum::http::HeaderValue;
use datasets::settings::Error;

/// A name without blanks around it.
pub(super) fn named(key: &'static str, value: String) -> Result<String, Error> {
    if value.trim().is_empty() {
        return Err(Error::invalid(
            key,
            value,
            "a name of at least one character",
        ));
    }
    Ok(value.trim().to_owned())
}

/// An origin is scheme, host and perhaps port: browsers send no path, so that one with a path never matches.
pub(super) fn origin(text: &str) -> Result<HeaderValue, Error> {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let is_origin =
        text == "*" || host.is_some_and(|host| !host.is_empty() && !host.contains(['/', ' ']));
    HeaderValue::from_str(text)
        .ok()
        .filter(|_| is_origin)
        .ok_or_else(|| {
            let valid = "`*`, or origins such as https://example.vn without a path";
            Error::invalid("allowed_origins", text, valid)
        })
}
