//! Recorded replies and pages.

use crate::site::{Fixture, PageKind};

const HTML: Option<&str> = Some("text/html; charset=utf-8");
const JSON: Option<&str> = Some("application/json; charset=utf-8");

/// All of them.
pub(super) const ALL: &[Fixture] = &[
    Fixture {
        name: "list.json",
        kind: PageKind::List,
        url: "https://gateway.chotot.com/v1/public/ad-listing?cg=2010&st=s&limit=50&o=0",
        content_type: JSON,
        body: include_bytes!("../../../tests/fixtures/chotot/list.json"),
        columns: &[],
        cards: 2,
    },
    Fixture {
        name: "list.html",
        kind: PageKind::List,
        url: "https://xe.chotot.com/mua-ban-oto",
        content_type: HTML,
        body: include_bytes!("../../../tests/fixtures/chotot/list.html"),
        columns: &[],
        cards: 2,
    },
    Fixture {
        name: "detail.json",
        kind: PageKind::Detail,
        url: "https://gateway.chotot.com/v1/public/ad-listing/139000001",
        content_type: JSON,
        body: include_bytes!("../../../tests/fixtures/chotot/detail.json"),
        columns: &[
            "id",
            "url",
            "listed_on",
            "make",
            "model",
            "year",
            "mileage_km",
            "transmission",
            "fuel",
            "body",
            "seats",
            "origin",
            "condition",
            "province",
            "price_vnd",
            "title",
        ],
        cards: 0,
    },
    Fixture {
        name: "detail.html",
        kind: PageKind::Detail,
        url: "https://xe.chotot.com/139000001.htm",
        content_type: HTML,
        body: include_bytes!("../../../tests/fixtures/chotot/detail.html"),
        columns: &[
            "id",
            "url",
            "listed_on",
            "make",
            "model",
            "year",
            "mileage_km",
            "transmission",
            "fuel",
            "body",
            "seats",
            "origin",
            "condition",
            "province",
            "price_vnd",
            "title",
        ],
        cards: 0,
    },
    Fixture {
        name: "blocked.html",
        kind: PageKind::Blocked,
        url: "https://gateway.chotot.com/v1/public/ad-listing/139000001",
        content_type: HTML,
        body: include_bytes!("../../../tests/fixtures/chotot/blocked.html"),
        columns: &[],
        cards: 0,
    },
];
