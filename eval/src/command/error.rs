//! Why a command failed; the one place that turns failures into exit codes and hints.

use std::path::PathBuf;

use assistant::setup::SetupError;
use datasets::terminal::{Exit, Failure, io_hint};

use crate::{gate, load};

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

impl From<load::Error> for Error {
    fn from(error: load::Error) -> Self {
        match error {
            load::Error::Mapping(error) => Self::Config(error),
            load::Error::Data(error) => Self::Data(error),
            load::Error::Model(error) => Self::Model(error),
            load::Error::Predictions { path, error } => Self::Predictions { path, error },
            load::Error::Nothing(text) => Self::Nothing(text),
        }
    }
}

impl Failure for Error {
    fn exit(&self) -> Exit {
        match self {
            Self::Failed(_) => Exit::Gate,
            Self::Config(datasets::Error::Io(_))
            | Self::Model(models::Error::Io(_) | models::Error::Learner { .. })
            | Self::Io(_) => Exit::Dependency,
            Self::Data(error) => error.exit(),
            Self::Assistant(error) => error.exit(),
            Self::Usage(_)
            | Self::Config(_)
            | Self::Model(models::Error::Parameter { .. })
            | Self::Score(crate::Error::Segments { .. } | crate::Error::Parameter { .. })
            | Self::Gates(gate::Error::Policy { .. } | gate::Error::NoGates) => Exit::Usage,
            Self::Nothing(_)
            | Self::Predictions { .. }
            | Self::Model(_)
            | Self::Score(_)
            | Self::Gates(_) => Exit::Data,
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Data(error) | Self::Config(error) => return error.hint(),
            Self::Assistant(error) => return error.hint(),
            Self::Model(models::Error::Refused { .. }) => {
                "`trainer models --registry DIR` lists the artifacts that are whole"
            }
            Self::Model(models::Error::Registry { .. }) => {
                "`trainer models --registry DIR` lists versions and aliases; `--model` and `--champion` take either"
            }
            Self::Score(crate::Error::Unpaired(_)) => {
                "both files must hold predictions for the same cars"
            }
            Self::Gates(gate::Error::Nothing { .. }) => {
                "score more rows, or lower the gate's `min_n`"
            }
            Self::Io(error) | Self::Model(models::Error::Io(error)) => io_hint(error.kind())?,
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

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
