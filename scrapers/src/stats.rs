//! What a crawl did, in numbers, and whether its data are as good as they should be.

mod finding;
mod report;

use std::collections::BTreeMap;

use datasets::Listing;
use datasets::schema::{Access, COLUMNS, Column};
use serde::{Deserialize, Serialize};

use crate::site::Scraped;

pub use finding::Finding;
pub(crate) use finding::{Standard, judge};
pub(crate) use report::fill;
pub use report::{Ended, FieldFill, Report};

/// What a crawl has done so far. Saved with every page, so that a crawl killed and gone on with counts as one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counters {
    /// Requests sent, robots.txt and redirects among them.
    pub requests: u64,
    /// Redirects followed.
    pub redirects: u64,
    /// Requests for what had failed before.
    pub retries: u64,
    /// Bytes of bodies as they came.
    pub bytes: u64,
    /// List pages read.
    pub list_pages: u64,
    /// Links to a next page that had been read already.
    pub circles: u64,
    /// Listings' own pages read.
    pub detail_pages: u64,
    /// Listings seen on list pages, each once.
    pub listings: u64,
    /// Most listings that a list page spoke of.
    pub announced: u64,
    /// Cards of another make than the one that was asked for.
    pub other_make: u64,
    /// Seen, and as they were: not fetched.
    pub known: u64,
    /// Listings with a row for the first time.
    pub new: u64,
    /// Listings whose row is another one now.
    pub changed: u64,
    /// Listings fetched again whose row is as it was.
    pub unchanged: u64,
    /// Listings that are no longer there.
    pub gone: u64,
    /// Listings that had gone and are there again.
    pub relisted: u64,
    /// Reason → pages and cards that could not be had.
    pub rejects: BTreeMap<String, u64>,
    /// Layout → listings read from it.
    pub layouts: BTreeMap<String, u64>,
    /// Column → listings that have it, of `detail_pages`.
    pub filled: BTreeMap<String, u64>,
    /// Field → texts that were there and could not be read.
    pub unreadable: BTreeMap<String, u64>,
}

impl Counters {
    /// Something could not be had.
    pub(crate) fn reject(&mut self, reason: &str) {
        add(&mut self.rejects, reason);
    }

    /// A listing's page was read.
    pub(crate) fn read(&mut self, scraped: &Scraped) {
        self.detail_pages += 1;
        add(&mut self.layouts, scraped.layout);
        for issue in &scraped.issues {
            add(&mut self.unreadable, issue.field);
        }
        for column in judged() {
            let count = self.filled.entry(column.name.to_owned()).or_default();
            *count += u64::from(is_filled(column, &scraped.listing));
        }
    }
}

/// Columns whose fill rate says something of the reader: those that a page may or may not have.
pub(crate) fn judged() -> impl Iterator<Item = &'static Column> {
    COLUMNS
        .iter()
        .filter(|column| !["first_seen", "last_seen"].contains(&column.name))
}

/// Whether the listing has a value in the column.
pub(crate) fn is_filled(column: &Column, listing: &Listing) -> bool {
    match column.access {
        Access::Text { get, .. } => get(listing).is_some_and(|text| !text.is_empty()),
        Access::Float { get, .. } => get(listing).is_some(),
        Access::Int { get, .. } => get(listing).is_some(),
        Access::Date { get, .. } => get(listing).is_some(),
    }
}

fn add(counts: &mut BTreeMap<String, u64>, key: &str) {
    match counts.get_mut(key) {
        Some(count) => *count += 1,
        None => {
            counts.insert(key.to_owned(), 1);
        }
    }
}
