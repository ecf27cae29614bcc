//! A registry in one directory: where its files lie, and how they appear.

use std::{
    collections::BTreeMap,
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use chrono::{DateTime, SecondsFormat, Utc};
use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::{
    aliases::Aliases,
    history::{self, Change, History},
    inventory::Inventory,
    names::is_plain,
    store::{Decide, Store},
    sweep::{self, Collected, Removed, is_version},
};
use crate::{
    Error, Manifest, Result,
    artifact::{self, Parts},
};

const ALIASES: &str = "aliases.json";
const HISTORY: &str = "history.ndjson";
/// Where registries of the version before held one file an alias.
const ALIAS_FILES: &str = "aliases";

/// A registry in one directory.
#[derive(Debug, Clone)]
pub(super) struct Directory {
    root: PathBuf,
}

/// When an artifact was published, as it is kept beside it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Published {
    published_at: DateTime<Utc>,
}

impl Published {
    pub(super) fn at(published_at: DateTime<Utc>) -> Self {
        Self { published_at }
    }

    /// Reads the record; a damaged one says nothing.
    pub(super) fn parse(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }

    #[cfg(feature = "object-store")]
    pub(super) fn time(&self) -> DateTime<Utc> {
        self.published_at
    }

    pub(super) fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a time is JSON")
    }

    /// As manifests tell it (RFC 3339, UTC).
    pub(super) fn told(&self) -> String {
        self.published_at.to_rfc3339_opts(SecondsFormat::Secs, true)
    }
}

/// The right to write; others wait until it is dropped.
struct Lock(#[expect(dead_code, reason = "held, not read")] fs::File);

impl Directory {
    pub(super) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }

    fn artifacts(&self) -> PathBuf {
        self.root.join("artifacts")
    }

    pub(super) fn artifact_dir(&self, version: &str) -> PathBuf {
        self.artifacts().join(version)
    }

    fn record(&self, version: &str) -> PathBuf {
        self.root.join("published").join(format!("{version}.json"))
    }

    /// When a version was published (RFC 3339, UTC).
    fn published_at(&self, version: &str) -> Option<String> {
        Some(Published::parse(&fs::read(self.record(version)).ok()?)?.told())
    }

    /// The aliases of a registry of the version before.
    fn alias_files(&self) -> Result<Aliases> {
        let dir = self.root.join(ALIAS_FILES);
        let mut aliases = BTreeMap::new();
        for path in entries(&dir)? {
            let name = path.file_name().and_then(|name| name.to_str());
            // What a writer that died was writing has a dot in its name.
            if let Some(name) = name.filter(|name| is_plain(name)) {
                let line = fs::read_to_string(&path)?;
                aliases.insert(name.to_owned(), line.trim().to_owned());
            }
        }
        Aliases::of(aliases).checked(&dir)
    }

    fn history_text(&self) -> Result<String> {
        match fs::read(self.root.join(HISTORY)) {
            Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
            Err(error) => Err(error.into()),
        }
    }

    /// Appends a line to the history, in place of one that a writer did not live to end.
    fn tell(&self, change: &Change) -> Result<()> {
        let path = self.root.join(HISTORY);
        let is_new = !path.exists();
        let mut file = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)?;
        let whole = history::whole_bytes(&fs::read(&path)?);
        file.set_len(whole as u64)?;
        let mut line = serde_json::to_vec(change).expect("names and texts are JSON");
        line.push(b'\n');
        file.write_all(&line)?;
        file.sync_all()?;
        if is_new {
            sync_dir(&self.root)?;
        }
        Ok(())
    }

    /// Every artifact: the whole ones oldest first, then the others. What is not ours is passed over, for whoever put it
    /// there may want it.
    fn found(&self) -> Result<Vec<Removed>> {
        let inventory = self.list()?;
        let mut found: Vec<Removed> = inventory.found();
        for dir in entries(&self.artifacts())? {
            let name = dir.file_name().and_then(|name| name.to_str());
            if let Some(version) = name.filter(|name| is_version(name))
                && !inventory.bytes.contains_key(version)
            {
                found.push(Removed {
                    version: version.to_owned(),
                    bytes: bytes(&dir)?,
                    damage: self.read(version).err().map(|error| error.to_string()),
                });
            }
        }
        Ok(found)
    }

    /// Waits for other writers; then whatever lies in staging belongs to a dead one.
    fn lock(&self) -> Result<Lock> {
        fs::create_dir_all(&self.root)?;
        let path = self.root.join(".lock");
        let file = fs::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)?;
        file.file().lock()?;
        self.clear_staging()?;
        Ok(Lock(file))
    }

    /// Throws away what lies in staging.
    fn clear_staging(&self) -> Result<()> {
        match fs::remove_dir_all(self.root.join("staging")) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Has a version disappear at once and whole. Its files go with the staging directory.
    fn remove(&self, lock: &Lock, version: &str) -> Result<()> {
        let grave = self.staging(lock)?.keep();
        fs::rename(self.artifact_dir(version), grave.join(version))?;
        sync_dir(&self.artifacts())
    }

    /// A new directory to write in, readable by whoever may read the registry.
    fn staging(&self, _lock: &Lock) -> Result<tempfile::TempDir> {
        let staging = self.root.join("staging");
        fs::create_dir_all(&staging)?;
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(mode(0o777));
        Ok(builder.tempdir_in(staging)?)
    }

    /// Writes a file that appears whole or not at all.
    fn write(&self, _lock: &Lock, path: &Path, bytes: &[u8]) -> Result<()> {
        let dir = path.parent().expect("a path inside the registry");
        fs::create_dir_all(dir)?;
        let staging = self.root.join("staging");
        fs::create_dir_all(&staging)?;
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(mode(0o666));
        let mut file = builder.tempfile_in(staging)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        sync_dir(dir)
    }
}

impl Store for Directory {
    fn publish(
        &self,
        mut manifest: Manifest,
        parts: &Parts,
        now: DateTime<Utc>,
    ) -> Result<Manifest> {
        let lock = self.lock()?;
        let target = self.artifact_dir(&manifest.version);
        if self.read(&manifest.version).is_ok() {
            manifest.trained_at = self.published_at(&manifest.version);
            return Ok(manifest);
        }
        let staging = self.staging(&lock)?;
        artifact::write(staging.path(), &manifest, parts)?;
        let record = Published::at(now).to_json();
        let published = self.record(&manifest.version);
        self.write(&lock, &published, &record)?;
        fs::create_dir_all(self.artifacts())?;
        // A directory under the right name with the wrong content is damage: it is replaced.
        if target.exists() {
            self.remove(&lock, &manifest.version)?;
        }
        fs::rename(staging.keep(), &target)?;
        sync_dir(&self.artifacts())?;
        manifest.trained_at = self.published_at(&manifest.version);
        Ok(manifest)
    }

    fn has(&self, version: &str) -> Result<bool> {
        Ok(self
            .artifact_dir(version)
            .join(artifact::MANIFEST)
            .is_file())
    }

    fn require_whole(&self, version: &str) -> Result<()> {
        self.read(version).map(drop)
    }

    fn fetch(&self, version: &str) -> Result<PathBuf> {
        Ok(self.artifact_dir(version))
    }

    fn read(&self, version: &str) -> Result<(Manifest, Parts)> {
        let dir = self.artifact_dir(version);
        let (mut manifest, parts) = artifact::read(&dir)?;
        if manifest.version != version {
            return Err(Error::Refused {
                path: dir,
                reason: format!("it holds the version {}", manifest.version),
            });
        }
        manifest.trained_at = self.published_at(version);
        Ok((manifest, parts))
    }

    fn list(&self) -> Result<Inventory> {
        let mut inventory = Inventory::default();
        for dir in entries(&self.artifacts())? {
            let name = dir.file_name().expect("an entry has a name");
            match self.read(&name.to_string_lossy()) {
                Ok((manifest, _)) => {
                    inventory
                        .bytes
                        .insert(manifest.version.clone(), bytes(&dir)?);
                    inventory.manifests.push(manifest);
                }
                Err(error) => inventory.refused.push(error),
            }
        }
        inventory.sort();
        Ok(inventory)
    }

    fn aliases(&self) -> Result<Aliases> {
        let path = self.root.join(ALIASES);
        match fs::read(&path) {
            Ok(bytes) => Aliases::parse(&bytes, &path),
            Err(error) if error.kind() == ErrorKind::NotFound => self.alias_files(),
            Err(error) => Err(error.into()),
        }
    }

    fn history(&self) -> Result<History> {
        // In this order: of two changes in between, the file knows the first.
        let aliases = self.aliases()?;
        Ok(History::parse(&self.history_text()?, aliases.last()))
    }

    fn change(&self, decide: Decide<'_>) -> Result<Option<Change>> {
        let lock = self.lock()?;
        let text = self.history_text()?;
        let told = History::parse(&text, None);
        let before = self.aliases()?.or_last(told.changes.last());
        let Some(after) = decide(&before)? else {
            return Ok(None);
        };
        // What led here is told before it is written over.
        if let Some(last) = before.last().filter(|last| told.seq() < last.seq) {
            self.tell(last)?;
        }
        self.write(&lock, &self.root.join(ALIASES), &after.to_json())?;
        let files = self.root.join(ALIAS_FILES);
        if files.exists() {
            fs::remove_dir_all(files)?;
        }
        let change = after.last().expect("a change notes itself").clone();
        // The change has happened, and the document knows it: the history is told by the next one at the latest.
        let _told_later = self.tell(&change);
        Ok(Some(change))
    }

    fn gc(&self, keep_last: usize, dry_run: bool) -> Result<Collected> {
        if dry_run {
            return Ok(sweep::plan(self.found()?, &self.aliases()?, keep_last));
        }
        // Whoever promotes waits for this lock, and then looks whether the version is still there.
        let lock = self.lock()?;
        let collected = sweep::plan(self.found()?, &self.aliases()?, keep_last);
        for removed in &collected.removed {
            self.remove(&lock, &removed.version)?;
        }
        // A publisher that died between record and artifact left the record.
        for record in entries(&self.root.join("published"))? {
            let version = record.file_stem().and_then(|stem| stem.to_str());
            let is_orphan = |version| is_version(version) && !self.artifact_dir(version).exists();
            if version.is_some_and(is_orphan) {
                fs::remove_file(record)?;
            }
        }
        self.clear_staging()?;
        Ok(collected)
    }
}

/// Permissions that the umask narrows, as those of any new file: the service may run as another user than the trainer,
/// and tempfile's own would shut it out.
#[cfg(unix)]
fn mode(bits: u32) -> std::fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(bits)
}

/// What lies in a directory, sorted by name; nothing where it is absent.
fn entries(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut paths = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

/// Bytes of a file, or of the files in a directory.
fn bytes(path: &Path) -> Result<u64> {
    if !path.is_dir() {
        return Ok(fs::symlink_metadata(path)?.len());
    }
    let mut bytes = 0;
    for path in entries(path)? {
        bytes += fs::symlink_metadata(path)?.len();
    }
    Ok(bytes)
}

fn sync_dir(dir: &Path) -> Result<()> {
    Ok(fs::File::open(dir)?.sync_all()?)
}
