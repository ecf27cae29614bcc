//! Recorded pages, every layout among them.

use crate::site::{Fixture, PageKind};

const HTML: Option<&str> = Some("text/html; charset=UTF-8");

/// Columns that every page of a listing fills.
const COLUMNS: &[&str] = &[
    "id",
    "url",
    "listed_on",
    "make",
    "model",
    "year",
    "mileage_km",
    "transmission",
    "fuel",
    "engine_l",
    "body",
    "seats",
    "drivetrain",
    "origin",
    "condition",
    "color_exterior",
    "province",
    "seller_hash",
    "seller_kind",
    "price_vnd",
    "title",
];

/// All of them.
pub(super) const ALL: &[Fixture] = &[
    Fixture {
        name: "list.html",
        kind: PageKind::List,
        url: "https://bonbanh.com/oto",
        content_type: HTML,
        body: include_bytes!("../../../tests/fixtures/bonbanh/list.html"),
        columns: &[],
        cards: 3,
    },
    Fixture {
        name: "list_2019.html",
        kind: PageKind::List,
        url: "https://bonbanh.com/oto/page,2",
        content_type: HTML,
        body: include_bytes!("../../../tests/fixtures/bonbanh/list_2019.html"),
        columns: &[],
        cards: 2,
    },
    Fixture {
        name: "detail_2023.html",
        kind: PageKind::Detail,
        url: "https://bonbanh.com/xe-toyota-vios-1.5g-2019-9000001",
        content_type: HTML,
        body: include_bytes!("../../../tests/fixtures/bonbanh/detail_2023.html"),
        columns: COLUMNS,
        cards: 0,
    },
    Fixture {
        name: "detail_2020.html",
        kind: PageKind::Detail,
        url: "https://bonbanh.com/xe-ford-ranger-wildtrak-2018-3000001",
        content_type: HTML,
        body: include_bytes!("../../../tests/fixtures/bonbanh/detail_2020.html"),
        columns: COLUMNS,
        cards: 0,
    },
    Fixture {
        name: "blocked.html",
        kind: PageKind::Blocked,
        url: "https://bonbanh.com/oto",
        content_type: HTML,
        body: include_bytes!("../../../tests/fixtures/bonbanh/blocked.html"),
        columns: &[],
        cards: 0,
    },
];
