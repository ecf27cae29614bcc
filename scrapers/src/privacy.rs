//! Who sells is nobody's business: sellers become keyed hashes, phone numbers a sign, names an ellipsis.
//!
//! A page is cleaned before anything is read of it, so that a row can hold only what a stored body may, and the
//! same row comes out of either.

mod html;
mod json;
mod names;
mod seller;

pub use datasets::phones::holds as holds_phone;
pub(crate) use datasets::phones::{scrub, scrub_url};
pub(crate) use html::{Rules, redact as redact_html, seller_of};
pub(crate) use json::{SELLER, redact as redact_json};
pub(crate) use names::Names;
pub use seller::{Identity, seller_hash};
pub(crate) use seller::{Seller, is_trader};
