//! Pages as they came, without names and phone numbers, packed with zstd.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};
use url::Url;

use super::Store;
use crate::{Result, clock};

/// Pages of 100 kB pack to about a tenth at this level, in a few milliseconds.
const LEVEL: i32 = 7;
/// Longest page that is unpacked: the largest `body_limit_bytes`.
const LONGEST: usize = 64 * 1024 * 1024;

/// A page to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Body {
    /// Address that answered.
    pub(crate) url: Url,
    pub(crate) content_type: Option<String>,
    /// Without names and phone numbers.
    pub(crate) bytes: Vec<u8>,
}

/// A page that was kept.
#[derive(Debug)]
pub(crate) struct Replayed {
    pub(crate) fetched_at: DateTime<Utc>,
    pub(crate) body: Body,
}

impl Store {
    /// Listings after `after` that have bodies, at most `count`, each with its bodies in order of time.
    pub(crate) fn bodies_after(
        &self,
        after: &str,
        count: u32,
    ) -> Result<Vec<(String, Vec<Replayed>)>> {
        let ids: Vec<String> = self.step(|db| {
            let mut query = db.prepare_cached(
                "SELECT DISTINCT listing_id FROM body WHERE listing_id > ?1 ORDER BY listing_id LIMIT ?2",
            )?;
            let rows = query.query_map(params![after, count], |row| row.get(0))?;
            rows.collect()
        })?;
        ids.into_iter()
            .map(|id| self.bodies_of(&id).map(|bodies| (id, bodies)))
            .collect()
    }

    fn bodies_of(&self, id: &str) -> Result<Vec<Replayed>> {
        type Stored = (i64, String, Option<String>, Vec<u8>);
        let rows: Vec<Stored> = self.step(|db| {
            let mut query = db.prepare_cached(
                "SELECT fetched_at, url, content_type, body FROM body WHERE listing_id = ?1 ORDER BY fetched_at",
            )?;
            let rows = query.query_map([id], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?;
            rows.collect()
        })?;
        rows.into_iter()
            .map(|(fetched_at, url, content_type, packed)| {
                let bytes = zstd::bulk::decompress(&packed, size(&packed))
                    .map_err(|error| self.damaged("body", id, error))?;
                let url = Url::parse(&url).map_err(|error| self.damaged("body", id, error))?;
                Ok(Replayed {
                    fetched_at: clock::from_ms(fetched_at),
                    body: Body {
                        url,
                        content_type,
                        bytes,
                    },
                })
            })
            .collect()
    }
}

/// Room for the unpacked page, as its frame says.
fn size(packed: &[u8]) -> usize {
    let said = zstd::zstd_safe::get_frame_content_size(packed)
        .ok()
        .flatten();
    said.map_or(LONGEST, |size| {
        usize::try_from(size).unwrap_or(LONGEST).min(LONGEST)
    })
}

pub(super) fn keep(
    tx: &Connection,
    id: &str,
    at: DateTime<Utc>,
    body: &Body,
) -> rusqlite::Result<()> {
    let packed = zstd::bulk::compress(&body.bytes, LEVEL)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    tx.prepare_cached(
        "INSERT OR REPLACE INTO body (listing_id, fetched_at, url, content_type, body) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        id,
        at.timestamp_millis(),
        body.url.as_str(),
        body.content_type,
        packed
    ])?;
    Ok(())
}
