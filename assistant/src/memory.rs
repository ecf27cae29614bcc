//! What the assistant remembers: conversations, answers, questions that nothing answered, and feedback.
//!
//! Requests read and change tables in this process. A thread writes what changed to one file (SQLite) twice a second, so
//! that no request waits for a disk, and loads the file at the start. While the file cannot be opened or written, the
//! tables go on, and it gets everything once it can be. Every kind has a bound in bytes and an age past which rows are
//! deleted, here and in the file. Phone numbers are masked before anything is kept.
//!
//! Callers say what time it is, in seconds since 1970, so that tests need not wait.

mod answers;
mod aside;
mod clock;
mod conversations;
mod digest;
mod error;
mod feedback;
mod file;
mod permissions;
mod reading;
mod retention;
mod status;
mod table;
mod tables;
#[cfg(test)]
mod tests;
mod unanswered;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};
use understanding::Slots;

use retention::Kind;
use status::Counters;
use table::Table;
use tables::Tables;
use writer::Writer;

pub use answers::AnswerKey;
pub use conversations::{Conversation, Turn};
pub use error::MemoryError;
pub use feedback::{Feedback, Verdict};
pub use reading::{read_feedback, read_unanswered};
pub use retention::{Limit, Retention};
pub use status::{MemoryState, MemoryStatus};
pub use unanswered::Unanswered;

/// How long the end of a memory may take.
const LAST_WRITE: Duration = Duration::from_secs(2);

/// Sets the file of an earlier version aside, which this one does not read: it may hold phone numbers, so that nobody but
/// its owner may read it, and it is deleted after 30 days.
pub fn set_aside_old(path: &Path) {
    let now = chrono::Utc::now();
    let outcome = fs_err::exists(path).and_then(|is_there| {
        if is_there {
            let aside = aside::set_aside(path, now)?;
            let (path, aside) = (path.display(), aside.display());
            tracing::warn!(
                "the memory `{path}` is of an earlier version and is not read: it is set aside as `{aside}`"
            );
        }
        aside::delete_old(path, now)
    });
    match outcome {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            tracing::warn!(%error, "the memory of an earlier version cannot be set aside");
        }
        _ => {}
    }
}

/// Conversations, answers, unanswered questions and feedback. Dropping it writes what is left, for two seconds at most.
#[derive(Debug)]
pub struct Memory {
    tables: Arc<Tables>,
    counters: Arc<Counters>,
    file: Option<(PathBuf, Writer)>,
}

impl Memory {
    /// A memory that lives as long as the process.
    pub fn in_process(retention: &Retention) -> Self {
        Self {
            tables: Arc::new(Tables::new(retention, false)),
            counters: Arc::default(),
            file: None,
        }
    }

    /// The memory in the file at `path`, which is made if it is missing, and set aside if it is damaged.
    ///
    /// This always succeeds: while the file cannot be opened, [`Self::status`] says why, and the process alone remembers.
    pub fn open(path: &Path, retention: &Retention) -> Self {
        let tables = Arc::new(Tables::new(retention, true));
        let counters: Arc<Counters> = Arc::default();
        let writer = Writer::start(path.to_owned(), Arc::clone(&tables), Arc::clone(&counters));
        Self {
            tables,
            counters,
            file: Some((path.to_owned(), writer)),
        }
    }

    /// The conversation of this id; an empty one if there is none, or it is too old.
    pub fn conversation(&self, id: &str, now_s: u64) -> Conversation {
        let key = digest::digest(&[id]);
        conversations::read(&self.tables.of(Kind::Conversations), &key, now_s)
    }

    /// Adds a turn to a conversation.
    pub fn remember(&self, id: &str, turn: &Turn, slots: Slots, now_s: u64) {
        let turn = turn.to_keep();
        let key = digest::digest(&[id]);
        let mut table = self.tables.of(Kind::Conversations);
        conversations::add(&mut table, &key, turn, slots, now_s);
    }

    /// The answer of this key, unless it is too old.
    pub fn answer<T: DeserializeOwned>(&self, key: &AnswerKey<'_>, now_s: u64) -> Option<T> {
        answers::read(&self.tables.of(Kind::Answers), key, now_s)
    }

    /// Keeps an answer.
    pub fn keep_answer(&self, key: &AnswerKey<'_>, answer: &impl Serialize, now_s: u64) {
        answers::keep(&mut self.tables.of(Kind::Answers), key, answer, now_s);
    }

    /// Notes a refused question; `normalised` tells which questions are the same.
    pub fn note_unanswered(&self, normalised: &str, own: Unanswered) {
        let (key, own) = unanswered::to_keep(normalised, own);
        unanswered::note(&mut self.tables.of(Kind::Unanswered), &key, own);
    }

    /// Refused questions, the most frequent first.
    #[cfg(test)]
    fn unanswered(&self, now_s: u64) -> Vec<Unanswered> {
        unanswered::list(self.tables.of(Kind::Unanswered).values(now_s))
    }

    /// Keeps a remark; a second one on the same question of a conversation takes the first one's place.
    pub fn keep_feedback(&self, own: Feedback) {
        let (key, own) = feedback::to_keep(own);
        feedback::keep(&mut self.tables.of(Kind::Feedback), &key, &own);
    }

    /// All remarks, the newest first.
    #[cfg(test)]
    fn feedback(&self, now_s: u64) -> Vec<Feedback> {
        feedback::list(self.tables.of(Kind::Feedback).values(now_s))
    }

    /// Writes everything that the file lacks now, and waits for it, at most for `timeout`.
    ///
    /// # Errors
    /// [`MemoryError`] when the file cannot be opened or written, or takes longer.
    pub fn save(&self, timeout: Duration) -> Result<(), MemoryError> {
        let Some((path, writer)) = &self.file else {
            return Ok(());
        };
        let detail = if writer.write_now(timeout) {
            match self.counters.error() {
                None => return Ok(()),
                Some(error) => error,
            }
        } else {
            format!("the disk took longer than {} ms", timeout.as_millis())
        };
        Err(MemoryError {
            path: path.display().to_string(),
            detail,
            is_damaged: false,
        })
    }

    /// How the memory is doing. Cheap enough for every scrape of the metrics.
    pub fn status(&self) -> MemoryStatus {
        let error = self.counters.error();
        let counted = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let last_write_at_s = counted(&self.counters.last_write_at_s);
        MemoryStatus {
            state: match (&self.file, &error) {
                (None, _) => MemoryState::ProcessOnly,
                (Some(_), None) => MemoryState::Saved,
                (Some(_), Some(_)) => MemoryState::Failing,
            },
            error,
            pending_rows: self.tables.sum(|table| table.pending() as u64),
            dropped_rows_total: self.tables.sum(Table::dropped),
            writes_total: counted(&self.counters.writes),
            failures_total: counted(&self.counters.failures),
            last_write_at_s: (last_write_at_s > 0).then_some(last_write_at_s),
            held_bytes: self.tables.sum(|table| table.bytes() as u64),
            file_bytes: counted(&self.counters.file_bytes),
        }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        if let Some((_, writer)) = &mut self.file {
            writer.end(LAST_WRITE);
        }
    }
}
