//! What is known of a model: from the catalogue, and from what the offers of it ask.

use datasets::catalogue::{Make, Model};
use datasets::vocabulary::{Body, Fuel, Transmission};
use serde::Serialize;

use super::Inventory;
use understanding::Filters;

/// Facts of a model. What is not known is absent or empty.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Specs {
    /// Make.
    pub make: String,
    /// Model.
    pub model: String,
    /// Usual body.
    pub body: Option<Body>,
    /// Seats, the most usual first.
    pub seats: Vec<u8>,
    /// Energies, the most usual first.
    pub fuels: Vec<Fuel>,
    /// Engine sizes in litres.
    pub engines_l: Vec<f64>,
    /// Gearboxes.
    pub transmissions: Vec<Transmission>,
    /// Trims.
    pub trims: Vec<String>,
    /// First and last model year seen in Vietnam.
    pub sold: Option<(i32, i32)>,
    /// What the offers at hand ask.
    pub offers: Option<Asked>,
}

/// Asking prices of the offers of a model.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Asked {
    /// Offers with a price.
    pub n: usize,
    /// The cheapest in đồng.
    pub lowest_vnd: f64,
    /// The middle one in đồng.
    pub median_vnd: f64,
    /// The dearest in đồng.
    pub highest_vnd: f64,
}

/// The facts of `model`, with what the offers of it ask, from model year `year` alone where one is named.
pub fn specs(make: &Make, model: &Model, year: Option<i32>, inventory: &Inventory) -> Specs {
    let filters = Filters {
        make: Some(make.name.clone()),
        model: Some(model.name.clone()),
        year_min: year,
        year_max: year,
        ..Filters::default()
    };
    let prices = inventory.prices_vnd(&filters);
    let asked = prices
        .first()
        .zip(prices.last())
        .map(|(lowest, highest)| Asked {
            n: prices.len(),
            lowest_vnd: *lowest,
            median_vnd: prices[prices.len() / 2],
            highest_vnd: *highest,
        });
    Specs {
        make: make.name.clone(),
        model: model.name.clone(),
        body: model.body,
        seats: model.seats.clone(),
        fuels: model.fuels.clone(),
        engines_l: model.engines_l.clone(),
        transmissions: model.transmissions.clone(),
        trims: model.trims.clone(),
        sold: model.sold,
        offers: asked,
    }
}

#[cfg(test)]
mod tests {
    use datasets::{Catalogue, Listing, Money};

    use super::*;

    #[test]
    fn facts_come_from_the_catalogue_and_prices_from_offers() {
        let catalogue = Catalogue::embedded();
        let make = catalogue.make("Toyota").expect("a make");
        let model = catalogue.model("Toyota", "Vios").expect("a model");
        let offers = [380.0, 500.0, 420.0].map(|million| Listing {
            make: Some("Toyota".to_owned()),
            model: Some("Vios".to_owned()),
            year: Some(2019),
            price: Some(Money::vnd(million * 1e6)),
            ..Listing::default()
        });
        let inventory = Inventory::new(offers.into());
        let specs_of = |year| specs(make, model, year, &inventory);
        assert_eq!(specs_of(None).seats, [5]);
        let asked = specs_of(Some(2019)).offers.expect("offers");
        assert_eq!(
            (
                asked.n,
                asked.lowest_vnd,
                asked.median_vnd,
                asked.highest_vnd
            ),
            (3, 380e6, 420e6, 500e6)
        );
        assert_eq!(specs_of(Some(2010)).offers, None);
    }
}
