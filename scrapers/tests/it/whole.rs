//! Crawls of the invented world over HTTP, with a server that fails in every way on top of pages that are broken in
//! every way: each good listing lands once with the right values, each bad one in the reject file with its reason.
//!
//! `GIAXE_LISTINGS_A_SITE` says how many listings on each site (300; 5,000 over three sites are 1,667).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use datasets::hash::number;
use datasets::{Listing, store};
use scrapers::site::{
    Base, Card, Fixture, ListPage, Page, PageError, PageKind, Scope, Scraped, SellerKey, Site,
};
use scrapers::sites::by_name;
use scrapers::{Error, Failure, reparse};
use url::Url;

use crate::run::Place;
use crate::server::{Answer, Server};
use crate::world::{SiteWorld, world};

/// The world's key of sellers, in digits.
pub(crate) const KEY: &str = "0707070707070707070707070707070707070707070707070707070707070707";

fn per_site() -> usize {
    std::env::var("GIAXE_LISTINGS_A_SITE").map_or(300, |text| {
        text.parse()
            .expect("GIAXE_LISTINGS_A_SITE is a whole number")
    })
}

/// What the server does on top of what the world's pages are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mischief {
    Error,
    Unavailable,
    Slow,
    CutOff,
    Redirect,
    Captcha,
}

/// The first answer for one path in seven is none.
fn mischief(path: &str) -> Option<Mischief> {
    match number(path) % 200 {
        0..5 => Some(Mischief::Error),
        5..10 => Some(Mischief::Unavailable),
        10..16 => Some(Mischief::Slow),
        16..21 => Some(Mischief::CutOff),
        21..26 => Some(Mischief::Redirect),
        // Each ends a crawl.
        26 => Some(Mischief::Captcha),
        _ => None,
    }
}

/// Whether no page of the listing ever comes.
fn is_dead(id: &str) -> bool {
    number(id).is_multiple_of(90)
}

/// Answers of the world, without mischief.
fn plain(world: &SiteWorld, path: &str) -> Answer {
    let Some(reply) = world.pages.get(path) else {
        return Answer::status(404);
    };
    let answer = Answer {
        status: reply.status,
        ..Answer::ok(reply.body.clone())
    }
    .with("content-type", reply.content_type);
    match &reply.location {
        Some(location) => answer.with("location", location),
        None => answer,
    }
}

/// A server of `world` that does no mischief.
pub(crate) fn good_server(world: Arc<SiteWorld>) -> Server {
    Server::start(move |path, _| plain(&world, path))
}

fn server(site: &'static dyn Site, world: Arc<SiteWorld>, dead: BTreeSet<String>) -> Server {
    let captcha = site
        .fixtures()
        .iter()
        .find(|fixture| fixture.kind == PageKind::Blocked);
    let captcha = captcha.expect("a recorded block page").body.to_vec();
    Server::start(move |path, nth| {
        if path == "/robots.txt" {
            return Answer::ok("User-agent: *\nDisallow: /admin/\n");
        }
        if dead.iter().any(|id| path.contains(id.as_str())) {
            return Answer::status(500);
        }
        let good = plain(&world, path);
        match mischief(path).filter(|_| nth == 1) {
            None => good,
            Some(Mischief::Error) => Answer::status(500),
            Some(Mischief::Unavailable) => Answer::status(503).with("retry-after", 0),
            Some(Mischief::Slow) => Answer {
                delay: Duration::from_millis(900),
                ..good
            },
            Some(Mischief::CutOff) => Answer {
                cut_at: Some(good.body.len() / 2),
                ..good
            },
            Some(Mischief::Redirect) => Answer::status(307).with("location", path),
            Some(Mischief::Captcha) => Answer::ok(captcha.clone()),
        }
    })
}

/// A row as the world expects it, seen today: days that a page tells by their distance are counted from today.
pub(crate) fn as_seen(row: &Listing, found: &Listing) -> Listing {
    let mut row = Listing {
        first_seen: found.first_seen,
        last_seen: found.last_seen,
        ..row.clone()
    };
    let printed = row.raw.get("listed_on").map(String::as_str);
    if printed == Some("Đăng 3 ngày trước") {
        row.listed_on = found
            .last_seen
            .and_then(|day| day.checked_sub_days(chrono::Days::new(3)));
    }
    row
}

/// Settings for crawls of the world.
pub(crate) fn settings() -> String {
    format!("seller_key = \"{KEY}\"\ntimeout_ms = 600\nbackoff_ms = 1\nthrottle_cap_ms = 0")
}

#[test]
fn three_sites_land_whole() {
    let per_site = per_site();
    let place = Place::with(&settings());
    let (mut everything, mut invented) = (0, 0);
    for (source, own) in world(11, per_site) {
        let site = by_name(source).expect("a site");
        let own = Arc::new(own);
        let named = own.detail.keys();
        let dead: BTreeSet<String> = named.filter(|id| is_dead(id)).cloned().collect();
        assert!(!dead.is_empty());
        let server = server(site, own.clone(), dead.clone());
        // A captcha ends a crawl; whoever is in charge starts it again.
        let mut stops = 0;
        let crawled = loop {
            let crawled = place.crawl(site, &server);
            match &crawled.stopped {
                None => break crawled,
                Some(Error::Blocked { .. }) => stops += 1,
                Some(other) => panic!("{source}: {other}"),
            }
            assert!(stops < 2 * per_site, "it never ends");
        };
        let counters = crawled.report.counters.clone();
        assert_eq!(crawled.report.findings, [], "{source}");

        let found = place.rows(source);
        let want: Vec<&Listing> = own
            .expected
            .iter()
            .filter(|row| !dead.contains(&row.id))
            .collect();
        let ids = |rows: &[&Listing]| rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>();
        assert_eq!(
            ids(&found.iter().collect::<Vec<_>>()),
            ids(&want),
            "{source}"
        );
        for (found, want) in found.iter().zip(&want) {
            assert_eq!(*found, as_seen(want, found), "{source} {}", found.id);
        }

        let mut rejects: BTreeMap<String, String> = own
            .rejected
            .iter()
            .map(|reject| (reject.id.clone(), reject.reason.to_owned()))
            .collect();
        rejects.extend(dead.iter().map(|id| (id.clone(), "http_500".to_owned())));
        let in_file: BTreeMap<String, String> = place.rejects(source).into_iter().collect();
        assert_eq!(in_file, rejects, "{source}");
        assert_eq!(counters.new as usize, want.len());
        everything += found.len() + rejects.len();
        invented += own.expected.len() + own.rejected.len();

        // Each page that came at once came once.
        let log = server.log();
        let mut asked: BTreeMap<&str, usize> = BTreeMap::new();
        for hit in &log {
            *asked.entry(&hit.path).or_default() += 1;
        }
        for row in &want {
            // The address without a phone number is the one that is asked for.
            let url = row.url.as_deref().and_then(|url| Url::parse(url).ok());
            let path = match url {
                Some(url) if own.detail[&row.id].contains("-lh-") => url.path().to_owned(),
                _ => own.detail[&row.id].clone(),
            };
            let path = &path;
            let least = 1 + usize::from(mischief(path).is_some());
            let times = asked.get(path.as_str()).copied().unwrap_or(0);
            assert!(times <= least && times > 0, "{path}: {times} times");
        }
        stored_pages_give_the_same_rows(&place, site, &server, &found);
        nobody_is_in(&place.out(source), &own);
    }
    assert_eq!(everything, invented);
    assert!(invented >= 3 * per_site);
}

/// `reparse` of everything changes nothing, and asks nobody.
fn stored_pages_give_the_same_rows(
    place: &Place,
    site: &dyn Site,
    server: &Server,
    rows: &[Listing],
) {
    server.forget();
    let config = place.config(site, server.url());
    let reparsed = reparse::reparse(site, &config).expect("stored pages");
    assert_eq!((reparsed.changed, reparsed.found, reparsed.lost), (0, 0, 0));
    assert_eq!(place.rows(site.source()), rows);
    assert!(server.paths().is_empty());
}

/// No seller's name and no phone number is in any byte that was written, packed or not.
pub(crate) fn nobody_is_in(directory: &Path, own: &SiteWorld) {
    let mut texts: Vec<(String, Vec<u8>)> = Vec::new();
    for entry in fs_err::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            texts.push((
                path.display().to_string(),
                fs_err::read(&path).expect("a file"),
            ));
        }
    }
    let source = directory
        .file_name()
        .and_then(|name| name.to_str())
        .expect("a name");
    let rows = store::read_listings(&scrapers::parts::whole_file(directory, source)).expect("rows");
    for row in rows {
        let json = serde_json::to_vec(&row).expect("JSON");
        texts.push((format!("row {}", row.id), json));
    }
    let db = rusqlite::Connection::open(directory.join("crawl.sqlite")).expect("a database");
    let mut query = db
        .prepare("SELECT listing_id, body FROM body")
        .expect("a table");
    let bodies = query.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?))
    });
    for body in bodies.expect("bodies") {
        let (id, packed) = body.expect("a body");
        let bytes = zstd::bulk::decompress(&packed, 1 << 24).expect("zstd");
        texts.push((format!("body {id}"), bytes));
    }
    let digits = |text: &[u8]| -> Vec<u8> {
        let plain = text.iter().filter(|b| !b" .-".contains(b));
        plain.copied().collect()
    };
    for (name, bytes) in &texts {
        // Words of three letters and more in one pass each; a binary file is searched as it is.
        let lower = String::from_utf8_lossy(bytes).to_lowercase();
        let dialled = String::from_utf8_lossy(&digits(bytes)).into_owned();
        for secret in &own.secrets {
            let found = if secret.starts_with('0') {
                dialled.contains(secret.as_str())
            } else {
                lower.contains(&secret.to_lowercase())
            };
            assert!(!found, "{name} has {secret}");
        }
    }
}

#[test]
fn a_selector_broken_on_purpose_is_named_and_mended_offline() {
    // The site renames a label that bonbanh's reader knows.
    let own = world(5, 120).remove("bonbanh").expect("a site");
    let renamed = Arc::new(SiteWorld {
        pages: own
            .pages
            .iter()
            .map(|(path, reply)| {
                let mut reply = reply.clone();
                if let Ok(text) = std::str::from_utf8(&reply.body) {
                    reply.body = text.replace("Hộp số", "Bánh răng").into_bytes();
                }
                (path.clone(), reply)
            })
            .collect(),
        ..SiteWorld::default()
    });
    let site = by_name("bonbanh").expect("a site");
    let server = good_server(renamed);
    let place = Place::with(&settings());
    let error = place
        .crawl(site, &server)
        .verdict()
        .expect_err("below its floor");
    assert_eq!(error.exit(), scrapers::Exit::Gate);
    assert!(error.to_string().contains("`transmission`"), "{error}");
    assert!(!error.to_string().contains("`fuel`"), "{error}");

    let mended = Mended(site);
    server.forget();
    let config = place.config(&mended, server.url());
    let reparsed = reparse::reparse(&mended, &config).expect("stored pages");
    assert_eq!(reparsed.findings, []);
    assert!(server.paths().is_empty());
    let rows = place.rows("bonbanh");
    assert_eq!(rows.len(), own.expected.len());
    for (found, want) in rows.iter().zip(&own.expected) {
        assert_eq!(*found, as_seen(want, found));
    }
}

/// The site with a reader that knows the new label.
struct Mended(&'static dyn Site);

impl Site for Mended {
    fn source(&self) -> &'static str {
        self.0.source()
    }

    fn default_base(&self) -> Base {
        self.0.default_base()
    }

    fn starts(&self, base: &Base, scope: &Scope) -> Vec<Url> {
        self.0.starts(base, scope)
    }

    fn read_list(&self, base: &Base, page: &Page<'_>) -> Result<ListPage, PageError> {
        self.0.read_list(base, page)
    }

    fn details(&self, base: &Base, card: &Card) -> Vec<Url> {
        self.0.details(base, card)
    }

    fn read_detail(&self, page: &Page<'_>, sellers: &SellerKey) -> Result<Scraped, PageError> {
        let body = match std::str::from_utf8(page.body) {
            Ok(text) => text.replace("Bánh răng", "Hộp số").into_bytes(),
            Err(_) => page.body.to_vec(),
        };
        let page = Page {
            body: &body,
            ..*page
        };
        self.0.read_detail(&page, sellers)
    }

    fn redact(&self, page: &Page<'_>, sellers: &SellerKey) -> Result<Vec<u8>, PageError> {
        self.0.redact(page, sellers)
    }

    fn floors(&self) -> &'static [(&'static str, f64)] {
        self.0.floors()
    }

    fn fixtures(&self) -> &'static [Fixture] {
        self.0.fixtures()
    }
}
