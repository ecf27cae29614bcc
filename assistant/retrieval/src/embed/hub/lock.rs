//! What a first download was, so that every later one is the same.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::embed::{Error, Result};

/// `lock.toml`: SHA-256 of every file of one revision.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Lock {
    files: BTreeMap<String, String>,
}

impl Lock {
    /// Reads the lock file. Without one, nothing is pinned yet.
    pub(super) fn read(path: &Path) -> Result<Self> {
        if !path.is_file() {
            return Ok(Self::default());
        }
        toml::from_str(&fs_err::read_to_string(path)?).map_err(|error| Error::File {
            path: path.to_owned(),
            detail: error.to_string(),
        })
    }

    pub(super) fn sha256(&self, file: &str) -> Option<&str> {
        self.files.get(file).map(String::as_str)
    }

    pub(super) fn insert(&mut self, file: &str, sha256: String) {
        self.files.insert(file.to_owned(), sha256);
    }

    /// Writes the lock, whole or not at all.
    pub(super) fn write(&self, path: &Path) -> Result<()> {
        let failed = |detail: String| Error::File {
            path: path.to_owned(),
            detail,
        };
        let text = toml::to_string(self).map_err(|error| failed(error.to_string()))?;
        let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
        file.write_all(text.as_bytes())?;
        file.persist(path)
            .map_err(|error| failed(error.error.to_string()))?;
        Ok(())
    }
}
