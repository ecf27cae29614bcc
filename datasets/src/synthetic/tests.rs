//! The generator as a whole: reproducible, labelled, plausible, and as dirty as asked.

use super::*;
use crate::{
    clean::{Rules, clean_rows, drop_price_outliers},
    dedupe::{RELISTED, dedupe},
    hash::listings_sha256,
};

fn facts() -> Vec<ModelFacts> {
    let vios = ModelFacts {
        make: "Toyota".into(),
        model: "Vios".into(),
        trims: vec!["1.5E MT".into(), "1.5E CVT".into(), "1.5G CVT".into()],
        engines_l: vec![1.5],
        transmissions: vec![Transmission::Automatic, Transmission::Manual],
        fuels: vec![Fuel::Petrol],
        body: Some(Body::Sedan),
        seats: Some(5),
        origin: Some(Origin::Domestic),
        years: (2003, 2025),
        new_price_vnd: (458e6, 545e6),
        popularity: 10.0,
    };
    let c_class = ModelFacts {
        make: "Mercedes-Benz".into(),
        model: "C class".into(),
        trims: vec!["C200 Avantgarde".into(), "C300 AMG".into()],
        engines_l: vec![1.5, 2.0],
        transmissions: vec![Transmission::Automatic],
        years: (2000, 2025),
        new_price_vnd: (1_599e6, 2_099e6),
        popularity: 4.0,
        ..vios.clone()
    };
    let vf8 = ModelFacts {
        make: "VinFast".into(),
        model: "VF8".into(),
        trims: vec!["Eco".into(), "Plus".into()],
        engines_l: vec![],
        transmissions: vec![Transmission::Automatic],
        fuels: vec![Fuel::Electric],
        body: Some(Body::Suv),
        years: (2023, 2025),
        new_price_vnd: (1_019e6, 1_199e6),
        popularity: 3.0,
        ..vios.clone()
    };
    vec![vios, c_class, vf8]
}

fn settings(rows: usize, seed: u64) -> Settings {
    let until = NaiveDate::from_ymd_opt(2025, 12, 31).expect("a date");
    Settings::new(rows, seed, until)
}

fn generated(rows: usize, seed: u64) -> Vec<Listing> {
    generate(&facts(), &settings(rows, seed)).expect("sound facts")
}

#[test]
fn a_seed_gives_the_same_rows_and_another_seed_others() {
    let rows = generated(300, 7);
    assert_eq!(rows, generated(300, 7));
    assert_ne!(listings_sha256(&rows), listings_sha256(&generated(300, 8)));
    let first: Vec<String> = rows[..3]
        .iter()
        .map(|row| {
            let title = row.title.clone().unwrap_or_default();
            format!("{title} | {:?} | {:?}", row.mileage_km, row.price_vnd())
        })
        .collect();
    assert_eq!(first, FIRST_ROWS, "the rows of a seed have changed");
}

#[test]
fn every_row_is_labelled_and_in_range() {
    let rows = generated(2000, 1);
    assert_eq!(rows.len(), 2000);
    let settings = settings(2000, 1);
    let first_day = settings.until - Days::new(731);
    for row in &rows {
        assert_eq!(row.source, SOURCE);
        assert!(
            row.seller_hash
                .as_deref()
                .is_none_or(|seller| seller.starts_with("syn"))
        );
        let day = row.listed_on.expect("always dated");
        let year_sold = row.year.is_none_or(|year| year == 1899 || year >= 2003);
        let vf8_sold = row.model.as_deref() != Some("VF8")
            || row.year.is_none_or(|year| year == 1899 || year >= 2023);
        assert!(year_sold && vf8_sold, "{row:?}");
        assert!(day >= first_day && day <= settings.until, "{day}");
        assert!(row.last_seen >= row.first_seen && row.last_seen <= Some(settings.until));
    }
    let ids: std::collections::BTreeSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ids.len(), rows.len());
    assert!(rows.is_sorted_by_key(|row| row.listed_on));
}

/// Median asking price in million of the model's cars of an age, cleaned.
fn median_million(rows: &[Listing], model: &str, age: i32) -> f64 {
    let mut prices: Vec<f64> = rows
        .iter()
        .filter(|row| row.model.as_deref() == Some(model))
        .filter(|row| row.listed_on.map(|day| day.year()) == row.year.map(|year| year + age))
        .filter_map(Listing::price_vnd)
        .collect();
    assert!(
        prices.len() > 20,
        "{model} of {age} years: {}",
        prices.len()
    );
    prices.sort_by(f64::total_cmp);
    prices[prices.len() / 2] / 1e6
}

#[test]
fn medians_are_believable() {
    let rows = clean_rows(generated(6000, 2), &Rules::default()).rows;
    let rows = drop_price_outliers(rows, &Rules::default()).rows;
    for (model, age, low, high) in [
        ("Vios", 3, 350.0, 450.0),
        ("Vios", 10, 180.0, 290.0),
        ("C class", 3, 1_000.0, 1_400.0),
        ("C class", 10, 400.0, 720.0),
        ("VF8", 2, 650.0, 880.0),
    ] {
        let median = median_million(&rows, model, age);
        assert!(
            (low..high).contains(&median),
            "{model} of {age} years: {median}"
        );
    }
}

#[test]
fn dirt_is_as_much_as_asked_and_cleaning_finds_it() {
    let clean = Settings {
        dirty: 0.0,
        ..settings(3000, 3)
    };
    let rows = generate(&facts(), &clean).expect("sound facts");
    let total = clean_rows(rows, &Rules::default()).report.total();
    assert!(total.dropped + total.mended < 15, "{total:?}");
    let filthy = Settings {
        dirty: 0.5,
        ..settings(3000, 3)
    };
    let rows = generate(&facts(), &filthy).expect("sound facts");
    let report = clean_rows(rows, &Rules::default()).report;
    for reason in [
        "price_missing",
        "price_too_low",
        "price_filler",
        "make_missing",
        "year_missing",
        "year_impossible",
        "new_car",
        "mileage_too_high",
        "mileage_filler",
        "mileage_zero",
        "mileage_tiny",
        "engine_out_of_range",
        "seats_out_of_range",
        "colour_blank",
    ] {
        assert!(report.count(reason, SOURCE) > 10, "{reason}");
    }
}

#[test]
fn some_cars_are_offered_again_and_dealers_have_a_stock() {
    let rows = generated(3000, 4);
    let mut stock = std::collections::BTreeMap::new();
    for seller in rows.iter().filter_map(|row| row.seller_hash.as_deref()) {
        *stock.entry(seller).or_insert(0) += 1;
    }
    assert!(stock.values().any(|cars| *cars >= 8));
    let report = dedupe(rows).report;
    let again = report.count(RELISTED, SOURCE);
    assert!((60..200).contains(&again), "{again}");
}

#[test]
fn bad_settings_and_facts_are_named() {
    let check = |facts: &[ModelFacts], settings: Settings, part: &str| {
        let error = generate(facts, &settings).expect_err(part).to_string();
        assert!(error.contains(part), "{error}");
    };
    check(&facts(), settings(0, 1), "rows");
    let dirty = Settings {
        dirty: f64::NAN,
        ..settings(5, 1)
    };
    check(&facts(), dirty, "dirty");
    let eternal = Settings {
        months: 500,
        ..settings(5, 1)
    };
    check(&facts(), eternal, "months");
    check(&[], settings(5, 1), "models");
    let changed = |change: fn(&mut ModelFacts)| {
        let mut facts = facts();
        change(&mut facts[0]);
        facts
    };
    let facts = changed(|model| model.new_price_vnd = (500e6, f64::NAN));
    check(&facts, settings(5, 1), "new_price_vnd of Toyota Vios");
    let facts = changed(|model| model.popularity = 0.0);
    check(&facts, settings(5, 1), "popularity of Toyota Vios");
    let facts = changed(|model| model.years = (2020, 2010));
    check(&facts, settings(5, 1), "years of Toyota Vios");
}

/// Title, kilometres and đồng of the first rows of seed 7.
const FIRST_ROWS: [&str; 3] = [
    "C class C200 Avantgarde AT | Some(60000.0) | Some(518000000.0)",
    "MERCEDES-BENZ C CLASS C300 AMG AT SIÊU LƯỚT 🚗 | Some(38740.0) | Some(450000000.0)",
    "Vios 1.5E MT | Some(85000.0) | Some(258000000.0)",
];
