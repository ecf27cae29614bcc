//! Listings as lists show them: new, changed, known, gone, back again.

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, params};
use url::Url;

use super::run::days;
use super::{Kind, NewTarget, RejectRow, Run, Store, Target, frontier, rejects, run};
use crate::Result;
use crate::site::Card;

/// A list page that was read.
#[derive(Debug)]
pub(crate) struct Seen<'a> {
    /// Its cards with the addresses of their details.
    pub(crate) cards: Vec<(&'a Card, Vec<Url>)>,
    /// Cards that could not be read.
    pub(crate) rejects: Vec<RejectRow>,
    /// The page after it.
    pub(crate) next: Option<&'a Url>,
    /// Day of the visit.
    pub(crate) today: NaiveDate,
}

/// A price and when it was first seen.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PricePoint {
    pub(crate) listing_id: String,
    pub(crate) seen_at: i64,
    pub(crate) price_vnd: Option<f64>,
    pub(crate) price_raw: Option<String>,
}

impl Store {
    /// Commits a list page: what it shows was seen today, and what is new or has changed will be fetched.
    pub(crate) fn commit_list(
        &mut self,
        run: &mut Run,
        target: &Target,
        seen: &Seen<'_>,
    ) -> Result<()> {
        self.transaction(|tx| {
            let mut ids = Vec::with_capacity(seen.cards.len());
            for (card, details) in &seen.cards {
                see(tx, run, card, details, seen.today)?;
                ids.push(card.listing_id.clone());
            }
            for reject in &seen.rejects {
                run.counters.reject(&reject.reason);
                rejects::put(tx, run.id, reject)?;
            }
            rejects::forget(tx, &rejects::page_key(target.url()))?;
            tx.prepare_cached("INSERT OR IGNORE INTO list_page (url) VALUES (?1)")?
                .execute([target.url().as_str()])?;
            if let Some(next) = seen.next {
                let known: bool = tx
                    .prepare_cached("SELECT count(*) > 0 FROM list_page WHERE url = ?1")?
                    .query_row([next.as_str()], |row| row.get(0))?;
                if known {
                    run.counters.circles += 1;
                } else {
                    let new = NewTarget {
                        kind: Kind::List,
                        listing_id: None,
                        digest: None,
                        urls: std::slice::from_ref(next),
                        preceding: Some(&ids),
                    };
                    frontier::push(tx, &new)?;
                }
            }
            frontier::done(tx, target)?;
            run.counters.list_pages += 1;
            run::save(tx, run)
        })
    }

    /// A list page leaves the frontier unread.
    pub(crate) fn drop_target(&mut self, run: &Run, target: &Target) -> Result<()> {
        self.transaction(|tx| {
            frontier::done(tx, target)?;
            run::save(tx, run)
        })
    }

    /// How many of these listings were posted before `day`, as far as is known: by their page, else by the day on which
    /// they were first seen.
    pub(crate) fn older_than(&self, ids: &[String], day: NaiveDate) -> Result<usize> {
        self.step(|db| {
            let mut query = db.prepare_cached(
                "SELECT coalesce(json_extract(listing, '$.listed_on') < ?2, first_seen < ?3) FROM listing WHERE id = ?1",
            )?;
            let mut older = 0;
            for id in ids {
                let is_older: Option<bool> = query
                    .query_row(params![id, day.to_string(), days(day)], |row| row.get(0))
                    .optional()?;
                older += usize::from(is_older == Some(true));
            }
            Ok(older)
        })
    }

    /// Price points of all listings from after `(listing_id, seen_at)` on, at most `count`.
    pub(crate) fn prices_after(
        &self,
        after: &(String, i64),
        count: u32,
    ) -> Result<Vec<PricePoint>> {
        self.step(|db| {
            let mut query = db.prepare_cached(
                "SELECT listing_id, seen_at, price_vnd, price_raw FROM price
                 WHERE (listing_id, seen_at) > (?1, ?2) ORDER BY listing_id, seen_at LIMIT ?3",
            )?;
            let rows = query.query_map(params![after.0, after.1, count], |row| {
                Ok(PricePoint {
                    listing_id: row.get(0)?,
                    seen_at: row.get(1)?,
                    price_vnd: row.get(2)?,
                    price_raw: row.get(3)?,
                })
            })?;
            rows.collect()
        })
    }
}

/// A card was seen.
fn see(
    tx: &Connection,
    run: &mut Run,
    card: &Card,
    details: &[Url],
    today: NaiveDate,
) -> rusqlite::Result<()> {
    let digest = card.digest.cast_signed();
    let known: Option<(Option<i64>, i64, bool)> = tx
        .prepare_cached("SELECT digest, seen_in, gone_on IS NOT NULL FROM listing WHERE id = ?1")?
        .query_row([&card.listing_id], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let fetch = match known {
        // Lists shift while they are read: a card may come twice.
        Some((_, seen_in, _)) if seen_in == run.id => return Ok(()),
        Some((kept, _, gone)) => {
            run.counters.relisted += u64::from(gone);
            tx.prepare_cached(
                "UPDATE listing SET last_seen = max(last_seen, ?2), seen_in = ?3, gone_on = NULL WHERE id = ?1",
            )?
            .execute(params![card.listing_id, days(today), run.id])?;
            kept != Some(digest)
        }
        None => {
            tx.prepare_cached(
                "INSERT INTO listing (id, first_seen, last_seen, seen_in) VALUES (?1, ?2, ?2, ?3)",
            )?
            .execute(params![card.listing_id, days(today), run.id])?;
            true
        }
    };
    run.counters.listings += 1;
    rejects::forget(tx, &rejects::card_key(&card.listing_id))?;
    if fetch {
        let new = NewTarget {
            kind: Kind::Detail,
            listing_id: Some(&card.listing_id),
            digest: Some(digest),
            urls: details,
            preceding: None,
        };
        frontier::push(tx, &new)?;
    } else {
        run.counters.known += 1;
    }
    Ok(())
}
