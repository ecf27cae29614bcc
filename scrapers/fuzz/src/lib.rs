//! What must hold for any bytes: readers answer and do not panic; what may be stored gives the same row again and
//! no phone number; values are finite and within what their types say.
//!
//! With `cargo install cargo-fuzz`, in `scrapers/`:
//!
//! ```sh
//! mkdir -p fuzz/corpus/oto_detail
//! cargo +nightly fuzz run oto_detail fuzz/corpus/oto_detail tests/fixtures/oto -- -max_total_time=600 -max_len=8192
//! ```
//!
//! The recorded pages are where pages begin; what a run finds new goes into the first folder, made small by `cargo
//! +nightly fuzz cmin`. Targets of values have their own beginnings in `corpus/`. `cargo +nightly fuzz list` names all.

// The readers' own files: without the engine beside them, some of it has no caller here.
#![allow(dead_code, unused_imports, unreachable_pub)]

#[path = "../../src"]
mod readers {
    pub(crate) mod page;
    pub mod privacy;
    pub(crate) mod row;
    pub mod site;
    pub mod sites;
}
pub mod values;

use chrono::DateTime;
use readers::{page, row};
pub use readers::{privacy, site, sites};
use site::{Page, PageKind, SellerKey, Site};
use sites::by_name;
use url::Url;

fn key() -> SellerKey {
    SellerKey::new([7; 32])
}

/// The site, and the addresses of its recorded pages of a kind: JSON is asked for elsewhere than HTML.
fn addresses(source: &str, kind: PageKind, body: &[u8]) -> (&'static dyn Site, Url) {
    let site = by_name(source).expect("a site");
    let html = body.trim_ascii_start().starts_with(b"<");
    let mut of_kind = site
        .fixtures()
        .iter()
        .filter(|fixture| fixture.kind == kind);
    let fits =
        |fixture: &&site::Fixture| fixture.name.ends_with(".html") == html || source != "chotot";
    let fixture = of_kind.find(fits).expect("a recorded page");
    (site, Url::parse(fixture.url).expect("an address"))
}

fn fetched<'a>(url: &'a Url, body: &'a [u8]) -> Page<'a> {
    Page {
        url,
        body,
        content_type: None,
        fetched_at: DateTime::UNIX_EPOCH,
    }
}

/// Reads bytes as a page of cards.
pub fn list(source: &str, body: &[u8]) {
    let (site, url) = addresses(source, PageKind::List, body);
    let base = site.default_base();
    let Ok(list) = site.read_list(&base, &fetched(&url, body)) else {
        return;
    };
    for card in &list.cards {
        assert!(!card.listing_id.is_empty());
        assert!(
            !privacy::holds_phone(card.title.as_deref().unwrap_or_default()),
            "{card:?}"
        );
        for url in site.details(&base, card) {
            let host = url.host_str();
            assert!(
                host == base.site.host_str() || host == base.api.host_str(),
                "{url}"
            );
        }
    }
    if let Some(next) = list.next {
        let any = !list.cards.is_empty() || !list.rejects.is_empty();
        assert!(any && next != url, "{next}");
    }
}

/// What a stored page is once it was parsed again. Not every tree has an HTML that gives it back (of a form within a form
/// the inner one is lost): such a page may read differently from its stored body, but that has to be clean all the same.
fn parsed_again(stored: &Page<'_>) -> Vec<u8> {
    if !stored.body.starts_with("\u{feff}<".as_bytes()) {
        return stored.body.to_vec();
    }
    let text = page::decode(stored).expect("what was stored is text");
    page::Document::parse(&text).to_bytes()
}

/// What a stored page says: its texts, or all of it where it is JSON.
fn texts(stored: &[u8]) -> Vec<String> {
    let stored = String::from_utf8_lossy(stored);
    if !stored.starts_with("\u{feff}<") {
        return vec![stored.into_owned()];
    }
    let document = page::Document::parse(&stored);
    let texts = document.elements().map(page::own_text);
    texts.filter(|text| !text.is_empty()).collect()
}

/// Reads bytes as a listing's page, and what may be stored of it.
pub fn detail(source: &str, body: &[u8]) {
    let (site, url) = addresses(source, PageKind::Detail, body);
    let first = fetched(&url, body);
    let read = site.read_detail(&first, &key());
    let stored = site.redact(&first, &key());
    let Ok(scraped) = read else {
        return;
    };
    let stored = stored.expect("what can be read can be stored");
    let again = fetched(&url, &stored);
    let row = site
        .read_detail(&again, &key())
        .expect("what was stored can be read");
    let settled = parsed_again(&again);
    if settled == stored {
        assert_eq!(row, scraped);
    }
    let twice = site
        .redact(&again, &key())
        .expect("what was stored can be stored");
    assert_eq!(
        texts(&twice),
        texts(&settled),
        "text that should not be stored"
    );
    let title = scraped.listing.title.unwrap_or_default();
    assert!(!privacy::holds_phone(&title), "{title}");
}
