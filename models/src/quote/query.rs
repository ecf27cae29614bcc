//! What a caller says of a car.

use std::borrow::Cow;

use chrono::NaiveDate;
use datasets::catalogue::{self, KnownMake};
use datasets::vocabulary::{Body, Condition, Drivetrain, Fuel, Origin, Transmission};
use datasets::{Catalogue, Listing, text};

use super::note::Field;

/// A car to quote, its names as the caller wrote them. A field that is `None` is not known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CarQuery<'a> {
    /// Make, in any spelling that the catalogue knows.
    pub make: Option<Cow<'a, str>>,
    /// Model, in any spelling that the catalogue knows; words of the version may stand behind it (`Vios 1.5G`).
    pub model: Option<Cow<'a, str>>,
    /// Version or trim as sellers write it.
    pub version: Option<Cow<'a, str>>,
    /// Model year.
    pub year: Option<i32>,
    /// Odometer in kilometres.
    pub mileage_km: Option<f64>,
    /// Gearbox.
    pub transmission: Option<Transmission>,
    /// Energy.
    pub fuel: Option<Fuel>,
    /// Domestic or imported.
    pub origin: Option<Origin>,
    /// Body shape.
    pub body: Option<Body>,
    /// Displacement in litres.
    pub engine_l: Option<f64>,
    /// Seats, driver included.
    pub seats: Option<u8>,
    /// Driven wheels.
    pub drivetrain: Option<Drivetrain>,
    /// Litres per 100 km, of files that know it.
    pub consumption_l_per_100km: Option<f64>,
    /// Road tax a year in the model's currency, of files that know it.
    pub road_tax_per_year: Option<f64>,
    /// Used or new.
    pub condition: Option<Condition>,
    /// Outside colour.
    pub color: Option<Cow<'a, str>>,
    /// Province or city of the offer.
    pub province: Option<Cow<'a, str>>,
    /// Day whose price level is meant.
    pub listed_on: Option<NaiveDate>,
    /// Site whose price level is meant.
    pub source: Option<Cow<'a, str>>,
    /// Words of the caller that name no value, and so count as not given.
    pub ignored: Vec<Ignored>,
}

/// A word that names no value of its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// The field.
    pub field: Field,
    /// The word, as the caller wrote it.
    pub value: String,
}

impl<'a> CarQuery<'a> {
    /// The query for a row of a file: the values of its columns, as `/predict` takes those of a body.
    ///
    /// A title is not one of them. It is read for what the columns lack: make, model or trim. A model that the import
    /// shortened (`Vios 1.5G` to `Vios`) is taken as the file printed it, unless a trim says the rest.
    pub fn of_listing(listing: &'a Listing, catalogue: &Catalogue) -> Self {
        let mut make = listing.make.as_deref().and_then(name);
        let mut model = listing.model.as_deref().and_then(name);
        let mut ignored = Vec::new();
        let mut version = optional(Field::Version, listing.trim.as_deref(), &mut ignored);
        let color = optional(
            Field::Color,
            listing.color_exterior.as_deref(),
            &mut ignored,
        );
        let province = optional(Field::Location, listing.province.as_deref(), &mut ignored);
        let lacks_names = make.is_none() || model.is_none();
        if listing.title.is_some() && (lacks_names || version.is_none()) {
            let mut read = listing.clone();
            catalogue.resolve(&mut read);
            version = version.or_else(|| read.trim.map(Cow::Owned));
            if lacks_names {
                make = read.make.map(Cow::Owned);
                model = read.model.map(Cow::Owned);
            }
        } else if version.is_none()
            && let Some(printed) = listing.raw.get("model").and_then(|text| words(text))
            && let Some(known) = make.as_deref().and_then(|make| catalogue.known_make(make))
            && carries_version(known, &printed, model.as_deref())
        {
            model = Some(printed);
        }
        Self {
            make,
            model,
            version,
            year: listing.year,
            mileage_km: listing.mileage_km,
            transmission: listing.transmission,
            fuel: listing.fuel,
            origin: listing.origin,
            body: listing.body,
            engine_l: listing.engine_l,
            seats: listing.seats,
            drivetrain: listing.drivetrain,
            consumption_l_per_100km: listing.consumption_l_per_100km,
            road_tax_per_year: listing.road_tax_per_year,
            condition: listing.condition,
            color,
            province,
            listed_on: listing.listed_on,
            source: words(&listing.source).map(|source| source.to_lowercase().into()),
            ignored,
        }
    }
}

/// Whether `printed` names the model of the name `model` with words of its version behind it.
fn carries_version(make: KnownMake<'_>, printed: &str, model: Option<&str>) -> bool {
    let name = |text: &str| Some(&make.named(text)?.model().name);
    make.model(printed).is_none()
        && name(printed).is_some()
        && name(printed) == model.and_then(name)
}

/// The name of a make or a model; a placeholder (`Dòng khác`) says nothing.
fn name(text: &str) -> Option<Cow<'_, str>> {
    words(text).filter(|text| !catalogue::is_placeholder(text))
}

/// An optional text; a placeholder (`-`, `Đang cập nhật`) counts as not given and is told.
fn optional(
    field: Field,
    text: Option<&str>,
    ignored: &mut Vec<Ignored>,
) -> Option<Cow<'static, str>> {
    let text = text::clean(text?);
    if text.is_empty() {
        return None;
    }
    if catalogue::is_placeholder(&text) {
        ignored.push(Ignored { field, value: text });
        return None;
    }
    Some(Cow::Owned(text))
}

/// A text with white space and composition put right; a blank one says nothing.
fn words(text: &str) -> Option<Cow<'_, str>> {
    let text = text::clean(text);
    (!text.is_empty()).then_some(Cow::Owned(text))
}
