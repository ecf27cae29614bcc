//! bonbanh.com: lists of cards, and pages of labelled rows in two generations.

mod contact;
mod detail;
mod fixtures;
mod list;

use std::sync::LazyLock;

use datasets::Mapping;
use url::Url;

use super::address::{joined, slug};
use crate::page::{Document, Marks, decode};
use crate::privacy::{Names, Rules, Seller, redact_html, seller_of};
use crate::site::{
    Base, Card, Fixture, ListPage, Page, PageError, Scope, Scraped, SellerKey, Site,
};

/// Name of the site.
const SOURCE: &str = "bonbanh";

/// The site that readers see.
static OWN: LazyLock<Base> = LazyLock::new(|| {
    let site = Url::parse("https://bonbanh.com/").expect("a sound address");
    Base {
        api: site.clone(),
        site,
    }
});

static MAPPING: LazyLock<Mapping> =
    LazyLock::new(|| Mapping::load("bonbanh-raw").expect("checked by the tests of `datasets`"));

const MARKS: Marks = Marks {
    blocked: &["vui long tick vao o"],
    gone: &[
        "tin da bi xoa",
        "tin dang da bi xoa",
        "tin xe da bi xoa",
        "tin khong ton tai",
        "khong ton tai hoac da bi xoa",
        "tin da het han",
        "tin dang da het han",
    ],
};

/// Everything in which a seller writes or is written of, on lists and pages.
const RULES: Rules = Rules {
    emptied: &[
        "cb7",
        "cb6_txt",
        "cname",
        "cphone",
        "des_txt",
        "car_des",
        "box_car_des",
        "user_info",
    ],
    emptied_like: &[],
    hosts: &["bonbanh.com", "www.bonbanh.com", "s.bonbanh.com"],
    script: |_| None,
};

/// bonbanh.com.
pub(super) struct Bonbanh;

impl Site for Bonbanh {
    fn source(&self) -> &'static str {
        SOURCE
    }

    fn default_base(&self) -> Base {
        OWN.clone()
    }

    fn starts(&self, base: &Base, scope: &Scope) -> Vec<Url> {
        let path = match &scope.make {
            Some(make) => format!("/oto/{}-cu-da-qua-su-dung", slug(make, "_")),
            None => "/oto-cu-da-qua-su-dung".to_owned(),
        };
        vec![joined(&base.site, &path)]
    }

    fn read_list(&self, base: &Base, page: &Page<'_>) -> Result<ListPage, PageError> {
        let text = decode(page)?;
        let document = clean(Document::parse(&text), None);
        list::read(&document, &text, base, page.url)
    }

    fn details(&self, base: &Base, card: &Card) -> Vec<Url> {
        vec![joined(&base.site, card.url.path())]
    }

    fn read_detail(&self, page: &Page<'_>, sellers: &SellerKey) -> Result<Scraped, PageError> {
        let text = decode(page)?;
        let document = clean(Document::parse(&text), Some(sellers));
        detail::read(&document, &text, page)
    }

    fn redact(&self, page: &Page<'_>, sellers: &SellerKey) -> Result<Vec<u8>, PageError> {
        let text = decode(page)?;
        crate::page::whole_html(&text)?;
        Ok(clean(Document::parse(&text), Some(sellers)).to_bytes())
    }

    fn floors(&self) -> &'static [(&'static str, f64)] {
        &[
            ("title", 0.99),
            ("make", 0.95),
            ("model", 0.9),
            ("year", 0.95),
            ("condition", 0.95),
            ("mileage_km", 0.5),
            ("price_vnd", 0.7),
            ("transmission", 0.9),
            ("fuel", 0.9),
            ("engine_l", 0.7),
            ("origin", 0.9),
            ("body", 0.85),
            ("seats", 0.9),
            ("drivetrain", 0.85),
            ("color_exterior", 0.85),
            ("province", 0.7),
            ("listed_on", 0.95),
            ("seller_hash", 0.8),
        ]
    }

    fn fixtures(&self) -> &'static [Fixture] {
        fixtures::ALL
    }
}

/// The page without its sellers; with a key, it bears their token.
fn clean(mut document: Document, sellers: Option<&SellerKey>) -> Document {
    let mut names = Names::default();
    for name in contact::names(&document) {
        names.add(&name);
    }
    let known = seller_of(&document);
    let seller = known.or_else(|| {
        let (identity, kind) = contact::identity(&document)?;
        Some(Seller::new(sellers?, SOURCE, &identity, kind))
    });
    contact::shorten(&mut document, RULES.emptied);
    redact_html(&mut document, &RULES, seller.as_ref(), &names);
    document
}
