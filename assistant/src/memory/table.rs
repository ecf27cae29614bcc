//! Rows of one kind in this process: bounded in bytes and age, with a list of what the file lacks.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::retention::Limit;

/// What a row costs beside its key and value: entries of three collections, counters of the shared texts.
const ROW_OVERHEAD_BYTES: usize = 200;

/// Combines a row that was changed here with the row that another process wrote: `(base, ours, theirs)`, `base` being what
/// the file held when ours was last the same. `None` leaves it to the later of the two.
pub(super) type Merge = fn(Option<&str>, &str, &str) -> Option<String>;

/// A change that the file lacks. Without a row, the key is to be deleted.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) key: Arc<str>,
    pub(super) row: Option<(Arc<str>, u64)>,
}

#[derive(Debug)]
struct Row {
    value: Arc<str>,
    at_s: u64,
    /// Tells apart rows of the same second.
    place: u64,
    /// What the file holds of it.
    saved: Option<Arc<str>>,
}

/// Rows by key.
#[derive(Debug)]
pub(super) struct Table {
    limit: Limit,
    /// Whether changes are meant for a file.
    has_file: bool,
    /// Whether rows that go from here are deleted from the file.
    deletes: bool,
    merge: Merge,
    rows: HashMap<Arc<str>, Row>,
    by_age: BTreeMap<(u64, u64), Arc<str>>,
    bytes: usize,
    /// Keys of rows that the file lacks or has otherwise.
    unsaved: HashSet<Arc<str>>,
    /// Keys of rows that the file has and this table no longer.
    gone: HashSet<Arc<str>>,
    /// Rows that made room for others before they were saved.
    dropped: u64,
    next_place: u64,
}

impl Table {
    pub(super) fn new(limit: Limit, has_file: bool, deletes: bool, merge: Merge) -> Self {
        Self {
            limit,
            has_file,
            deletes,
            merge,
            rows: HashMap::new(),
            by_age: BTreeMap::new(),
            bytes: 0,
            unsaved: HashSet::new(),
            gone: HashSet::new(),
            dropped: 0,
            next_place: 0,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many changes the file lacks.
    pub(super) fn pending(&self) -> usize {
        self.unsaved.len() + self.gone.len()
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The row of a key, unless it is too old.
    pub(super) fn get(&self, key: &str, now_s: u64) -> Option<&str> {
        let row = self.rows.get(key)?;
        (!self.is_old(row.at_s, now_s)).then_some(&*row.value)
    }

    /// All rows that are not too old.
    #[cfg(test)]
    pub(super) fn values(&self, now_s: u64) -> impl Iterator<Item = &str> {
        let rows = self.rows.values();
        rows.filter(move |row| !self.is_old(row.at_s, now_s))
            .map(|row| &*row.value)
    }

    /// Puts a row in the place of the one with this key, then deletes what is past the bounds.
    pub(super) fn put(&mut self, key: &str, value: String, now_s: u64) {
        let saved = self.take(key).map(|row| row.saved);
        let key: Arc<str> = key.into();
        // A row that was to be deleted from the file is there still: what of it does not matter any more.
        let was_gone = self.gone.remove(&key).then(|| Arc::from(""));
        let saved = saved.unwrap_or(was_gone);
        if self.has_file {
            self.unsaved.insert(Arc::clone(&key));
        }
        self.insert(key, value.into(), now_s, saved);
        self.expire(now_s);
        self.make_room();
    }

    /// Deletes what is too old.
    pub(super) fn expire(&mut self, now_s: u64) {
        while let Some((&(at_s, _), key)) = self.by_age.first_key_value() {
            if !self.is_old(at_s, now_s) {
                break;
            }
            let key = Arc::clone(key);
            self.remove(&key);
        }
    }

    /// Changes that the file lacks, of `max_bytes` or a little more.
    pub(super) fn changes(&self, max_bytes: usize) -> Vec<Change> {
        let gone = self.gone.iter().map(|key| Change {
            key: Arc::clone(key),
            row: None,
        });
        let rows = self.unsaved.iter().filter_map(|key| {
            let row = self.rows.get(key)?;
            Some(Change {
                key: Arc::clone(key),
                row: Some((Arc::clone(&row.value), row.at_s)),
            })
        });
        let mut bytes = 0;
        gone.chain(rows)
            .take_while(|change| {
                let before = bytes;
                let value = change.row.as_ref().map_or(0, |(value, _)| value.len());
                bytes += ROW_OVERHEAD_BYTES + value;
                before < max_bytes
            })
            .collect()
    }

    /// Notes that the file has these changes now.
    pub(super) fn note_saved(&mut self, changes: &[Change]) {
        for change in changes {
            match (&change.row, self.rows.get_mut(&change.key)) {
                (Some((value, _)), Some(row)) => {
                    if Arc::ptr_eq(value, &row.value) {
                        self.unsaved.remove(&change.key);
                    }
                    row.saved = Some(Arc::clone(value));
                }
                // It went while it was being written.
                (Some(_), None) if self.deletes => {
                    self.gone.insert(Arc::clone(&change.key));
                }
                (Some(_), None) => {}
                (None, _) => {
                    self.gone.remove(&change.key);
                }
            }
        }
    }

    /// Takes over a row as the file has it.
    pub(super) fn load(&mut self, key: &str, value: &str, at_s: u64) {
        if self.gone.contains(key) {
            return;
        }
        let theirs: Arc<str> = value.into();
        let Some(row) = self.rows.get_mut(key) else {
            self.insert(key.into(), Arc::clone(&theirs), at_s, Some(theirs));
            self.make_room();
            return;
        };
        if self.unsaved.contains(key) {
            let merged = (self.merge)(row.saved.as_deref(), &row.value, value);
            if merged.is_some() || row.at_s >= at_s {
                row.saved = Some(theirs);
                let Some(merged) = merged else { return };
                self.bytes = self.bytes - row.value.len() + merged.len();
                row.value = merged.into();
                self.make_room();
                return;
            }
        } else if *row.value == *value {
            return;
        }
        self.take(key);
        self.insert(key.into(), Arc::clone(&theirs), at_s, Some(theirs));
        self.make_room();
    }

    /// Forgets what the file has: a new one is to get everything.
    pub(super) fn forget_file(&mut self) {
        self.gone.clear();
        for (key, row) in &mut self.rows {
            row.saved = None;
            self.unsaved.insert(Arc::clone(key));
        }
    }

    fn is_old(&self, at_s: u64, now_s: u64) -> bool {
        now_s.saturating_sub(at_s) >= self.limit.max_age_s
    }

    fn insert(&mut self, key: Arc<str>, value: Arc<str>, at_s: u64, saved: Option<Arc<str>>) {
        let place = self.next_place;
        self.next_place += 1;
        self.bytes += cost(&key, &value);
        self.by_age.insert((at_s, place), Arc::clone(&key));
        let row = Row {
            value,
            at_s,
            place,
            saved,
        };
        self.rows.insert(key, row);
    }

    /// Takes a row out, and it is in no list any more.
    fn take(&mut self, key: &str) -> Option<Row> {
        let row = self.rows.remove(key)?;
        self.bytes -= cost(key, &row.value);
        self.by_age.remove(&(row.at_s, row.place));
        self.unsaved.remove(key);
        Some(row)
    }

    fn remove(&mut self, key: &Arc<str>) -> Option<Row> {
        let row = self.take(key)?;
        if row.saved.is_some() && self.deletes {
            self.gone.insert(Arc::clone(key));
        }
        Some(row)
    }

    fn make_room(&mut self) {
        while self.bytes > self.limit.max_bytes {
            let Some((_, key)) = self.by_age.first_key_value() else {
                break;
            };
            let key = Arc::clone(key);
            let is_unsaved = self.unsaved.contains(&key);
            self.remove(&key);
            self.dropped += u64::from(is_unsaved);
        }
    }
}

fn cost(key: &str, value: &str) -> usize {
    key.len() + value.len() + ROW_OVERHEAD_BYTES
}

#[cfg(test)]
mod tests;
