//! One module a model family. Hyper-parameters fit into fitted models through linfa's `Fit`, so that its datasets,
//! folds and metrics serve them all; what is fitted scores without linfa.

pub mod baseline;
#[cfg(feature = "train")]
pub mod boosting;
#[cfg(feature = "train")]
pub mod forest;
#[cfg(feature = "train")]
pub mod histogram;
pub mod ridge;
