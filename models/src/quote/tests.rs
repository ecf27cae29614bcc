//! Quotes of a small model that was fitted to generated listings.

mod market;

use std::sync::OnceLock;

use chrono::NaiveDate;
use datasets::vocabulary::{Currency, Transmission};
use datasets::{Catalogue, Listing, split, synthetic};

use super::*;
use crate::Valuer;
use crate::features::encoder::COLUMNS;
use crate::hyperparameters::{Checked, Validate};
use crate::training::{
    Design, DesignParams, FamilyParams, RidgeStage, RidgeStageParams, fit_family,
};
use crate::{Family, Manifest, manifest};

const UNTIL: NaiveDate = NaiveDate::from_ymd_opt(2025, 11, 15).expect("a day");
const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 11, 20).expect("a day");

/// Generated cars, one in three of them of the site `bonbanh`, but for one make.
fn listings() -> Vec<Listing> {
    let facts = synthetic::ModelFacts::of_catalogue(Catalogue::embedded());
    let settings = synthetic::Settings::new(900, 5, UNTIL);
    let mut rows = synthetic::generate(&facts, &settings).expect("synthetic listings");
    for (place, row) in rows.iter_mut().enumerate() {
        Catalogue::embedded().resolve(row);
        if place % 3 == 0 {
            "bonbanh".clone_into(&mut row.source);
        }
    }
    rows.retain(|row| {
        row.price_vnd().is_some_and(|price| price > 2e7) && row.make.as_deref() != Some("Porsche")
    });
    rows
}

fn valuer() -> &'static Valuer {
    static VALUER: OnceLock<Valuer> = OnceLock::new();
    VALUER.get_or_init(|| {
        let listings = listings();
        let rows: Vec<&Listing> = listings.iter().collect();
        let folds = split::folds(&rows, 3, 5).expect("folds");
        let design =
            Design::new(&rows, folds, &checked(DesignParams::default())).expect("a design");
        let ridge =
            RidgeStage::fit(&design, &checked(RidgeStageParams::default())).expect("a ridge");
        let params = checked(FamilyParams::seeded(5));
        let fitted = fit_family(Family::Ridge, &design, &ridge, &params).expect("a fit");
        let parts = fitted.parts().expect("parts");
        Valuer::new(manifest(), &parts).expect("a whole artifact")
    })
}

fn checked<P: Validate>(params: P) -> Checked<P> {
    params.checked().expect("defaults are valid")
}

fn manifest() -> Manifest {
    Manifest {
        format_version: manifest::FORMAT_VERSION,
        schema_version: datasets::schema::VERSION,
        name: "price".to_owned(),
        version: "0123456789ab".to_owned(),
        family: Family::Ridge,
        features: COLUMNS.map(str::to_owned).to_vec(),
        currency: Currency::Vnd,
        seed: 5,
        git_revision: None,
        trained_at: None,
        data_sha256: String::new(),
        data_until: UNTIL.to_string(),
        rows_by_source: [("synthetic".to_owned(), 600), ("bonbanh".to_owned(), 300)].into(),
        rows_in_all: None,
        metrics: [].into(),
        parts: [].into(),
        sha256: String::new(),
    }
}

fn ask<'a>(make: &'a str, model: &'a str) -> CarQuery<'a> {
    CarQuery {
        make: Some(make.into()),
        model: Some(model.into()),
        year: Some(2019),
        mileage_km: Some(45_000.0),
        ..CarQuery::default()
    }
}

fn quoter() -> Quoter<'static> {
    Quoter {
        valuer: valuer(),
        catalogue: Catalogue::embedded(),
        default_source: default_source(valuer().manifest(), DEFAULT_SOURCE),
        today: TODAY,
    }
}

fn quote(query: CarQuery<'_>) -> Quote {
    quoter().quote(query)
}

fn amount(quote: &Quote) -> i64 {
    quote.price.as_ref().expect("a price").amount
}

fn warnings(quote: &Quote) -> Vec<WarningCode> {
    quote.warnings.iter().map(|warning| warning.code).collect()
}

fn reasons(quote: &Quote) -> Vec<ReasonCode> {
    let reasons = quote.price.as_ref().expect_err("no price");
    reasons.iter().map(|reason| reason.code).collect()
}

#[test]
fn names_come_into_the_catalogues_spelling_without_a_warning() {
    for (brand, model, want) in [
        ("Toyota", "Vios", ("Toyota", "Vios")),
        ("TOYOTA", "vios", ("Toyota", "Vios")),
        ("toyota", "Vios 1.5G", ("Toyota", "Vios")),
        ("honda", "crv", ("Honda", "CR-V")),
        ("Mec", "C-Class", ("Mercedes-Benz", "C-Class")),
    ] {
        let quote = quote(ask(brand, model));
        let names = (quote.car.make.as_deref(), quote.car.model.as_deref());
        assert_eq!(names, (Some(want.0), Some(want.1)), "{brand} {model}");
        assert_eq!(warnings(&quote), [], "{brand} {model}");
    }
}

#[test]
fn a_badge_is_its_model_with_a_warning_where_the_trained_rows_had_none() {
    let quote = quote(ask("mercedes benz", "c200"));
    assert_eq!(quote.car.make.as_deref(), Some("Mercedes-Benz"));
    assert_eq!(quote.car.model.as_deref(), Some("C-Class"));
    assert_eq!(warnings(&quote), [WarningCode::UnknownVersion]);
}

#[test]
fn a_trim_behind_the_model_is_the_version() {
    let behind = quote(ask("Toyota", "Vios 1.5G"));
    let apart = quote(CarQuery {
        version: Some("1.5G".into()),
        ..ask("Toyota", "Vios")
    });
    assert_eq!(behind, apart);
    assert_eq!(behind.car.trim.as_deref(), Some("1.5 g"));
    assert_eq!(behind.car.engine_l, Some(1.5));
    assert_ne!(amount(&behind), amount(&quote(ask("Toyota", "Vios"))));
}

#[test]
fn a_version_says_more_than_its_words() {
    let car = quote(CarQuery {
        version: Some("1.5G CVT".into()),
        ..ask("Toyota", "Vios")
    })
    .car;
    assert_eq!(car.engine_l, Some(1.5));
    assert_eq!(car.transmission, Some(Transmission::Automatic));
    assert_eq!(car.title, None, "the caller wrote none");
    assert_eq!(
        (car.source.as_str(), car.listed_on),
        ("bonbanh", Some(TODAY))
    );
}

#[test]
fn what_the_caller_says_stands_above_what_the_version_implies() {
    let car = quote(CarQuery {
        version: Some("1.5G CVT".into()),
        transmission: Some(Transmission::Manual),
        source: Some("synthetic".into()),
        listed_on: Some(UNTIL),
        ..ask("Toyota", "Vios")
    })
    .car;
    assert_eq!(car.transmission, Some(Transmission::Manual));
    assert_eq!(
        (car.source.as_str(), car.listed_on),
        ("synthetic", Some(UNTIL))
    );
}

#[test]
fn a_misspelt_model_stays_unknown_and_is_offered_its_neighbours() {
    let quote = quote(ask("Toyota", "Vioss"));
    assert_eq!(quote.car.model.as_deref(), Some("Vioss"));
    let [warning] = &quote.warnings[..] else {
        panic!("{:?}", quote.warnings);
    };
    assert_eq!(warning.code, WarningCode::UnknownModel);
    assert_eq!(
        (warning.field.as_str(), warning.value.as_str()),
        ("model", "Vioss")
    );
    assert_eq!(warning.did_you_mean, ["Vios"]);
    assert_eq!(
        warning.to_string(),
        "model `Vioss` is not known; did you mean Vios?"
    );
}

#[test]
fn a_site_that_was_not_trained_on_is_a_warning() {
    let quote = quote(CarQuery {
        source: Some("nowhere".into()),
        ..ask("Toyota", "Vios")
    });
    assert_eq!(warnings(&quote), [WarningCode::UnknownSource]);
    assert_eq!(quote.warnings[0].did_you_mean, ["bonbanh", "synthetic"]);
}

#[test]
fn a_year_ahead_of_its_day_is_taken_with_a_warning() {
    for (year, want) in [(2026, vec![]), (2027, vec![WarningCode::YearAhead])] {
        let quote = quote(CarQuery {
            year: Some(year),
            ..ask("Toyota", "Vios")
        });
        assert_eq!(warnings(&quote), want, "{year}");
    }
}

#[test]
fn an_unknown_make_and_an_unbelievable_odometer_are_both_named() {
    let quote_of = |make, km| {
        quote(CarQuery {
            mileage_km: Some(km),
            ..ask(make, "Vios")
        })
    };
    let quote = quote_of("Toyotaaa", 1_000_001.0);
    let found = reasons(&quote);
    assert_eq!(
        found,
        [ReasonCode::UnknownMake, ReasonCode::MileageOutOfRange]
    );
    let reasons = quote.price.expect_err("no price");
    assert_eq!(reasons[0].did_you_mean, ["Toyota"]);
    assert!(reasons[0].valid.iter().any(|make| make == "Toyota"));
    assert_eq!(
        (reasons[1].value.as_str(), &reasons[1].valid[0][..]),
        ("1000001", "0–1000000")
    );
    assert!(quote_of("Toyota", 1_000_000.0).price.is_ok());
}

#[test]
fn a_make_that_was_not_trained_on_has_no_price() {
    // One that the catalogue has a list price of is valued from it.
    let listed = quote(ask("Porsche", "Cayenne"));
    let wanted = [WarningCode::UnknownModel, WarningCode::FromListPrice];
    assert_eq!(warnings(&listed), wanted);
    assert!(listed.is_rough());
    let quote = quote(ask("Porsche", "Nimbus"));
    assert_eq!(reasons(&quote), [ReasonCode::NoGround]);
    let reason = &quote.price.expect_err("no price")[0];
    assert_eq!(
        reason.to_string(),
        "no listing of brand `Porsche` was trained on"
    );
}

#[test]
fn a_row_of_a_file_may_lack_model_and_mileage_but_not_make_and_year() {
    let bare = CarQuery {
        make: Some("Toyota".into()),
        year: Some(2019),
        ..CarQuery::default()
    };
    let found = quote(bare.clone());
    let wanted = [WarningCode::ModelMissing, WarningCode::MileageMissing];
    assert_eq!(warnings(&found), wanted);
    assert!(amount(&found) > 0);
    let nothing = quote(CarQuery::default());
    assert_eq!(
        reasons(&nothing),
        [ReasonCode::MakeMissing, ReasonCode::YearMissing]
    );
    for (query, want) in [
        (
            CarQuery {
                year: Some(1989),
                ..bare.clone()
            },
            ReasonCode::YearOutOfRange,
        ),
        (
            CarQuery {
                seats: Some(0),
                ..bare.clone()
            },
            ReasonCode::SeatsOutOfRange,
        ),
        (
            CarQuery {
                engine_l: Some(11.0),
                ..bare.clone()
            },
            ReasonCode::EngineOutOfRange,
        ),
        (
            CarQuery {
                listed_on: NaiveDate::from_ymd_opt(2014, 12, 31),
                ..bare.clone()
            },
            ReasonCode::DayOutOfRange,
        ),
    ] {
        assert_eq!(reasons(&quote(query)), [want]);
    }
}

#[test]
fn a_listing_is_quoted_as_its_fields_are() {
    let listing = |make: &str, model: &str, trim: Option<&str>, title: Option<&str>| Listing {
        make: Some(make.to_owned()).filter(|text| !text.is_empty()),
        model: Some(model.to_owned()).filter(|text| !text.is_empty()),
        trim: trim.map(str::to_owned),
        title: title.map(str::to_owned),
        year: Some(2019),
        mileage_km: Some(45_000.0),
        ..Listing::default()
    };
    let wanted = |version: Option<&'static str>| {
        quote(CarQuery {
            version: version.map(Into::into),
            ..ask("Toyota", "Vios")
        })
    };
    let mut resolved = listing("Toyota", "Vios 1.5G", None, None);
    Catalogue::embedded().resolve(&mut resolved);
    for (listing, wanted) in [
        (
            listing("Toyota", "Vios", Some("1.5G CVT"), Some("Bán xe gấp")),
            wanted(Some("1.5G CVT")),
        ),
        (
            listing("Toyota", "Vios 1.5G", None, None),
            wanted(Some("1.5G")),
        ),
        (resolved, wanted(Some("1.5G"))),
        (
            listing("Toyota", "Dòng khác", None, Some("Vios 1.5G")),
            wanted(Some("1.5 g")),
        ),
        (
            listing("", "", None, Some("Toyota Vios 1.5G")),
            wanted(Some("1.5 g")),
        ),
        (listing("Toyota", "Vios", None, None), wanted(None)),
    ] {
        let found = quote(CarQuery::of_listing(&listing, Catalogue::embedded()));
        assert_eq!(amount(&found), amount(&wanted), "{listing:?}");
        assert_eq!(found.warnings, wanted.warnings, "{listing:?}");
    }
}

#[test]
fn a_changed_fact_is_worth_a_difference_of_quotes() {
    let base = quote(ask("Toyota", "Vios"));
    let younger = quote(CarQuery {
        year: Some(2020),
        ..ask("Toyota", "Vios")
    });
    let driven = quote(CarQuery {
        mileage_km: Some(55_000.0),
        ..ask("Toyota", "Vios")
    });
    let changed = |change| quoter().changed(&base, change);
    assert_eq!(changed(Change::Years(1)), Some(amount(&younger)));
    assert_eq!(changed(Change::Kilometres(10_000.0)), Some(amount(&driven)));
    assert_eq!(changed(Change::Years(12)), None);
    assert_eq!(changed(Change::Kilometres(1e6)), None);
}

#[test]
fn a_version_that_names_another_car_is_told_and_a_trim_alone_names_its_model() {
    for (make, model, version, is_other) in [
        ("Mazda", "CX-5", "CX-8 2.5 Luxury", true),
        ("Mazda", "CX-5", "2.5 Luxury", false),
        ("Toyota", "Vios", "Camry 2.5Q", true),
        ("Kia", "Morning", "1.25 Si", false),
    ] {
        let quote = quote(CarQuery {
            version: Some(version.into()),
            ..ask(make, model)
        });
        let told = warnings(&quote).contains(&WarningCode::VersionOfAnotherModel);
        assert_eq!(told, is_other, "{make} {model} {version}");
    }
    let raptor = quote(ask("Ford", "Raptor")).car;
    assert_eq!(raptor.model.as_deref(), Some("Ranger"));
}
