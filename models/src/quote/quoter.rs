//! Asks the model about a car, and rounds and words what it says.

use chrono::{NaiveDate, TimeDelta};
use datasets::catalogue::Model;
use datasets::vocabulary::Currency;
use datasets::{Catalogue, Listing};

use super::bounds;
use super::car::{self, Resolved, Setting};
use super::listed;
use super::note::{self, Field, Reason, ReasonCode, Warning, WarningCode};
use super::price::{self, Price};
use super::query::CarQuery;
use crate::features::terms::Seen;
use crate::{valuation::Ground, valuer::Valuer};

/// Time after the newest listing that was trained on from which its age is told: prices move by two to three per cent a
/// quarter.
const MOST_AGE_OF_DATA: TimeDelta = TimeDelta::days(92);

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

impl Quote {
    /// Whether nobody should be confident in the price, however narrow its range: the market has moved on since the model
    /// was trained, or no listing of the car was seen.
    pub fn is_rough(&self) -> bool {
        self.has(WarningCode::StaleData) || self.is_from_list_price()
    }

    /// Whether the price comes from the list price of the new car.
    pub fn is_from_list_price(&self) -> bool {
        self.has(WarningCode::FromListPrice)
    }

    fn has(&self, code: WarningCode) -> bool {
        self.warnings.iter().any(|own| own.code == code)
    }
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
        if !is_valid {
            return None;
        }
        let price = if quote.is_from_list_price() {
            listed::valuation(self.valuer, &car, self.model_of(&car)?)?.price
        } else {
            self.valuer.price(&car)
        };
        Some(price::rounded(price, self.valuer.manifest().currency))
    }

    /// The model in the catalogue of a car that was quoted.
    fn model_of(&self, car: &Listing) -> Option<&Model> {
        let make = self.catalogue.known_make(car.make.as_deref()?)?;
        Some(make.named(car.model.as_deref()?)?.model())
    }

    /// Whether a reason stands against the car. The catalogue's years of sale are Vietnam's, and listings of a model year
    /// outside of them prove more than it does.
    fn is_refused(&self, resolved: &Resolved<'_>) -> bool {
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

    fn priced(&self, resolved: Resolved<'_>) -> Quote {
        let Resolved {
            car,
            model,
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
        let currency = self.valuer.manifest().currency;
        // List prices are Vietnam's.
        let listed = model.filter(|_| currency == Currency::Vnd);
        let from_list = listed
            .filter(|_| valuation.ground != Ground::KnownModel)
            .and_then(|model| listed::valuation(self.valuer, &car, model));
        let name = car.model.as_deref().unwrap_or_default();
        let is_unknown = match valuation.ground {
            Ground::KnownModel => false,
            Ground::KnownMake => car.model.is_some(),
            Ground::Unknown => from_list.is_some(),
        };
        if is_unknown {
            warnings.push(note::unknown_model(&car, self.catalogue));
        }
        let valuation = if let Some(from_list) = from_list {
            let code = WarningCode::FromListPrice;
            warnings.push(Warning::of(code, Field::Model, name, Vec::new()));
            from_list
        } else {
            if listed.is_some_and(|model| listed::is_far_from(valuation.price, &car, model)) {
                let code = WarningCode::FarFromListPrice;
                warnings.push(Warning::of(code, Field::Model, name, Vec::new()));
            }
            valuation
        };
        warnings.extend(self.stale(&car));
        let price = if valuation.ground == Ground::Unknown {
            Err(vec![note::no_ground(&car)])
        } else {
            Ok(Price::of(&valuation, currency))
        };
        Quote {
            car,
            price,
            warnings,
        }
    }

    /// From the newest listing that was trained on to the day whose price is meant.
    pub fn age_of_data(&self, car: &Listing) -> Option<TimeDelta> {
        Some(car.listed_on? - self.valuer.data_until())
    }

    /// The warning that the market has moved on since the newest listing that was trained on.
    fn stale(&self, car: &Listing) -> Option<Warning> {
        let age = self.age_of_data(car)?;
        (age > MOST_AGE_OF_DATA).then(|| {
            let days = format!("{} days", age.num_days());
            Warning::of(WarningCode::StaleData, Field::ListedOn, &days, Vec::new())
        })
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
