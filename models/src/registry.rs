//! The registry: immutable artifacts, aliases that point at them, and the history of those aliases.
//!
//! ```text
//! <root>/artifacts/<version>/       immutable, complete from the moment the name exists
//! <root>/published/<version>.json   when it was published
//! <root>/aliases.json               all aliases and the last change of them, replaced as one
//! <root>/history.ndjson             the changes before, one a line, only ever appended to
//! <root>/staging/                   what a writer is writing; debris after a crash
//! ```
//!
//! Everything appears by renaming, so that a reader sees the old state or the new one and a crash at any point
//! leaves the last good one. Writers take an exclusive lock, readers none.
//!
//! Replacing `aliases.json` is what makes a change happen. It carries the change itself, so that a writer that dies
//! before it has told the history loses nothing: whoever changes the aliases next, tells it first.
//!
//! A registry may lie in an object store, too: see `bucket`, which exists with the feature `object-store`.
//!
//! Registries of the version before held one file an alias, `aliases/<name>`; they are read as they are, and the first
//! change replaces them.

mod aliases;
#[cfg(feature = "object-store")]
mod bucket;
#[cfg(feature = "object-store")]
mod connector;
mod directory;
mod history;
mod inventory;
mod names;
#[cfg(feature = "object-store")]
mod objects;
mod place;
mod store;
mod sweep;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::{DateTime, Utc};

use crate::{
    Error, Manifest, Result,
    artifact::{self, Parts},
};

use aliases::Aliases;
pub use history::{Action, Change, History};
pub use inventory::Inventory;
use names::is_plain;
pub use names::{CHALLENGER, CHAMPION, PREVIOUS, Reason};
use store::{PLACES, Store};
pub use sweep::{Collected, Kept, Removed};

/// A registry of artifacts.
#[derive(Debug, Clone)]
pub struct Registry {
    root: PathBuf,
    /// None for a URL that this build cannot open.
    store: Option<Arc<dyn Store>>,
}

impl Registry {
    /// The registry in the directory or at the URL `root`. It need not exist yet, and nothing is looked at: what cannot be
    /// opened says so when it is used.
    pub fn open(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            store: place::at(root),
        }
    }

    /// Like [`Self::open`], but fails if the directory is missing.
    ///
    /// # Errors
    /// [`Error::Io`] when a directory is absent or cannot be read.
    pub fn open_existing(root: &Path) -> Result<Self> {
        if !root.to_str().is_some_and(|root| root.contains("://")) {
            fs_err::read_dir(root)?;
        }
        Ok(Self::open(root))
    }

    /// Directory or URL of the registry.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn store(&self) -> Result<&dyn Store> {
        let store = self.store.as_deref();
        store.ok_or_else(|| Error::parameter("registry", self.root.display(), PLACES))
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
        let manifest = artifact::seal(manifest, parts)?;
        self.store()?.publish(manifest, parts, now)
    }

    /// Makes the artifact that `reference` names (a version, or an alias such as [`CHALLENGER`]) the champion. The
    /// champion before becomes [`PREVIOUS`], where it is still whole; a challenger that was promoted is one no more.
    /// All of it happens in one step. `None` if it is the champion already: then nothing changes.
    ///
    /// # Errors
    /// [`Error::Registry`] when the reference names nothing, [`Error::Refused`] when its artifact is not whole; the
    /// aliases then stay as they were.
    pub fn promote(&self, reference: &str, reason: &Reason) -> Result<Option<Change>> {
        check_name("reference", reference)?;
        let store = self.store()?;
        store.change(&|before| {
            let to = before.get(reference).unwrap_or(reference);
            if before.get(CHAMPION) == Some(to) {
                return Ok(None);
            }
            self.require_whole(reference, to, before)?;
            let old = before.get(CHAMPION);
            let returns = old.is_some_and(|version| store.require_whole(version).is_ok());
            Ok(Some(before.promoted(to, returns, reason)))
        })
    }

    /// Makes a published version the challenger. `None` if it is the challenger or the champion already.
    ///
    /// # Errors
    /// As [`Self::promote`].
    pub fn challenge(&self, version: &str, reason: &Reason) -> Result<Option<Change>> {
        check_name("version", version)?;
        self.store()?.change(&|before| {
            let stands = [CHAMPION, CHALLENGER]
                .iter()
                .any(|alias| before.get(alias) == Some(version));
            if stands {
                return Ok(None);
            }
            self.require_whole(version, version, before)?;
            Ok(Some(before.challenged(version, reason)))
        })
    }

    /// Brings [`PREVIOUS`] back as champion. There is no previous one after that: a second rollback, perhaps by
    /// somebody who did not know of the first, must not bring back the model that was bad.
    ///
    /// # Errors
    /// [`Error::Registry`] when there is no previous champion, [`Error::Refused`] when it is not whole; the aliases then
    /// stay as they were.
    pub fn rollback(&self, reason: &Reason) -> Result<Change> {
        let changed = self.store()?.change(&|before| {
            let Some(to) = before.get(PREVIOUS) else {
                return Err(self.no_previous(before));
            };
            self.require_whole(PREVIOUS, to, before)?;
            Ok(Some(before.rolled_back(to, reason)))
        })?;
        Ok(changed.expect("a rollback changes something or fails"))
    }

    /// Every change of the aliases, oldest first.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be read.
    pub fn history(&self) -> Result<History> {
        self.store()?.history()
    }

    /// Removes the artifacts that neither an alias nor the newest `keep_last` whole ones need, and what crashes left.
    /// What an alias points at stays, whoever promotes at the same time. With `dry_run` it is only said.
    ///
    /// # Errors
    /// [`Error::Io`] when the registry cannot be read or written. What was removed by then is gone, nothing else.
    pub fn gc(&self, keep_last: usize, dry_run: bool) -> Result<Collected> {
        self.store()?.gc(keep_last, dry_run)
    }

    /// The aliases that are set, and the versions that they point at, of one moment.
    ///
    /// # Errors
    /// [`Error::Io`] when they cannot be read, [`Error::Registry`] when they are not what this build writes.
    pub fn aliases(&self) -> Result<BTreeMap<String, String>> {
        Ok(self.store()?.aliases()?.into_map())
    }

    /// The version that `alias` points at, if it is set.
    ///
    /// # Errors
    /// As [`Self::aliases`], and [`Error::Parameter`] when the alias is no plain name.
    pub fn alias(&self, alias: &str) -> Result<Option<String>> {
        check_name("alias", alias)?;
        Ok(self.aliases()?.remove(alias))
    }

    /// The version that `reference` means: where an alias points at, else the reference itself.
    ///
    /// # Errors
    /// As [`Self::alias`].
    pub fn version(&self, reference: &str) -> Result<String> {
        Ok(self
            .alias(reference)?
            .unwrap_or_else(|| reference.to_owned()))
    }

    /// Directory of the artifact that `reference` names: an alias (`champion`) or a version. What lies in an object store
    /// is fetched.
    ///
    /// # Errors
    /// [`Error::Registry`] when the reference names nothing, [`Error::Parameter`] when it is no plain name, [`Error::Io`] when
    /// it cannot be fetched.
    pub fn resolve(&self, reference: &str) -> Result<PathBuf> {
        let version = self.version(reference)?;
        self.require(reference, &version)?;
        self.store()?.fetch(&version)
    }

    /// Manifest and parts of the artifact that `reference` names, every hash checked.
    ///
    /// # Errors
    /// As [`Self::resolve`], and [`Error::Refused`] for an artifact that is not whole.
    pub fn read(&self, reference: &str) -> Result<(Manifest, Parts)> {
        // Resolved once: between two looks another version may become champion.
        let version = self.version(reference)?;
        self.require(reference, &version)?;
        self.store()?.read(&version)
    }

    /// All artifacts, oldest first; what is not whole is listed apart, never as an artifact.
    ///
    /// # Errors
    /// [`Error::Io`] when the registry cannot be read.
    pub fn list(&self) -> Result<Inventory> {
        self.store()?.list()
    }

    /// Where a version lies in the registry, for messages.
    pub(crate) fn place(&self, version: &str) -> PathBuf {
        self.root.join("artifacts").join(version)
    }

    fn require(&self, reference: &str, version: &str) -> Result<()> {
        check_name("version", version)?;
        if self.store()?.has(version)? {
            return Ok(());
        }
        Err(self.names_nothing(reference, version))
    }

    fn require_whole(&self, reference: &str, version: &str, aliases: &Aliases) -> Result<()> {
        if aliases.is_going(version) {
            return Err(Error::Registry {
                path: self.root.clone(),
                reason: format!("{version} is being removed by a cleaning"),
            });
        }
        self.require(reference, version)?;
        self.store()?.require_whole(version)
    }

    fn names_nothing(&self, reference: &str, version: &str) -> Error {
        let through = if reference == version {
            String::new()
        } else {
            format!(" (it points at `{version}`)")
        };
        Error::Registry {
            path: self.root.clone(),
            reason: format!("`{reference}` names no artifact of this registry{through}"),
        }
    }

    fn no_previous(&self, aliases: &Aliases) -> Error {
        let last = aliases.last().map_or_else(String::new, |change| {
            format!(
                "; the last change was a {} by {} at {}",
                change.action,
                change.by,
                change.at.format("%Y-%m-%dT%H:%M:%SZ")
            )
        });
        Error::Registry {
            path: self.root.clone(),
            reason: format!("there is no previous champion to go back to{last}"),
        }
    }
}

/// Names come from command lines, requests and files: none may leave its directory.
fn check_name(kind: &'static str, name: &str) -> Result<()> {
    if is_plain(name) {
        return Ok(());
    }
    Err(Error::parameter(
        kind,
        name,
        "1 to 64 letters, digits, `-` and `_`",
    ))
}

#[cfg(all(test, feature = "object-store"))]
mod bucket_tests;
#[cfg(test)]
mod tests;
