//! Everything that can go wrong with a model.

use std::borrow::Cow;
use std::path::PathBuf;

/// Error of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read or written. The message of the source names the path.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// An artifact does not fit this build, or is not whole.
    #[error("{path}: artifact refused: {reason}")]
    Refused {
        /// The artifact or the part of it.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },
    /// A registry does not have what is asked of it, or its aliases cannot be understood.
    #[error("{path}: {reason}")]
    Registry {
        /// The registry, or the file in it.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A parameter or an input of a fit is out of range.
    #[error("`{name}` is {value}; valid: {valid}")]
    Parameter {
        /// Parameter.
        name: Cow<'static, str>,
        /// Its value.
        value: String,
        /// The valid range.
        valid: Cow<'static, str>,
    },
    /// A learner failed.
    #[error("{learner}: {detail}")]
    Learner {
        /// Library.
        learner: &'static str,
        /// Its message.
        detail: String,
    },
}

impl Error {
    /// The same refusal with the directory of the part it speaks of.
    #[must_use]
    pub fn within(self, dir: &std::path::Path) -> Self {
        match self {
            Self::Refused { path, reason } => Self::Refused {
                path: dir.join(path),
                reason,
            },
            other => other,
        }
    }

    /// A parameter that is out of range.
    pub fn parameter(
        name: impl Into<Cow<'static, str>>,
        value: impl std::fmt::Display,
        valid: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::Parameter {
            name: name.into(),
            value: value.to_string(),
            valid: valid.into(),
        }
    }
}

#[cfg(feature = "train")]
impl From<linfa::Error> for Error {
    fn from(error: linfa::Error) -> Self {
        Self::Learner {
            learner: "linfa",
            detail: error.to_string(),
        }
    }
}

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;
