//! `doctor`: do the readers still find what they should, on recorded pages and, when allowed, on one of today's?

use chrono::{DateTime, Utc};
use datasets::schema;
use serde::Serialize;
use url::Url;

use crate::config::Config;
use crate::fetch::{Fetcher, Refusal, Reply};
use crate::site::{Fixture, Page, PageError, PageKind, SellerKey, Site};
use crate::stats::{Counters, Finding, is_filled, judged};
use crate::stop::Stop;
use crate::store::Store;
use crate::{Error, Result};

/// Key of the sellers on recorded pages, whose names are invented.
const KEY: [u8; 32] = [7; 32];

/// What was found on one page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checked {
    /// Name of the recorded page, or the address of one of today's.
    pub page: String,
    /// `list`, `detail` or `blocked`.
    pub kind: &'static str,
    /// Layout that was recognised; empty where none was.
    pub layout: String,
    /// A list page: cards that were read. A detail page: columns that are filled.
    pub found: Vec<String>,
    /// What is wrong; nothing where all is well.
    pub wrong: Vec<String>,
}

/// Reads the recorded pages of the site.
pub fn fixtures(site: &dyn Site) -> Vec<Checked> {
    site.fixtures()
        .iter()
        .map(|fixture| match Url::parse(fixture.url) {
            Ok(url) => check(site, fixture, &url),
            Err(error) => Checked {
                page: fixture.name.to_owned(),
                kind: kind_name(fixture.kind),
                layout: String::new(),
                found: Vec::new(),
                wrong: vec![format!("its address `{}`: {error}", fixture.url)],
            },
        })
        .collect()
}

fn check(site: &dyn Site, fixture: &Fixture, url: &Url) -> Checked {
    let page = Page {
        url,
        body: fixture.body,
        content_type: fixture.content_type,
        fetched_at: DateTime::<Utc>::UNIX_EPOCH,
    };
    let mut checked = match fixture.kind {
        PageKind::List => list(site, &page),
        PageKind::Detail => detail(site, &page, &SellerKey::new(KEY)),
        PageKind::Blocked => blocked(site, &page),
    };
    fixture.name.clone_into(&mut checked.page);
    match fixture.kind {
        PageKind::List if checked.wrong.is_empty() && checked.found.len() != fixture.cards => {
            checked.wrong.push(format!(
                "{} cards instead of {}",
                checked.found.len(),
                fixture.cards
            ));
        }
        PageKind::Detail => {
            for column in fixture.columns {
                if checked.wrong.is_empty() && !checked.found.iter().any(|found| found == column) {
                    checked.wrong.push(format!("`{column}` is not found"));
                }
            }
        }
        PageKind::List | PageKind::Blocked => {}
    }
    checked
}

fn list(site: &dyn Site, page: &Page<'_>) -> Checked {
    let mut checked = checked(PageKind::List, page);
    match site.read_list(&site.default_base(), page) {
        Ok(read) => {
            read.layout.clone_into(&mut checked.layout);
            checked.found = read
                .cards
                .iter()
                .map(|card| card.listing_id.clone())
                .collect();
            for reject in &read.rejects {
                let id = reject.listing_id.as_deref().unwrap_or("unknown");
                checked.wrong.push(format!("card {id}: {}", reject.error));
            }
            if checked.found.is_empty() {
                checked.wrong.push("no cards".into());
            }
        }
        Err(error) => checked.wrong.push(error.to_string()),
    }
    checked
}

/// As a crawl reads it: redacted first, which must lose nothing, and change nothing the second time.
fn detail(site: &dyn Site, page: &Page<'_>, sellers: &SellerKey) -> Checked {
    let mut checked = checked(PageKind::Detail, page);
    let mut read = || -> std::result::Result<(), PageError> {
        let body = site.redact(page, sellers)?;
        let redacted = Page {
            body: &body,
            ..*page
        };
        let scraped = site.read_detail(&redacted, sellers)?;
        scraped.layout.clone_into(&mut checked.layout);
        let filled = judged().filter(|column| is_filled(column, &scraped.listing));
        checked.found = filled.map(|column| column.name.to_owned()).collect();
        if site.redact(&redacted, sellers)? != body {
            checked.wrong.push("redacting it twice changes it".into());
        }
        if site.read_detail(page, sellers)? != scraped {
            checked
                .wrong
                .push("redacting it changes what is read".into());
        }
        Ok(())
    };
    if let Err(error) = read() {
        checked.wrong.push(error.to_string());
    }
    checked
}

fn blocked(site: &dyn Site, page: &Page<'_>) -> Checked {
    let mut checked = checked(PageKind::Blocked, page);
    let sellers = SellerKey::new(KEY);
    let as_list = site.read_list(&site.default_base(), page).err();
    // As a crawl reads it: whichever of the two steps notices.
    let as_detail = site.redact(page, &sellers).and_then(|body| {
        let redacted = Page {
            body: &body,
            ..*page
        };
        site.read_detail(&redacted, &sellers)
    });
    let as_detail = as_detail.err();
    for (reader, error) in [("list", as_list), ("detail", as_detail)] {
        match error {
            Some(PageError::Blocked { marker }) => checked.found.push(marker),
            Some(other) => checked.wrong.push(format!("as a {reader} page: {other}")),
            None => checked
                .wrong
                .push(format!("as a {reader} page: it is read")),
        }
    }
    checked
}

/// Fetches the first list page and the first of its listings, and reads them.
///
/// # Errors
/// What keeps the pages from being fetched.
pub fn live(site: &dyn Site, config: &Config, stop: &Stop) -> Result<Vec<Checked>> {
    let mut fetcher = Fetcher::new(config, stop)?;
    let mut store = Store::rehearsal(&config.out, site.source())?;
    let mut counters = Counters::default();
    let mut get = |url: &Url| -> Result<Reply> {
        let detail = match fetcher.get(url, &mut store, &mut counters)? {
            Ok(reply) if reply.status == 200 => return Ok(reply),
            Ok(reply) => format!("HTTP {}", reply.status),
            Err(Refusal::Robots { url }) => {
                let url = Box::new(url);
                return Err(Error::RobotsForbid { url });
            }
            Err(Refusal::Stopped) => "interrupted".to_owned(),
            Err(
                Refusal::Redirect { detail }
                | Refusal::Failed { detail, .. }
                | Refusal::Unusable { detail, .. },
            ) => detail,
        };
        Err(Error::SiteDown {
            failures: 1,
            url: Box::new(url.clone()),
            detail,
        })
    };
    let starts = site.starts(&config.base, &config.scope);
    let Some(start) = starts.first() else {
        return Ok(Vec::new());
    };
    let reply = get(start)?;
    let mut all = vec![list(site, &page(&reply))];
    let Ok(read) = site.read_list(&config.base, &page(&reply)) else {
        return Ok(all);
    };
    let details = read
        .cards
        .first()
        .map(|card| site.details(&config.base, card));
    if let Some(url) = details.iter().flatten().next() {
        let reply = get(url)?;
        let mut found = detail(site, &page(&reply), &SellerKey::new(KEY));
        // One listing may lack what most have; what every listing must have, it must have too.
        for (field, _) in site.floors().iter().filter(|(_, floor)| *floor >= 0.99) {
            let is_there = found.found.iter().any(|column| column == field);
            if found.wrong.is_empty() && !is_there && schema::column(field).is_some() {
                found.wrong.push(format!("`{field}` is not found"));
            }
        }
        all.push(found);
    }
    Ok(all)
}

/// What is wrong with the pages, as a quality check says it.
pub fn findings(checked: &[Checked]) -> Vec<Finding> {
    checked
        .iter()
        .filter(|checked| !checked.wrong.is_empty())
        .map(|checked| Finding::Page {
            page: checked.page.clone(),
            wrong: checked.wrong.join(", "),
        })
        .collect()
}

/// The pages as lines.
pub fn lines(checked: &[Checked]) -> String {
    let line = |checked: &Checked| {
        let state = if checked.wrong.is_empty() {
            "ok  "
        } else {
            "FAIL"
        };
        let mut line = format!(
            "{state} {:<7} {} ({}): {} found",
            checked.kind,
            checked.page,
            checked.layout,
            checked.found.len()
        );
        for wrong in &checked.wrong {
            line.push_str("; ");
            line.push_str(wrong);
        }
        line.push('\n');
        line
    };
    checked.iter().map(line).collect()
}

fn page(reply: &Reply) -> Page<'_> {
    Page {
        url: &reply.url,
        body: &reply.body,
        content_type: reply.content_type.as_deref(),
        fetched_at: reply.fetched_at,
    }
}

fn checked(kind: PageKind, page: &Page<'_>) -> Checked {
    Checked {
        page: page.url.to_string(),
        kind: kind_name(kind),
        layout: String::new(),
        found: Vec::new(),
        wrong: Vec::new(),
    }
}

fn kind_name(kind: PageKind) -> &'static str {
    match kind {
        PageKind::List => "list",
        PageKind::Detail => "detail",
        PageKind::Blocked => "blocked",
    }
}
