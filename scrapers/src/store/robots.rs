//! robots.txt of hosts, kept for a day.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};
use url::Url;

use super::Store;
use crate::{Result, clock};

/// What a host answered when it was asked for robots.txt: what is kept for a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RobotsFile {
    /// HTTP status.
    pub(crate) status: u16,
    /// The file; empty for another status than 200.
    pub(crate) body: Vec<u8>,
}

impl Store {
    /// What the host answered the last time, and when.
    pub(crate) fn robots(&self, address: &Url) -> Result<Option<(DateTime<Utc>, RobotsFile)>> {
        self.step(|db| {
            db.prepare_cached("SELECT fetched_at, status, body FROM robots WHERE url = ?1")?
                .query_row([address.as_str()], |row| {
                    let (status, body) = (row.get(1)?, row.get(2)?);
                    Ok((clock::from_ms(row.get(0)?), RobotsFile { status, body }))
                })
                .optional()
        })
    }

    /// Keeps what the host answered.
    pub(crate) fn keep_robots(
        &mut self,
        address: &Url,
        at: DateTime<Utc>,
        answer: &RobotsFile,
    ) -> Result<()> {
        self.step(|db| {
            db.execute(
                "INSERT OR REPLACE INTO robots (url, fetched_at, status, body) VALUES (?1, ?2, ?3, ?4)",
                params![address.as_str(), at.timestamp_millis(), answer.status, answer.body],
            )
        })?;
        Ok(())
    }
}
