//! Pages through the site's readers: redacted first, so that what is kept gives the very row that was read.

use std::panic::{AssertUnwindSafe, catch_unwind};

use datasets::text;

use super::Crawl;
use super::rejection::Rejection;
use crate::fetch::Reply;
use crate::site::{Card, ListPage, Page, PageError, Scraped, SellerKey, Site};
use crate::store::{Body, RejectRow, Seen, Target};
use crate::{Result, clock};

/// Why there is no row.
#[derive(Debug)]
pub(crate) enum Unread {
    /// The reader says why.
    Page(PageError),
    /// We do.
    Other(Rejection),
}

/// What a listing's page gives. The body is absent where nobody could tell names from the rest.
#[derive(Debug)]
pub(super) enum DetailRead {
    Row(Box<Scraped>, Body),
    Unread(Unread, Option<Body>),
}

impl Crawl<'_> {
    pub(super) fn read_detail(&self, id: &str, reply: &Reply) -> DetailRead {
        let page = page(reply);
        let body = match guarded(|| self.site.redact(&page, &self.sellers)) {
            Ok(bytes) => Body {
                url: reply.url.clone(),
                content_type: reply.content_type.clone(),
                bytes,
            },
            Err(unread) => return DetailRead::Unread(unread, None),
        };
        let redacted = Page {
            body: &body.bytes,
            ..page
        };
        match read_body(self.site, id, &redacted, &self.sellers) {
            Ok(scraped) => DetailRead::Row(Box::new(scraped), body),
            Err(unread) => DetailRead::Unread(unread, Some(body)),
        }
    }

    pub(super) fn read_list(&self, reply: &Reply) -> std::result::Result<ListPage, Unread> {
        guarded(|| self.site.read_list(&self.config.base, &page(reply)))
    }

    /// Commits a list page: its cards, less those of another make.
    pub(super) fn take_list(
        &mut self,
        target: &Target,
        reply: &Reply,
        read: &ListPage,
    ) -> Result<()> {
        let wanted = self.config.scope.make.as_deref().map(text::key);
        let is_wanted = |card: &&Card| match (&wanted, &card.make) {
            (Some(wanted), Some(make)) => text::key(make) == *wanted,
            _ => true,
        };
        let cards: Vec<_> = read
            .cards
            .iter()
            .filter(is_wanted)
            .map(|card| (card, self.site.details(&self.config.base, card)))
            .collect();
        self.run.counters.other_make += (read.cards.len() - cards.len()) as u64;
        let rejects = read
            .rejects
            .iter()
            .enumerate()
            .map(|(place, reject)| RejectRow {
                listing_id: reject.listing_id.clone(),
                url: reply.url.clone(),
                reason: reject.error.reason().to_owned(),
                detail: reject.error.to_string(),
                at: reply.fetched_at,
                card: Some(place + 1),
            });
        let seen = Seen {
            rejects: rejects.collect(),
            next: read.next.as_ref(),
            today: clock::day(reply.fetched_at),
            cards,
        };
        self.store.commit_list(&mut self.run, target, &seen)
    }
}

/// Reads a redacted page of listing `id`.
pub(crate) fn read_body(
    site: &dyn Site,
    id: &str,
    page: &Page<'_>,
    sellers: &SellerKey,
) -> std::result::Result<Scraped, Unread> {
    let scraped = guarded(|| site.read_detail(page, sellers))?;
    let found = &scraped.listing;
    if found.id != id || found.source != site.source() {
        let detail = format!(
            "the page of {} {id} is of {} {}",
            site.source(),
            found.source,
            found.id
        );
        return Err(Unread::Other(Rejection::new("other_listing", detail)));
    }
    Ok(scraped)
}

/// A reader that panics over one page must not keep the crawl from all others.
fn guarded<T>(
    read: impl FnOnce() -> std::result::Result<T, PageError>,
) -> std::result::Result<T, Unread> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(outcome) => outcome.map_err(Unread::Page),
        Err(payload) => {
            let said = payload
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| payload.downcast_ref::<&str>().copied())
                .unwrap_or("a panic without a message");
            let detail = format!("a bug of the reader: {said}");
            Err(Unread::Other(Rejection::new("reader_bug", detail)))
        }
    }
}

fn page(reply: &Reply) -> Page<'_> {
    Page {
        url: &reply.url,
        body: &reply.body,
        content_type: reply.content_type.as_deref(),
        fetched_at: reply.fetched_at,
    }
}
