//! The thread that keeps the file: twice a second it deletes what is too old, takes up what other processes wrote, and
//! writes what changed. Requests never wait for it.
//!
//! A write that fails loses nothing that is still within the bounds: the changes stay in the tables and are written once
//! the file can be written again.

use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use chrono::Utc;

use super::aside;
use super::clock::now_s;
use super::file::{File, FileError};
use super::retention::Kind;
use super::status::Counters;
use super::tables::Tables;

/// How often changes are written.
const EVERY: Duration = Duration::from_millis(500);
/// How long after a failure the next attempt follows.
const RETRY: Duration = Duration::from_secs(1);
/// Rows of one transaction, in bytes a kind: a bound for the log of the file.
const BATCH_BYTES: usize = 512 * 1024;
/// Time without writes after which the log is emptied.
const IDLE: Duration = Duration::from_secs(5);
/// Clocks of two processes on one machine agree better than this.
const CLOCK_S: u64 = 5;

/// What the thread and its owner tell each other.
#[derive(Debug, Default)]
struct Talk {
    /// Number of the last write that somebody waits for.
    asked: u64,
    /// Number of the last of them that was tried.
    done: u64,
    must_end: bool,
    has_ended: bool,
}

#[derive(Debug, Default)]
struct Control {
    talk: Mutex<Talk>,
    changed: Condvar,
}

impl Control {
    fn talk(&self) -> MutexGuard<'_, Talk> {
        self.talk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `holds`, at most until `until`; says whether it does.
    fn wait(&self, until: Instant, holds: impl Fn(&Talk) -> bool) -> bool {
        let time = until.saturating_duration_since(Instant::now());
        let waited = self
            .changed
            .wait_timeout_while(self.talk(), time, |talk| !holds(talk));
        let (talk, _) = waited.unwrap_or_else(PoisonError::into_inner);
        holds(&talk)
    }

    fn tell(&self, change: impl FnOnce(&mut Talk)) {
        change(&mut self.talk());
        self.changed.notify_all();
    }
}

/// The running thread.
#[derive(Debug)]
pub(super) struct Writer {
    control: Arc<Control>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Writer {
    /// Opens the file at `path` and loads it into the tables, then starts the thread. If the file cannot be opened, the
    /// thread goes on trying.
    pub(super) fn start(path: PathBuf, tables: Arc<Tables>, counters: Arc<Counters>) -> Self {
        let control = Arc::new(Control::default());
        let mut keeper = Keeper {
            path,
            tables,
            counters,
            file: None,
            loaded_at_s: 0,
            wrote_at: None,
            failed_at: None,
            has_log: true,
        };
        keeper.keep();
        let own = Arc::clone(&control);
        let thread = thread::Builder::new()
            .name("memory".to_owned())
            .spawn(move || keeper.run(&own));
        let thread = thread.inspect_err(|error| {
            tracing::error!(%error, "no thread for the assistant's memory: nothing more is saved");
        });
        Self {
            control,
            thread: thread.ok(),
        }
    }

    /// Has everything written now; whether an attempt ended in time.
    pub(super) fn write_now(&self, timeout: Duration) -> bool {
        let until = Instant::now() + timeout;
        let mut number = 0;
        self.control.tell(|talk| {
            talk.asked += 1;
            number = talk.asked;
        });
        self.control
            .wait(until, |talk| talk.done >= number || talk.has_ended)
    }

    /// Ends the thread after a last write. A disk that does not answer is not waited for.
    pub(super) fn end(&mut self, timeout: Duration) {
        self.control.tell(|talk| talk.must_end = true);
        let Some(thread) = self.thread.take() else {
            return;
        };
        if self
            .control
            .wait(Instant::now() + timeout, |talk| talk.has_ended)
        {
            // It has nothing left to do but return.
            let _ended = thread.join();
        }
    }
}

/// What the thread works with.
struct Keeper {
    path: PathBuf,
    tables: Arc<Tables>,
    counters: Arc<Counters>,
    file: Option<File>,
    /// Up to when rows of other processes were loaded.
    loaded_at_s: u64,
    wrote_at: Option<Instant>,
    failed_at: Option<Instant>,
    /// Whether the log may hold something.
    has_log: bool,
}

impl Keeper {
    fn run(mut self, control: &Control) {
        loop {
            let woken = |talk: &Talk| talk.must_end || talk.asked > talk.done;
            let is_asked = control.wait(Instant::now() + EVERY, woken);
            let (asked, must_end) = {
                let talk = control.talk();
                (talk.asked, talk.must_end)
            };
            let waits = self.failed_at.is_some_and(|at| at.elapsed() < RETRY);
            if is_asked || !waits {
                self.keep();
            }
            control.tell(|talk| talk.done = asked);
            if must_end {
                break;
            }
        }
        // Closes the file, so that it is whole without its log.
        self.file = None;
        control.tell(|talk| talk.has_ended = true);
    }

    /// Brings tables and file together, and notes how that went.
    fn keep(&mut self) {
        let mut outcome = self.bring_together();
        if let Err(FileError::Damaged(detail)) = &outcome {
            let detail = detail.clone();
            outcome = self.set_aside(&detail).and_then(|()| self.bring_together());
        }
        let Err(error) = outcome else {
            self.failed_at = None;
            if let Some(before) = self.counters.set_error(None) {
                let failures = self.counters.failures.load(Ordering::Relaxed);
                tracing::info!(before, failures, "the assistant's memory is saved again");
            }
            return;
        };
        if !matches!(error, FileError::Full(_)) {
            // Whatever is wrong with it: opening it anew finds out.
            self.file = None;
        }
        self.failed_at = Some(Instant::now());
        let detail = error.to_string();
        let before = self.counters.set_error(Some(detail.clone()));
        if before.as_ref() != Some(&detail) {
            let path = self.path.display();
            tracing::error!(
                path = %path,
                error = detail,
                "the assistant's memory `{path}` cannot be saved: {detail}; it is kept in the process, and saved when that is possible again"
            );
        }
    }

    fn bring_together(&mut self) -> Result<(), FileError> {
        let now_s = now_s();
        let mut file = match self.file.take() {
            Some(file) => file,
            None => self.open()?,
        };
        self.tables.expire(now_s);
        let mut outcome = self.exchange(&mut file, now_s);
        if outcome.is_ok() {
            outcome = self.tidy(&file);
        }
        self.counters
            .file_bytes
            .store(file.bytes(), Ordering::Relaxed);
        self.file = Some(file);
        outcome
    }

    fn open(&mut self) -> Result<File, FileError> {
        let file = File::open(&self.path)?;
        self.load(&file, 0)?;
        if let Err(error) = aside::delete_old(&self.path, Utc::now()) {
            tracing::warn!(%error, "what was set aside long ago cannot be deleted");
        }
        Ok(file)
    }

    fn load(&mut self, file: &File, since_s: u64) -> Result<(), FileError> {
        let now_s = now_s();
        for kind in Kind::ALL {
            file.load(kind, since_s, |key, at_s, value| {
                self.tables.of(kind).load(key, value, at_s);
            })?;
        }
        self.loaded_at_s = now_s;
        Ok(())
    }

    /// Takes up what other processes wrote, and writes what changed here.
    fn exchange(&mut self, file: &mut File, now_s: u64) -> Result<(), FileError> {
        if file.was_changed_elsewhere()? {
            self.load(file, self.loaded_at_s.saturating_sub(CLOCK_S))?;
        }
        loop {
            let changes = self.tables.changes(BATCH_BYTES);
            if changes.is_empty() {
                return Ok(());
            }
            file.write(&changes)?;
            self.tables.note_saved(&changes);
            self.counters.writes.fetch_add(1, Ordering::Relaxed);
            self.counters
                .last_write_at_s
                .store(now_s, Ordering::Relaxed);
            self.wrote_at = Some(Instant::now());
            self.has_log = true;
        }
    }

    /// Gives room back, and empties the log when there has been nothing to write for a while.
    fn tidy(&mut self, file: &File) -> Result<(), FileError> {
        file.shrink()?;
        if self.has_log && self.wrote_at.is_none_or(|at| at.elapsed() >= IDLE) {
            file.empty_log()?;
            self.has_log = false;
        }
        Ok(())
    }

    /// Sets a file aside that cannot be read. What is still in the tables goes into a new one.
    fn set_aside(&mut self, detail: &str) -> Result<(), FileError> {
        self.file = None;
        let path = self.path.display();
        let aside = aside::set_aside(&self.path, Utc::now())?;
        let aside = aside.display();
        tracing::error!(
            path = %path,
            aside = %aside,
            error = detail,
            "the assistant's memory `{path}` is damaged ({detail}): it is set aside as `{aside}`, and a new one is begun"
        );
        self.tables.forget_file();
        Ok(())
    }
}
