//! What a registry asks of the place where it lies.

use std::{fmt, path::PathBuf};

use chrono::{DateTime, Utc};

use super::{
    aliases::Aliases,
    history::{Change, History},
    inventory::Inventory,
    sweep::Collected,
};
use crate::{Manifest, Result, artifact::Parts};

/// Where a registry lies; the last of them are for builds with the feature `object-store`.
pub(super) const PLACES: &str = if cfg!(feature = "object-store") {
    "a directory, file:///DIR, s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or az://CONTAINER/PREFIX"
} else {
    "a directory or file:///DIR; this build has no object stores"
};

/// What makes of some aliases others; nothing where all stays.
pub(super) type Decide<'a> = &'a dyn Fn(&Aliases) -> Result<Option<Aliases>>;

/// Where artifacts, aliases and their history are kept.
pub(super) trait Store: fmt::Debug + Send + Sync {
    /// Publishes a sealed artifact, unless it is there already, whole.
    fn publish(&self, manifest: Manifest, parts: &Parts, now: DateTime<Utc>) -> Result<Manifest>;
    /// Whether there is a manifest of this version.
    fn has(&self, version: &str) -> Result<bool>;
    /// Manifest and parts of a version, every hash checked.
    fn read(&self, version: &str) -> Result<(Manifest, Parts)>;
    /// Fails where a version is not whole.
    fn require_whole(&self, version: &str) -> Result<()>;
    /// Directory on this machine that holds a version.
    fn fetch(&self, version: &str) -> Result<PathBuf>;
    /// See [`super::Registry::list`].
    fn list(&self) -> Result<Inventory>;
    /// All aliases of one moment.
    fn aliases(&self) -> Result<Aliases>;
    /// Replaces the aliases by what `decide` makes of them, as one step, and gives the change.
    fn change(&self, decide: Decide<'_>) -> Result<Option<Change>>;
    /// See [`super::Registry::history`].
    fn history(&self) -> Result<History>;
    /// See [`super::Registry::gc`].
    fn gc(&self, keep_last: usize, dry_run: bool) -> Result<Collected>;
}
