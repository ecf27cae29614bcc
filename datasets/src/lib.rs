//! Listings: schema, readers, mappings, cleaning, catalogue, splits and a synthetic generator; and, as the crate that all
//! programs share, the manners of their command lines.

pub mod catalogue;
pub mod clean;
pub mod dedupe;
pub mod error;
pub mod hash;
pub mod listing;
pub mod mapping;
pub mod parse;
pub mod phones;
pub mod province;
pub mod schema;
pub mod settings;
pub mod split;
pub mod store;
pub mod synthetic;
pub mod terminal;
pub mod text;
pub mod vietnam;
pub mod vocabulary;

pub use catalogue::Catalogue;
pub use error::{Error, Result};
pub use listing::{Listing, Money};
pub use mapping::Mapping;
pub use store::RawTable;
