//! xe.chotot.com: a JSON gateway first, and the pages' `itemprop`s where it does not answer.

mod fixtures;
mod gateway;
mod html;

use std::sync::LazyLock;

use datasets::Mapping;
use url::Url;

use super::address::joined;
use crate::page::decode;
use crate::site::{
    Base, Card, Fixture, ListPage, Page, PageError, Scope, Scraped, SellerKey, Site,
};

/// Name of the site.
const SOURCE: &str = "chotot";

/// The gateway's path of lists and, with an identity behind it, of listings.
const LISTING: &str = "/v1/public/ad-listing";

/// Most listings that the gateway gives at once.
const LIMIT: u64 = 50;

/// The site's category of cars.
const CARS: u64 = 2010;

static OWN: LazyLock<Base> = LazyLock::new(|| Base {
    site: Url::parse("https://xe.chotot.com/").expect("a sound address"),
    api: Url::parse("https://gateway.chotot.com/").expect("a sound address"),
});

static MAPPING: LazyLock<Mapping> =
    LazyLock::new(|| Mapping::load("chotot-raw").expect("checked by the tests of `datasets`"));

/// Members of a reply and `itemprop`s of a page, and the columns of the site's mapping. `mileage` is a code.
const PARAMETERS: &[(&str, &str)] = &[
    ("carbrand", "Hãng"),
    ("carmodel", "Dòng xe"),
    ("mfdate", "Năm sản xuất"),
    ("mileage_v2", "Số km đã đi"),
    ("condition_ad", "Tình trạng"),
    ("gearbox", "Hộp số"),
    ("fuel", "Nhiên liệu"),
    ("carorigin", "Xuất xứ"),
    ("cartype", "Kiểu dáng"),
    ("carseats", "Số chỗ"),
    ("carcolor", "Màu sắc"),
];

/// xe.chotot.com.
pub(super) struct Chotot;

impl Site for Chotot {
    fn source(&self) -> &'static str {
        SOURCE
    }

    fn default_base(&self) -> Base {
        OWN.clone()
    }

    /// The gateway knows makes by numbers that are written nowhere, so that a scope leaves the list as it is.
    fn starts(&self, base: &Base, _scope: &Scope) -> Vec<Url> {
        vec![gateway::list_address(base, 0)]
    }

    fn read_list(&self, base: &Base, page: &Page<'_>) -> Result<ListPage, PageError> {
        let text = decode(page)?;
        if is_html(&text) {
            html::read_list(&text, base, page.url)
        } else {
            gateway::read_list(&text, base, page.url)
        }
    }

    fn details(&self, base: &Base, card: &Card) -> Vec<Url> {
        let id = &card.listing_id;
        vec![
            joined(&base.api, &format!("{LISTING}/{id}")),
            joined(&base.site, &format!("/{id}.htm")),
        ]
    }

    fn read_detail(&self, page: &Page<'_>, sellers: &SellerKey) -> Result<Scraped, PageError> {
        let text = decode(page)?;
        if is_html(&text) {
            html::read_detail(&text, page, sellers)
        } else {
            gateway::read_detail(&text, page, sellers)
        }
    }

    fn redact(&self, page: &Page<'_>, sellers: &SellerKey) -> Result<Vec<u8>, PageError> {
        let text = decode(page)?;
        if is_html(&text) {
            html::redact(&text, sellers)
        } else {
            gateway::redact(&text, sellers)
        }
    }

    fn floors(&self) -> &'static [(&'static str, f64)] {
        &[
            ("title", 0.99),
            ("make", 0.9),
            ("model", 0.85),
            ("year", 0.9),
            ("condition", 0.95),
            ("mileage_km", 0.5),
            ("price_vnd", 0.8),
            ("transmission", 0.9),
            ("fuel", 0.9),
            ("origin", 0.5),
            ("province", 0.9),
            ("listed_on", 0.9),
        ]
    }

    fn fixtures(&self) -> &'static [Fixture] {
        fixtures::ALL
    }
}

fn is_html(text: &str) -> bool {
    text.trim_start().starts_with('<')
}

/// The page of a listing as readers have it.
fn page_address(id: &str) -> String {
    format!("{}{id}.htm", OWN.site)
}

/// The identity in the address of a page or a reply: `/139000001.htm`, `/v1/public/ad-listing/139000001`.
fn id_of(path: &str) -> Option<&str> {
    let last = path.trim_end_matches('/').rsplit('/').next()?;
    let id = last.strip_suffix(".htm").unwrap_or(last);
    let digits = !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
    ((6..=12).contains(&id.len()) && digits).then_some(id)
}

/// The address's identity, which must be the page's.
fn same_id(asked: &Url, printed: Option<String>) -> Result<String, PageError> {
    match (id_of(asked.path()), printed) {
        (Some(asked), Some(printed)) if asked != printed => Err(PageError::Value {
            field: "id",
            text: printed,
            valid: format!("{asked}, which was asked for"),
        }),
        (Some(id), _) => Ok(id.to_owned()),
        (None, Some(id)) => Ok(id),
        (None, None) => Err(PageError::Missing { field: "id" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_stand_in_either_address() {
        for (path, want) in [
            ("/139000001.htm", Some("139000001")),
            ("/mua-ban-oto-quan-mot/139000001.htm", Some("139000001")),
            ("/v1/public/ad-listing/139000001", Some("139000001")),
            ("/v1/public/ad-listing", None),
            ("/mua-ban-oto", None),
        ] {
            assert_eq!(id_of(path), want, "{path}");
        }
    }
}
