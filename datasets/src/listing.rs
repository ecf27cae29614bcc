//! One car offered for sale: the row type that every crate shares.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::vocabulary::{
    Body, Condition, Currency, Drivetrain, Fuel, Origin, SellerKind, Transmission,
};

/// Model years of cars that are priced.
pub const MODEL_YEARS: RangeInclusive<i32> = 1990..=2030;

/// An asking price in a named currency; in whole units of it (VND, never million VND).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Money {
    /// Amount in units of `currency`.
    pub amount: f64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// An amount in đồng.
    pub fn vnd(amount: f64) -> Self {
        Self {
            amount,
            currency: Currency::Vnd,
        }
    }
}

/// A car offered on a site, as far as the site tells.
///
/// The same type describes a car that someone asks the price of: a listing without a price, on the site and
/// day whose price level is meant.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Listing {
    /// Identity within `source`.
    pub id: String,
    /// Site (`bonbanh`, `oto`, `chotot`, …) or `synthetic`.
    pub source: String,
    /// Absolute address of the listing's page.
    pub url: Option<String>,
    /// Day (UTC+7) on which a crawl first saw the listing.
    pub first_seen: Option<NaiveDate>,
    /// Day (UTC+7) on which a crawl last saw the listing.
    pub last_seen: Option<NaiveDate>,
    /// Day (UTC+7) on which the listing was posted, or of the snapshot that holds it.
    pub listed_on: Option<NaiveDate>,
    /// Make, in the catalogue's spelling where the catalogue knows it.
    pub make: Option<String>,
    /// Model, in the catalogue's spelling where the catalogue knows it.
    pub model: Option<String>,
    /// Trim: what the title or version says beyond make and model (`1.5G CVT`).
    pub trim: Option<String>,
    /// Model year.
    pub year: Option<i32>,
    /// Odometer in kilometres.
    pub mileage_km: Option<f64>,
    /// Gearbox.
    pub transmission: Option<Transmission>,
    /// Energy.
    pub fuel: Option<Fuel>,
    /// Engine displacement in litres; none for electric cars.
    pub engine_l: Option<f64>,
    /// Body shape.
    pub body: Option<Body>,
    /// Seats, driver included.
    pub seats: Option<u8>,
    /// Driven wheels.
    pub drivetrain: Option<Drivetrain>,
    /// Assembled in the country of sale, or imported.
    pub origin: Option<Origin>,
    /// Used or new.
    pub condition: Option<Condition>,
    /// Outside colour, as the site names it.
    pub color_exterior: Option<String>,
    /// Inside colour, as the site names it.
    pub color_interior: Option<String>,
    /// Province or city of the offer.
    pub province: Option<String>,
    /// Keyed hash of the seller; names and phone numbers are never stored.
    pub seller_hash: Option<String>,
    /// Private person or dealer.
    pub seller_kind: Option<SellerKind>,
    /// Fuel consumption in litres per 100 km.
    pub consumption_l_per_100km: Option<f64>,
    /// Road tax a year, in the price's currency.
    pub road_tax_per_year: Option<f64>,
    /// Asking price.
    pub price: Option<Money>,
    /// Title as the seller wrote it (NFC).
    pub title: Option<String>,
    /// Field name → the text that the site printed, for the fields in [`crate::schema::RAW_FIELDS`].
    pub raw: BTreeMap<String, String>,
}

impl Listing {
    /// The asking price in đồng; none without a price or in another currency.
    pub fn price_vnd(&self) -> Option<f64> {
        self.price
            .filter(|price| price.currency == Currency::Vnd)
            .map(|price| price.amount)
    }
}
