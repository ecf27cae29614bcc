//! Asks the model about a car, and rounds and words what it says.

use chrono::NaiveDate;
use datasets::vocabulary::Currency;
use datasets::{Catalogue, Listing};

use super::bounds;
use super::car::{self, Resolved, Setting};
use super::note::{self, Field, Reason, ReasonCode, Warning, WarningCode};
use super::price::{self, Price};
use super::query::CarQuery;
use crate::features::terms::Seen;
use crate::{valuation::Ground, valuer::Valuer};

/// Quotes cars with one model.
#[derive(Debug, Clone, Copy)]
pub struct Quoter<'a> {
    /// The model.
    pub valuer: &'a Valuer,
    /// Makes and models with their spellings.
    pub catalogue: &'a Catalogue,
    /// Site whose price level is meant where a query names none; see [`super::default_source`].
    pub default_source: &'a str,
    /// Day whose price level is meant where a query names none; [`datasets::vietnam::today`] everywhere but in tests.
    pub today: NaiveDate,
}

/// What is said of one car.
#[derive(Debug, Clone, PartialEq)]
pub struct Quote {
    /// The car in the catalogue's spelling: what the model was asked about, or as far as it could be read.
    pub car: Listing,
    /// The price, or all reasons why there is none.
    pub price: Result<Price, Vec<Reason>>,
    /// What the caller should know about the values that it gave.
    pub warnings: Vec<Warning>,
}

/// One fact of a car that is changed, to see what it is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    /// So many model years later.
    Years(i32),
    /// So many kilometres more.
    Kilometres(f64),
}

impl Quoter<'_> {
    /// Quotes one car.
    pub fn quote(&self, query: CarQuery<'_>) -> Quote {
        let setting = Setting {
            catalogue: self.catalogue,
            default_source: self.default_source,
            today: self.today,
        };
        let resolved = car::resolve(query, &setting);
        if self.is_refused(&resolved) {
            return Quote {
                car: resolved.car,
                price: Err(resolved.reasons),
                warnings: resolved.warnings,
            };
        }
        self.priced(resolved)
    }

    /// What the car of a quote would cost with one fact changed, rounded as every price; `None` where the changed car
    /// could not be quoted.
    pub fn changed(&self, quote: &Quote, change: Change) -> Option<i64> {
        if quote.price.is_err() {
            return None;
        }
        let mut car = quote.car.clone();
        match change {
            Change::Years(years) => car.year = Some(car.year? + years),
            Change::Kilometres(km) => car.mileage_km = Some(car.mileage_km? + km),
        }
        let is_valid = car.year.is_none_or(|year| bounds::YEAR.contains(&year))
            && car
                .mileage_km
                .is_none_or(|km| bounds::MILEAGE_KM.contains(&km));
        let currency = self.valuer.manifest().currency;
        is_valid.then(|| price::rounded(self.valuer.price(&car), currency))
    }

    /// Whether a reason stands against the car. The catalogue's years of sale are Vietnam's, and listings of a model year
    /// outside of them prove more than it does.
    fn is_refused(&self, resolved: &Resolved) -> bool {
        let of_sale = |reason: &Reason| reason.code == ReasonCode::YearNotSold;
        match &resolved.reasons[..] {
            [] => false,
            [only] if of_sale(only) => {
                self.valuer.manifest().currency == Currency::Vnd
                    && !self.valuer.has_seen(&resolved.car, Seen::Year)
            }
            _ => true,
        }
    }

    fn priced(&self, resolved: Resolved) -> Quote {
        let Resolved {
            car,
            mut warnings,
            doubts,
            badge,
            ..
        } = resolved;
        let known_sources = &self.valuer.manifest().rows_by_source;
        if !known_sources.contains_key(&car.source) {
            warnings.push(note::unknown_source(&car.source, known_sources.keys()));
        }
        warnings.extend(
            doubts
                .into_iter()
                .filter(|doubt| !self.is_seen(&car, doubt)),
        );
        let strange = badge.filter(|badge| !self.valuer.knows_version(&car, badge));
        let valuation = match strange {
            Some(badge) => {
                let code = WarningCode::UnknownVersion;
                warnings.push(Warning::of(code, Field::Model, &badge, Vec::new()));
                self.valuer.value_widely(&car)
            }
            None => self.valuer.value(&car),
        };
        if valuation.ground == Ground::KnownMake && car.model.is_some() {
            warnings.push(note::unknown_model(&car, self.catalogue));
        }
        let price = if valuation.ground == Ground::Unknown {
            Err(vec![note::no_ground(&car)])
        } else {
            Ok(Price::of(&valuation, self.valuer.manifest().currency))
        };
        Quote {
            car,
            price,
            warnings,
        }
    }

    /// Whether the model was trained on such cars, whatever the catalogue says.
    fn is_seen(&self, car: &Listing, doubt: &Warning) -> bool {
        let seen = match doubt.field {
            Field::Year => Seen::Year,
            Field::Fuel => Seen::Fuel,
            Field::Transmission => Seen::Transmission,
            Field::Seats => Seen::Seats,
            _ => return false,
        };
        self.valuer.has_seen(car, seen)
    }
}
