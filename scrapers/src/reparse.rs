//! `reparse`: every stored page is read again, without a request. After a reader was mended, rows and price history
//! are what they would be had it always been so.

use std::fmt::Write;

use chrono::Utc;
use serde::Serialize;
use url::Url;

use crate::config::Config;
use crate::crawl::{Unread, read_body};
use crate::parts::{self, Compacted};
use crate::site::{Page, Scraped, SellerKey, Site};
use crate::stats::{self, Counters, FieldFill, Finding, Standard};
use crate::store::{Reading, Rebuilt, RejectRow, Replayed, Store};
use crate::{Result, seller_key};

/// Listings that are read and committed at once.
const BATCH: u32 = 256;

/// What reading again has changed.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Reparsed {
    /// Listings with stored pages.
    pub listings: u64,
    /// Stored pages.
    pub pages: u64,
    /// Listings whose row is as it was, or that have none as before.
    pub same: u64,
    /// Listings with another row.
    pub changed: u64,
    /// Listings that had no row and have one now.
    pub found: u64,
    /// Listings that had a row and have none now.
    pub lost: u64,
    /// Reason → listings that cannot be read.
    pub rejects: std::collections::BTreeMap<String, u64>,
    /// How often each column is filled.
    pub fill: Vec<FieldFill>,
    /// What is wrong with the rows.
    pub findings: Vec<Finding>,
    /// What was written.
    pub written: Option<Compacted>,
}

/// A stored page and what its reader says now.
enum Reread {
    Row(Box<Scraped>),
    Unread { reason: String, detail: String },
}

/// Reads every stored page again.
///
/// # Errors
/// [`crate::Error::NoCrawl`] where nothing is stored, the database and the file system.
pub fn reparse(site: &dyn Site, config: &Config) -> Result<Reparsed> {
    let sellers = seller_key::load(&config.seller_key)?;
    let mut store = Store::existing(&config.out, site.source())?;
    let run = store.last_run()?.map_or(0, |run| run.id);
    let mut counters = Counters::default();
    let mut reparsed = Reparsed::default();
    let mut after = String::new();
    loop {
        let listings = store.bodies_after(&after, BATCH)?;
        let Some((last, _)) = listings.last() else {
            break;
        };
        after.clone_from(last);
        let reread: Vec<(String, Vec<(Replayed, Reread)>)> = listings
            .into_iter()
            .map(|(id, pages)| {
                let pages = pages.into_iter().map(|page| {
                    let read = read(site, &id, &page, &sellers);
                    (page, read)
                });
                let pages = pages.collect();
                (id, pages)
            })
            .collect();
        for (_, pages) in &reread {
            reparsed.pages += pages.len() as u64;
            match pages.last() {
                Some((_, Reread::Row(scraped))) => counters.read(scraped),
                Some((_, Reread::Unread { reason, .. })) => counters.reject(reason),
                None => {}
            }
        }
        let replays: Vec<_> = reread
            .iter()
            .map(|(id, pages)| {
                let readings = pages
                    .iter()
                    .map(|(page, read)| (page.fetched_at, reading(id, page, read)));
                (id.clone(), readings.collect())
            })
            .collect();
        for rebuilt in store.rebuild(run, &replays)? {
            reparsed.listings += 1;
            *match rebuilt {
                Rebuilt::Same => &mut reparsed.same,
                Rebuilt::Changed => &mut reparsed.changed,
                Rebuilt::Found => &mut reparsed.found,
                Rebuilt::Lost => &mut reparsed.lost,
            } += 1;
        }
    }
    reparsed.written = Some(parts::compact(&mut store, &config.out, site.source())?);
    let standard = Standard {
        floors: site.floors(),
        judged_listings: config.judged_listings,
        whole: false,
        lists: false,
    };
    reparsed.fill = stats::fill(&counters, site.floors());
    reparsed.findings = stats::judge(&counters, &standard);
    reparsed.rejects = counters.rejects;
    Ok(reparsed)
}

fn read(site: &dyn Site, id: &str, stored: &Replayed, sellers: &SellerKey) -> Reread {
    let body = &stored.body;
    let page = Page {
        url: &body.url,
        body: &body.bytes,
        content_type: body.content_type.as_deref(),
        fetched_at: stored.fetched_at,
    };
    match read_body(site, id, &page, sellers) {
        Ok(scraped) => Reread::Row(Box::new(scraped)),
        Err(Unread::Page(error)) => Reread::Unread {
            reason: error.reason().to_owned(),
            detail: error.to_string(),
        },
        Err(Unread::Other(rejection)) => Reread::Unread {
            reason: rejection.reason,
            detail: rejection.detail,
        },
    }
}

fn reading<'a>(id: &str, stored: &Replayed, read: &'a Reread) -> Reading<'a> {
    match read {
        Reread::Row(scraped) => Reading::Row(&scraped.listing),
        Reread::Unread { reason, detail } => Reading::Rejected(RejectRow {
            listing_id: Some(id.to_owned()),
            url: Url::clone(&stored.body.url),
            reason: reason.clone(),
            detail: detail.clone(),
            at: Utc::now(),
            card: None,
        }),
    }
}

impl Reparsed {
    /// The outcome as a table.
    pub fn table(&self) -> String {
        let mut lines = vec![
            ("stored pages".to_owned(), self.pages.to_string()),
            ("listings".to_owned(), self.listings.to_string()),
            ("  as they were".to_owned(), self.same.to_string()),
            ("  changed".to_owned(), self.changed.to_string()),
            ("  found".to_owned(), self.found.to_string()),
            ("  lost".to_owned(), self.lost.to_string()),
        ];
        for (reason, count) in &self.rejects {
            lines.push((format!("reject {reason}"), count.to_string()));
        }
        for fill in self.fill.iter().filter(|fill| fill.share > 0.0) {
            let share = format!("{:.1} %", fill.share * 100.0);
            lines.push((format!("filled {}", fill.field), share));
        }
        let mut text = String::new();
        for (name, value) in lines {
            // Memory takes any length.
            let _ = writeln!(text, "{name:<18} {value}");
        }
        text
    }
}
