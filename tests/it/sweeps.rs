//! More kilometres never raise a price, and a newer year seldom lowers one: of the most common models, over all odometers
//! and years.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use datasets::{Catalogue, Listing, store};
use models::quote::{CarQuery, DEFAULT_SOURCE, Quoter, default_source};
use models::{Registry, Valuer};
use tests::{run, shared, skip, trained};

/// Models that are swept.
const MODELS: usize = 60;

/// By how much a price may move the wrong way, as a share of it, and in đồng: prices are whole millions.
const NOISE: f64 = 0.01;
const STEP_VND: i64 = 1_000_000;

/// Of the steps from a year to the next, so many may go the wrong way beyond noise, and none farther than this: the terms of
/// single model years rest on few cars.
const WRONG_YEARS: f64 = 0.04;
const WRONG_YEAR: f64 = 0.08;

#[test]
fn prices_of_generated_cars_follow_odometer_and_year() {
    let listings = store::read_listings(&trained().listings).expect("listings");
    sweep(&valuer(&trained().registry), &listings);
}

#[test]
fn prices_of_real_cars_follow_odometer_and_year() {
    let file = "data/listings/vn_listings.parquet";
    let Some(path) = shared(file) else {
        return skip("prices_of_real_cars_follow_odometer_and_year", file);
    };
    let dir = tempfile::tempdir().expect("a temporary directory");
    let (own, registry) = (dir.path().join("own.parquet"), dir.path().join("registry"));
    let text = |path: &std::path::Path| path.to_str().expect("a UTF-8 path").to_owned();
    let _ = run("trainer", ["import", &text(&path), "--out", &text(&own)])
        .expect_success("trainer import");
    let train = [
        "train",
        "--listings",
        &text(&own),
        "--registry",
        &text(&registry),
        "--family",
        "gradient-boosting",
        "--no-refit",
    ];
    let _ = run("trainer", train).expect_success("trainer train");
    let listings = store::read_listings(&own).expect("listings");
    sweep(&valuer(&registry), &listings);
}

fn valuer(registry: &std::path::Path) -> Valuer {
    let registry = Registry::open_existing(registry).expect("a registry");
    Valuer::load_from(&registry, "champion").expect("a champion")
}

/// Odometers: round ones, fillers, edges, and beyond what any car has driven.
fn odometers() -> Vec<f64> {
    let mut all: Vec<f64> = (0..=100).map(|step| f64::from(step) * 10_000.0).collect();
    all.extend([
        1.0, 50.0, 99.0, 100.0, 500.0, 999.0, 1_000.0, 1_001.0, 1_234.0, 4_999.0, 5_001.0,
    ]);
    all.extend([
        11_111.0, 12_345.0, 55_555.0, 79_999.0, 80_001.0, 99_999.0, 111_111.0, 123_456.0, 399_999.0,
    ]);
    all.sort_by(f64::total_cmp);
    all
}

fn sweep(valuer: &Valuer, listings: &[Listing]) {
    let quoter = Quoter {
        valuer,
        catalogue: Catalogue::embedded(),
        default_source: default_source(valuer.manifest(), DEFAULT_SOURCE),
        today: valuer.data_until(),
    };
    let cars = common(listings);
    assert_eq!(cars.len(), MODELS);
    let (mut rising, mut cheaper, mut years) = (Vec::new(), Vec::new(), 0);
    for (name, car) in &cars {
        let amount = |year: i32, km: f64| {
            let query = CarQuery {
                year: Some(year),
                mileage_km: Some(km),
                listed_on: Some(quoter.today),
                ..query(car)
            };
            quoter.quote(query).price.ok().map(|price| price.amount)
        };
        let year = car.year.expect("a year");
        for pair in odometers().windows(2) {
            let [less, more] = [pair[0], pair[1]].map(|km| amount(year, km));
            if more > less.map(|less| beyond(less, NOISE)) {
                rising.push(format!("{name} {year}, {} km: {less:?} {more:?}", pair[1]));
            }
        }
        for year in 2006..2025 {
            let (older, newer) = (amount(year, 60_000.0), amount(year + 1, 60_000.0));
            let Some((older, newer)) = older.zip(newer) else {
                continue;
            };
            years += 1;
            assert!(
                older <= beyond(newer, WRONG_YEAR),
                "{name} {year}: {older} {newer}"
            );
            if older > beyond(newer, NOISE) {
                cheaper.push(format!("{name} {year}: {older} {newer}"));
            }
        }
    }
    assert!(rising.is_empty(), "{} of all: {rising:#?}", rising.len());
    let share = cheaper.len() as f64 / f64::from(years);
    assert!(share <= WRONG_YEARS, "{share} of {years}: {cheaper:#?}");
}

/// What no price that follows `vnd` may exceed.
fn beyond(vnd: i64, share: f64) -> i64 {
    vnd + (share * vnd as f64) as i64 + STEP_VND
}

/// The most common models, each with its most common car: one of them bare, the next with all that is known of it.
fn common(listings: &[Listing]) -> Vec<(String, Listing)> {
    let mut by_model: BTreeMap<(String, String), Vec<&Listing>> = BTreeMap::new();
    for row in listings {
        if let (Some(make), Some(model), Some(_)) = (&row.make, &row.model, row.year) {
            let key = (make.clone(), model.clone());
            by_model.entry(key).or_default().push(row);
        }
    }
    let mut models: Vec<_> = by_model.into_iter().collect();
    models.sort_by_key(|(_, rows)| std::cmp::Reverse(rows.len()));
    models
        .into_iter()
        .take(MODELS)
        .enumerate()
        .map(|(place, ((make, model), rows))| {
            let middle = rows[rows.len() / 2];
            let mut car = middle.clone();
            if place % 2 == 0 {
                car = Listing {
                    make: car.make,
                    model: car.model,
                    year: car.year,
                    ..Listing::default()
                };
            }
            car.listed_on = None::<NaiveDate>;
            car.title = None;
            (format!("{make} {model}"), car)
        })
        .collect()
}

fn query(car: &Listing) -> CarQuery<'_> {
    CarQuery::of_listing(car, Catalogue::embedded())
}
