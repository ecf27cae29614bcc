//! What crawls of one site keep: frontier, listings, bodies, prices and rejects, in one SQLite database.
//!
//! Whatever a page brings is committed in one transaction: `kill -9` anywhere loses the page in flight and nothing
//! else. One process works in a directory at a time; a lock that dies with the process sees to it.

mod bodies;
mod frontier;
mod kept;
mod listings;
mod reading;
mod rejects;
mod robots;
mod run;

use std::path::{Path, PathBuf};
use std::time::Duration;

use fs_err::File;
use rusqlite::types::{FromSql, ToSql};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{Error, Result};

pub(crate) use bodies::{Body, Replayed};
pub(crate) use frontier::{Failed, Kind, NewTarget, Target};
pub(crate) use listings::Seen;
pub(crate) use reading::{Change, Reading, Rebuilt};
pub(crate) use rejects::RejectRow;
pub(crate) use robots::RobotsFile;
pub(crate) use run::Run;

/// Version of `schema.sql`.
const VERSION: i64 = 1;

/// How often the lock is asked for.
const LOCK_ATTEMPTS: u32 = 20;

/// Wait between two attempts.
const LOCK_WAIT: Duration = Duration::from_millis(50);

/// Name of the database in its directory.
pub(crate) const FILE: &str = "crawl.sqlite";

/// The open database of one site, held by this process alone.
#[derive(Debug)]
pub(crate) struct Store {
    db: Connection,
    path: PathBuf,
    /// Held until the store is dropped; never read.
    _lock: Option<File>,
}

impl Store {
    /// Opens the store of `source` in `directory`; makes it if it does not exist.
    ///
    /// # Errors
    /// [`Error::Busy`] where another process works there, [`Error::OtherCrawl`] for another site's or version's.
    pub(crate) fn open(directory: &Path, source: &str) -> Result<Self> {
        fs_err::create_dir_all(directory)?;
        let lock = locked(directory)?;
        let path = directory.join(FILE);
        let db = named(&path, Connection::open(&path))?;
        let mut store = Self {
            db,
            path,
            _lock: Some(lock),
        };
        // Every commit reaches the disk: a power cut loses no more than `kill -9` does.
        store.step(|db| {
            db.pragma_update(None, "journal_mode", "wal")?;
            db.pragma_update(None, "synchronous", "full")
        })?;
        store.prepare(source)?;
        Ok(store)
    }

    /// Opens the store of an earlier crawl.
    ///
    /// # Errors
    /// As [`Self::open`], and [`Error::NoCrawl`] if it does not exist.
    pub(crate) fn existing(directory: &Path, source: &str) -> Result<Self> {
        if directory.join(FILE).is_file() {
            return Self::open(directory, source);
        }
        Err(Error::NoCrawl {
            path: directory.to_owned(),
        })
    }

    /// Opens the store of an earlier crawl to look at it, even while another process works there.
    ///
    /// # Errors
    /// As [`Self::existing`]; a crawl that was killed before its tables were there never was.
    pub(crate) fn watch(directory: &Path, source: &str) -> Result<Self> {
        let none = || Error::NoCrawl {
            path: directory.to_owned(),
        };
        let path = directory.join(FILE);
        if !path.is_file() {
            return Err(none());
        }
        let db = named(&path, Connection::open(&path))?;
        let mut store = Self {
            db,
            path,
            _lock: None,
        };
        store.step(|db| db.pragma_update(None, "query_only", true))?;
        if store.is_empty()? {
            return Err(none());
        }
        store.prepare(source)?;
        Ok(store)
    }

    /// A store in memory with what the one in `directory` knows of listings and robots.txt, if there is one.
    pub(crate) fn rehearsal(directory: &Path, source: &str) -> Result<Self> {
        let path = PathBuf::from(":memory:");
        let db = named(&path, Connection::open_in_memory())?;
        let mut store = Self {
            db,
            path,
            _lock: None,
        };
        store.prepare(source)?;
        let file = directory.join(FILE);
        let is_there = match Self::watch(directory, source) {
            Ok(_) => true,
            Err(Error::NoCrawl { .. }) => false,
            Err(error) => return Err(error),
        };
        if is_there {
            let copied = store.step(|db| {
                db.execute("ATTACH ?1 AS kept", [file.to_string_lossy()])?;
                db.execute_batch(
                    "INSERT INTO listing (id, first_seen, last_seen, seen_in, digest, gone_on)
                     SELECT id, first_seen, last_seen, 0, digest, gone_on FROM kept.listing;
                     INSERT INTO robots SELECT * FROM kept.robots;
                     DETACH kept;",
                )
            });
            copied.map_err(|error| match error {
                Error::Database { source, .. } => Error::Database { path: file, source },
                other => other,
            })?;
        }
        Ok(store)
    }

    /// Makes the tables of a new database; checks that an old one is of this site and version.
    fn prepare(&mut self, source: &str) -> Result<()> {
        if self.is_empty()? {
            return self.transaction(|tx| {
                tx.execute_batch(include_str!("store/schema.sql"))?;
                set(tx, "source", source)?;
                set(tx, "version", VERSION)
            });
        }
        let other = |found: String| Error::OtherCrawl {
            path: self.path.clone(),
            found,
            expected: format!("{source}, version {VERSION}"),
        };
        let has_meta: bool =
            self.one("SELECT count(*) > 0 FROM sqlite_schema WHERE name = 'meta'")?;
        if !has_meta {
            return Err(other("a database of another program".into()));
        }
        let found: Option<String> = self.meta("source")?;
        let version: Option<i64> = self.meta("version")?;
        if found.as_deref() == Some(source) && version == Some(VERSION) {
            return Ok(());
        }
        let (found, version) = (found.unwrap_or_default(), version.unwrap_or_default());
        Err(other(format!("a crawl of `{found}`, version {version}")))
    }

    fn is_empty(&self) -> Result<bool> {
        self.one("SELECT count(*) = 0 FROM sqlite_schema")
    }

    /// Runs SQL on the connection; its error names the file.
    fn step<T>(&self, step: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        named(&self.path, step(&self.db))
    }

    /// Runs SQL in a transaction of its own: all of it counts, or none.
    fn transaction<T>(
        &mut self,
        step: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let path = &self.path;
        let tx = named(path, self.db.transaction())?;
        let value = named(path, step(&tx))?;
        named(path, tx.commit())?;
        Ok(value)
    }

    /// The one value that a query gives.
    fn one<T: FromSql>(&self, sql: &str) -> Result<T> {
        self.step(|db| db.query_row(sql, [], |row| row.get(0)))
    }

    fn meta<T: FromSql>(&self, key: &str) -> Result<Option<T>> {
        self.step(|db| meta(db, key))
    }

    fn damaged(
        &self,
        table: &str,
        row: impl std::fmt::Display,
        detail: impl std::fmt::Display,
    ) -> Error {
        Error::Damaged {
            place: format!("{}, {table} {row}", self.path.display()),
            detail: detail.to_string(),
        }
    }
}

/// Locks the directory. A process that was killed a moment ago, or one that it started, may hold the lock a little longer.
fn locked(directory: &Path) -> Result<File> {
    let lock = File::create(directory.join(".lock"))?;
    for _ in 0..LOCK_ATTEMPTS {
        match lock.file().try_lock() {
            Ok(()) => return Ok(lock),
            Err(std::fs::TryLockError::WouldBlock) => std::thread::sleep(LOCK_WAIT),
            Err(std::fs::TryLockError::Error(error)) => return Err(error.into()),
        }
    }
    Err(Error::Busy {
        path: directory.to_owned(),
    })
}

fn meta<T: FromSql>(db: &Connection, key: &str) -> rusqlite::Result<Option<T>> {
    db.prepare_cached("SELECT value FROM meta WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()
}

fn set(db: &Connection, key: &str, value: impl ToSql) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
    )?
    .execute(params![key, value])?;
    Ok(())
}

fn named<T>(path: &Path, outcome: rusqlite::Result<T>) -> Result<T> {
    outcome.map_err(|source| Error::Database {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests;
