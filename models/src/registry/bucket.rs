//! A registry in an object store: the same objects as a directory has files, and a directory of its own as cache.
//!
//! ```text
//! <url>/artifacts/<version>/       parts first, `manifest.json` last: with it the artifact is there
//! <url>/published/<version>.json   when it was published
//! <url>/aliases.json               all aliases and the last change of them
//! <url>/history/<number>.json      every change, an object each: nothing can be appended to an object
//! ```
//!
//! There is no lock. `aliases.json` is replaced only if it still is what it was when it was read (`If-Match`), else all is
//! thought over again: of two who promote at the same time neither is lost. A cleaning first writes into that very
//! document what it is going to remove, so that nobody points at it meanwhile.
//!
//! An artifact is fetched once, checked against its hash, and kept in the cache: `$GIAXE_CACHE`, else
//! `$XDG_CACHE_HOME/giaxe`, else `~/.cache/giaxe`.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::OnceLock,
    thread,
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};

use super::{
    aliases::Aliases,
    directory::{Directory, Published},
    history::{Change, History},
    inventory::Inventory,
    objects::{Object, Objects, Version},
    store::{Decide, Store},
    sweep::{self, Collected, Removed},
};
use crate::{
    Error, Manifest, Result,
    artifact::{self, Parts},
};

const ALIASES: &str = "aliases.json";

/// How often a change is thought over when others change the aliases at the same time.
const ATTEMPTS: u32 = 20;

/// Parts without a manifest are debris once they are older: a publisher may still be at it.
const DEBRIS_AGE: TimeDelta = TimeDelta::days(1);

/// A registry in an object store.
#[derive(Debug)]
pub(super) struct Bucket {
    url: String,
    objects: OnceLock<Objects>,
    cache: Directory,
}

impl Bucket {
    /// The registry at `url`; nothing is sent yet.
    pub(super) fn new(url: &str) -> Self {
        let name = datasets::hash::hex(&Sha256::digest(url.as_bytes()));
        Self {
            url: url.trim_end_matches('/').to_owned(),
            objects: OnceLock::new(),
            cache: Directory::new(&cache_dir().join("registry").join(&name[..16])),
        }
    }

    /// The registry in `objects`, with its cache elsewhere.
    #[cfg(test)]
    pub(super) fn over(objects: Objects, cache: &Path) -> Self {
        Self {
            url: "memory://".to_owned(),
            objects: OnceLock::from(objects),
            cache: Directory::new(cache),
        }
    }

    fn objects(&self) -> Result<&Objects> {
        if let Some(objects) = self.objects.get() {
            return Ok(objects);
        }
        let objects = Objects::connect(&self.url)?;
        Ok(self.objects.get_or_init(|| objects))
    }

    /// Replaces the document by what `decide` makes of it, again and again until nobody else was faster.
    fn replace(
        &self,
        decide: impl Fn(&Aliases) -> Result<Option<Aliases>>,
    ) -> Result<Option<Aliases>> {
        for attempt in 0..ATTEMPTS {
            let (before, version) = self.document()?;
            let before = if version.is_some() {
                before
            } else {
                before.or_last(self.history()?.changes.last())
            };
            let Some(after) = decide(&before)? else {
                return Ok(None);
            };
            if self
                .objects()?
                .replace(ALIASES, after.to_json(), version)?
                // A reply that was lost on its way looks like somebody else's success.
                || self.aliases()? == after
            {
                return Ok(Some(after));
            }
            thread::sleep(Duration::from_millis(10) * (attempt + 1));
        }
        Err(Error::Registry {
            path: self.path(ALIASES),
            reason: format!("others changed it each of {ATTEMPTS} times; try again"),
        })
    }

    /// Keeps a change for the history; it may be there already.
    fn tell(&self, change: &Change) -> Result<()> {
        let json = serde_json::to_vec(change).expect("names and texts are JSON");
        let name = format!("history/{:08}.json", change.seq);
        self.objects()?.create(&name, json).map(drop)
    }

    /// Removes an artifact: its manifest first, for with it the artifact is there.
    fn remove(&self, version: &str, objects: &[Object]) -> Result<()> {
        let manifest = manifest_name(version);
        self.objects()?.delete(&manifest)?;
        for object in objects.iter().filter(|own| own.name != manifest) {
            self.objects()?.delete(&object.name)?;
        }
        self.objects()?.delete(&record_name(version))
    }

    /// The objects of each version.
    fn artifacts(&self) -> Result<BTreeMap<String, Vec<Object>>> {
        let mut artifacts: BTreeMap<String, Vec<Object>> = BTreeMap::new();
        for object in self.objects()?.list("artifacts")? {
            let version = object.name.split('/').nth(1).unwrap_or_default().to_owned();
            if sweep::is_version(&version) {
                artifacts.entry(version).or_default().push(object);
            }
        }
        Ok(artifacts)
    }

    fn document(&self) -> Result<(Aliases, Option<Version>)> {
        match self.objects()?.get(ALIASES)? {
            Some((bytes, version)) => {
                let aliases = Aliases::parse(&bytes, &self.path(ALIASES))?;
                Ok((aliases, Some(version)))
            }
            None => Ok((Aliases::default(), None)),
        }
    }

    fn manifest(&self, version: &str) -> Result<Manifest> {
        let name = manifest_name(version);
        let Some((bytes, _)) = self.objects()?.get(&name)? else {
            return Err(self.refused(&name, "it is absent".to_owned()));
        };
        let manifest = artifact::parse_manifest(&bytes, &self.path(&name))?;
        if manifest.version != version {
            let reason = format!("it holds the version {}", manifest.version);
            return Err(self.refused(&name, reason));
        }
        Ok(manifest)
    }

    fn published_at(&self, version: &str) -> Result<Option<String>> {
        let record = self.objects()?.get(&record_name(version))?;
        let at = record.and_then(|(bytes, _)| Published::parse(&bytes));
        Ok(at.as_ref().map(Published::told))
    }

    fn path(&self, name: &str) -> PathBuf {
        Path::new(&self.url).join(name)
    }

    fn refused(&self, name: &str, reason: String) -> Error {
        Error::Refused {
            path: self.path(name),
            reason,
        }
    }

    fn going(&self, version: &str) -> Error {
        Error::Registry {
            path: PathBuf::from(&self.url),
            reason: format!(
                "{version} is being removed by `trainer gc`; try again when that has ended"
            ),
        }
    }
}

impl Store for Bucket {
    fn publish(
        &self,
        mut manifest: Manifest,
        parts: &Parts,
        now: DateTime<Utc>,
    ) -> Result<Manifest> {
        let objects = self.objects()?;
        let version = manifest.version.clone();
        let (aliases, _) = self.document()?;
        if aliases.is_going(&version) {
            return Err(self.going(&version));
        }
        // Also what is there already: the same bytes do no harm, and mend what was damaged.
        for (name, bytes) in parts {
            objects.overwrite(&format!("artifacts/{version}/{name}"), bytes.clone())?;
        }
        objects.create(&record_name(&version), Published::at(now).to_json())?;
        let json = artifact::manifest_json(&manifest)?;
        objects.overwrite(&manifest_name(&version), json)?;
        manifest.trained_at = self.published_at(&version)?;
        Ok(manifest)
    }

    fn read(&self, version: &str) -> Result<(Manifest, Parts)> {
        if let Ok(cached) = self.cache.read(version) {
            return Ok(cached);
        }
        let objects = self.objects()?;
        let manifest = self.manifest(version)?;
        let mut parts = Parts::new();
        for (name, expected) in &manifest.parts {
            let object = format!("artifacts/{version}/{name}");
            let Some((bytes, _)) = objects.get(&object)? else {
                return Err(self.refused(&object, "it is absent".to_owned()));
            };
            artifact::check_part(&bytes, expected, &self.path(&object))?;
            parts.insert(name.clone(), bytes);
        }
        let record = objects.get(&record_name(version))?;
        let published = record.and_then(|(bytes, _)| Published::parse(&bytes));
        let at = published.map_or(DateTime::UNIX_EPOCH, |own| own.time());
        let cached = self.cache.publish(manifest, &parts, at)?;
        Ok((cached, parts))
    }

    fn fetch(&self, version: &str) -> Result<PathBuf> {
        self.read(version)?;
        Ok(self.cache.artifact_dir(version))
    }

    fn has(&self, version: &str) -> Result<bool> {
        let name = manifest_name(version);
        let listed = self.objects()?.list(&format!("artifacts/{version}"))?;
        Ok(listed.iter().any(|object| object.name == name))
    }

    fn require_whole(&self, version: &str) -> Result<()> {
        let (manifest, parts) = self.read(version)?;
        // The cache may have what the store lost.
        let listed = self.objects()?.list(&format!("artifacts/{version}"))?;
        for name in manifest.parts.keys() {
            let object = format!("artifacts/{version}/{name}");
            let bytes = listed
                .iter()
                .find(|own| own.name == object)
                .map(|own| own.bytes);
            let expected = parts[name].len() as u64;
            if bytes != Some(expected) {
                let found = bytes.map_or("absent".to_owned(), |bytes| format!("{bytes} bytes"));
                let reason = format!("it is {found}; the manifest means {expected} bytes");
                return Err(self.refused(&object, reason));
            }
        }
        Ok(())
    }

    fn list(&self) -> Result<Inventory> {
        let mut inventory = Inventory::default();
        for (version, objects) in self.artifacts()? {
            if objects
                .iter()
                .all(|own| own.name != manifest_name(&version))
            {
                // Being published, or debris.
                continue;
            }
            let whole = self.manifest(&version).and_then(|mut manifest| {
                for name in manifest.parts.keys() {
                    let object = format!("artifacts/{version}/{name}");
                    if objects.iter().all(|own| own.name != object) {
                        return Err(self.refused(&object, "it is absent".to_owned()));
                    }
                }
                manifest.trained_at = self.published_at(&version)?;
                Ok(manifest)
            });
            match whole {
                Ok(manifest) => {
                    let bytes = objects.iter().map(|own| own.bytes).sum();
                    inventory.bytes.insert(version, bytes);
                    inventory.manifests.push(manifest);
                }
                Err(error) => inventory.refused.push(error),
            }
        }
        inventory.sort();
        Ok(inventory)
    }

    fn aliases(&self) -> Result<Aliases> {
        Ok(self.document()?.0)
    }

    fn history(&self) -> Result<History> {
        // In this order: of two changes in between, the objects know the first.
        let aliases = self.aliases()?;
        let mut text = String::new();
        for object in self.objects()?.list("history")? {
            if let Some((bytes, _)) = self.objects()?.get(&object.name)? {
                text.push_str(String::from_utf8_lossy(&bytes).trim_end());
                text.push('\n');
            }
        }
        Ok(History::parse(&text, aliases.last()))
    }

    fn change(&self, decide: Decide<'_>) -> Result<Option<Change>> {
        let after = self.replace(|before| {
            let after = decide(before)?;
            // What led here is told before it is written over.
            if let Some(last) = before.last().filter(|_| after.is_some()) {
                self.tell(last)?;
            }
            Ok(after)
        })?;
        let Some(after) = after else { return Ok(None) };
        let change = after.last().expect("a change notes itself").clone();
        // The change has happened, and the document knows it: the history is told by the next one at the latest.
        let _told_later = self.tell(&change);
        Ok(Some(change))
    }

    fn gc(&self, keep_last: usize, dry_run: bool) -> Result<Collected> {
        let inventory = self.list()?;
        let artifacts = self.artifacts()?;
        let mut found = inventory.found();
        for (version, objects) in &artifacts {
            if !inventory.bytes.contains_key(version) && is_old(objects) {
                found.push(Removed {
                    version: version.clone(),
                    bytes: objects.iter().map(|own| own.bytes).sum(),
                    damage: Some("it is not whole".to_owned()),
                });
            }
        }
        let plan = |aliases: &Aliases| sweep::plan(found.clone(), aliases, keep_last);
        if dry_run {
            return Ok(plan(&self.aliases()?));
        }
        // Said before it is done: whoever promotes from here on finds it going, or this finds it promoted.
        let going = self.replace(|aliases| {
            let removed = plan(aliases).removed;
            let versions = removed.into_iter().map(|removed| removed.version);
            let after = aliases.with_going(versions.collect());
            Ok((after != *aliases).then_some(after))
        })?;
        let aliases = match going {
            Some(aliases) => aliases,
            None => self.aliases()?,
        };
        let collected = plan(&aliases);
        for removed in &collected.removed {
            self.remove(&removed.version, &artifacts[&removed.version])?;
        }
        self.replace(|aliases| {
            let after = aliases.with_going(BTreeSet::new());
            Ok((after != *aliases).then_some(after))
        })?;
        Ok(collected)
    }
}

fn manifest_name(version: &str) -> String {
    format!("artifacts/{version}/{}", artifact::MANIFEST)
}

fn record_name(version: &str) -> String {
    format!("published/{version}.json")
}

fn is_old(objects: &[Object]) -> bool {
    objects
        .iter()
        .all(|object| Utc::now() - object.modified > DEBRIS_AGE)
}

/// Where fetched artifacts are kept.
fn cache_dir() -> PathBuf {
    let var = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    var("GIAXE_CACHE")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(var("XDG_CACHE_HOME")?).join("giaxe")))
        .or_else(|| Some(PathBuf::from(var("HOME")?).join(".cache").join("giaxe")))
        .unwrap_or_else(|| std::env::temp_dir().join("giaxe"))
}
