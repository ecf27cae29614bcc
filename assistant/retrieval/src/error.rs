//! What can go wrong in the assistant, outside of what a helper module names itself.

use std::path::PathBuf;

/// An error of the assistant.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read or written; the message names it.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A table of entries cannot be read; the message names the file.
    #[error(transparent)]
    Listings(#[from] datasets::Error),
    /// A file of weights does not fit.
    #[error("{}: {detail}", file.display())]
    Weights {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// A value in a corpus file is wrong.
    #[error("{}: {place}: {message}", file.display())]
    Corpus {
        /// The file.
        file: PathBuf,
        /// Row, line or heading.
        place: String,
        /// What is wrong, and what would be right.
        message: String,
    },
}

/// A result of the assistant.
pub type Result<T, E = Error> = std::result::Result<T, E>;
