//! How the memory is doing, for `/health` and `/metrics`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Where the memory is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemoryState {
    /// In a file, and the last write succeeded.
    Saved,
    /// There should be a file, but it cannot be opened or written now. What was not saved is kept in the process, within
    /// its bounds, and is written when the file can be written again.
    Failing,
    /// In the process alone: no folder is set.
    ProcessOnly,
}

/// What the memory has done, and what it waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryStatus {
    /// Where it is kept.
    pub state: MemoryState,
    /// Why the file cannot be opened or written, while it cannot.
    pub error: Option<String>,
    /// Changes that the file lacks.
    pub pending_rows: u64,
    /// Rows that made room for others before they were saved, since the start.
    pub dropped_rows_total: u64,
    /// Successful writes since the start, of any number of rows each.
    pub writes_total: u64,
    /// Failed attempts to open or write the file since the start.
    pub failures_total: u64,
    /// Seconds since 1970 of the last successful write; none before the first.
    pub last_write_at_s: Option<u64>,
    /// Bytes of all rows in the process.
    pub held_bytes: u64,
    /// Size of the file, its log included.
    pub file_bytes: u64,
}

/// What the writer counts.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) writes: AtomicU64,
    pub(super) failures: AtomicU64,
    /// Zero before the first write.
    pub(super) last_write_at_s: AtomicU64,
    pub(super) file_bytes: AtomicU64,
    error: Mutex<Option<String>>,
}

impl Counters {
    pub(super) fn error(&self) -> Option<String> {
        let own = self.error.lock().unwrap_or_else(PoisonError::into_inner);
        own.clone()
    }

    /// Notes the error, and gives the one before.
    pub(super) fn set_error(&self, error: Option<String>) -> Option<String> {
        self.failures
            .fetch_add(u64::from(error.is_some()), Ordering::Relaxed);
        let mut own = self.error.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut own, error)
    }
}
