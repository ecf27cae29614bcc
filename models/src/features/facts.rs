//! What one listing says about a car, normalised and hashed: everything the encoder needs, nothing that is fitted.

use chrono::{Datelike as _, NaiveDate};
use datasets::{Listing, text};

use super::{
    hash,
    mileage::MOST_KM,
    tokens,
    view::{Group, View},
};

/// A half-year, the grain at which the price level of a site or a model is followed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct Period(pub i32);

impl Period {
    /// The half-year that holds `date`.
    pub fn of(date: NaiveDate) -> Self {
        Self(date.year() * 2 + i32::from(date.month() > 6))
    }

    /// Its end in years: 2025.5 for the first half of 2025.
    pub(super) fn end(self) -> f32 {
        (self.0 + 1) as f32 / 2.0
    }
}

/// A listing as numbers and hashes. A field that the listing does not fill is `None`.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// Hash of the make; `None` if it is missing.
    pub make: Option<u64>,
    /// Hash of make and model.
    pub model: Option<u64>,
    /// Hash of the site.
    pub source: u64,
    /// Day of the listing in years: 2025.87.
    pub t: f32,
    /// Half-year of the listing.
    pub period: Period,
    /// Model year.
    pub year: Option<i32>,
    /// Odometer in kilometres. Readings that sellers type to fill the field are none by now: cleaning forgets them.
    pub mileage_km: Option<f32>,
    /// Engine size in litres as the site's own field has it.
    pub engine_l: Option<f32>,
    /// Engine size in litres as the title has it.
    pub title_engine_l: Option<f32>,
    /// Seats.
    pub seats: Option<u8>,
    /// Codes of closed vocabularies.
    pub codes: Codes,
    /// Hash of the province.
    pub province: Option<u64>,
    /// Hashes of the version words, in title order.
    pub words: Vec<u64>,
    /// Whether neither title nor trim was given.
    pub title_is_missing: bool,
    /// Litres per 100 km.
    pub consumption: Option<f32>,
    /// Road tax a year.
    pub road_tax: Option<f32>,
}

/// Closed vocabularies as small integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Codes {
    /// Gearbox.
    pub transmission: Option<u8>,
    /// Energy.
    pub fuel: Option<u8>,
    /// Assembly.
    pub origin: Option<u8>,
    /// Body.
    pub body: Option<u8>,
    /// Driven wheels.
    pub drivetrain: Option<u8>,
}

impl Facts {
    /// The facts of `listing`, taken to be listed on `today` where it does not say.
    pub fn of(listing: &Listing, today: NaiveDate) -> Self {
        Self::seen(listing, today, View::FULL)
    }

    /// The facts of `listing` as far as `view` shows them.
    pub fn seen(listing: &Listing, today: NaiveDate, view: View) -> Self {
        let listed_on = listing.listed_on.unwrap_or(today);
        let t = years(listed_on);
        // A year that is hidden must not show through the odometers that it makes believable.
        let year = listing.year.filter(|_| !view.hides(Group::Year));
        let make_words = listing.make.as_deref().map(text::fold).unwrap_or_default();
        let make = (!make_words.is_empty()).then(|| hash::text(&make_words));
        let model_key = listing.model.as_deref().map(text::key).unwrap_or_default();
        let model = make
            .filter(|_| !model_key.is_empty())
            .map(|make| hash::pair(make, hash::text(&model_key)));
        let title = version_title(listing, view).unwrap_or_default();
        let is_make = |word: &str| make_words.split_whitespace().any(|own| own == word);
        let words = tokens::version_words(&title, &model_key, is_make);
        let mut facts = Self {
            make,
            model,
            source: hash::text(&listing.source),
            t,
            period: Period::of(listed_on),
            year,
            mileage_km: mileage_km(listing),
            engine_l: listing.engine_l.map(|litres| litres as f32),
            title_engine_l: tokens::engine_l(&words),
            seats: listing.seats,
            codes: Codes {
                transmission: listing.transmission.map(|value| value as u8),
                fuel: listing.fuel.map(|value| value as u8),
                origin: listing.origin.map(|value| value as u8),
                body: listing.body.map(|value| value as u8),
                drivetrain: listing.drivetrain.map(|value| value as u8),
            },
            province: listing
                .province
                .as_deref()
                .map(|province| hash::text(&text::key(province))),
            title_is_missing: words.is_empty(),
            words: words.iter().map(|word| hash::text(word)).collect(),
            consumption: listing.consumption_l_per_100km.map(|value| value as f32),
            road_tax: listing.road_tax_per_year.map(|value| value as f32),
        };
        if !view.is_full() {
            facts.hide(view);
        }
        facts
    }

    /// Forgets what `view` hides; its words are hidden where they are read.
    fn hide(&mut self, view: View) {
        let forget = |group: Group, forget: &mut dyn FnMut()| {
            if view.hides(group) {
                forget();
            }
        };
        forget(Group::Mileage, &mut || self.mileage_km = None);
        forget(Group::Engine, &mut || self.engine_l = None);
        forget(Group::Transmission, &mut || self.codes.transmission = None);
        forget(Group::Fuel, &mut || self.codes.fuel = None);
        forget(Group::Origin, &mut || self.codes.origin = None);
        forget(Group::Body, &mut || self.codes.body = None);
        forget(Group::Drivetrain, &mut || self.codes.drivetrain = None);
        forget(Group::Seats, &mut || self.seats = None);
        forget(Group::Province, &mut || self.province = None);
        forget(Group::Source, &mut || self.source = hash::text(""));
        forget(Group::Costs, &mut || {
            self.consumption = None;
            self.road_tax = None;
        });
    }

    /// Age in years on the day of the listing.
    pub fn age(&self) -> Option<f32> {
        self.year.map(|year| self.t - year as f32)
    }

    /// The same car as if its model were unknown: what is left to price it by is its make and its version words.
    #[must_use]
    pub fn without_model(&self) -> Self {
        Self {
            model: None,
            ..self.clone()
        }
    }
}

/// A day as a number of years.
pub fn years(date: NaiveDate) -> f32 {
    date.year() as f32 + (date.ordinal0() as f32 + 0.5) / 365.25
}

/// The folded title is what the seller wrote; where there is none, model and trim make one in the style of a site's own
/// version string.
fn version_title(listing: &Listing, view: View) -> Option<String> {
    let trim = listing
        .trim
        .as_ref()
        .filter(|_| !view.hides(Group::Version));
    let is_hidden = view.hides(Group::FreeTitle) || view.hides(Group::Version);
    match (listing.title.as_ref().filter(|_| !is_hidden), trim) {
        (Some(title), _) => Some(tokens::folded(title)),
        (None, Some(trim)) => {
            let model = listing.model.as_deref().unwrap_or_default();
            Some(tokens::folded(&format!("{model} {trim}")))
        }
        (None, None) => None,
    }
}

fn mileage_km(listing: &Listing) -> Option<f32> {
    let km = listing.mileage_km.filter(|km| km.is_finite())?;
    Some((km as f32).clamp(0.0, MOST_KM))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2025, 11, 15).expect("a date")
    }

    #[test]
    fn spelling_does_not_change_the_facts() {
        let plain = Listing {
            make: Some("Toyota".to_owned()),
            model: Some("Corolla Altis".to_owned()),
            title: Some("Corolla altis 1.8G AT".to_owned()),
            year: Some(2019),
            ..Listing::default()
        };
        let shouted = Listing {
            make: Some("TOYOTA".to_owned()),
            model: Some("corolla-altis".to_owned()),
            title: Some("Toyota Corolla Altis 1.8 G AT 2019".to_owned()),
            ..plain.clone()
        };
        assert_eq!(Facts::of(&plain, day()), Facts::of(&shouted, day()));
    }

    #[test]
    fn model_and_trim_stand_in_for_a_title() {
        let titled = Listing {
            make: Some("Toyota".to_owned()),
            model: Some("Vios".to_owned()),
            title: Some("Vios 1.5G CVT".to_owned()),
            ..Listing::default()
        };
        let asked = Listing {
            title: None,
            trim: Some("1.5G CVT".to_owned()),
            ..titled.clone()
        };
        assert_eq!(
            Facts::of(&titled, day()).words,
            Facts::of(&asked, day()).words
        );
    }

    #[test]
    fn periods_are_half_years() {
        let date = |m, d| NaiveDate::from_ymd_opt(2025, m, d).expect("a date");
        assert_eq!(Period::of(date(6, 30)), Period(4050));
        assert_eq!(Period::of(date(7, 1)), Period(4051));
    }
}
