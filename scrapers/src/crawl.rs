//! One crawl: pages from the frontier, one after another, until none is left or the site wants no more.
//!
//! Details come before the next list page, so that the frontier stays as short as one list page and a crawl that pages
//! back to a day knows the days of what it saw. What fails waits in the frontier for its next attempt while others go
//! on; a host that fails or refuses again and again ends the crawl, and the next start goes on where it was.

mod progress;
mod read;
mod rehearse;
mod rejection;
mod visit;

use chrono::{NaiveDate, Utc};

use crate::Output;
use crate::config::{Config, Since};
use crate::fetch::Fetcher;
use crate::site::{SellerKey, Site};
use crate::stats::{self, Ended, Report, Standard};
use crate::stop::Stop;
use crate::store::{Kind, Run, Store, Target};
use crate::{Error, Result, clock, parts, seller_key};
use progress::Progress;
pub(crate) use read::{Unread, read_body};
pub use rehearse::{Rehearsal, rehearse};
use visit::Flow;

/// List pages in a row with nothing but old listings, after which a crawl back to a day ends: sellers push old listings
/// to the front, so that one such page says nothing.
const OLD_PAGES: u32 = 3;

/// A crawl that ended in order.
#[derive(Debug)]
pub struct Crawled {
    /// What it did.
    pub report: Report,
    /// Why it could not go on.
    pub stopped: Option<Error>,
}

impl Crawled {
    /// Whether all is well.
    ///
    /// # Errors
    /// Why the crawl could not go on, else [`Error::Quality`] for what is wrong with its data.
    pub fn verdict(self) -> Result<()> {
        match self.stopped {
            Some(error) => Err(error),
            None if self.report.findings.is_empty() => Ok(()),
            None => Err(Error::Quality(self.report.findings)),
        }
    }
}

/// Crawls `site`, or goes on with the crawl that was left, and writes what came as Parquet and NDJSON.
///
/// # Errors
/// What no crawl can go on from: configuration, file system, database. A site that blocks or is down is in
/// [`Crawled::stopped`].
pub fn crawl(
    site: &dyn Site,
    config: &Config,
    fresh: bool,
    output: Output,
    stop: &Stop,
) -> Result<Crawled> {
    let mut crawl = Crawl::new(site, config, fresh, output, stop)?;
    let outcome = crawl.work();
    crawl.progress.finish();
    let (ended, stopped) = match outcome {
        Ok(ended) => (ended, None),
        Err(error) if is_orderly(&error) => (Ended::Stopped, Some(error)),
        Err(error) => return Err(error),
    };
    crawl.end(ended, stopped)
}

/// What part of the site a crawl is of, in words.
fn scope(config: &Config, since: Option<NaiveDate>) -> String {
    let make = config.scope.make.as_deref().unwrap_or("all makes");
    match since {
        None => make.to_owned(),
        Some(day) => format!("{make} since {day}"),
    }
}

/// Whether the crawl ends in order with this error: what came is written, and the next start goes on.
fn is_orderly(error: &Error) -> bool {
    matches!(
        error,
        Error::Blocked { .. }
            | Error::ComeBackLater { .. }
            | Error::SiteDown { .. }
            | Error::RobotsUnreachable { .. }
            | Error::RobotsForbid { .. }
            | Error::ListLost { .. }
    )
}

struct Crawl<'a> {
    site: &'a dyn Site,
    config: &'a Config,
    output: Output,
    stop: &'a Stop,
    store: Store,
    fetcher: Fetcher,
    sellers: SellerKey,
    run: Run,
    since: Option<NaiveDate>,
    /// List pages in a row that were older than `since`.
    old_pages: u32,
    /// Pages fetched by this process.
    pages: u64,
    /// Rows that no part holds yet.
    unexported: u64,
    /// Failures in a row.
    failures: u32,
    /// Refusals in a row.
    blocks: u32,
    progress: Progress,
}

impl<'a> Crawl<'a> {
    fn new(
        site: &'a dyn Site,
        config: &'a Config,
        fresh: bool,
        output: Output,
        stop: &'a Stop,
    ) -> Result<Self> {
        let fetcher = Fetcher::new(config, stop)?;
        let sellers = seller_key::load(&config.seller_key)?;
        let mut store = Store::open(&config.out, site.source())?;
        let since = match config.since {
            None => None,
            Some(Since::Day(day)) => Some(day),
            Some(Since::Last) => store
                .last_complete_run()?
                .map(|run| clock::day(run.started_at)),
        };
        let starts = site.starts(&config.base, &config.scope);
        let run = store.begin(&scope(config, since), &starts, fresh)?;
        if run.resumed {
            output.note(format_args!(
                "going on with crawl #{} of {}: {} pages in the frontier",
                run.id,
                run.started_at.format("%Y-%m-%d %H:%M UTC"),
                store.frontier_len()?
            ));
        }
        let (newest, exported) = store.versions()?;
        Ok(Self {
            site,
            config,
            output,
            stop,
            store,
            fetcher,
            sellers,
            run,
            since,
            old_pages: 0,
            pages: 0,
            unexported: (newest - exported).max(0) as u64,
            failures: 0,
            blocks: 0,
            progress: Progress::new(output),
        })
    }

    /// Fetches until there is a reason to end.
    fn work(&mut self) -> Result<Ended> {
        loop {
            if self.stop.is_asked() {
                return Ok(Ended::Interrupted);
            }
            if self.config.max_pages.is_some_and(|most| self.pages >= most) {
                return Ok(Ended::PageLimit);
            }
            let now = Utc::now();
            let Some(target) = self.store.next_target(now)? else {
                let Some(due) = self.store.next_due()? else {
                    return Ok(Ended::Done);
                };
                let wait = clock::from_ms(due) - now;
                self.fetcher.sleep(wait.to_std().unwrap_or_default());
                continue;
            };
            if self.is_far_back(&target)? {
                self.store.drop_target(&self.run, &target)?;
                continue;
            }
            if self.visit(&target)? == Flow::Stop {
                return Ok(Ended::Interrupted);
            }
            if self.unexported >= self.config.part_rows {
                parts::flush(&mut self.store, &self.config.out, self.site.source())?;
                self.unexported = 0;
            }
            self.progress.show(&self.run.counters, self.pages);
        }
    }

    /// Whether the list pages before this one were all of older days than the crawl is to go back to.
    fn is_far_back(&mut self, target: &Target) -> Result<bool> {
        let Some(day) = self.since else {
            return Ok(false);
        };
        if target.kind != Kind::List || target.preceding.is_empty() || target.attempts > 0 {
            return Ok(false);
        }
        let older = self.store.older_than(&target.preceding, day)?;
        self.old_pages = if older == target.preceding.len() {
            self.old_pages + 1
        } else {
            0
        };
        Ok(self.old_pages >= OLD_PAGES)
    }

    /// Ends the run where it is over, writes what came, and reports.
    fn end(mut self, ended: Ended, stopped: Option<Error>) -> Result<Crawled> {
        // A crawl without its list page has lost its way: the next one begins at the first page again.
        let over = ended == Ended::Done || matches!(stopped, Some(Error::ListLost { .. }));
        let whole =
            ended == Ended::Done && self.config.scope.make.is_none() && self.since.is_none();
        let left = self.store.frontier_len()?;
        if over {
            let today = clock::day(Utc::now());
            self.store.conclude(&mut self.run, whole, today)?;
        } else {
            self.store.save(&self.run)?;
        }
        let source = self.site.source();
        if ended == Ended::Interrupted {
            // Whoever interrupts has no time for more.
            parts::flush(&mut self.store, &self.config.out, source)?;
        } else {
            parts::compact(&mut self.store, &self.config.out, source)?;
        }
        if over {
            self.store.end(&self.run, whole)?;
        }
        let counters = self.run.counters;
        let standard = Standard {
            floors: self.site.floors(),
            judged_listings: self.config.judged_listings,
            whole,
            lists: true,
        };
        let report = Report {
            source: source.to_owned(),
            run: self.run.id,
            started_at: self.run.started_at,
            ended_at: Utc::now(),
            ended,
            resumed: self.run.resumed,
            left: if over { 0 } else { left },
            rows: self.store.rows()?,
            fill: stats::fill(&counters, self.site.floors()),
            findings: stats::judge(&counters, &standard),
            counters,
        };
        Ok(Crawled { report, stopped })
    }
}
