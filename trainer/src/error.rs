//! Why a command failed; the one place that turns failures into exit codes and hints.

use std::io::ErrorKind;

use datasets::terminal::{Exit, Failure, io_hint};

/// Error of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A flag, or a combination of flags, that cannot be followed.
    #[error("{0}")]
    Usage(String),
    /// A configuration file (mapping, cleaning rules) or a value set in its place is wrong.
    #[error(transparent)]
    Config(datasets::Error),
    /// Listings that cannot be read or written.
    #[error(transparent)]
    Data(#[from] datasets::Error),
    /// Cleaning and deduplication left nothing.
    #[error("none of {rows} rows is left; nothing was written")]
    NothingLeft {
        /// Rows that came in.
        rows: usize,
    },
    /// The model has no ground to value the car.
    #[error("not valued: {reason}")]
    NotValued {
        /// Which field is at fault, with its value and what the model knows.
        reason: String,
    },
    /// A model or the registry.
    #[error(transparent)]
    Model(#[from] models::Error),
    /// Predictions that cannot be scored.
    #[error(transparent)]
    Score(#[from] eval::Error),
    /// The file system.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A check that was asked for says no.
    #[error("{0}")]
    Gate(String),
}

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl Failure for Error {
    fn exit(&self) -> Exit {
        match self {
            Self::Gate(_) => Exit::Gate,
            Self::Config(datasets::Error::Io(_))
            | Self::Data(datasets::Error::Io(_) | datasets::Error::NotAFile { .. })
            | Self::Model(models::Error::Io(_) | models::Error::Learner { .. })
            | Self::Io(_) => Exit::Dependency,
            Self::Usage(_) | Self::Config(_) | Self::Model(models::Error::Parameter { .. }) => {
                Exit::Usage
            }
            Self::Data(_)
            | Self::NothingLeft { .. }
            | Self::NotValued { .. }
            | Self::Model(_)
            | Self::Score(_) => Exit::Data,
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Data(error @ datasets::Error::NoMapping { .. }) => error.hint()?,
            Self::Data(datasets::Error::MissingColumn { .. }) => {
                "the mapping needs this column; `--mapping` names another mapping".into()
            }
            Self::Data(datasets::Error::SchemaVersion { .. }) => {
                "import the original export again with this build".into()
            }
            Self::Data(datasets::Error::Format {
                format: "Parquet", ..
            }) => "the file is damaged or not Parquet: fetch or write it again".into(),
            Self::NothingLeft { .. } => {
                "`--rejects FILE.csv` lists every dropped row with its reason".into()
            }
            Self::Model(models::Error::Refused { .. }) => {
                "`trainer models --registry DIR` lists the artifacts that are whole".into()
            }
            Self::Model(models::Error::Registry { .. }) => {
                "`trainer models` lists the versions of a registry, `trainer history` what was champion".into()
            }
            _ => match self.io_kind()? {
                ErrorKind::NotFound => "check the path; directories are not created for you".into(),
                kind => io_hint(kind)?.into(),
            },
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
            | Self::Model(models::Error::Io(error)) => Some(error.kind()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn absent() -> std::io::Error {
        std::io::Error::new(ErrorKind::NotFound, "no such file")
    }

    fn bad_value() -> datasets::Error {
        datasets::Error::Value {
            place: "a".into(),
            field: "b".into(),
            value: "c".into(),
            valid: "d".into(),
        }
    }

    #[test]
    fn each_failure_has_its_code() {
        let empty = || datasets::Error::Empty { path: "a".into() };
        let refused = models::Error::Refused {
            path: "a".into(),
            reason: "b".into(),
        };
        let absent_version = models::Error::Registry {
            path: "a".into(),
            reason: "b".into(),
        };
        let learner = models::Error::Learner {
            learner: "a",
            detail: "b".into(),
        };
        let cases: Vec<(Error, Exit)> = vec![
            (Error::Gate("a".into()), Exit::Gate),
            (Error::Usage("a".into()), Exit::Usage),
            (Error::Config(bad_value()), Exit::Usage),
            (
                models::Error::parameter("alias", "../x", "letters").into(),
                Exit::Usage,
            ),
            (bad_value().into(), Exit::Data),
            (empty().into(), Exit::Data),
            (Error::NothingLeft { rows: 3 }, Exit::Data),
            (refused.into(), Exit::Data),
            (absent_version.into(), Exit::Data),
            (eval::Error::Empty.into(), Exit::Data),
            (absent().into(), Exit::Dependency),
            (datasets::Error::Io(absent()).into(), Exit::Dependency),
            (
                Error::Config(datasets::Error::Io(absent())),
                Exit::Dependency,
            ),
            (
                datasets::Error::NotAFile { path: "a".into() }.into(),
                Exit::Dependency,
            ),
            (learner.into(), Exit::Dependency),
        ];
        for (error, exit) in cases {
            assert_eq!(error.exit(), exit, "{error}");
        }
    }

    #[test]
    fn hints_come_where_there_is_something_to_do() {
        let hint = |error: Error| error.hint().unwrap_or_default();
        assert!(hint(Error::NothingLeft { rows: 3 }).contains("--rejects"));
        assert!(hint(absent().into()).contains("check the path"));
        assert_eq!(Error::Usage("a".into()).hint(), None);
    }
}
