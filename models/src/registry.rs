//! The directory of artifacts and the aliases that point into it.
//!
//! ```text
//! <root>/artifacts/<version>/   immutable, complete from the moment the name exists
//! <root>/published/<version>.json   when it was published
//! <root>/aliases/<name>         one line: a version
//! <root>/staging/               what a publisher is writing; debris after a crash
//! ```
//!
//! Everything appears by renaming, so that a reader sees the old state or the new one and a crash at any point
//! leaves the last good one. Publishers take an exclusive lock, readers none.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use chrono::{DateTime, SecondsFormat, Utc};
use fs_err as fs;
use serde::{Deserialize, Serialize};

use crate::{
    Error, Manifest, Result,
    artifact::{self, Parts},
};

/// The alias that `serve` follows.
pub const CHAMPION: &str = "champion";

/// A registry of artifacts in one directory.
#[derive(Debug, Clone)]
pub struct Registry {
    root: PathBuf,
}

#[derive(Debug, Serialize, Deserialize)]
struct Published {
    published_at: DateTime<Utc>,
}

/// What [`Registry::list`] found.
#[derive(Debug, Default)]
pub struct Inventory {
    /// Whole artifacts, oldest first.
    pub manifests: Vec<Manifest>,
    /// Directories that hold no whole artifact, and why.
    pub refused: Vec<Error>,
}

impl Registry {
    /// The registry under `root`, which need not exist yet.
    pub fn open(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }

    /// Directory of the registry.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Publishes an artifact and gives its manifest. Publishing the same content again changes nothing.
    ///
    /// # Errors
    /// [`Error::Io`] when the registry cannot be written; nothing is published then.
    pub fn publish(
        &self,
        manifest: Manifest,
        parts: &Parts,
        now: DateTime<Utc>,
    ) -> Result<Manifest> {
        let mut manifest = artifact::seal(manifest, parts)?;
        let _lock = self.lock()?;
        let target = self.artifact_dir(&manifest.version);
        // A directory under the right name with the wrong content is damage: it is replaced.
        if target.exists() {
            if artifact::read(&target).is_ok() {
                manifest.trained_at = self.published_at(&manifest.version);
                return Ok(manifest);
            }
            fs::rename(&target, self.staging_dir()?.path().join("damaged"))?;
        }
        let staging = self.staging_dir()?;
        artifact::write(staging.path(), &manifest, parts)?;
        let record = serde_json::to_vec(&Published { published_at: now }).map_err(|error| {
            Error::Learner {
                learner: "serde_json",
                detail: error.to_string(),
            }
        })?;
        let published = self
            .root
            .join("published")
            .join(format!("{}.json", manifest.version));
        write_atomically(&published, &record)?;
        fs::create_dir_all(self.root.join("artifacts"))?;
        fs::rename(staging.keep(), &target)?;
        sync_dir(&self.root.join("artifacts"))?;
        manifest.trained_at = self.published_at(&manifest.version);
        Ok(manifest)
    }

    /// Points `alias` at a version, which must be whole.
    ///
    /// # Errors
    /// [`Error::Refused`] when the version is not whole; the alias then stays as it was.
    pub fn set_alias(&self, alias: &str, version: &str) -> Result<()> {
        check_name("alias", alias)?;
        let _lock = self.lock()?;
        artifact::read(&self.artifact_dir(version))?;
        write_atomically(
            &self.root.join("aliases").join(alias),
            format!("{version}\n").as_bytes(),
        )
    }

    /// The version that `alias` points at, if it is set.
    ///
    /// # Errors
    /// [`Error::Io`] when the alias cannot be read, [`Error::Parameter`] when it is no plain name.
    pub fn alias(&self, alias: &str) -> Result<Option<String>> {
        check_name("alias", alias)?;
        match fs::read_to_string(self.root.join("aliases").join(alias)) {
            Ok(line) => Ok(Some(line.trim().to_owned())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Directory of the artifact that `reference` names: an alias (`champion`) or a version.
    ///
    /// # Errors
    /// [`Error::Refused`] when the reference names nothing, [`Error::Parameter`] when it is no plain name.
    pub fn resolve(&self, reference: &str) -> Result<PathBuf> {
        let version = self
            .alias(reference)?
            .unwrap_or_else(|| reference.to_owned());
        check_name("version", &version)?;
        let dir = self.artifact_dir(&version);
        if !dir.join(artifact::MANIFEST).is_file() {
            let reason = format!("`{reference}` names no artifact of this registry");
            return Err(Error::Refused {
                path: self.root.clone(),
                reason,
            });
        }
        Ok(dir)
    }

    /// Manifest and parts of the artifact that `reference` names, every hash checked.
    ///
    /// # Errors
    /// As [`Self::resolve`], and [`Error::Refused`] for an artifact that is not whole.
    pub fn read(&self, reference: &str) -> Result<(Manifest, Parts)> {
        let (mut manifest, parts) = artifact::read(&self.resolve(reference)?)?;
        manifest.trained_at = self.published_at(&manifest.version);
        Ok((manifest, parts))
    }

    /// All artifacts, oldest first; what is not whole is listed apart, never as an artifact.
    ///
    /// # Errors
    /// [`Error::Io`] when the directory cannot be read.
    pub fn list(&self) -> Result<Inventory> {
        let mut inventory = Inventory::default();
        let entries = match fs::read_dir(self.root.join("artifacts")) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(inventory),
            Err(error) => return Err(error.into()),
        };
        for entry in entries {
            match artifact::read(&entry?.path()) {
                Ok((mut manifest, _)) => {
                    manifest.trained_at = self.published_at(&manifest.version);
                    inventory.manifests.push(manifest);
                }
                Err(error) => inventory.refused.push(error),
            }
        }
        inventory
            .manifests
            .sort_by(|a, b| (&a.trained_at, &a.version).cmp(&(&b.trained_at, &b.version)));
        Ok(inventory)
    }

    fn artifact_dir(&self, version: &str) -> PathBuf {
        self.root.join("artifacts").join(version)
    }

    fn published_at(&self, version: &str) -> Option<String> {
        let path = self.root.join("published").join(format!("{version}.json"));
        let record: Published = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        Some(
            record
                .published_at
                .to_rfc3339_opts(SecondsFormat::Secs, true),
        )
    }

    /// Waits for other publishers; then whatever lies in staging belongs to a dead one.
    fn lock(&self) -> Result<fs::File> {
        fs::create_dir_all(&self.root)?;
        let path = self.root.join(".lock");
        let file = fs::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)?;
        file.file().lock()?;
        let staging = self.root.join("staging");
        if staging.exists() {
            fs::remove_dir_all(&staging)?;
        }
        Ok(file)
    }

    fn staging_dir(&self) -> Result<tempfile::TempDir> {
        let staging = self.root.join("staging");
        fs::create_dir_all(&staging)?;
        Ok(tempfile::TempDir::new_in(staging)?)
    }
}

/// Names come from command lines and requests: none may leave its directory.
fn check_name(kind: &'static str, name: &str) -> Result<()> {
    let plain = !name.is_empty()
        && name.len() <= 64
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    if plain {
        return Ok(());
    }
    Err(Error::parameter(
        kind,
        name,
        "1 to 64 letters, digits, `-` and `_`",
    ))
}

fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    let dir = path.parent().expect("a path inside the registry");
    fs::create_dir_all(dir)?;
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_dir(dir)
}

fn sync_dir(dir: &Path) -> Result<()> {
    Ok(fs::File::open(dir)?.sync_all()?)
}
