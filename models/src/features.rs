//! From a listing to numbers.
//!
//! [`facts::Facts`] holds what a listing says, hashed and normalised but not fitted. [`encoder::Encoder`] is fitted on
//! training rows: it knows which terms the ridge has weights for, how common a make or version is, and turns facts
//! into the sparse row of the ridge and the dense row of the trees.

pub mod encoder;
pub mod facts;
#[cfg(feature = "train")]
pub mod fit;
pub mod hash;
pub mod lookup;
mod mileage;
pub mod terms;
pub mod tokens;
pub mod view;
