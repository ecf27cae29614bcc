//! Everything that can go wrong with listings: each message names the value, what is allowed, and the place.

use std::{io::ErrorKind, path::PathBuf};

use crate::terminal::{Exit, Failure, io_hint};

/// Error of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read or written. The message of the source names the path.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A file is not of the format that its reader expects.
    #[error("{path}: not readable as {format}: {detail}")]
    Format {
        /// The file.
        path: PathBuf,
        /// `Parquet`, `CSV`, `NDJSON`, `TOML`.
        format: &'static str,
        /// What is wrong, with line or column where known.
        detail: String,
    },
    /// A path that should be a file is a directory.
    #[error("{path}: is a directory; a file is needed")]
    NotAFile {
        /// The directory.
        path: PathBuf,
    },
    /// A file holds no row.
    #[error("{path}: holds no rows; at least one is needed")]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A column that the schema or the mapping needs is absent.
    #[error("{path}: no column `{column}`; it has {found}")]
    MissingColumn {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// The columns that the file has.
        found: String,
    },
    /// No built-in mapping fits the columns of a file.
    #[error("{path}: no built-in mapping fits its columns: {columns}")]
    NoMapping {
        /// The file.
        path: PathBuf,
        /// Its columns.
        columns: String,
        /// The built-in mappings.
        valid: String,
    },
    /// A value lies outside what its field allows.
    #[error("{place}: `{field}` is {value}; valid: {valid}")]
    Value {
        /// File and row, or the parameter's name.
        place: String,
        /// Field or column.
        field: String,
        /// The value as it came.
        value: String,
        /// The valid range or members.
        valid: String,
    },
    /// A Parquet file was written under another schema version.
    #[error("{path}: schema version {found}; this build reads version {expected}")]
    SchemaVersion {
        /// The file.
        path: PathBuf,
        /// The file's version (`none` where the file does not say).
        found: String,
        /// [`crate::schema::VERSION`].
        expected: u32,
    },
}

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl Failure for Error {
    fn exit(&self) -> Exit {
        match self {
            Self::Io(_) | Self::NotAFile { .. } => Exit::Dependency,
            _ => Exit::Data,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::NoMapping { valid, .. } => Some(format!(
                "`--mapping` takes a built-in mapping ({valid}) or a TOML file that says which column is which"
            )),
            Self::Io(error) => io_hint(error.kind()).map(str::to_owned),
            _ => None,
        }
    }
}

impl Error {
    /// The kind of a failure of the file system. `None` for any other failure.
    pub fn io_kind(&self) -> Option<ErrorKind> {
        match self {
            Self::Io(error) => Some(error.kind()),
            _ => None,
        }
    }
}
