//! What a listing's page says, taken into the database. Crawls and `reparse` go the same way, so that they end with the
//! same rows.

use chrono::{DateTime, Utc};
use datasets::Listing;
use rusqlite::{Connection, OptionalExtension, params};

use super::run::days;
use super::{Body, RejectRow, Run, Store, Target, bodies, frontier, rejects, run};
use crate::stats::Counters;
use crate::{Result, clock};

/// What became of a listing's page.
#[derive(Debug)]
pub(crate) enum Reading<'a> {
    /// It was read.
    Row(&'a Listing),
    /// It could not be had or read.
    Rejected(RejectRow),
    /// The listing is no more.
    Gone(RejectRow),
}

/// What a reading changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// The first row of its listing.
    New,
    /// Another row than before.
    Changed,
    /// The same row as before.
    Same,
    /// No row.
    None,
}

/// A listing and what its bodies say, in order of time.
pub(crate) type Replay<'a> = (String, Vec<(DateTime<Utc>, Reading<'a>)>);

/// What a replay made of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rebuilt {
    /// The same row, or as before none.
    Same,
    /// Another row.
    Changed,
    /// A row where there was none.
    Found,
    /// No row where there was one.
    Lost,
}

impl Store {
    /// Commits a listing's page: its row, its body, its price, and that it is done. A page that is `settled` is fetched
    /// again only when its card changes.
    pub(crate) fn commit_detail(
        &mut self,
        run: &mut Run,
        target: &Target,
        at: DateTime<Utc>,
        reading: &Reading<'_>,
        body: Option<&Body>,
        settled: bool,
    ) -> Result<Change> {
        let id = target.listing_id.as_deref().unwrap_or_default();
        self.transaction(|tx| {
            let change = apply(tx, run.id, id, at, reading)?;
            count(&mut run.counters, change, reading);
            if let Some(body) = body {
                bodies::keep(tx, id, at, body)?;
            }
            if settled {
                tx.prepare_cached("UPDATE listing SET digest = ?2 WHERE id = ?1")?
                    .execute(params![id, target.digest])?;
            }
            frontier::done(tx, target)?;
            run::save(tx, run)?;
            Ok(change)
        })
    }

    /// Replays the bodies of listings, each in order of time, as if they had just come. Answers what became of each row.
    pub(crate) fn rebuild(&mut self, run: i64, listings: &[Replay<'_>]) -> Result<Vec<Rebuilt>> {
        self.transaction(|tx| {
            let mut rebuilt = Vec::with_capacity(listings.len());
            for (id, readings) in listings {
                let row = || -> rusqlite::Result<(Option<String>, Option<i64>)> {
                    tx.prepare_cached("SELECT listing, gone_on FROM listing WHERE id = ?1")?
                        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
                };
                let (before, gone_on) = row()?;
                tx.prepare_cached("DELETE FROM price WHERE listing_id = ?1")?
                    .execute([id])?;
                tx.prepare_cached(
                    "UPDATE listing SET listing = NULL, version = NULL WHERE id = ?1",
                )?
                .execute([id])?;
                for (at, reading) in readings {
                    apply(tx, run, id, *at, reading)?;
                }
                // Bodies say nothing of what happened since.
                tx.prepare_cached("UPDATE listing SET gone_on = ?2 WHERE id = ?1")?
                    .execute(params![id, gone_on])?;
                let (after, _) = row()?;
                rebuilt.push(match (before, after) {
                    (before, after) if before == after => Rebuilt::Same,
                    (Some(_), None) => Rebuilt::Lost,
                    (None, Some(_)) => Rebuilt::Found,
                    _ => Rebuilt::Changed,
                });
            }
            Ok(rebuilt)
        })
    }
}

/// Counts a reading that has been taken in.
fn count(counters: &mut Counters, change: Change, reading: &Reading<'_>) {
    match (change, reading) {
        (Change::New, _) => counters.new += 1,
        (Change::Changed, _) => counters.changed += 1,
        (Change::Same, _) => counters.unchanged += 1,
        (Change::None, Reading::Gone(reject)) => {
            counters.gone += 1;
            counters.reject(&reject.reason);
        }
        (Change::None, Reading::Rejected(reject)) => counters.reject(&reject.reason),
        (Change::None, Reading::Row(_)) => {}
    }
}

fn apply(
    tx: &Connection,
    run: i64,
    id: &str,
    at: DateTime<Utc>,
    reading: &Reading<'_>,
) -> rusqlite::Result<Change> {
    let listing = match reading {
        Reading::Row(listing) => listing,
        Reading::Rejected(reject) => {
            rejects::put(tx, run, reject)?;
            return Ok(Change::None);
        }
        Reading::Gone(reject) => {
            tx.prepare_cached("UPDATE listing SET gone_on = coalesce(gone_on, ?2) WHERE id = ?1")?
                .execute(params![id, days(clock::day(at))])?;
            let has_row: bool = tx
                .prepare_cached("SELECT listing IS NOT NULL FROM listing WHERE id = ?1")?
                .query_row([id], |row| row.get(0))?;
            if has_row {
                rejects::forget(tx, &rejects::listing_key(id))?;
            } else {
                rejects::put(tx, run, reject)?;
            }
            return Ok(Change::None);
        }
    };
    let row = serde_json::to_string(listing)
        .expect("a listing has text keys only and memory takes any length");
    let before: Option<String> = tx
        .prepare_cached("SELECT listing FROM listing WHERE id = ?1")?
        .query_row([id], |row| row.get(0))?;
    let change = match before {
        None => Change::New,
        Some(before) if before == row => Change::Same,
        Some(_) => Change::Changed,
    };
    if change != Change::Same {
        let version = super::meta::<i64>(tx, "sequence")?.unwrap_or(0) + 1;
        super::set(tx, "sequence", version)?;
        tx.prepare_cached("UPDATE listing SET listing = ?2, version = ?3 WHERE id = ?1")?
            .execute(params![id, row, version])?;
    }
    rejects::forget(tx, &rejects::listing_key(id))?;
    price(tx, id, at, listing)?;
    Ok(change)
}

/// Notes the price, where it is not the last one that was seen.
fn price(tx: &Connection, id: &str, at: DateTime<Utc>, listing: &Listing) -> rusqlite::Result<()> {
    let now = (listing.price_vnd(), listing.raw.get("price").cloned());
    let last: Option<(Option<f64>, Option<String>)> = tx
        .prepare_cached(
            "SELECT price_vnd, price_raw FROM price WHERE listing_id = ?1 ORDER BY seen_at DESC LIMIT 1",
        )?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if last.as_ref() != Some(&now) {
        tx.prepare_cached(
            "INSERT OR REPLACE INTO price (listing_id, seen_at, price_vnd, price_raw) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![id, at.timestamp_millis(), now.0, now.1])?;
    }
    Ok(())
}
