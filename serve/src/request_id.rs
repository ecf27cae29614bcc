//! Ids of requests: the caller's own, or a new one.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// Carries a request's id in both directions.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id that is taken from a caller.
const MAX_ID: usize = 128;

/// Makes ids: a prefix of this process and a running number.
#[derive(Debug)]
pub struct RequestIds {
    prefix: String,
    next: AtomicU64,
}

impl Default for RequestIds {
    fn default() -> Self {
        let mut prefix = uuid::Uuid::now_v7().simple().to_string();
        prefix.push('-');
        Self {
            prefix,
            next: AtomicU64::new(1),
        }
    }
}

impl RequestIds {
    /// The id of a request with these headers: the caller's own if it is short and plain, else a new one.
    pub fn of(&self, headers: &HeaderMap) -> HeaderValue {
        given(headers).unwrap_or_else(|| self.next())
    }

    fn next(&self) -> HeaderValue {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut id = String::with_capacity(self.prefix.len() + 20);
        id.push_str(&self.prefix);
        id.push_str(&number.to_string());
        HeaderValue::try_from(id).expect("hex digits, `-` and decimal digits are header text")
    }
}

/// The caller's own id, if it is short and plain enough to be put into logs and headers.
fn given(headers: &HeaderMap) -> Option<HeaderValue> {
    let id = headers.get(X_REQUEST_ID)?;
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte);
    let bytes = id.as_bytes();
    ((1..=MAX_ID).contains(&bytes.len()) && bytes.iter().all(is_plain)).then(|| id.clone())
}
