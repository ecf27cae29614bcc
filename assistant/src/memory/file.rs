//! The file: SQLite in WAL mode, so that another process may read while this one writes, and a kill at any moment leaves
//! what was committed.
//!
//! redb, which was here before, locks its file for one process. Deleted rows are overwritten with zeros, and free pages
//! are given back, so that what is deleted is gone and the file does not keep growing.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use super::permissions::{self, SIDE_FILES};
use super::retention::Kind;
use super::table::Change;

/// Marks a file as ours: `giax` in ASCII.
const APPLICATION: i32 = 0x6769_6178;
/// Version of the tables.
const VERSION: i32 = 1;
/// How long to wait for another process that writes.
const BUSY: Duration = Duration::from_secs(2);
/// Pages of the write-ahead log from which it is copied into the file: 1 MiB.
const LOG_PAGES: i32 = 256;
const LOG_BYTES: i64 = 1024 * 1024;
/// Free pages from which the file is made smaller, and how many stay for the next rows.
const FREE_PAGES: i64 = 256;
const SPARE_PAGES: i64 = 64;

/// What went wrong with the file.
#[derive(Debug, thiserror::Error)]
pub(super) enum FileError {
    /// What stands there cannot be read, and will never be.
    #[error("{0}")]
    Damaged(String),
    /// There is no room.
    #[error("{0}")]
    Full(rusqlite::Error),
    /// Everything else: no permission, no folder, a disk that fails, another process that writes for long.
    #[error("{0}")]
    Other(String),
}

impl From<rusqlite::Error> for FileError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged(error.to_string())
            }
            Some(ErrorCode::DiskFull) => Self::Full(error),
            _ => Self::Other(error.to_string()),
        }
    }
}

impl From<std::io::Error> for FileError {
    fn from(error: std::io::Error) -> Self {
        Self::Other(error.to_string())
    }
}

/// The open file.
#[derive(Debug)]
pub(super) struct File {
    connection: Connection,
    path: PathBuf,
    /// Changes when another process has written.
    seen_version: i64,
}

impl File {
    /// Opens the file at `path` and checks all of it; makes it if it is missing. Only the owner may read it.
    pub(super) fn open(path: &Path) -> Result<Self, FileError> {
        permissions::make_private(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(BUSY)?;
        // Only works before the first table, and before the mode of the log.
        connection.pragma_update(None, "auto_vacuum", "incremental")?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "secure_delete", true)?;
        connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
        connection.pragma_update(None, "journal_size_limit", LOG_BYTES)?;
        let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if found != "ok" {
            return Err(FileError::Damaged(found));
        }
        make_tables(&mut connection)?;
        let seen_version = data_version(&connection)?;
        Ok(Self {
            connection,
            path: path.to_owned(),
            seen_version,
        })
    }

    /// Opens the file for reading; another process may be writing.
    pub(super) fn open_to_read(path: &Path) -> Result<Self, FileError> {
        let open = |uri: &str| -> Result<Connection, rusqlite::Error> {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
                | OpenFlags::SQLITE_OPEN_NO_MUTEX
                | OpenFlags::SQLITE_OPEN_URI;
            let connection = Connection::open_with_flags(uri, flags)?;
            connection.busy_timeout(BUSY)?;
            data_version(&connection)?;
            Ok(connection)
        };
        let uri = uri_of(path);
        // In a folder that nobody can write to there is no place for the side files, nor a need.
        let connection = open(&uri).or_else(|error| match error.sqlite_error_code() {
            Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly) => {
                open(&format!("{uri}?immutable=1"))
            }
            _ => Err(error),
        })?;
        check_version(&connection)?;
        Ok(Self {
            seen_version: data_version(&connection)?,
            connection,
            path: path.to_owned(),
        })
    }

    /// Calls `each` with key, time and value of every row of this kind from `since_s` on.
    pub(super) fn load(
        &self,
        kind: Kind,
        since_s: u64,
        mut each: impl FnMut(&str, u64, &str),
    ) -> Result<(), FileError> {
        let table = kind.table();
        let query = format!("SELECT key, at_s, value FROM {table} WHERE at_s >= ?1");
        let mut query = self.connection.prepare_cached(&query)?;
        let mut rows = query.query([since_s.cast_signed()])?;
        while let Some(row) = rows.next()? {
            let text = |column| row.get_ref(column).ok()?.as_str().ok();
            // What is no text cannot be ours; a later row of the same key takes its place.
            if let (Some(key), Some(value)) = (text(0), text(2)) {
                each(key, row.get::<_, i64>(1)?.cast_unsigned(), value);
            }
        }
        Ok(())
    }

    /// Whether another process has written since this was asked last.
    pub(super) fn was_changed_elsewhere(&mut self) -> Result<bool, FileError> {
        let version = data_version(&self.connection)?;
        Ok(std::mem::replace(&mut self.seen_version, version) != version)
    }

    /// Writes the changes, all of them or none; they outlast a loss of power from then on.
    pub(super) fn write(&mut self, changes: &[(Kind, Vec<Change>)]) -> Result<(), FileError> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (kind, changes) in changes {
            write_table(&transaction, *kind, changes)?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// Gives free pages back, so that the file has about the size of its rows.
    pub(super) fn shrink(&self) -> Result<(), FileError> {
        let free: i64 = self
            .connection
            .pragma_query_value(None, "freelist_count", |row| row.get(0))?;
        if free > FREE_PAGES {
            let query = format!("PRAGMA incremental_vacuum({})", free - SPARE_PAGES);
            let mut query = self.connection.prepare(&query)?;
            let mut rows = query.query([])?;
            // Every step frees one page.
            while rows.next()?.is_some() {}
        }
        Ok(())
    }

    /// Copies the log into the file and empties it: what was deleted is in neither then.
    pub(super) fn empty_log(&self) -> Result<(), FileError> {
        self.connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }

    /// Size on the disk, the log included.
    pub(super) fn bytes(&self) -> u64 {
        let size = |path: &Path| fs_err::metadata(path).map_or(0, |file| file.len());
        size(&self.path) + size(&permissions::side_file(&self.path, SIDE_FILES[0]))
    }
}

fn make_tables(connection: &mut Connection) -> Result<(), FileError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let tables: i64 =
        transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables > 0 {
        return check_version(&transaction);
    }
    for kind in Kind::ALL {
        transaction.execute_batch(&format!(
            "CREATE TABLE {} (key TEXT PRIMARY KEY, at_s INTEGER NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
            kind.table()
        ))?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    Ok(())
}

fn check_version(connection: &Connection) -> Result<(), FileError> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    if (application, version) == (APPLICATION, VERSION) {
        return Ok(());
    }
    Err(FileError::Damaged(if application == APPLICATION {
        format!("its tables are of version {version}; valid: {VERSION}")
    } else {
        "it is another program's".to_owned()
    }))
}

fn write_table(
    transaction: &Transaction<'_>,
    kind: Kind,
    changes: &[Change],
) -> Result<(), rusqlite::Error> {
    let table = kind.table();
    let mut put = transaction.prepare_cached(&format!(
        "INSERT INTO {table} (key, at_s, value) VALUES (?1, ?2, ?3)
         ON CONFLICT (key) DO UPDATE SET at_s = excluded.at_s, value = excluded.value"
    ))?;
    let mut delete = transaction.prepare_cached(&format!("DELETE FROM {table} WHERE key = ?1"))?;
    for change in changes {
        match &change.row {
            Some((value, at_s)) => put.execute((&*change.key, at_s.cast_signed(), &**value))?,
            None => delete.execute([&*change.key])?,
        };
    }
    Ok(())
}

fn data_version(connection: &Connection) -> Result<i64, rusqlite::Error> {
    connection.pragma_query_value(None, "data_version", |row| row.get(0))
}

/// The path as SQLite's URIs have it.
fn uri_of(path: &Path) -> String {
    let text = path.to_string_lossy();
    let escaped = text
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23");
    format!("file:{escaped}")
}
