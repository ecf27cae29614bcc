//! A world to crawl: invented cars on the three sites, as lists and pages in every layout, with every form of every
//! value and every way in which a page can be broken, and what a crawl must make of each.
//!
//! What is expected is written down when a car is invented, not read back from its page.

#[expect(
    clippy::format_collect,
    clippy::too_many_lines,
    reason = "pages read better in one piece"
)]
mod bonbanh;
mod broken;
mod car;
#[expect(clippy::format_collect, reason = "pages read better in one piece")]
mod chotot;
#[expect(clippy::too_many_lines, reason = "pages read better in one piece")]
mod oto;
#[expect(clippy::format_collect, reason = "pages read better in one piece")]
mod oto_list;
mod words;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use datasets::Listing;
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use scrapers::site::SellerKey;

/// Every reply's moment, for which relative days are expected.
pub fn fetched_at() -> DateTime<Utc> {
    "2026-05-20T03:00:00Z".parse().expect("an instant")
}

/// The secret under which sellers are expected.
pub fn key() -> SellerKey {
    SellerKey::new([7; 32])
}

/// What the server answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// `Location`, of a redirect.
    pub location: Option<String>,
    /// Body.
    pub body: Vec<u8>,
}

impl Reply {
    fn html(body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            content_type: "text/html; charset=UTF-8",
            location: None,
            body: body.into(),
        }
    }

    fn json(body: impl Into<Vec<u8>>) -> Self {
        Self {
            content_type: "application/json; charset=utf-8",
            ..Self::html(body)
        }
    }
}

/// A listing that must not land, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rejected {
    /// Its identity.
    pub id: String,
    /// [`scrapers::site::PageError::reason`] of its page.
    pub reason: &'static str,
}

/// One site.
#[derive(Debug, Default)]
pub struct SiteWorld {
    /// Path with query → reply. Anything else is a 404.
    pub pages: BTreeMap<String, Reply>,
    /// Rows that must land, by identity; without `first_seen` and `last_seen`.
    pub expected: Vec<Listing>,
    /// Listings that must be rejected, by identity.
    pub rejected: Vec<Rejected>,
    /// Identity → path of the page that its row is read from.
    pub detail: BTreeMap<String, String>,
    /// Names and phone numbers of sellers as printed: none may be in any file.
    pub secrets: Vec<String>,
}

/// The three sites.
pub type World = BTreeMap<&'static str, SiteWorld>;

/// `per_site` listings on each site, about one in twenty of them broken; the same seed, the same bytes.
pub fn world(seed: u64, per_site: usize) -> World {
    let mut world = World::new();
    for (index, source) in ["bonbanh", "oto", "chotot"].into_iter().enumerate() {
        let seed = seed.wrapping_mul(3).wrapping_add(index as u64);
        let mut draw = Draw(ChaCha12Rng::seed_from_u64(seed));
        let cars = car::invent(&mut draw, source, seed, per_site);
        let mut site = SiteWorld::default();
        match source {
            "bonbanh" => bonbanh::build(&mut draw, &cars, &mut site),
            "oto" => oto::build(&mut draw, &cars, &mut site),
            _ => chotot::build(&mut draw, &cars, &mut site),
        }
        site.expected.sort_by(|a, b| a.id.cmp(&b.id));
        site.rejected.sort();
        for car in &cars {
            site.secrets.push(car.seller.name.clone());
            site.secrets.extend(car.seller.phones.clone());
        }
        site.secrets.sort();
        site.secrets.dedup();
        world.insert(source, site);
    }
    world
}

/// Random draws.
pub struct Draw(ChaCha12Rng);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        use rand::Rng;
        self.0.random_range(0..n.max(1))
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

/// Text as it stands between tags and in attributes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Text with its letters and marks apart, as some sellers' keyboards write it.
fn decomposed(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfd().collect()
}
