//! A site as small as a site can be: what the engine does must not depend on the three real ones.
//!
//! `/list/1` has lines `car ID PRICE`, `total N` and `next PATH`; `/car/1` has a label and a value a line and ends in
//! `END`. A line `seller NAME` and `phone NUMBER` are redacted.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex};

use datasets::{Listing, Money};
use scrapers::site::{
    Base, Card, CardReject, Fixture, ListPage, Page, PageError, PageKind, Scope, Scraped,
    SellerKey, Site,
};
use url::Url;

use crate::server::{Answer, Server};

/// The site. `mileage` is the label under which it looks for kilometres: a redesign renames it.
#[derive(Debug, Clone)]
pub(crate) struct Toy {
    pub(crate) mileage: &'static str,
}

pub(crate) const TOY: Toy = Toy { mileage: "km" };

/// A name and a number that must never be stored.
pub(crate) const SELLER: &str = "Nguyễn Thị Mai";
pub(crate) const PHONE: &str = "0903 123 456";

impl Site for Toy {
    fn source(&self) -> &'static str {
        "toy"
    }

    fn default_base(&self) -> Base {
        let url = Url::parse("https://toy.example/").expect("an address");
        Base {
            site: url.clone(),
            api: url,
        }
    }

    fn starts(&self, base: &Base, _: &Scope) -> Vec<Url> {
        vec![base.site.join("list/1").expect("a path")]
    }

    fn read_list(&self, base: &Base, page: &Page<'_>) -> Result<ListPage, PageError> {
        let text = text(page)?;
        let mut list = ListPage {
            cards: Vec::new(),
            next: None,
            total: None,
            layout: "toy",
            rejects: Vec::new(),
        };
        for line in text.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words[..] {
                ["car", id, price, ..] => list.cards.push(Card {
                    listing_id: id.to_owned(),
                    url: base.site.join(&format!("car/{id}")).expect("a path"),
                    price_raw: Some(price.to_owned()),
                    title: None,
                    make: words.get(3).map(|make| (*make).to_owned()),
                    digest: datasets::hash::number(price),
                }),
                ["car", id] => list.rejects.push(CardReject {
                    listing_id: Some(id.to_owned()),
                    error: PageError::Missing { field: "price" },
                }),
                ["total", total] => list.total = total.parse().ok(),
                ["next", path] => list.next = base.site.join(path).ok(),
                _ => {}
            }
        }
        Ok(list)
    }

    fn details(&self, base: &Base, card: &Card) -> Vec<Url> {
        // The second address is for those whose first one fails.
        let other = base.site.join(&format!("other/{}", card.listing_id));
        vec![card.url.clone(), other.expect("a path")]
    }

    fn read_detail(&self, page: &Page<'_>, _: &SellerKey) -> Result<Scraped, PageError> {
        let text = text(page)?;
        let mut values: BTreeMap<&str, &str> = BTreeMap::new();
        for line in text.lines() {
            if let Some((label, value)) = line.split_once(' ') {
                values.insert(label, value);
            }
        }
        assert!(!values.contains_key("panic"), "the toy reader trips");
        let id = values.get("id").ok_or(PageError::Missing { field: "id" })?;
        let raw = ["price", "year"].iter().filter_map(|field| {
            values
                .get(field)
                .map(|value| ((*field).to_owned(), (*value).to_owned()))
        });
        let number = |label: &str| {
            values
                .get(label)
                .and_then(|value| value.parse::<f64>().ok())
        };
        Ok(Scraped {
            listing: Listing {
                id: (*id).to_owned(),
                source: "toy".into(),
                url: Some(page.url.to_string()),
                year: number("year").map(|year| year as i32),
                mileage_km: number(self.mileage),
                price: number("price").map(Money::vnd),
                listed_on: values.get("listed").and_then(|day| day.parse().ok()),
                seller_hash: values.get("seller").map(|name| token(name)),
                raw: raw.collect(),
                ..Listing::default()
            },
            issues: Vec::new(),
            layout: "toy",
        })
    }

    fn redact(&self, page: &Page<'_>, _: &SellerKey) -> Result<Vec<u8>, PageError> {
        let lines = text(page)?
            .lines()
            .filter_map(|line| match line.split_once(' ') {
                Some(("phone", _)) => None,
                Some(("seller", name)) => Some(format!("seller {}\n", token(name))),
                _ => Some(format!("{line}\n")),
            });
        Ok(lines.collect::<String>().into_bytes())
    }

    fn floors(&self) -> &'static [(&'static str, f64)] {
        &[("price_vnd", 0.9), ("mileage_km", 0.8)]
    }

    fn fixtures(&self) -> &'static [Fixture] {
        &[
            Fixture {
                name: "toy_detail",
                kind: PageKind::Detail,
                url: "https://toy.example/car/1",
                content_type: None,
                body: b"id 1\nprice 5\nkm 7\nseller An\nEND\n",
                columns: &["price_vnd", "mileage_km"],
                cards: 0,
            },
            Fixture {
                name: "toy_list",
                kind: PageKind::List,
                url: "https://toy.example/list/1",
                content_type: None,
                body: b"car 1 5\nEND\n",
                columns: &[],
                cards: 1,
            },
            Fixture {
                name: "toy_blocked",
                kind: PageKind::Blocked,
                url: "https://toy.example/car/1",
                content_type: None,
                body: b"captcha\n",
                columns: &[],
                cards: 0,
            },
        ]
    }
}

/// What stands for a seller's name.
fn token(name: &str) -> String {
    if name.starts_with("seller-") {
        return name.to_owned();
    }
    format!("seller-{:016x}", datasets::hash::number(name))
}

fn text<'a>(page: &Page<'a>) -> Result<&'a str, PageError> {
    let text = std::str::from_utf8(page.body).map_err(|error| PageError::Charset {
        charset: "utf-8".into(),
        offset: error.valid_up_to(),
    })?;
    let marker = |marker: &str| text.contains(marker).then(|| marker.to_owned());
    if text.trim().is_empty() {
        return Err(PageError::Empty);
    }
    if let Some(marker) = marker("captcha") {
        return Err(PageError::Blocked { marker });
    }
    if let Some(marker) = marker("was sold") {
        return Err(PageError::Gone { marker });
    }
    if !text.contains("END") {
        let what = "END".into();
        return Err(PageError::Truncated { what });
    }
    Ok(text)
}

/// A car of the toy site.
#[derive(Debug, Clone)]
pub(crate) struct Car {
    pub(crate) price: u64,
    pub(crate) listed: &'static str,
    pub(crate) make: &'static str,
}

/// What the toy site offers; it may change while its server runs.
#[derive(Debug, Clone)]
pub(crate) struct World {
    /// By identity; lists show the highest first.
    pub(crate) cars: BTreeMap<u32, Car>,
    pub(crate) per_page: usize,
    /// The label of kilometres.
    pub(crate) mileage: &'static str,
}

impl World {
    pub(crate) fn new(cars: u32, per_page: usize) -> Self {
        let car = |id: u32| Car {
            price: 300_000_000 + u64::from(id) * 1_000_000,
            listed: "2026-11-10",
            make: "Kia",
        };
        Self {
            cars: (1..=cars).map(|id| (id, car(id))).collect(),
            per_page,
            mileage: "km",
        }
    }

    /// The page at `path`; none where there is none.
    pub(crate) fn page(&self, path: &str) -> Option<String> {
        let (kind, number) = path.trim_start_matches('/').split_once('/')?;
        let number: u32 = number.parse().ok()?;
        match kind {
            "list" => {
                let first = (number as usize).checked_sub(1)? * self.per_page;
                let mut text = format!("total {}\n", self.cars.len());
                for (id, car) in self.cars.iter().rev().skip(first).take(self.per_page) {
                    let _ = writeln!(text, "car {id} {} {}", car.price, car.make);
                }
                if first + self.per_page < self.cars.len() {
                    let _ = writeln!(text, "next /list/{}", number + 1);
                }
                text.push_str("END\n");
                Some(text)
            }
            "car" => {
                let car = self.cars.get(&number)?;
                let (year, km) = (2005 + number % 20, 1000 * (1 + number % 150));
                Some(format!(
                    "id {number}\nprice {}\nyear {year}\n{} {km}\nlisted {}\nseller {SELLER}\nphone {PHONE}\nEND\n",
                    car.price, self.mileage, car.listed
                ))
            }
            _ => None,
        }
    }
}

/// A server of a world that the test may change.
pub(crate) struct Replay {
    pub(crate) server: Server,
    pub(crate) world: Arc<Mutex<World>>,
}

impl Replay {
    pub(crate) fn start(world: World) -> Self {
        Self::with(world, |_, _| None)
    }

    /// The same, where `special` answers first.
    pub(crate) fn with(
        world: World,
        special: impl Fn(&str, usize) -> Option<Answer> + Send + Sync + 'static,
    ) -> Self {
        let world = Arc::new(Mutex::new(world));
        let shown = world.clone();
        let server = Server::start(move |path, nth| {
            special(path, nth).unwrap_or_else(|| {
                let page = shown.lock().expect("nobody panicked").page(path);
                page.map_or(Answer::status(404), Answer::ok)
            })
        });
        Self { server, world }
    }

    /// Changes the world.
    pub(crate) fn change(&self, change: impl FnOnce(&mut World)) {
        change(&mut self.world.lock().expect("nobody panicked"));
    }

    /// Paths asked for since [`Server::forget`], without robots.txt.
    pub(crate) fn pages(&self) -> Vec<String> {
        let paths = self.server.paths().into_iter();
        paths.filter(|path| path != "/robots.txt").collect()
    }
}
