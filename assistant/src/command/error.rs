//! Why a command failed; the one place that turns failures into exit codes and hints.

use datasets::terminal::{Exit, Failure, io_hint};

use crate::memory::MemoryError;
use crate::setup::SetupError;
use retrieval::index::IndexError;

/// Error of a command.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A flag, or a combination of flags, that cannot be followed.
    #[error("{0}")]
    Usage(String),
    /// One of the assistant's parts cannot be opened.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The memory cannot be read or saved.
    #[error(transparent)]
    Memory(#[from] MemoryError),
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
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::Setup(error) => error.exit(),
            Self::Memory(MemoryError {
                is_damaged: true, ..
            }) => Exit::Data,
            Self::Memory(_) | Self::Io(_) => Exit::Dependency,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Usage(_) => None,
            Self::Setup(error) => error.hint(),
            Self::Memory(MemoryError {
                is_damaged: true, ..
            }) => Some("the service sets it aside when it starts".to_owned()),
            Self::Memory(_) => {
                Some("check that the folder is yours and that its disk has room".to_owned())
            }
            Self::Io(error) => io_hint(error.kind()).map(str::to_owned),
        }
    }
}
