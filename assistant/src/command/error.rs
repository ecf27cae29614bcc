//! Why a command failed; the one place that turns failures into exit codes and hints.

use datasets::terminal::{Exit, Failure, io_hint};

use crate::setup::SetupError;
use retrieval::embed;
use retrieval::index::IndexError;
use retrieval::store::StoreError;

/// Error of a command.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A flag, or a combination of flags, that cannot be followed.
    #[error("{0}")]
    Usage(String),
    /// One of the assistant's parts cannot be opened.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The file system.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Result of a command.
pub type Result<T> = std::result::Result<T, Error>;

impl From<crate::Error> for Error {
    fn from(error: crate::Error) -> Self {
        Self::Setup(error.into())
    }
}

impl From<IndexError> for Error {
    fn from(error: IndexError) -> Self {
        Self::Setup(error.into())
    }
}

impl Failure for Error {
    fn exit(&self) -> Exit {
        if let Some(error) = self.of_store() {
            return match error {
                StoreError::Setting { .. } | StoreError::Taken { .. } => Exit::Usage,
                StoreError::File(_)
                | StoreError::Unreachable { .. }
                | StoreError::Refused { .. } => Exit::Dependency,
                StoreError::Damaged { .. }
                | StoreError::Dims { .. }
                | StoreError::Empty
                | StoreError::Mismatch { .. } => Exit::Data,
            };
        }
        match self {
            Self::Usage(_) | Self::Setup(SetupError::Index(IndexError::NoEmbedder)) => Exit::Usage,
            Self::Setup(
                SetupError::Files(
                    crate::Error::Io(_) | crate::Error::Listings(datasets::Error::Io(_)),
                )
                | SetupError::Memory(_)
                | SetupError::Embedder(_),
            )
            | Self::Io(_) => Exit::Dependency,
            Self::Setup(_) => Exit::Data,
        }
    }

    fn hint(&self) -> Option<String> {
        if let Some(error) = self.of_store() {
            let hint = match error {
                StoreError::Taken { .. } => {
                    Some("`--qdrant-collection NAME` (QDRANT_COLLECTION) names another index")
                }
                StoreError::Unreachable { .. } => {
                    Some("check `--qdrant-url` (QDRANT_URL): gRPC, port 6334 by default")
                }
                StoreError::Refused { .. } => Some("check `--qdrant-api-key` (QDRANT_API_KEY)"),
                _ => None,
            };
            return hint.map(str::to_owned);
        }
        let hint = match self {
            Self::Setup(SetupError::Memory(_)) => {
                Some("another `assistant` or `serve` may hold it: stop it, or name another folder")
            }
            Self::Setup(SetupError::Embedder(
                embed::Error::Library { .. } | embed::Error::Model { .. },
            )) => Some("`--embedder none` searches by words alone"),
            Self::Io(error) | Self::Setup(SetupError::Files(crate::Error::Io(error))) => {
                io_hint(error.kind())
            }
            _ => None,
        };
        hint.map(str::to_owned)
    }
}

impl Error {
    /// The failure of a store that this is.
    fn of_store(&self) -> Option<&StoreError> {
        match self {
            Self::Setup(SetupError::Store(error) | SetupError::Index(IndexError::Store(error))) => {
                Some(error)
            }
            _ => None,
        }
    }
}
