//! What the hub says that a repository holds.

use serde::Deserialize;

use crate::embed::{Error, Result};

/// A file as the hub lists it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Listed {
    #[serde(rename = "type")]
    kind: String,
    pub(super) path: String,
    /// Size in bytes.
    pub(super) size: u64,
    /// Git's id of the file, or of the pointer where the file itself is kept elsewhere.
    oid: String,
    lfs: Option<Large>,
}

/// A file that git keeps outside of its objects.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Large {
    /// SHA-256 of the content.
    oid: String,
}

impl Listed {
    /// SHA-256 of the content, known of large files only.
    pub(super) fn sha256(&self) -> Option<&str> {
        self.lfs.as_ref().map(|large| large.oid.as_str())
    }

    /// Git's SHA-1 of the content behind a short header, known of the others.
    pub(super) fn git_sha1(&self) -> Option<&str> {
        self.lfs.is_none().then_some(self.oid.as_str())
    }
}

/// The files in the hub's answer.
pub(super) fn parse(text: &str, url: &str) -> Result<Vec<Listed>> {
    let mut listed: Vec<Listed> = serde_json::from_str(text).map_err(|error| Error::Download {
        url: url.to_owned(),
        detail: format!("not a listing of files: {error}"),
    })?;
    listed.retain(|file| file.kind == "file");
    Ok(listed)
}
