//! Why a page gives nothing, as it is kept and counted.

use crate::site::PageError;

/// Why a page gives nothing.
#[derive(Debug)]
pub(crate) struct Rejection {
    /// Code, under which such pages are counted.
    pub(crate) reason: String,
    /// The same in words.
    pub(crate) detail: String,
}

impl Rejection {
    pub(super) fn new(reason: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            detail: detail.into(),
        }
    }

    pub(super) fn of_page(error: &PageError) -> Self {
        Self::new(error.reason(), error.to_string())
    }

    pub(super) fn of_status(status: u16) -> Self {
        Self::new(format!("http_{status}"), format!("HTTP {status}"))
    }
}
