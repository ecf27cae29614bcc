//! Why a command failed; the one place that turns failures into exit codes and hints.

use std::io::ErrorKind;
use std::path::PathBuf;

use assistant::setup::SetupError;
use datasets::Mapping;

use crate::gate;
use datasets::terminal::{Exit, Failure, io_hint};

/// Error of a command.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A flag, or a combination of flags, that cannot be followed.
    #[error("{0}")]
    Usage(String),
    /// A configuration file (mapping, policy) is wrong.
    #[error(transparent)]
    Config(datasets::Error),
    /// Listings that cannot be read or written.
    #[error(transparent)]
    Data(#[from] datasets::Error),
    /// A file whose columns no built-in mapping fits.
    #[error("{path}: no built-in mapping fits its columns: {columns}")]
    NoMapping {
        /// The file.
        path: PathBuf,
        /// Its columns.
        columns: String,
    },
    /// There is nothing that could be scored, or it is no valid input.
    #[error("{0}")]
    Nothing(String),
    /// A file of predictions whose numbers cannot be scored.
    #[error("{path}: {error}")]
    Predictions {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        error: crate::Error,
    },
    /// A model or the registry.
    #[error(transparent)]
    Model(#[from] models::Error),
    /// Predictions that cannot be scored.
    #[error(transparent)]
    Score(#[from] crate::Error),
    /// Gates that cannot be judged.
    #[error(transparent)]
    Gates(#[from] gate::Error),
    /// The corpus, its vectors or the embedder.
    #[error(transparent)]
    Assistant(#[from] SetupError),
    /// The file system.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// Gates or drift checks say no.
    #[error("{0}")]
    Failed(String),
}

/// Result of a command.
pub type Result<T> = std::result::Result<T, Error>;

impl Failure for Error {
    fn exit(&self) -> Exit {
        use retrieval::{Error as Files, index::IndexError, store::StoreError};
        match self {
            Self::Failed(_) => Exit::Gate,
            Self::Config(datasets::Error::Io(_))
            | Self::Data(datasets::Error::Io(_) | datasets::Error::NotAFile { .. })
            | Self::Model(models::Error::Io(_) | models::Error::Learner { .. })
            | Self::Assistant(
                SetupError::Files(Files::Io(_) | Files::Listings(datasets::Error::Io(_)))
                | SetupError::Memory(_)
                | SetupError::Embedder(_)
                | SetupError::Store(StoreError::File(_)),
            )
            | Self::Io(_) => Exit::Dependency,
            Self::Usage(_)
            | Self::Config(_)
            | Self::Model(models::Error::Parameter { .. })
            | Self::Score(crate::Error::Segments { .. } | crate::Error::Parameter { .. })
            | Self::Gates(gate::Error::Policy { .. } | gate::Error::NoGates)
            | Self::Assistant(SetupError::Index(IndexError::NoEmbedder)) => Exit::Usage,
            Self::Data(_)
            | Self::NoMapping { .. }
            | Self::Nothing(_)
            | Self::Predictions { .. }
            | Self::Model(_)
            | Self::Score(_)
            | Self::Gates(_)
            | Self::Assistant(_) => Exit::Data,
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoMapping { .. } => format!(
                "`--mapping` takes a built-in mapping ({}) or a TOML file that says which column is which",
                Mapping::SHIPPED.join(", ")
            ),
            Self::Model(models::Error::Refused { .. }) => {
                "`trainer models --registry DIR` lists the artifacts that are whole".into()
            }
            Self::Model(models::Error::Registry { .. }) => {
                "`trainer models --registry DIR` lists versions and aliases; `--model` and `--champion` take either"
                    .into()
            }
            Self::Score(crate::Error::Unpaired(_)) => {
                "both files must hold predictions for the same cars".into()
            }
            Self::Assistant(SetupError::Embedder(_)) => {
                "`--embedder none` searches by words alone".into()
            }
            Self::Gates(gate::Error::Nothing { .. }) => {
                "score more rows, or lower the gate's `min_n`".into()
            }
            _ => io_hint(self.io_kind()?)?.into(),
        };
        Some(hint)
    }
}

impl Error {
    fn io_kind(&self) -> Option<ErrorKind> {
        match self {
            Self::Io(error)
            | Self::Config(datasets::Error::Io(error))
            | Self::Data(datasets::Error::Io(error))
            | Self::Model(models::Error::Io(error))
            | Self::Assistant(SetupError::Files(assistant::Error::Io(error))) => Some(error.kind()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_has_its_code() {
        let absent = || std::io::Error::new(ErrorKind::NotFound, "no such file");
        let nothing = gate::Error::Nothing {
            gate: "a".into(),
            reason: "b".into(),
        };
        let policy = gate::Error::Policy {
            gate: "a".into(),
            reason: "b".into(),
        };
        let cases: Vec<(Error, Exit)> = vec![
            (Error::Failed("a".into()), Exit::Gate),
            (Error::Usage("a".into()), Exit::Usage),
            (policy.into(), Exit::Usage),
            (gate::Error::NoGates.into(), Exit::Usage),
            (nothing.into(), Exit::Data),
            (Error::Nothing("a".into()), Exit::Data),
            (crate::Error::Empty.into(), Exit::Data),
            (
                datasets::Error::Empty { path: "a".into() }.into(),
                Exit::Data,
            ),
            (absent().into(), Exit::Dependency),
            (datasets::Error::Io(absent()).into(), Exit::Dependency),
            (
                Error::Config(datasets::Error::Io(absent())),
                Exit::Dependency,
            ),
        ];
        for (error, exit) in cases {
            assert_eq!(error.exit(), exit, "{error}");
        }
    }
}
