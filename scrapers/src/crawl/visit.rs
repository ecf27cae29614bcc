//! One page: asked for, answered, and what follows from the answer.

use std::time::Duration;

use chrono::{DateTime, Utc};
use url::Url;

use super::Crawl;
use super::read::{DetailRead, Unread};
use super::rejection::Rejection;
use crate::fetch::{Refusal, Reply};
use crate::site::PageError;
use crate::store::{Body, Change, Failed, Kind, Reading, RejectRow, Target};
use crate::{Error, Result, clock};

/// Whether the crawl goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    Next,
    Stop,
}

/// Who is at fault when a page gives nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// The page did not come, or came damaged: it is asked for again the next time.
    Site,
    /// The page came, and the reader does not know it: it is kept, and not asked for again until its card changes.
    Reader,
}

impl Crawl<'_> {
    /// Fetches a page and does what follows from it.
    ///
    /// # Errors
    /// What ends the crawl, in order or not.
    pub(super) fn visit(&mut self, target: &Target) -> Result<Flow> {
        let url = target.url().clone();
        let counters = &mut self.run.counters;
        counters.retries += u64::from(target.attempts > 0);
        let fetched = self.fetcher.get(&url, &mut self.store, counters)?;
        if !matches!(fetched, Err(Refusal::Stopped)) {
            self.pages += 1;
        }
        match fetched {
            Err(Refusal::Stopped) => return Ok(Flow::Stop),
            Err(Refusal::Robots { url }) if target.kind == Kind::List => {
                let url = Box::new(url);
                return Err(Error::RobotsForbid { url });
            }
            Err(Refusal::Robots { url }) => {
                let rejection = Rejection::new("robots", format!("robots.txt forbids {url}"));
                self.give_up(target, Utc::now(), rejection, None, Fault::Site)?;
            }
            Err(Refusal::Redirect { detail }) => {
                let rejection = Rejection::new("redirect", detail);
                self.give_up(target, Utc::now(), rejection, None, Fault::Site)?;
            }
            Err(Refusal::Unusable { code, detail }) => {
                let rejection = Rejection::new(code, detail);
                self.give_up(target, Utc::now(), rejection, None, Fault::Site)?;
            }
            Err(Refusal::Failed { code, detail }) => {
                self.failed(target, Rejection::new(code, detail), None)?;
            }
            Ok(reply) => self.answered(target, &reply)?,
        }
        Ok(Flow::Next)
    }

    fn answered(&mut self, target: &Target, reply: &Reply) -> Result<()> {
        match reply.status {
            403 | 429 => return self.refused(target, reply),
            408 | 425 | 500..=599 => {
                return self.failed(
                    target,
                    Rejection::of_status(reply.status),
                    reply.retry_after,
                );
            }
            _ => {}
        }
        self.failures = 0;
        self.blocks = 0;
        match (reply.status, target.kind) {
            (200, Kind::List) => self.list(target, reply),
            (200, Kind::Detail) => self.detail(target, reply),
            (404 | 410, Kind::Detail) => self.absent(target, reply),
            (status, _) => {
                let rejection = Rejection::of_status(status);
                self.give_up(target, reply.fetched_at, rejection, None, Fault::Site)
            }
        }
    }

    fn detail(&mut self, target: &Target, reply: &Reply) -> Result<()> {
        let at = reply.fetched_at;
        let id = target.listing_id.as_deref().unwrap_or_default();
        let (error, body) = match self.read_detail(id, reply) {
            DetailRead::Row(scraped, body) => {
                self.run.counters.read(&scraped);
                let reading = Reading::Row(&scraped.listing);
                let change = self.store.commit_detail(
                    &mut self.run,
                    target,
                    at,
                    &reading,
                    Some(&body),
                    true,
                )?;
                self.unexported += u64::from(matches!(change, Change::New | Change::Changed));
                self.output
                    .detail(format_args!("{id} {change:?} {}", reply.url));
                return Ok(());
            }
            DetailRead::Unread(Unread::Page(error), body) => (error, body),
            DetailRead::Unread(Unread::Other(rejection), body) => {
                return self.give_up(target, at, rejection, body.as_ref(), Fault::Reader);
            }
        };
        let rejection = Rejection::of_page(&error);
        match error {
            PageError::Blocked { marker } => self.blocked(target, at, &marker, rejection),
            PageError::Gone { marker } => self.gone(target, at, &marker),
            PageError::Empty | PageError::Truncated { .. } | PageError::Charset { .. } => {
                self.try_again(target, rejection, body.as_ref())
            }
            _ => self.give_up(target, at, rejection, body.as_ref(), Fault::Reader),
        }
    }

    fn list(&mut self, target: &Target, reply: &Reply) -> Result<()> {
        let read = match self.read_list(reply) {
            Ok(read) => read,
            Err(Unread::Other(rejection)) => {
                return self.give_up(target, reply.fetched_at, rejection, None, Fault::Reader);
            }
            Err(Unread::Page(error)) => {
                let rejection = Rejection::of_page(&error);
                return match error {
                    PageError::Blocked { marker } => {
                        self.blocked(target, reply.fetched_at, &marker, rejection)
                    }
                    PageError::Empty | PageError::Truncated { .. } | PageError::Charset { .. } => {
                        self.try_again(target, rejection, None)
                    }
                    _ => self.give_up(target, reply.fetched_at, rejection, None, Fault::Reader),
                };
            }
        };
        let counters = &mut self.run.counters;
        counters.announced = counters.announced.max(read.total.unwrap_or(0));
        self.output.detail(format_args!(
            "{} cards ({}) {}",
            read.cards.len(),
            read.layout,
            reply.url
        ));
        self.take_list(target, reply, &read)
    }

    /// 403 or 429: the host is left alone for a while, and for good when it says so again and again.
    fn refused(&mut self, target: &Target, reply: &Reply) -> Result<()> {
        self.blocks += 1;
        let rejection = Rejection::of_status(reply.status);
        let wait = self.wait_for(target, self.blocks, reply.retry_after)?;
        self.fetcher.pause(&reply.url, wait);
        if target.attempts + 1 < self.config.patience.attempts {
            let not_before = clock::after(Utc::now(), wait);
            self.store.defer(target, not_before, false)?;
        } else {
            self.give_up(target, reply.fetched_at, rejection, None, Fault::Site)?;
        }
        if self.blocks < self.config.patience.blocks_before_stop {
            return Ok(());
        }
        Err(Error::Blocked {
            url: Box::new(reply.url.clone()),
            how: format!("HTTP {}, {} times in a row", reply.status, self.blocks),
        })
    }

    /// A block page: the crawl ends at once. A page that shows nothing else, start after start, is given up.
    fn blocked(
        &mut self,
        target: &Target,
        at: DateTime<Utc>,
        marker: &str,
        rejection: Rejection,
    ) -> Result<()> {
        let last = target.attempts + 1 >= self.config.patience.attempts;
        if last && target.kind == Kind::Detail {
            self.give_up(target, at, rejection, None, Fault::Site)?;
        } else {
            self.store.defer(target, 0, true)?;
        }
        Err(Error::Blocked {
            url: Box::new(target.url().clone()),
            how: format!("a block page (`{marker}`)"),
        })
    }

    /// No answer, or one that the host itself calls a failure.
    fn failed(
        &mut self,
        target: &Target,
        rejection: Rejection,
        asked: Option<Duration>,
    ) -> Result<()> {
        self.failures += 1;
        let detail = rejection.detail.clone();
        let wait = self.wait_for(target, target.attempts + 1, asked)?;
        if asked.is_some() {
            self.fetcher.pause(target.url(), wait);
        }
        if target.attempts + 1 < self.config.patience.attempts {
            let not_before = clock::after(Utc::now(), wait);
            self.store.defer(target, not_before, false)?;
        } else {
            self.give_up(target, Utc::now(), rejection, None, Fault::Site)?;
        }
        if self.failures < self.config.patience.failures_before_stop {
            return Ok(());
        }
        Err(Error::SiteDown {
            failures: self.failures,
            url: Box::new(target.url().clone()),
            detail,
        })
    }

    /// A page that came damaged may come whole the next time.
    fn try_again(
        &mut self,
        target: &Target,
        rejection: Rejection,
        body: Option<&Body>,
    ) -> Result<()> {
        if target.attempts + 1 >= self.config.patience.attempts {
            return self.give_up(target, Utc::now(), rejection, body, Fault::Site);
        }
        let wait = self.wait_for(target, target.attempts + 1, None)?;
        let not_before = clock::after(Utc::now(), wait);
        self.store.defer(target, not_before, false)
    }

    /// How long to wait after so many failures, where the host does not ask for more than anybody waits.
    fn wait_for(
        &mut self,
        target: &Target,
        failures: u32,
        asked: Option<Duration>,
    ) -> Result<Duration> {
        let patience = self.config.patience;
        let own = patience.backoff.wait(failures, self.fetcher.rng());
        let wait = own.max(asked.unwrap_or_default());
        if asked.is_some_and(|asked| asked > patience.longest_wait) {
            let host = target.url().host_str().unwrap_or_default().to_owned();
            return Err(Error::ComeBackLater { host, wait });
        }
        Ok(wait)
    }

    /// The listing is no more, by its page's own words or by all of its addresses.
    fn gone(&mut self, target: &Target, at: DateTime<Utc>, marker: &str) -> Result<()> {
        let reading = Reading::Gone(reject(target, at, Rejection::new("gone", marker)));
        self.store
            .commit_detail(&mut self.run, target, at, &reading, None, false)?;
        Ok(())
    }

    /// There is nothing at this address.
    fn absent(&mut self, target: &Target, reply: &Reply) -> Result<()> {
        let at = reply.fetched_at;
        let detail = format!("HTTP {}", reply.status);
        if target.has_next_address() {
            let failed = Failed {
                reason: "gone".into(),
                detail,
                gone: true,
                kept: false,
            };
            return self.store.try_next_address(target, at, &failed, None);
        }
        match &target.failed {
            // That a fallback does not exist says nothing of the listing.
            Some(failed) if !failed.gone => {
                let rejection = Rejection::new(&*failed.reason, &*failed.detail);
                self.give_up(target, at, rejection, None, Fault::Site)
            }
            _ => self.gone(target, at, &detail),
        }
    }

    /// A page gives nothing: its next address is tried; without one it is rejected, for the reason that the best
    /// address gave. A list page ends the crawl, for only it knows the page that follows.
    fn give_up(
        &mut self,
        target: &Target,
        at: DateTime<Utc>,
        rejection: Rejection,
        body: Option<&Body>,
        fault: Fault,
    ) -> Result<()> {
        if target.kind == Kind::List {
            let reject = reject(
                target,
                at,
                Rejection::new(&*rejection.reason, &*rejection.detail),
            );
            self.run.counters.reject(&reject.reason);
            self.store.reject_page(self.run.id, &reject)?;
            return Err(Error::ListLost {
                url: Box::new(target.url().clone()),
                reason: rejection.reason,
                detail: rejection.detail,
                unread: fault == Fault::Reader,
            });
        }
        let failed = Failed {
            reason: rejection.reason,
            detail: rejection.detail,
            gone: false,
            // Another build may read it without a request.
            kept: fault == Fault::Reader && body.is_some(),
        };
        if target.has_next_address() {
            return self.store.try_next_address(target, at, &failed, body);
        }
        let settled = failed.kept || target.failed.as_ref().is_some_and(|first| first.kept);
        let first = target.failed.clone().unwrap_or(failed);
        self.output
            .detail(format_args!("rejected ({}) {}", first.reason, target.url()));
        let reading = Reading::Rejected(reject(
            target,
            at,
            Rejection::new(first.reason, first.detail),
        ));
        self.store
            .commit_detail(&mut self.run, target, at, &reading, body, settled)?;
        Ok(())
    }
}

fn reject(target: &Target, at: DateTime<Utc>, rejection: Rejection) -> RejectRow {
    RejectRow {
        listing_id: target.listing_id.clone(),
        url: Url::clone(target.url()),
        reason: rejection.reason,
        detail: rejection.detail,
        at,
        card: None,
    }
}
