//! Tests of the catalogue as a whole: the data, titles, suggestions, and real listings where they are at hand.

mod data;
#[cfg(feature = "parquet")]
mod real_listings;
mod suggestions;
mod titles;
