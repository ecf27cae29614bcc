//! `--dry-run`: the first list page is read, and nothing is written.

use serde::Serialize;

use super::visit::Flow;
use super::{Crawl, Progress, scope};
use crate::Output;
use crate::Result;
use crate::config::Config;
use crate::fetch::Fetcher;
use crate::site::{SellerKey, Site};
use crate::stop::Stop;
use crate::store::{Kind, Store};

/// What a crawl would do first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rehearsal {
    /// Site.
    pub source: String,
    /// Listings on the first list page of each start.
    pub listings: u64,
    /// Those that are known and unchanged.
    pub known: u64,
    /// Listings that the site announces; 0 where it does not say.
    pub announced: u64,
    /// Cards that could not be read.
    pub rejects: u64,
    /// Pages that would be fetched for the others.
    pub would_fetch: Vec<String>,
    /// List pages that would follow.
    pub would_page: Vec<String>,
}

/// Reads robots.txt and the first list page, and says what a crawl would fetch. Nothing is written, not even the
/// sellers' key.
///
/// # Errors
/// As a crawl's, and what would stop it.
pub fn rehearse(
    site: &dyn Site,
    config: &Config,
    output: Output,
    stop: &Stop,
) -> Result<Rehearsal> {
    let mut store = Store::rehearsal(&config.out, site.source())?;
    let starts = site.starts(&config.base, &config.scope);
    let run = store.begin(&scope(config, None), &starts, true)?;
    let mut crawl = Crawl {
        site,
        config,
        output,
        stop,
        store,
        fetcher: Fetcher::new(config, stop)?,
        // List pages hold nobody's hash.
        sellers: SellerKey::new([0; 32]),
        run,
        since: None,
        old_pages: 0,
        pages: 0,
        unexported: 0,
        failures: 0,
        blocks: 0,
        progress: Progress::new(Output::quiet()),
    };
    for target in crawl.store.targets()? {
        if crawl.visit(&target)? == Flow::Stop {
            break;
        }
    }
    let left = crawl.store.targets()?;
    let addresses = |kind: Kind| {
        let of_kind = left.iter().filter(|target| target.kind == kind);
        of_kind.map(|target| target.url().to_string()).collect()
    };
    let counters = &crawl.run.counters;
    Ok(Rehearsal {
        source: site.source().to_owned(),
        listings: counters.listings,
        known: counters.known,
        announced: counters.announced,
        rejects: counters.rejects.values().sum(),
        would_fetch: addresses(Kind::Detail),
        would_page: addresses(Kind::List),
    })
}

impl Rehearsal {
    /// The rehearsal as lines.
    pub fn lines(&self) -> String {
        let mut text = format!(
            "{}: {} listings on the first page ({} known, {} cards unreadable), {} announced\n",
            self.source, self.listings, self.known, self.rejects, self.announced
        );
        for (what, urls) in [("fetch", &self.would_fetch), ("page", &self.would_page)] {
            for url in urls {
                text.extend(["would ", what, " ", url.as_str(), "\n"]);
            }
        }
        text
    }
}
