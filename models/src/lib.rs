//! Price models: features, families, intervals, artifact and registry.

pub mod artifact;
pub mod calibration;
pub mod error;
pub mod families;
pub mod features;
#[cfg(feature = "train")]
pub mod hyperparameters;
pub mod manifest;
pub mod predictor;
pub mod quote;
pub mod registry;
pub mod scorer;
#[cfg(feature = "train")]
pub mod training;
pub mod trees;
pub mod valuation;
pub mod valuer;

pub use error::{Error, Result};
pub use manifest::{Family, Manifest};
pub use registry::Registry;
pub use valuation::{Ground, Interval, LEVELS, Valuation};
pub use valuer::Valuer;
