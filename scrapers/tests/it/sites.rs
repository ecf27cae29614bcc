//! Every page of the invented world, read directly: rows, reasons, lists, and what a stored body holds.

use std::collections::{BTreeMap, BTreeSet};

use scrapers::privacy::holds_phone;
use scrapers::site::{Base, ListPage, Page, PageError, Scope, Scraped, Site};
use scrapers::sites::by_name;
use url::Url;

use crate::world::{Reply, SiteWorld, World, fetched_at, key, world};

const PER_SITE: usize = 400;

fn base() -> Base {
    let site = Url::parse("http://127.0.0.1:4000/").expect("an address");
    Base {
        api: site.clone(),
        site,
    }
}

fn url_of(path: &str) -> Url {
    base().site.join(path).expect("a path")
}

fn page<'a>(url: &'a Url, reply: &'a Reply) -> Page<'a> {
    Page {
        url,
        body: &reply.body,
        content_type: Some(reply.content_type),
        fetched_at: fetched_at(),
    }
}

fn read(site: &dyn Site, own: &SiteWorld, id: &str) -> Result<Scraped, PageError> {
    let path = &own.detail[id];
    let mut reply = &own.pages[path];
    let mut url = url_of(path);
    if let Some(location) = &reply.location {
        url = url_of(location);
        reply = &own.pages[location];
    }
    site.read_detail(&page(&url, reply), &key())
}

fn each(mut check: impl FnMut(&'static dyn Site, &SiteWorld)) {
    let all: World = world(1, PER_SITE);
    for (source, own) in &all {
        check(by_name(source).expect("a site"), own);
    }
}

#[test]
fn every_good_page_gives_its_row() {
    each(|site, own| {
        assert!(own.expected.len() > PER_SITE * 9 / 10);
        let mut layouts = BTreeSet::new();
        for want in &own.expected {
            let got = read(site, own, &want.id);
            let got = got.unwrap_or_else(|error| panic!("{} {}: {error}", want.source, want.id));
            assert_eq!(&got.listing, want, "{} {}", want.source, got.layout);
            layouts.insert(got.layout);
        }
        assert_eq!(layouts.len(), 2, "{layouts:?}");
    });
}

#[test]
fn every_broken_page_gives_its_reason() {
    each(|site, own| {
        let mut reasons = BTreeSet::new();
        for want in own
            .rejected
            .iter()
            .filter(|want| own.detail.contains_key(&want.id))
        {
            let error = read(site, own, &want.id).expect_err(&want.id);
            assert_eq!(
                error.reason(),
                want.reason,
                "{} {}: {error}",
                site.source(),
                want.id
            );
            reasons.insert(want.reason);
        }
        let least = if site.source() == "chotot" { 5 } else { 7 };
        assert!(reasons.len() >= least, "{}: {reasons:?}", site.source());
    });
}

#[test]
fn stored_bodies_give_the_same_rows_and_nobodys_name() {
    each(|site, own| {
        for want in &own.expected {
            let path = &own.detail[&want.id];
            let url = url_of(path);
            let reply = &own.pages[path];
            let fetched = page(&url, reply);
            let stored = site.redact(&fetched, &key()).expect(&want.id);
            let again = Page {
                body: &stored,
                ..fetched
            };
            let row = site.read_detail(&again, &key()).expect(&want.id);
            assert_eq!(&row.listing, want, "{}", want.id);
            let twice = site.redact(&again, &key()).expect(&want.id);
            assert!(
                twice == stored,
                "{}: {}",
                want.id,
                String::from_utf8_lossy(&twice)
            );
            let text = String::from_utf8(stored).expect("UTF-8");
            let row = serde_json::to_string(&row.listing).expect("JSON");
            nobody_in(own, &text, &want.id);
            nobody_in(own, &row, &want.id);
        }
    });
}

/// Looks for names and numbers in ways of its own.
fn nobody_in(own: &SiteWorld, text: &str, id: &str) {
    let lower = text.to_lowercase();
    let digits: Vec<u8> = text
        .bytes()
        .filter(|b| !matches!(b, b' ' | b'.' | b'-'))
        .collect();
    let digits = String::from_utf8(digits).expect("bytes of ASCII were taken out");
    for secret in &own.secrets {
        let is_phone = secret.starts_with('0');
        let found = if is_phone {
            digits.contains(secret.as_str()) || digits.contains(&format!("84{}", &secret[1..]))
        } else {
            lower.contains(&secret.to_lowercase())
        };
        assert!(!found, "{id}: {secret} in {text}");
    }
}

#[test]
fn lists_name_every_listing_and_lead_to_their_end() {
    each(|site, own| {
        let base = base();
        let mut next = site.starts(&base, &Scope::default()).pop();
        let mut cards = BTreeMap::new();
        let mut rejects = BTreeSet::new();
        let mut layouts = BTreeSet::new();
        let mut pages = 0;
        while let Some(url) = next.take() {
            let path = match url.query() {
                Some(query) => format!("{}?{query}", url.path()),
                None => url.path().to_owned(),
            };
            let reply = own
                .pages
                .get(&path)
                .unwrap_or_else(|| panic!("no page {path}"));
            let list: ListPage = site.read_list(&base, &page(&url, reply)).expect(&path);
            layouts.insert(list.layout);
            rejects.extend(
                list.rejects
                    .into_iter()
                    .filter_map(|reject| reject.listing_id),
            );
            for card in list.cards {
                let named = format!("{} {:?}", card.url, card.title);
                assert!(!holds_phone(&named), "{named}");
                let details = site.details(&base, &card);
                assert!(!details.is_empty());
                cards.insert(card.listing_id.clone(), card);
            }
            next = list.next;
            pages += 1;
        }
        let named: BTreeSet<&String> = own.detail.keys().collect();
        assert_eq!(cards.keys().collect::<BTreeSet<_>>(), named);
        let bad: BTreeSet<String> = own
            .rejected
            .iter()
            .filter(|own_reject| !own.detail.contains_key(&own_reject.id))
            .map(|reject| reject.id.clone())
            .collect();
        assert_eq!(rejects, bad);
        assert!(pages >= PER_SITE / 50, "{pages}");
        let least = match site.source() {
            "bonbanh" => 2,
            "oto" => 3,
            _ => 1,
        };
        assert_eq!(layouts.len(), least, "{layouts:?}");
    });
}

#[test]
fn a_cards_digest_is_of_the_car_and_its_price_alone() {
    let all = world(2, 60);
    let own = &all["chotot"];
    let site = by_name("chotot").expect("a site");
    let url = url_of("/v1/public/ad-listing?cg=2010&st=s&limit=50&o=0");
    let reply = &own.pages["/v1/public/ad-listing?cg=2010&st=s&limit=50&o=0"];
    let digests = |body: String| -> Vec<u64> {
        let reply = Reply {
            body: body.into_bytes(),
            ..reply.clone()
        };
        let list = site
            .read_list(&base(), &page(&url, &reply))
            .expect("a list");
        list.cards.iter().map(|card| card.digest).collect()
    };
    let text = String::from_utf8(reply.body.clone()).expect("UTF-8");
    let before = digests(text.clone());
    assert_eq!(
        digests(text.replace("\"list_time\":17", "\"list_time\":18")),
        before
    );
    let cheaper = digests(text.replace("000000,", "000001,"));
    assert!(cheaper.iter().zip(&before).any(|(a, b)| a != b));
}
