//! What lies in a registry.

use std::collections::BTreeMap;

use super::sweep::Removed;
use crate::{Error, Manifest};

/// What [`super::Registry::list`] found.
#[derive(Debug, Default)]
pub struct Inventory {
    /// Whole artifacts, oldest first.
    pub manifests: Vec<Manifest>,
    /// Bytes of their files by version.
    pub bytes: BTreeMap<String, u64>,
    /// Directories that hold no whole artifact, and why.
    pub refused: Vec<Error>,
}

impl Inventory {
    pub(super) fn sort(&mut self) {
        self.manifests
            .sort_by(|a, b| (&a.trained_at, &a.version).cmp(&(&b.trained_at, &b.version)));
    }

    /// The whole artifacts as a cleaning sees them.
    pub(super) fn found(&self) -> Vec<Removed> {
        let found = self.manifests.iter().map(|manifest| Removed {
            version: manifest.version.clone(),
            bytes: self.bytes.get(&manifest.version).copied().unwrap_or(0),
            damage: None,
        });
        found.collect()
    }
}
