//! Rows on their way into Parquet.

use datasets::Listing;
use rusqlite::params;

use super::run::from_days;
use super::{Store, meta, set};
use crate::Result;

/// Rows of the database, in the order asked for.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    pub(crate) listings: Vec<Listing>,
    /// Identity of the last one.
    pub(crate) last_id: String,
    /// Version of the last one.
    pub(crate) last_version: i64,
}

impl Store {
    /// Rows whose identity comes after `id`, in order of identities, at most `count`.
    pub(crate) fn kept_after_id(&self, id: &str, count: u32) -> Result<Kept> {
        self.kept(
            "id > ?1 AND listing IS NOT NULL ORDER BY id",
            params![id, count],
        )
    }

    /// Rows that are younger than `version`, oldest first, at most `count`.
    pub(crate) fn kept_after_version(&self, version: i64, count: u32) -> Result<Kept> {
        self.kept(
            "version > ?1 AND listing IS NOT NULL ORDER BY version",
            params![version, count],
        )
    }

    /// Version of the newest row, and of the newest that a part or the whole file holds.
    pub(crate) fn versions(&self) -> Result<(i64, i64)> {
        self.step(|db| {
            let newest = meta(db, "sequence")?.unwrap_or(0);
            Ok((newest, meta(db, "exported")?.unwrap_or(0)))
        })
    }

    /// Rows up to `version` are in a file.
    pub(crate) fn exported(&mut self, version: i64) -> Result<()> {
        self.step(|db| set(db, "exported", version))
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> Result<u64> {
        self.one::<i64>("SELECT count(*) FROM listing WHERE listing IS NOT NULL")
            .map(|rows| rows as u64)
    }

    fn kept(&self, condition: &str, parameters: &[&dyn rusqlite::ToSql]) -> Result<Kept> {
        type Row = (String, i64, i64, i64, String);
        let sql = format!(
            "SELECT id, first_seen, last_seen, version, listing FROM listing WHERE {condition} LIMIT ?2"
        );
        let rows: Vec<Row> = self.step(|db| {
            let mut query = db.prepare_cached(&sql)?;
            let rows = query.query_map(parameters, |row| {
                Ok((
                    row.get(0)?,
                    row.get(1)?,
                    row.get(2)?,
                    row.get(3)?,
                    row.get(4)?,
                ))
            })?;
            rows.collect()
        })?;
        let mut kept = Kept::default();
        for (id, first_seen, last_seen, version, json) in rows {
            let mut listing: Listing =
                serde_json::from_str(&json).map_err(|error| self.damaged("listing", &id, error))?;
            listing.first_seen = from_days(first_seen);
            listing.last_seen = from_days(last_seen);
            kept.listings.push(listing);
            kept.last_id = id;
            kept.last_version = version;
        }
        Ok(kept)
    }
}
