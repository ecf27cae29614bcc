//! From the names that a caller wrote to the car that the model is asked about.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};
use datasets::catalogue::{Catalogue, Found, KnownMake, KnownModel, Model, is_placeholder};
use datasets::clean::{Limits, is_filler};
use datasets::{Listing, province};

use super::note::{Field, Reason, ReasonCode, Warning, WarningCode, out_of_range, unknown_make};
use super::query::CarQuery;
use super::{bounds, doubts};

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
pub(super) struct Resolved<'a> {
    /// The car to ask the model about, or the car as far as it was read.
    pub(super) car: Listing,
    /// Its model in the catalogue.
    pub(super) model: Option<&'a Model>,
    /// What the caller should know.
    pub(super) warnings: Vec<Warning>,
    /// Warnings that hold unless the model was trained on such a car.
    pub(super) doubts: Vec<Warning>,
    /// Words of a version that stand in the name of the model.
    pub(super) badge: Option<String>,
    /// All reasons why no model can price the car; empty for a car that the model may be asked about.
    pub(super) reasons: Vec<Reason>,
}

/// Brings `query` into the catalogue's spelling.
pub(super) fn resolve<'a>(mut query: CarQuery<'_>, setting: &Setting<'a>) -> Resolved<'a> {
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
        let model = query.model.take().map(Cow::into_owned);
        let car = listing(query, name, model, Found::default(), setting);
        return Resolved {
            car,
            model: None,
            warnings: Vec::new(),
            doubts: Vec::new(),
            badge: None,
            reasons,
        };
    };
    let mut warnings = warnings(&query, setting);
    place(&mut query, &mut warnings);
    named(query, make, warnings, setting)
}

/// The car of a known make: its model by name, and what its version says of engine and gearbox.
fn named<'a>(
    mut query: CarQuery<'_>,
    make: KnownMake<'a>,
    mut warnings: Vec<Warning>,
    setting: &Setting<'a>,
) -> Resolved<'a> {
    let known = query.model.as_deref().and_then(|model| make.named(model));
    let named = query.model.as_deref().filter(|text| says_more(text, known));
    let version = query
        .version
        .as_deref()
        .filter(|text| !is_placeholder(text));
    let of_name = named.map(|text| make.read_version(text, known));
    let badge = of_name.as_ref().and_then(|found| found.trim.clone());
    let found = match (named, version, of_name) {
        (Some(named), Some(version), _) => make.read_version(&format!("{named} {version}"), known),
        (None, Some(version), _) => make.read_version(version, known),
        (_, None, of_name) => of_name.unwrap_or_default(),
    };
    // `Pajero` with the version `Sport 2.4` is a Pajero Sport. A model that nobody knows stays as it was written: the
    // finder would forgive a misspelling, and the price of another model is worth less than a warning.
    let model = known.map(|known| found.model.unwrap_or_else(|| known.model()));
    let mut reasons = Vec::new();
    let mut doubts = Vec::new();
    if let Some(model) = model {
        doubts = doubts::never_offered(&query, model);
        if let Some(year) = query.year {
            match doubts::year_of_sale(year, model.sold, setting.catalogue.newest_year()) {
                Ok(doubt) => doubts.extend(doubt),
                Err(reason) => reasons.push(reason),
            }
        }
    }
    if let Some((version, known)) = version.zip(known)
        && let Some(other) = make.contradicted_by(version, known)
    {
        let code = WarningCode::VersionOfAnotherModel;
        warnings.push(Warning::of(code, Field::Version, version, vec![other]));
    }
    let name = match model {
        Some(model) => Some(model.name.clone()),
        None => query.model.take().map(Cow::into_owned),
    };
    let make = Some(make.make().name.clone());
    Resolved {
        car: listing(query, make, name, found, setting),
        model,
        warnings,
        doubts,
        badge,
        reasons,
    }
}

/// Whether the text that names the model says more than its name: `C200`, `Vios 1.5G`. Forms send plain names, which have
/// nothing more to find.
fn says_more(text: &str, known: Option<KnownModel<'_>>) -> bool {
    known.is_some_and(|known| known.model().name != text)
}

/// Brings the place into its usual spelling. The price of a place that nobody knows is that of any.
fn place(query: &mut CarQuery<'_>, warnings: &mut Vec<Warning>) {
    let Some(text) = query.province.as_deref() else {
        return;
    };
    if let Some(known) = province::of_address(text) {
        query.province = Some(Cow::Owned(known.to_owned()));
    } else if !is_placeholder(text) {
        let code = WarningCode::UnknownPlace;
        warnings.push(Warning::of(code, Field::Location, text, Vec::new()));
    }
}

/// What the caller said stands above what the version implies.
fn listing(
    query: CarQuery<'_>,
    make: Option<String>,
    model: Option<String>,
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
        consumption_l_per_100km: query.consumption_l_per_100km,
        road_tax_per_year: query.road_tax_per_year,
        condition: query.condition,
        color_exterior: query.color.map(Cow::into_owned),
        province: query.province.map(Cow::into_owned),
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
    let ignored = query.ignored.iter().map(|ignored| {
        let code = WarningCode::NotUnderstood;
        Warning::of(code, ignored.field, &ignored.value, Vec::new())
    });
    let mut warnings: Vec<Warning> = ignored.collect();
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
    if let Some(km) = query.mileage_km.filter(|km| is_doubtful(*km, query, day)) {
        let code = WarningCode::MileageDoubtful;
        warnings.push(Warning::of(
            code,
            Field::MileageKm,
            &km.to_string(),
            Vec::new(),
        ));
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

/// More kilometres a year than any taxi drives.
const MOST_KM_A_YEAR: f64 = 120_000.0;

/// Whether an odometer reads like one that cleaning forgets: digits in a row, next to nothing on an old car; or like more
/// than a car can drive.
fn is_doubtful(km: f64, query: &CarQuery<'_>, day: NaiveDate) -> bool {
    let limits = Limits::default();
    let age = query.year.map(|year| day.year() - year);
    let is_driven = age.is_some_and(|age| age >= limits.driven_from_age);
    let is_too_much = age.is_some_and(|age| km > f64::from(age.max(0) + 1) * MOST_KM_A_YEAR);
    is_filler(km) || (is_driven && km < limits.driven_min_km) || is_too_much
}
