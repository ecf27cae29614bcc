//! From the names that a caller wrote to the car that the model is asked about.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};
use datasets::Listing;
use datasets::catalogue::{Catalogue, Found, KnownMake};

use super::bounds;
use super::names::named_model;
use super::note::{Field, Reason, ReasonCode, Warning, WarningCode, out_of_range, unknown_make};
use super::query::CarQuery;

/// What a query is read against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'a> {
    /// Makes and models with their spellings.
    pub(super) catalogue: &'a Catalogue,
    /// Site whose price level is meant where the query names none.
    pub(super) default_source: &'a str,
    /// Day whose price level is meant where the query names none.
    pub(super) today: NaiveDate,
}

/// A query in the catalogue's spelling.
pub(super) struct Resolved {
    /// The car to ask the model about, or the car as far as it was read.
    pub(super) car: Listing,
    /// What the caller should know.
    pub(super) warnings: Vec<Warning>,
    /// All reasons why no model can price the car; empty for a car that the model may be asked about.
    pub(super) reasons: Vec<Reason>,
}

/// Brings `query` into the catalogue's spelling.
pub(super) fn resolve(mut query: CarQuery<'_>, setting: &Setting<'_>) -> Resolved {
    let catalogue = setting.catalogue;
    let mut reasons = Vec::new();
    let make = match query.make.as_deref() {
        None => {
            reasons.push(Reason::missing(ReasonCode::MakeMissing, Field::Make));
            None
        }
        Some(text) => {
            let make = catalogue.known_make(text);
            if make.is_none() {
                reasons.push(unknown_make(text, catalogue));
            }
            make
        }
    };
    out_of_bounds(&query, setting, &mut reasons);
    let Some(make) = make.filter(|_| reasons.is_empty()) else {
        let name = query.make.take().map(Cow::into_owned);
        let title = site_title(query.model.as_deref(), query.version.as_deref());
        let model = query.model.take().map(Cow::into_owned);
        let car = listing(query, name, model, title, Found::default(), setting);
        return Resolved {
            car,
            warnings: Vec::new(),
            reasons,
        };
    };
    let warnings = warnings(&query, setting);
    Resolved {
        car: named(query, make, setting),
        warnings,
        reasons,
    }
}

/// The car of a known make: its model by name, and what its version says of engine and gearbox.
fn named(mut query: CarQuery<'_>, make: KnownMake<'_>, setting: &Setting<'_>) -> Listing {
    let title = site_title(query.model.as_deref(), query.version.as_deref());
    let known = query.model.as_deref();
    let known = known.and_then(|model| named_model(make, model));
    let known_name = known.map(|known| known.model().name.as_str());
    let found = match title.as_deref() {
        // A bare name in the catalogue's spelling has nothing more to find, and is what forms send.
        Some(title) if known_name != Some(title) => make.read_version(title, known),
        _ => Found::default(),
    };
    // The finder forgives misspellings. A price must not: that of another model is worth less than a warning.
    let model = match known_name {
        Some(name) => Some(found.model.map_or(name, |model| &model.name).to_owned()),
        None => query.model.take().map(Cow::into_owned),
    };
    let make = Some(make.make().name.clone());
    listing(query, make, model, title, found, setting)
}

/// The title that a site would print beside the make, in the caller's own words: a badge such as `C200` says more than
/// the model's name. Models were trained on listings that have one.
fn site_title(model: Option<&str>, version: Option<&str>) -> Option<String> {
    match (model, version) {
        (Some(model), Some(version)) => Some(format!("{model} {version}")),
        (one, other) => one.or(other).map(str::to_owned),
    }
}

/// What the caller said stands above what the version implies.
fn listing(
    query: CarQuery<'_>,
    make: Option<String>,
    model: Option<String>,
    title: Option<String>,
    found: Found<'_>,
    setting: &Setting<'_>,
) -> Listing {
    let source = query.source.map(Cow::into_owned);
    Listing {
        source: source.unwrap_or_else(|| setting.default_source.to_owned()),
        listed_on: Some(query.listed_on.unwrap_or(setting.today)),
        make,
        model,
        trim: found.trim,
        year: query.year,
        mileage_km: query.mileage_km,
        transmission: query.transmission.or(found.transmission),
        fuel: query.fuel,
        engine_l: query.engine_l.or(found.engine_l),
        body: query.body,
        seats: query.seats,
        drivetrain: query.drivetrain,
        origin: query.origin,
        condition: query.condition,
        color_exterior: query.color.map(Cow::into_owned),
        province: query.province.map(Cow::into_owned),
        title,
        ..Listing::default()
    }
}

/// Adds a reason for every value that no car can have.
fn out_of_bounds(query: &CarQuery<'_>, setting: &Setting<'_>, reasons: &mut Vec<Reason>) {
    match query.year {
        None => reasons.push(Reason::missing(ReasonCode::YearMissing, Field::Year)),
        Some(year) => reasons.extend(out_of_range(
            Field::Year,
            ReasonCode::YearOutOfRange,
            &year,
            &bounds::YEAR,
        )),
    }
    if let Some(km) = query.mileage_km {
        let code = ReasonCode::MileageOutOfRange;
        reasons.extend(out_of_range(
            Field::MileageKm,
            code,
            &km,
            &bounds::MILEAGE_KM,
        ));
    }
    if let Some(litres) = query.engine_l {
        let code = ReasonCode::EngineOutOfRange;
        reasons.extend(out_of_range(
            Field::EngineL,
            code,
            &litres,
            &bounds::ENGINE_L,
        ));
    }
    if let Some(seats) = query.seats {
        let code = ReasonCode::SeatsOutOfRange;
        reasons.extend(out_of_range(Field::Seats, code, &seats, &bounds::SEATS));
    }
    let days = bounds::days(setting.today);
    if let Some(day) = query.listed_on.filter(|day| !days.contains(day)) {
        reasons.push(Reason {
            code: ReasonCode::DayOutOfRange,
            field: Field::ListedOn,
            value: day.to_string(),
            valid: vec![format!("{}–{}", days.start(), days.end())],
            did_you_mean: Vec::new(),
        });
    }
}

/// What is to be said of values that are taken.
fn warnings(query: &CarQuery<'_>, setting: &Setting<'_>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let day = query.listed_on.unwrap_or(setting.today);
    // Next year's cars are sold already.
    if let Some(year) = query.year.filter(|year| *year > day.year() + 1) {
        warnings.push(Warning {
            code: WarningCode::YearAhead,
            field: Field::Year,
            value: year.to_string(),
            did_you_mean: Vec::new(),
        });
    }
    if query.model.is_none() {
        warnings.push(Warning::missing(WarningCode::ModelMissing, Field::Model));
    }
    if query.mileage_km.is_none() {
        let code = WarningCode::MileageMissing;
        warnings.push(Warning::missing(code, Field::MileageKm));
    }
    warnings
}
