//! What can go wrong with embedders: each message names the file, library or model.

use std::path::PathBuf;

/// An error of this module.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file cannot be read or written; the message names it.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The configured ONNX Runtime library cannot be used.
    #[error("{}: not usable as ONNX Runtime: {detail}", path.display())]
    Library {
        /// The library as configured.
        path: PathBuf,
        /// What the loader or the library said.
        detail: String,
    },
    /// The process already uses another ONNX Runtime library.
    #[error(
        "ONNX Runtime comes from {} since it was first used; {} needs a process of its own",
        active.display(),
        wanted.display()
    )]
    LibraryTaken {
        /// The library of this process.
        active: PathBuf,
        /// The library that was asked for.
        wanted: PathBuf,
    },
    /// A model's description or one of its files is wrong.
    #[error("{}: {detail}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what would be right.
        detail: String,
    },
    /// A file is not the one that was described or pinned.
    #[error("{}: SHA-256 is {found}; expected {expected}", path.display())]
    Checksum {
        /// The file.
        path: PathBuf,
        /// The hash that was promised, in hex.
        expected: String,
        /// The hash of what is there, in hex.
        found: String,
    },
    /// The backend cannot load the model, or failed while running it.
    #[error("embedder `{model}`: {detail}")]
    Model {
        /// The model's name.
        model: String,
        /// What the backend said.
        detail: String,
    },
    /// No model goes by this name.
    #[error("no model is called `{name}`; known are `{known}`, and any checkpoint by its folder")]
    UnknownModel {
        /// The name.
        name: String,
        /// The names that are known.
        known: String,
    },
    /// A model could not be fetched.
    #[error("{url}: {detail}")]
    Download {
        /// What was asked for.
        url: String,
        /// What went wrong.
        detail: String,
    },
    /// This build carries no model.
    #[error(
        "this build carries no embedded model: `assistant/retrieval/embedder/model` was empty when it was built"
    )]
    NoEmbeddedModel,
}

/// A result of this module.
pub type Result<T, E = Error> = std::result::Result<T, E>;
