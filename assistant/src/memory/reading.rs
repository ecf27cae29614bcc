//! Reads a memory's file, also while a service writes it. What the service noted in the last second may be missing.

use std::path::Path;

use super::error::MemoryError;
use super::feedback::{self, Feedback};
use super::file::{File, FileError};
use super::retention::Kind;
use super::unanswered::{self, Unanswered};

/// Refused questions in the file at `path`, the most frequent first. Without the file, there are none.
///
/// # Errors
/// [`MemoryError`] when the file cannot be read.
pub fn read_unanswered(path: &Path) -> Result<Vec<Unanswered>, MemoryError> {
    let values = read(path, Kind::Unanswered)?;
    Ok(unanswered::list(values.iter().map(String::as_str)))
}

/// Remarks in the file at `path`, the newest first. Without the file, there are none.
///
/// # Errors
/// [`MemoryError`] when the file cannot be read.
pub fn read_feedback(path: &Path) -> Result<Vec<Feedback>, MemoryError> {
    let values = read(path, Kind::Feedback)?;
    Ok(feedback::list(values.iter().map(String::as_str)))
}

fn read(path: &Path, kind: Kind) -> Result<Vec<String>, MemoryError> {
    let mut values = Vec::new();
    let mut read = || -> Result<(), FileError> {
        if !fs_err::exists(path)? {
            return Ok(());
        }
        let file = File::open_to_read(path)?;
        file.load(kind, 0, |_, _, value| values.push(value.to_owned()))
    };
    read().map_err(|error| MemoryError {
        path: path.display().to_string(),
        detail: error.to_string(),
        is_damaged: matches!(error, FileError::Damaged(_)),
    })?;
    Ok(values)
}
