//! Where a model's files come from: a folder, or the executable itself.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::description::{self, Description};
use super::{Error, Result};

// `EMBEDDED: Option<&[(&str, &[u8])]>`: name and content of the files that the build script found.
include!(concat!(env!("OUT_DIR"), "/embedded_model.rs"));

/// The files of one model.
#[derive(Debug, Clone)]
pub(super) enum Files {
    /// In a folder, each checked against the description as it is read.
    Folder(PathBuf),
    /// In the executable; a test has checked them.
    Embedded(&'static [(&'static str, &'static [u8])]),
}

impl Files {
    pub(super) fn embedded() -> Result<Self> {
        EMBEDDED.map(Self::Embedded).ok_or(Error::NoEmbeddedModel)
    }

    /// The path of a file, for messages where it has none of its own.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        match self {
            Self::Folder(folder) => folder.join(name),
            Self::Embedded(_) => Path::new("(embedded)").join(name),
        }
    }

    pub(super) fn description(&self) -> Result<Description> {
        let path = self.path(description::FILE);
        Description::parse(&self.text(description::FILE)?, &path)
    }

    /// A file that `description` promises.
    pub(super) fn read(&self, name: &str, description: &Description) -> Result<Cow<'static, [u8]>> {
        let bytes = self.bytes(name)?;
        if let Self::Folder(_) = self {
            let expected = description.files.get(name).map_or("", String::as_str);
            let found = sha256(&bytes);
            if !found.eq_ignore_ascii_case(expected) {
                return Err(Error::Checksum {
                    path: self.path(name),
                    expected: expected.to_owned(),
                    found,
                });
            }
        }
        Ok(bytes)
    }

    fn bytes(&self, name: &str) -> Result<Cow<'static, [u8]>> {
        match self {
            Self::Folder(folder) => Ok(fs_err::read(folder.join(name))?.into()),
            Self::Embedded(files) => {
                let file = files.iter().find(|(file, _)| *file == name);
                file.map(|&(_, bytes)| bytes.into())
                    .ok_or_else(|| Error::File {
                        path: self.path(name),
                        detail: "no such file in this build".into(),
                    })
            }
        }
    }

    fn text(&self, name: &str) -> Result<String> {
        text(self.bytes(name)?, || self.path(name))
    }
}

/// The content as text; `path` stands in the error if it is not text.
pub(super) fn text(bytes: Cow<'static, [u8]>, path: impl FnOnce() -> PathBuf) -> Result<String> {
    String::from_utf8(bytes.into_owned()).map_err(|error| Error::File {
        path: path(),
        detail: format!("not UTF-8: {error}"),
    })
}

/// SHA-256 in hex.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in lower-case hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn embedded_files_are_as_described() {
        let Ok(files) = Files::embedded() else {
            let line = "skipped: embedded_files_are_as_described needs assistant/retrieval/embedder/model\n";
            std::io::stderr()
                .write_all(line.as_bytes())
                .expect("stderr");
            return;
        };
        let description = files.description().expect("a description");
        for name in description.needed() {
            let bytes = files.read(name, &description).expect("a file");
            assert_eq!(description.files.get(name), Some(&sha256(&bytes)), "{name}");
        }
    }
}
