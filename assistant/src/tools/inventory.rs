//! The offers that the service holds, and the search among them.

use datasets::{Listing, text};
use serde::Serialize;

use understanding::Filters;

/// An offer as replies show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Offer {
    /// Identity within its source.
    pub id: String,
    /// Site, or `synthetic`.
    pub source: String,
    /// Address of its page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What it is called.
    pub title: String,
    /// Make.
    pub make: Option<String>,
    /// Model.
    pub model: Option<String>,
    /// Model year.
    pub year: Option<i32>,
    /// Odometer in kilometres.
    pub mileage_km: Option<f64>,
    /// Province.
    pub province: Option<String>,
    /// Asking price in đồng.
    pub price_vnd: Option<f64>,
}

/// Offers in memory.
#[derive(Debug, Default)]
pub struct Inventory {
    listings: Vec<Listing>,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The first offers, the newest first.
    pub offers: Vec<Offer>,
    /// How many there are in all.
    pub total: usize,
}

impl Inventory {
    /// Holds `listings`, the newest first.
    pub fn new(mut listings: Vec<Listing>) -> Self {
        listings.sort_by(|a, b| {
            let day = |own: &Listing| own.last_seen.or(own.listed_on);
            day(b)
                .cmp(&day(a))
                .then_with(|| (&a.source, &a.id).cmp(&(&b.source, &b.id)))
        });
        Self { listings }
    }

    /// Number of offers.
    pub fn len(&self) -> usize {
        self.listings.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.listings.is_empty()
    }

    /// The first `limit` offers that meet every filter, the newest first.
    ///
    /// An offer that does not say what a filter asks does not meet it.
    pub fn search(&self, filters: &Filters, limit: usize) -> Found {
        let province = filters.province.as_deref().map(text::key);
        let mut total = 0;
        let mut offers = Vec::new();
        for listing in &self.listings {
            if !meets(listing, filters, province.as_deref()) {
                continue;
            }
            total += 1;
            if offers.len() < limit {
                offers.push(offer(listing));
            }
        }
        Found { offers, total }
    }

    /// Asking prices in đồng of offers that meet every filter, in ascending order.
    pub fn prices_vnd(&self, filters: &Filters) -> Vec<f64> {
        let province = filters.province.as_deref().map(text::key);
        let mut prices: Vec<f64> = self
            .listings
            .iter()
            .filter(|listing| meets(listing, filters, province.as_deref()))
            .filter_map(Listing::price_vnd)
            .collect();
        prices.sort_by(f64::total_cmp);
        prices
    }
}

fn meets(listing: &Listing, filters: &Filters, province: Option<&str>) -> bool {
    fn same<T: PartialEq>(wanted: Option<&T>, own: Option<&T>) -> bool {
        wanted.is_none() || wanted == own
    }
    let at_least = |wanted: Option<f64>, own: Option<f64>| {
        wanted.is_none_or(|wanted| own.is_some_and(|own| own >= wanted))
    };
    let at_most = |wanted: Option<f64>, own: Option<f64>| {
        wanted.is_none_or(|wanted| own.is_some_and(|own| own <= wanted))
    };
    let price = listing.price_vnd();
    let year = listing.year.map(f64::from);
    same(filters.make.as_ref(), listing.make.as_ref())
        && same(filters.model.as_ref(), listing.model.as_ref())
        && same(filters.body.as_ref(), listing.body.as_ref())
        && same(filters.seats.as_ref(), listing.seats.as_ref())
        && same(filters.fuel.as_ref(), listing.fuel.as_ref())
        && same(filters.transmission.as_ref(), listing.transmission.as_ref())
        && at_least(filters.year_min.map(f64::from), year)
        && at_most(filters.year_max.map(f64::from), year)
        && at_least(filters.price_min_vnd.map(|price| price as f64), price)
        && at_most(filters.price_max_vnd.map(|price| price as f64), price)
        && at_most(filters.mileage_max_km.map(f64::from), listing.mileage_km)
        && province.is_none_or(|wanted| {
            listing
                .province
                .as_deref()
                .is_some_and(|own| text::key(own).ends_with(wanted))
        })
}

fn offer(listing: &Listing) -> Offer {
    let named = [
        listing.make.as_deref(),
        listing.model.as_deref(),
        listing.trim.as_deref(),
    ];
    let name = || named.into_iter().flatten().collect::<Vec<_>>().join(" ");
    Offer {
        id: listing.id.clone(),
        source: listing.source.clone(),
        url: listing.url.clone(),
        title: listing.title.clone().unwrap_or_else(name),
        make: listing.make.clone(),
        model: listing.model.clone(),
        year: listing.year,
        mileage_km: listing.mileage_km,
        province: listing.province.clone(),
        price_vnd: listing.price_vnd(),
    }
}

#[cfg(test)]
mod tests {
    use datasets::Money;
    use datasets::vocabulary::Body;

    use super::*;

    fn listing(id: &str, model: &str, year: i32, million: f64) -> Listing {
        Listing {
            id: id.to_owned(),
            source: "synthetic".to_owned(),
            make: Some("Toyota".to_owned()),
            model: Some(model.to_owned()),
            body: Some(if model == "Vios" {
                Body::Sedan
            } else {
                Body::Suv
            }),
            year: Some(year),
            province: Some("TP Hồ Chí Minh".to_owned()),
            price: Some(Money::vnd(million * 1e6)),
            ..Listing::default()
        }
    }

    fn inventory() -> Inventory {
        let silent = Listing {
            price: None,
            year: None,
            ..listing("d", "Vios", 0, 0.0)
        };
        Inventory::new(vec![
            listing("a", "Vios", 2019, 400.0),
            listing("b", "Vios", 2021, 500.0),
            listing("c", "Fortuner", 2019, 900.0),
            silent,
        ])
    }

    #[test]
    fn every_filter_narrows() {
        let base = Filters::default();
        for (filters, ids) in [
            (base.clone(), vec!["a", "b", "c", "d"]),
            (
                Filters {
                    model: Some("Vios".to_owned()),
                    ..base.clone()
                },
                vec!["a", "b", "d"],
            ),
            (
                Filters {
                    body: Some(Body::Suv),
                    ..base.clone()
                },
                vec!["c"],
            ),
            (
                Filters {
                    year_min: Some(2020),
                    ..base.clone()
                },
                vec!["b"],
            ),
            (
                Filters {
                    price_max_vnd: Some(500_000_000),
                    ..base.clone()
                },
                vec!["a", "b"],
            ),
            (
                Filters {
                    province: Some("Hồ Chí Minh".to_owned()),
                    year_max: Some(2019),
                    ..base.clone()
                },
                vec!["a", "c"],
            ),
            (
                Filters {
                    province: Some("Hà Nội".to_owned()),
                    ..base.clone()
                },
                vec![],
            ),
            (
                Filters {
                    mileage_max_km: Some(1),
                    ..base.clone()
                },
                vec![],
            ),
        ] {
            let found = inventory().search(&filters, 9);
            let own: Vec<_> = found.offers.iter().map(|offer| offer.id.as_str()).collect();
            assert_eq!(own, ids, "{filters:?}");
            assert_eq!(found.total, ids.len());
        }
    }

    #[test]
    fn the_limit_cuts_the_list_and_not_the_count() {
        let found = inventory().search(&Filters::default(), 1);
        assert_eq!((found.offers.len(), found.total), (1, 4));
        assert_eq!(found.offers[0].title, "Toyota Vios");
        assert_eq!(inventory().prices_vnd(&Filters::default()), [4e8, 5e8, 9e8]);
    }
}
