//! Recorded pages, every layout among them.

use crate::site::{Fixture, PageKind};

const HTML: Option<&str> = Some("text/html; charset=utf-8");

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
    "body",
    "seats",
    "origin",
    "condition",
    "color_exterior",
    "province",
    "price_vnd",
    "title",
];

/// All of them.
pub(super) const ALL: &[Fixture] = &[
    Fixture {
        name: "list_2023.html",
        kind: PageKind::List,
        url: "https://oto.com.vn/mua-ban-xe-cu-da-qua-su-dung",
        content_type: HTML,
        body: include_bytes!("../../../tests/fixtures/oto/list_2023.html"),
        columns: &[],
        cards: 3,
    },
    Fixture {
        name: "list_2022.html",
        kind: PageKind::List,
        url: "https://oto.com.vn/mua-ban-xe-cu-da-qua-su-dung/p3",
        content_type: HTML,
        body: include_bytes!("../../../tests/fixtures/oto/list_2022.html"),
        columns: &[],
        cards: 1,
    },
    Fixture {
        name: "list_2020.html",
        kind: PageKind::List,
        url: "https://oto.com.vn/mua-ban-xe-cu-da-qua-su-dung/p2",
        content_type: HTML,
        body: include_bytes!("../../../tests/fixtures/oto/list_2020.html"),
        columns: &[],
        cards: 2,
    },
    Fixture {
        name: "detail_2022.html",
        kind: PageKind::Detail,
        url: "https://oto.com.vn/mua-ban-xe-toyota-vios-ha-noi/xe-thu-nghiem-mot-aidxc29000001",
        content_type: HTML,
        body: include_bytes!("../../../tests/fixtures/oto/detail_2022.html"),
        columns: COLUMNS,
        cards: 0,
    },
    Fixture {
        name: "detail_2020.html",
        kind: PageKind::Detail,
        url: "https://oto.com.vn/mua-ban-xe-kia-cerato-da-nang/tin-thu-aid1xc12000001",
        content_type: HTML,
        body: include_bytes!("../../../tests/fixtures/oto/detail_2020.html"),
        columns: COLUMNS,
        cards: 0,
    },
    Fixture {
        name: "blocked.html",
        kind: PageKind::Blocked,
        url: "https://oto.com.vn/mua-ban-xe-cu-da-qua-su-dung",
        content_type: HTML,
        body: include_bytes!("../../../tests/fixtures/oto/blocked.html"),
        columns: &[],
        cards: 0,
    },
];
