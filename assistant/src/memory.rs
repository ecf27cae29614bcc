//! What the assistant remembers: conversations, answers, and questions that nothing answered.
//!
//! One file (redb) holds it, or the process's memory alone. Everything has a bound and an age; the clock is the
//! caller's, in seconds since 1970, so that tests need not wait.

mod answers;
mod conversations;
mod feedback;
mod unanswered;

use std::path::Path;

use redb::{Database, Durability, ReadableDatabase, TableDefinition, backends::InMemoryBackend};
use serde::{Serialize, de::DeserializeOwned};

pub use answers::AnswerKey;
pub use conversations::{Conversation, Turn};
pub use feedback::{Feedback, Verdict};
pub use unanswered::Unanswered;

/// A table of JSON texts by a text.
type Table = TableDefinition<'static, &'static str, &'static [u8]>;

/// How long and how much is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Age in seconds at which a conversation is forgotten.
    pub conversation_s: u64,
    /// Conversations kept.
    pub conversations: usize,
    /// Turns kept of each.
    pub turns: usize,
    /// Age in seconds at which an answer is made anew.
    pub answer_s: u64,
    /// Answers kept.
    pub answers: usize,
    /// Questions without an answer, and remarks of users, kept of each.
    pub notes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            conversation_s: 2 * 3600,
            conversations: 20_000,
            turns: 8,
            answer_s: 24 * 3600,
            answers: 20_000,
            notes: 20_000,
        }
    }
}

/// What can go wrong with the file.
#[derive(Debug, thiserror::Error)]
#[error("the assistant's memory{}: {detail}", .path.as_ref().map(|path| format!(" `{path}`")).unwrap_or_default())]
pub struct MemoryError {
    /// The file, if there is one.
    pub path: Option<String>,
    /// What the database says.
    pub detail: String,
}

/// A result of the memory.
pub type Result<T> = std::result::Result<T, MemoryError>;

/// Conversations, answers, unanswered questions and feedback.
#[derive(Debug)]
pub struct Memory {
    database: Database,
    bounds: Bounds,
}

impl Memory {
    /// A memory that lives as long as the process.
    ///
    /// # Errors
    /// None in practice: there is no file.
    pub fn in_process(bounds: Bounds) -> Result<Self> {
        let database = Database::builder().create_with_backend(InMemoryBackend::new());
        Ok(Self {
            database: database.map_err(error)?,
            bounds,
        })
    }

    /// The memory in the file at `path`, which is made where there is none.
    ///
    /// # Errors
    /// [`MemoryError`] naming the file: it is another process's, it is damaged, or it cannot be written.
    pub fn open(path: &Path, bounds: Bounds) -> Result<Self> {
        let database = Database::create(path).map_err(|error| MemoryError {
            path: Some(path.display().to_string()),
            detail: error.to_string(),
        })?;
        Ok(Self { database, bounds })
    }

    /// The value of `key`, if it is there and reads: what another version wrote is as good as forgotten.
    fn get<T: DeserializeOwned>(&self, table: Table, key: &str) -> Result<Option<T>> {
        let transaction = self.database.begin_read().map_err(error)?;
        let table = match transaction.open_table(table) {
            Ok(table) => table,
            Err(redb::TableError::TableDoesNotExist(_)) => return Ok(None),
            Err(other) => return Err(error(other)),
        };
        let value = table.get(key).map_err(error)?;
        Ok(value.and_then(|value| serde_json::from_slice(value.value()).ok()))
    }

    /// All values that read, by key.
    fn all<T: DeserializeOwned>(&self, table: Table) -> Result<Vec<(String, T)>> {
        use redb::ReadableTable;
        let transaction = self.database.begin_read().map_err(error)?;
        let table = match transaction.open_table(table) {
            Ok(table) => table,
            Err(redb::TableError::TableDoesNotExist(_)) => return Ok(Vec::new()),
            Err(other) => return Err(error(other)),
        };
        let mut all = Vec::new();
        for row in table.iter().map_err(error)? {
            let (key, value) = row.map_err(error)?;
            if let Ok(value) = serde_json::from_slice(value.value()) {
                all.push((key.value().to_owned(), value));
            }
        }
        Ok(all)
    }

    /// Changes the value of `key`; `change` sees what was there, and gives what shall be.
    ///
    /// `kept` bounds the table: when it is full, a tenth of it goes, those with the least `age` first.
    fn change<T: Serialize + DeserializeOwned>(
        &self,
        table: Table,
        key: &str,
        kept: usize,
        age: impl Fn(&T) -> u64,
        change: impl FnOnce(Option<T>) -> T,
    ) -> Result<()> {
        use redb::{ReadableTable, ReadableTableMetadata};
        let mut transaction = self.database.begin_write().map_err(error)?;
        // None of it is worth a wait for the disk in every request; `sync` makes it last.
        transaction
            .set_durability(Durability::None)
            .map_err(error)?;
        {
            let mut table = transaction.open_table(table).map_err(error)?;
            let before = table.get(key).map_err(error)?;
            let before = before.and_then(|value| serde_json::from_slice(value.value()).ok());
            let is_new = before.is_none();
            let after = serde_json::to_vec(&change(before)).map_err(error)?;
            if is_new && table.len().map_err(error)? >= kept as u64 {
                let mut ages = Vec::new();
                for row in table.iter().map_err(error)? {
                    let (key, value) = row.map_err(error)?;
                    let own = serde_json::from_slice(value.value()).map_or(0, |value| age(&value));
                    ages.push((own, key.value().to_owned()));
                }
                ages.sort();
                for (_, old) in ages.iter().take(kept / 10 + 1) {
                    table.remove(old.as_str()).map_err(error)?;
                }
            }
            table.insert(key, after.as_slice()).map_err(error)?;
        }
        transaction.commit().map_err(error)
    }

    /// Makes all that was remembered so far outlast a crash.
    ///
    /// # Errors
    /// [`MemoryError`] when the disk refuses.
    pub fn sync(&self) -> Result<()> {
        let mut transaction = self.database.begin_write().map_err(error)?;
        transaction
            .set_durability(Durability::Immediate)
            .map_err(error)?;
        transaction.commit().map_err(error)
    }
}

fn error(error: impl std::fmt::Display) -> MemoryError {
    MemoryError {
        path: None,
        detail: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: Table = TableDefinition::new("rows");

    #[test]
    fn what_was_synced_is_there_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("memory.redb");
        let memory = Memory::open(&path, Bounds::default()).expect("opened");
        assert_eq!(memory.get::<u64>(ROWS, "a").expect("read"), None);
        memory
            .change(ROWS, "a", 9, |age| *age, |_| 7_u64)
            .expect("changed");
        let taken = Memory::open(&path, Bounds::default())
            .expect_err("in use")
            .to_string();
        assert!(taken.contains("memory.redb"), "{taken}");
        memory.sync().expect("synced");
        drop(memory);
        let memory = Memory::open(&path, Bounds::default()).expect("opened again");
        assert_eq!(memory.get::<u64>(ROWS, "a").expect("read"), Some(7));
    }

    #[test]
    fn a_full_table_loses_its_oldest() {
        let memory = Memory::in_process(Bounds::default()).expect("a memory");
        for age in 0..25_u64 {
            memory
                .change(ROWS, &format!("{age:02}"), 20, |age| *age, |_| age)
                .expect("changed");
        }
        let ages: Vec<u64> = memory
            .all(ROWS)
            .expect("rows")
            .into_iter()
            .map(|(_, age)| age)
            .collect();
        assert!(
            ages.len() <= 20 && ages.contains(&24) && !ages.contains(&0),
            "{ages:?}"
        );
    }
}
