//! What could not be had, and why.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};
use url::Url;

use super::Store;
use crate::{Result, clock};

/// A page or card that could not be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RejectRow {
    /// The listing; none for a list page, or a card without an identity.
    pub(crate) listing_id: Option<String>,
    pub(crate) url: Url,
    /// Stable code.
    pub(crate) reason: String,
    pub(crate) detail: String,
    pub(crate) at: DateTime<Utc>,
    /// Its place on the list page, from 1, where a card could not be read.
    pub(crate) card: Option<usize>,
}

/// A kept reject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reject {
    pub(crate) key: String,
    pub(crate) listing_id: Option<String>,
    pub(crate) url: String,
    pub(crate) reason: String,
    pub(crate) detail: String,
    pub(crate) at: DateTime<Utc>,
}

impl Store {
    /// Rejects after `key`, in order of their keys, at most `count`.
    pub(crate) fn rejects_after(&self, key: &str, count: u32) -> Result<Vec<Reject>> {
        self.step(|db| {
            let mut query = db.prepare_cached(
                "SELECT key, listing_id, url, reason, detail, at FROM reject WHERE key > ?1 ORDER BY key LIMIT ?2",
            )?;
            let rows = query.query_map(params![key, count], |row| {
                Ok(Reject {
                    key: row.get(0)?,
                    listing_id: row.get(1)?,
                    url: row.get(2)?,
                    reason: row.get(3)?,
                    detail: row.get(4)?,
                    at: clock::from_ms(row.get(5)?),
                })
            })?;
            rows.collect()
        })
    }

    /// Notes a list page that could not be had; it stays in the frontier.
    pub(crate) fn reject_page(&mut self, run: i64, reject: &RejectRow) -> Result<()> {
        self.step(|db| put(db, run, reject))
    }
}

pub(super) fn listing_key(id: &str) -> String {
    format!("listing {id}")
}

pub(super) fn card_key(id: &str) -> String {
    format!("card {id}")
}

pub(super) fn page_key(url: &Url) -> String {
    format!("page {url}")
}

pub(super) fn put(db: &Connection, run: i64, reject: &RejectRow) -> rusqlite::Result<()> {
    let key = match (reject.card, &reject.listing_id) {
        (None, Some(id)) => listing_key(id),
        (None, None) => page_key(&reject.url),
        (Some(_), Some(id)) => card_key(id),
        (Some(place), None) => card_key(&format!("{place} of {}", reject.url)),
    };
    db.prepare_cached(
        "INSERT OR REPLACE INTO reject (key, run, listing_id, url, reason, detail, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        key,
        run,
        reject.listing_id,
        reject.url.as_str(),
        reject.reason,
        reject.detail,
        reject.at.timestamp_millis()
    ])?;
    Ok(())
}

pub(super) fn forget(db: &Connection, key: &str) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM reject WHERE key = ?1")?
        .execute([key])?;
    Ok(())
}
