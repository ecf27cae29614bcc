//! oto.com.vn: three layouts, of before 2021, of 2022, and of 2023 and later.

mod chips;
mod detail;
mod fixtures;
mod list;
mod seller;

use std::sync::LazyLock;

use datasets::Mapping;
use url::Url;

use super::address::{joined, slug};
use crate::page::{Document, Marks, decode, whole_html};
use crate::privacy::{Names, Rules, Seller, redact_html, seller_of};
use crate::site::{
    Base, Card, Fixture, ListPage, Page, PageError, Scope, Scraped, SellerKey, Site,
};

/// Name of the site.
const SOURCE: &str = "oto";

/// The site that readers see.
static OWN: LazyLock<Base> = LazyLock::new(|| {
    let site = Url::parse("https://oto.com.vn/").expect("a sound address");
    Base {
        api: site.clone(),
        site,
    }
});

static MAPPING: LazyLock<Mapping> =
    LazyLock::new(|| Mapping::load("oto-raw").expect("checked by the tests of `datasets`"));

/// What a list says that has no cards, rightly.
const NONE_LEFT: &str = "hien khong co tin rao phu hop";

const MARKS: Marks = Marks {
    blocked: &["nhap ma xac nhan"],
    gone: &[
        "tin rao khong ton tai",
        "tin rao da het han",
        "tin rao da bi xoa",
        "tin dang khong ton tai",
        "tin dang da het han",
        "tin dang da bi xoa",
        NONE_LEFT,
    ],
};

/// Everything in which a seller writes or is written of, on lists and pages.
const RULES: Rules = Rules {
    emptied: &[
        "seller-name",
        "user-name",
        "name-user",
        "salon-user",
        "description",
        "des-detail",
        "avt",
    ],
    emptied_like: &["phone", "contact"],
    hosts: &["oto.com.vn", "www.oto.com.vn", "img1.oto.com.vn"],
    script: detail::price_statement,
};

/// oto.com.vn.
pub(super) struct Oto;

impl Site for Oto {
    fn source(&self) -> &'static str {
        SOURCE
    }

    fn default_base(&self) -> Base {
        OWN.clone()
    }

    fn starts(&self, base: &Base, scope: &Scope) -> Vec<Url> {
        let path = match &scope.make {
            Some(make) => format!("/mua-ban-xe-{}-cu-da-qua-su-dung", slug(make, "-")),
            None => "/mua-ban-xe-cu-da-qua-su-dung".to_owned(),
        };
        vec![joined(&base.site, &path)]
    }

    fn read_list(&self, base: &Base, page: &Page<'_>) -> Result<ListPage, PageError> {
        let text = decode(page)?;
        let document = clean(Document::parse(&text), page.url, None);
        list::read(&document, &text, base, page.url)
    }

    fn details(&self, base: &Base, card: &Card) -> Vec<Url> {
        vec![joined(&base.site, card.url.path())]
    }

    fn read_detail(&self, page: &Page<'_>, sellers: &SellerKey) -> Result<Scraped, PageError> {
        let text = decode(page)?;
        let document = clean(Document::parse(&text), page.url, Some(sellers));
        detail::read(&document, &text, page)
    }

    fn redact(&self, page: &Page<'_>, sellers: &SellerKey) -> Result<Vec<u8>, PageError> {
        let text = decode(page)?;
        whole_html(&text)?;
        Ok(clean(Document::parse(&text), page.url, Some(sellers)).to_bytes())
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
            ("origin", 0.85),
            ("body", 0.85),
            ("province", 0.9),
            ("listed_on", 0.9),
        ]
    }

    fn fixtures(&self) -> &'static [Fixture] {
        fixtures::ALL
    }
}

/// The page without its sellers; with a key, it bears the token of the one whose listing it is.
fn clean(mut document: Document, url: &Url, sellers: Option<&SellerKey>) -> Document {
    let mut names = Names::default();
    for name in seller::names(&document) {
        names.add(&name);
    }
    let known = seller_of(&document);
    let seller = known.or_else(|| {
        let (identity, kind) = seller::identity(&document, aid(url.path())?.1)?;
        Some(Seller::new(sellers?, SOURCE, &identity, kind))
    });
    redact_html(&mut document, &RULES, seller.as_ref(), &names);
    document
}

/// Condition letter (`c` used, `m` new) and identity of an address: `-aidxc29000001`, `-aid1xm22000001`.
fn aid(path: &str) -> Option<(char, &str)> {
    let (_, rest) = path.rsplit_once("-aid")?;
    let rest = rest.strip_prefix('1').unwrap_or(rest).strip_prefix('x')?;
    let condition = rest.chars().next().filter(|c| matches!(c, 'c' | 'm'))?;
    let digits = &rest[1..];
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    (end > 0).then(|| (condition, &digits[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_in_every_form() {
        for (path, want) in [
            ("/a/tin-aidxc29000001", Some(('c', "29000001"))),
            ("/a/tin-aid1xc22000001", Some(('c', "22000001"))),
            ("/a/tin-aidxm7", Some(('m', "7"))),
            ("/a/tin-aid1xm22000001?x", Some(('m', "22000001"))),
            ("/a/tin-aidx22000001", None),
            ("/a/tin-aidxc", None),
            ("/a/tin-22000001", None),
        ] {
            assert_eq!(aid(path), want, "{path}");
        }
    }
}
