//! From the names that a caller wrote to the car that the model is asked about.

use chrono::Datelike;
use datasets::Listing;
use datasets::catalogue::{Catalogue, Found, Make, Shape};

use super::reply::{Reason, Warning};

use super::validate::Query;
use crate::error::clipped;

/// Longest odometer reading that is believed: beyond it no car has been offered.
const MAX_MILEAGE_KM: i64 = 1_000_000;

/// A car in the catalogue's spelling, without a price.
#[derive(Debug, Clone, PartialEq)]
pub struct Car {
    /// What the model is asked about.
    pub listing: Listing,
    /// What the caller should know.
    pub warnings: Vec<Warning>,
}

/// Puts `query` into the catalogue's spelling. `default_source` is the site where the caller names none. The
/// error lists the reasons for which the car cannot be valued, whatever the model.
pub fn resolve(
    query: Query,
    catalogue: &Catalogue,
    default_source: &str,
) -> Result<Car, Vec<Reason>> {
    let mut reasons = Vec::new();
    let make = catalogue.make(&query.brand);
    if make.is_none() {
        reasons.push(unknown_make(&query.brand, catalogue));
    }
    if query.mileage_km > MAX_MILEAGE_KM {
        reasons.push(Reason {
            code: "mileage_out_of_range",
            field: "mileage_km",
            value: query.mileage_km.to_string(),
            valid: vec![format!("0–{MAX_MILEAGE_KM}")],
            did_you_mean: Vec::new(),
        });
    }
    let Some(make) = make.filter(|_| reasons.is_empty()) else {
        return Err(reasons);
    };
    Ok(car(query, make, catalogue, default_source))
}

fn car(query: Query, make: &Make, catalogue: &Catalogue, default_source: &str) -> Car {
    let mut warnings = Vec::new();
    if query.year > query.listed_on.year() + 1 {
        warnings.push(Warning {
            code: "year_ahead",
            field: "year",
            value: query.year.to_string(),
            did_you_mean: Vec::new(),
        });
    }
    // The title as a site prints it beside the make, in the caller's own words: a badge such as `C200` says
    // more than the model's name.
    let title = match &query.version {
        Some(version) => format!("{} {version}", query.model),
        None => query.model.clone(),
    };
    let known = named_model(&make.name, &query.model, catalogue);
    // A bare name in the catalogue's spelling has nothing more to find, and is what forms send.
    let found = if known == Some(&title) {
        Found::default()
    } else {
        catalogue.find(&title, Some(&make.name), known, Shape::Version)
    };
    // The finder forgives misspellings. A price must not: that of another model is worth less than a warning.
    let model = match known {
        Some(known) => found
            .model
            .map_or(known, |model| model.name.as_str())
            .to_owned(),
        None => query.model,
    };
    let listing = Listing {
        source: query.source.unwrap_or_else(|| default_source.to_owned()),
        listed_on: Some(query.listed_on),
        make: Some(make.name.clone()),
        model: Some(model),
        trim: found.trim,
        year: Some(query.year),
        mileage_km: Some(query.mileage_km as f64),
        transmission: query.transmission.or(found.transmission),
        fuel: query.fuel,
        engine_l: query.engine_l.or(found.engine_l),
        body: query.body,
        seats: query.seats,
        drivetrain: query.drivetrain,
        origin: query.origin,
        condition: query.condition,
        color_exterior: query.color,
        province: query.location,
        title: Some(title),
        ..Listing::default()
    };
    Car { listing, warnings }
}

/// The model that `text` names exactly, or with words of its version behind it (`Vios 1.5G`).
fn named_model<'c>(make: &str, text: &str, catalogue: &'c Catalogue) -> Option<&'c str> {
    let mut start = text;
    loop {
        if let Some(model) = catalogue.model(make, start) {
            return Some(&model.name);
        }
        start = start.rsplit_once(' ')?.0;
    }
}

/// The warning that the model does not know this model of a known make.
pub fn unknown_model(listing: &Listing, catalogue: &Catalogue) -> Warning {
    let model = listing.model.as_deref().unwrap_or_default();
    let make = listing.make.as_deref().unwrap_or_default();
    Warning {
        code: "unknown_model",
        field: "model",
        value: clipped(model),
        did_you_mean: others(catalogue.suggest_model(make, model), model),
    }
}

/// The reason that the catalogue does not know this make.
pub fn unknown_make(brand: &str, catalogue: &Catalogue) -> Reason {
    Reason {
        code: "unknown_make",
        field: "brand",
        value: clipped(brand),
        valid: catalogue
            .makes()
            .iter()
            .map(|make| make.name.clone())
            .collect(),
        did_you_mean: others(catalogue.suggest_make(brand), brand),
    }
}

/// `names` but for the one that was given: it is not what was meant.
fn others(names: Vec<&str>, given: &str) -> Vec<String> {
    names
        .into_iter()
        .filter(|name| *name != given)
        .map(ToOwned::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use datasets::vocabulary::Transmission;

    fn ask(brand: &str, model: &str, version: Option<&str>, mileage_km: i64) -> Query {
        Query {
            brand: brand.to_owned(),
            model: model.to_owned(),
            year: 2019,
            mileage_km,
            version: version.map(ToOwned::to_owned),
            color: None,
            transmission: None,
            location: None,
            fuel: None,
            origin: None,
            body: None,
            engine_l: None,
            seats: None,
            drivetrain: None,
            condition: None,
            listed_on: chrono::NaiveDate::from_ymd_opt(2025, 11, 20).expect("a day"),
            source: None,
        }
    }

    fn found(query: Query) -> Result<Car, Vec<Reason>> {
        resolve(query, Catalogue::embedded(), "bonbanh")
    }

    #[test]
    fn names_come_into_the_catalogues_spelling_without_a_warning() {
        for (brand, model, want) in [
            ("Toyota", "Vios", ("Toyota", "Vios")),
            ("TOYOTA", "vios", ("Toyota", "Vios")),
            ("toyota", "Vios 1.5G", ("Toyota", "Vios")),
            ("honda", "crv", ("Honda", "CR-V")),
            ("mercedes benz", "c200", ("Mercedes-Benz", "C-Class")),
            ("Mec", "C-Class", ("Mercedes-Benz", "C-Class")),
        ] {
            let car = found(ask(brand, model, None, 45_000)).expect("a car");
            let names = (car.listing.make.as_deref(), car.listing.model.as_deref());
            assert_eq!(names, (Some(want.0), Some(want.1)), "{brand} {model}");
            assert_eq!(car.warnings, [], "{brand} {model}");
        }
    }

    #[test]
    fn a_version_says_more_than_its_words() {
        let car = found(ask("Toyota", "Vios", Some("1.5G CVT"), 45_000)).expect("a car");
        let listing = car.listing;
        assert_eq!(listing.engine_l, Some(1.5));
        assert_eq!(listing.transmission, Some(Transmission::Automatic));
        assert_eq!(listing.title.as_deref(), Some("Vios 1.5G CVT"));
        assert!(listing.trim.is_some_and(|trim| trim.contains('g')));
        assert_eq!(listing.source, "bonbanh");
    }

    #[test]
    fn what_the_caller_says_stands_above_what_the_version_implies() {
        let mut query = ask("Toyota", "Vios", Some("1.5G CVT"), 45_000);
        query.transmission = Some(Transmission::Manual);
        query.source = Some("chotot".to_owned());
        let car = found(query).expect("a car");
        assert_eq!(car.listing.transmission, Some(Transmission::Manual));
        assert_eq!(car.listing.source, "chotot");
    }

    #[test]
    fn a_misspelt_model_stays_unknown_and_is_offered_its_neighbours() {
        let car = found(ask("Toyota", "Vioss", None, 45_000)).expect("a car");
        assert_eq!(car.listing.model.as_deref(), Some("Vioss"));
        let warning = unknown_model(&car.listing, Catalogue::embedded());
        assert_eq!(
            (warning.code, warning.value.as_str()),
            ("unknown_model", "Vioss")
        );
        assert_eq!(
            warning.did_you_mean.first().map(String::as_str),
            Some("Vios")
        );
    }

    #[test]
    fn an_unknown_make_and_an_unbelievable_odometer_are_both_named() {
        let reasons = found(ask("Toyotaaa", "Vios", None, 1_000_001)).expect_err("no ground");
        let codes: Vec<_> = reasons.iter().map(|reason| reason.code).collect();
        assert_eq!(codes, ["unknown_make", "mileage_out_of_range"]);
        assert_eq!(
            reasons[0].did_you_mean.first().map(String::as_str),
            Some("Toyota")
        );
        assert!(reasons[0].valid.iter().any(|make| make == "Toyota"));
        assert_eq!(reasons[1].valid, ["0–1000000"]);
        assert!(found(ask("Toyota", "Vios", None, 1_000_000)).is_ok());
    }

    #[test]
    fn a_year_ahead_of_its_day_is_taken_with_a_warning() {
        for (year, want) in [(2026, None), (2027, Some("year_ahead"))] {
            let query = Query {
                year,
                ..ask("Toyota", "Vios", None, 0)
            };
            let car = found(query).expect("a car");
            let code = car.warnings.first().map(|warning| warning.code);
            assert_eq!(code, want, "{year}");
        }
    }
}
