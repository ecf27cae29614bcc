//! The tables of all kinds, each behind a lock of its own. A lock is held for microseconds, never while a disk is waited for.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::retention::{Kind, Retention};
use super::table::{Change, Merge, Table};
use super::unanswered;

/// The tables.
#[derive(Debug)]
pub(super) struct Tables([Mutex<Table>; Kind::ALL.len()]);

impl Tables {
    pub(super) fn new(retention: &Retention, has_file: bool) -> Self {
        Self(Kind::ALL.map(|kind| {
            let merge: Merge = match kind {
                Kind::Unanswered => unanswered::merge,
                Kind::Conversations | Kind::Answers | Kind::Feedback => |_, _, _| None,
            };
            Mutex::new(Table::new(
                retention.of(kind),
                has_file,
                retention.deletes,
                merge,
            ))
        }))
    }

    pub(super) fn of(&self, kind: Kind) -> MutexGuard<'_, Table> {
        let own = &self.0[kind as usize];
        own.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Deletes what is too old.
    pub(super) fn expire(&self, now_s: u64) {
        for kind in Kind::ALL {
            self.of(kind).expire(now_s);
        }
    }

    /// Forgets what the file has.
    pub(super) fn forget_file(&self) {
        for kind in Kind::ALL {
            self.of(kind).forget_file();
        }
    }

    /// Changes that the file lacks, of about `max_bytes` a kind.
    pub(super) fn changes(&self, max_bytes: usize) -> Vec<(Kind, Vec<Change>)> {
        let all = Kind::ALL.map(|kind| (kind, self.of(kind).changes(max_bytes)));
        all.into_iter()
            .filter(|(_, changes)| !changes.is_empty())
            .collect()
    }

    /// Notes that the file has these changes now.
    pub(super) fn note_saved(&self, changes: &[(Kind, Vec<Change>)]) {
        for (kind, changes) in changes {
            self.of(*kind).note_saved(changes);
        }
    }

    /// The sum of a number over the tables.
    pub(super) fn sum(&self, number: impl Fn(&Table) -> u64) -> u64 {
        Kind::ALL.iter().map(|kind| number(&self.of(*kind))).sum()
    }
}
