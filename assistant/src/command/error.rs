//! Why a command failed; the one place that turns failures into exit codes and hints.

use std::process::ExitCode;

use crate::embed;
use crate::knowledge::IndexError;
use crate::setup::SetupError;
use crate::store::StoreError;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Ok = 0,
    /// A flag, or a combination of flags, that cannot be followed.
    Usage = 2,
    /// Data that are invalid or empty.
    Data = 3,
    /// A file, a service or a library that does not do its part.
    Dependency = 4,
    /// Our mistake.
    Bug = 70,
}

impl Exit {
    /// The codes, for `--help`.
    pub const HELP: &'static str = "Exit codes: 0 done, 2 usage or configuration, 3 data invalid or empty, 4 a dependency or I/O, 70 a bug";
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

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

impl Error {
    /// The exit code that this failure ends the program with.
    pub fn exit(&self) -> Exit {
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

    /// The failure of a store that this is.
    fn of_store(&self) -> Option<&StoreError> {
        match self {
            Self::Setup(SetupError::Store(error) | SetupError::Index(IndexError::Store(error))) => {
                Some(error)
            }
            _ => None,
        }
    }

    /// What the user may do about it, where we know.
    pub fn hint(&self) -> Option<&'static str> {
        if let Some(error) = self.of_store() {
            return match error {
                StoreError::Taken { .. } => {
                    Some("`--qdrant-collection NAME` (QDRANT_COLLECTION) names another index")
                }
                StoreError::Unreachable { .. } => {
                    Some("check `--qdrant-url` (QDRANT_URL): gRPC, port 6334 by default")
                }
                StoreError::Refused { .. } => Some("check `--qdrant-api-key` (QDRANT_API_KEY)"),
                _ => None,
            };
        }
        match self {
            Self::Setup(SetupError::Memory(_)) => {
                Some("another `assistant` or `serve` may hold it: stop it, or name another folder")
            }
            Self::Setup(SetupError::Embedder(
                embed::Error::Library { .. } | embed::Error::Model { .. },
            )) => Some("`--embedder none` searches by words alone"),
            Self::Setup(SetupError::Files(crate::Error::Io(_))) => Some("check the path"),
            _ => None,
        }
    }
}
