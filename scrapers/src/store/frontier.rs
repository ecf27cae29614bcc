//! The frontier: pages that the run has yet to fetch.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Body, Store, bodies};
use crate::Result;

/// What a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Detail = 0,
    List = 1,
}

/// A page to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// Place in the frontier.
    pub(crate) id: i64,
    pub(crate) kind: Kind,
    /// A detail: the listing.
    pub(crate) listing_id: Option<String>,
    /// A detail: the card's digest, kept with the listing once its page is read.
    pub(crate) digest: Option<i64>,
    /// Its addresses, best first.
    pub(crate) urls: Vec<Url>,
    /// The address that counts now.
    pub(crate) address: usize,
    /// How often that address has failed.
    pub(crate) attempts: u32,
    /// A list page: the listings of the page before.
    pub(crate) preceding: Vec<String>,
    /// Why the best of its addresses gave nothing.
    pub(crate) failed: Option<Failed>,
}

/// Why an address gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failed {
    /// Stable code.
    pub(crate) reason: String,
    pub(crate) detail: String,
    /// It said that the listing is no more.
    pub(crate) gone: bool,
    /// Its page came and is kept.
    pub(crate) kept: bool,
}

impl Target {
    /// The address to ask.
    pub(crate) fn url(&self) -> &Url {
        &self.urls[self.address]
    }

    /// Whether there is another address to try.
    pub(crate) fn has_next_address(&self) -> bool {
        self.address + 1 < self.urls.len()
    }
}

/// A page that is about to enter the frontier.
#[derive(Debug, Clone)]
pub(crate) struct NewTarget<'a> {
    pub(crate) kind: Kind,
    pub(crate) listing_id: Option<&'a str>,
    pub(crate) digest: Option<i64>,
    pub(crate) urls: &'a [Url],
    pub(crate) preceding: Option<&'a [String]>,
}

impl Store {
    /// The next page that may be fetched at `now`.
    pub(crate) fn next_target(&self, now: DateTime<Utc>) -> Result<Option<Target>> {
        let found = self.step(|db| {
            db.prepare_cached(
                "SELECT id, kind, listing_id, digest, urls, address, attempts, preceding, failed FROM frontier
                 WHERE not_before <= ?1 ORDER BY kind, id LIMIT 1",
            )?
            .query_row([now.timestamp_millis()], |row| {
                Ok((row.get::<_, i64>(0)?, target(row)))
            })
            .optional()
        })?;
        match found {
            None => Ok(None),
            Some((_, Ok(target))) => Ok(Some(target)),
            Some((id, Err(detail))) => Err(self.damaged("frontier", id, detail)),
        }
    }

    /// All pages to fetch, due or not.
    pub(crate) fn targets(&self) -> Result<Vec<Target>> {
        let found: Vec<(i64, std::result::Result<Target, String>)> = self.step(|db| {
            let mut query = db.prepare(
                "SELECT id, kind, listing_id, digest, urls, address, attempts, preceding, failed FROM frontier
                 ORDER BY kind, id",
            )?;
            let rows = query.query_map([], |row| Ok((row.get(0)?, target(row))))?;
            rows.collect()
        })?;
        found
            .into_iter()
            .map(|(id, target)| target.map_err(|detail| self.damaged("frontier", id, detail)))
            .collect()
    }

    /// When the first of the pages that wait may be fetched.
    pub(crate) fn next_due(&self) -> Result<Option<i64>> {
        self.one("SELECT min(not_before) FROM frontier")
    }

    /// How many pages are to be fetched.
    pub(crate) fn frontier_len(&self) -> Result<u64> {
        self.one::<i64>("SELECT count(*) FROM frontier")
            .map(|count| count as u64)
    }

    /// A page waits until `not_before` for another attempt; with `last`, behind all others.
    pub(crate) fn defer(&mut self, target: &Target, not_before: i64, last: bool) -> Result<()> {
        self.step(|db| {
            db.prepare_cached(
                "UPDATE frontier SET attempts = attempts + 1, not_before = ?2,
                 id = iif(?3, (SELECT seq + 1 FROM sqlite_sequence WHERE name = 'frontier'), id) WHERE id = ?1",
            )?
            .execute(params![target.id, not_before, last])?;
            if last {
                db.execute(
                    "UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'frontier'",
                    [],
                )?;
            }
            Ok(())
        })
    }

    /// A page is tried at its next address; what came from this one is kept.
    pub(crate) fn try_next_address(
        &mut self,
        target: &Target,
        at: DateTime<Utc>,
        failed: &Failed,
        body: Option<&Body>,
    ) -> Result<()> {
        // The best address says best what is wrong.
        let failed = target.failed.as_ref().unwrap_or(failed);
        let failed = serde_json::to_string(failed).expect("texts always have a JSON form");
        self.transaction(|tx| {
            if let (Some(id), Some(body)) = (&target.listing_id, body) {
                bodies::keep(tx, id, at, body)?;
            }
            tx.execute(
                "UPDATE frontier SET address = address + 1, attempts = 0, not_before = 0, failed = ?2 WHERE id = ?1",
                params![target.id, failed],
            )?;
            Ok(())
        })
    }
}

pub(super) fn push(db: &Connection, new: &NewTarget<'_>) -> rusqlite::Result<()> {
    let json =
        |texts: &[&str]| serde_json::to_string(texts).expect("texts always have a JSON form");
    let urls: Vec<&str> = new.urls.iter().map(Url::as_str).collect();
    let preceding = new.preceding.map(|ids| {
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        json(&ids)
    });
    db.prepare_cached(
        "INSERT INTO frontier (kind, listing_id, digest, urls, preceding) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        new.kind as u8,
        new.listing_id,
        new.digest,
        json(&urls),
        preceding
    ])?;
    Ok(())
}

pub(super) fn done(db: &Connection, target: &Target) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM frontier WHERE id = ?1")?
        .execute([target.id])?;
    Ok(())
}

fn target(row: &Row<'_>) -> std::result::Result<Target, String> {
    let column = |error: rusqlite::Error| error.to_string();
    let texts = |json: &str| {
        serde_json::from_str::<Vec<String>>(json).map_err(|error| format!("{error} in `{json}`"))
    };
    let urls = texts(&row.get::<_, String>(4).map_err(column)?)?
        .iter()
        .map(|url| Url::parse(url).map_err(|error| format!("`{url}`: {error}")))
        .collect::<std::result::Result<Vec<_>, _>>()?;
    let address: i64 = row.get(5).map_err(column)?;
    let address = usize::try_from(address)
        .ok()
        .filter(|address| *address < urls.len())
        .ok_or_else(|| format!("address {address} of {}", urls.len()))?;
    let preceding: Option<String> = row.get(7).map_err(column)?;
    let failed: Option<String> = row.get(8).map_err(column)?;
    let failed = failed.map(|json| serde_json::from_str(&json).map_err(|error| error.to_string()));
    Ok(Target {
        id: row.get(0).map_err(column)?,
        kind: match row.get::<_, i64>(1).map_err(column)? {
            0 => Kind::Detail,
            _ => Kind::List,
        },
        listing_id: row.get(2).map_err(column)?,
        digest: row.get(3).map_err(column)?,
        urls,
        address,
        attempts: row.get(6).map_err(column)?,
        preceding: preceding.map_or(Ok(Vec::new()), |json| texts(&json))?,
        failed: failed.transpose()?,
    })
}
