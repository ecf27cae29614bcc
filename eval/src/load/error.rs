//! Why predictions cannot be had.

use std::path::PathBuf;

/// Error of loading listings, models and files of predictions.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A mapping that was named is wrong.
    #[error(transparent)]
    Mapping(datasets::Error),
    /// Listings that cannot be read or written.
    #[error(transparent)]
    Data(#[from] datasets::Error),
    /// A model or the registry.
    #[error(transparent)]
    Model(#[from] models::Error),
    /// A file of predictions whose numbers cannot be scored.
    #[error("{path}: {error}")]
    Predictions {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        error: crate::Error,
    },
    /// No row can be scored, or a model values a row at no amount of money.
    #[error("{0}")]
    Nothing(String),
}

/// Result of loading.
pub type Result<T> = std::result::Result<T, Error>;
