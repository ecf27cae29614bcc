//! The hot path: one car from listing to price with its ranges.
//!
//! `GIAXE_ARTIFACTS=DIR,DIR cargo bench -p models` measures these artifacts; without it, a forest and boosted trees
//! are fitted to synthetic listings first.

use std::path::PathBuf;

use chrono::NaiveDate;
use criterion::{Criterion, criterion_group, criterion_main};
use datasets::{Catalogue, Listing, split, synthetic};
use models::{
    Family, LEVELS, Valuer,
    features::facts::Facts,
    hyperparameters::{Checked, Validate},
    scorer::Scorer,
    training::{Design, DesignParams, FamilyParams, RidgeStage, RidgeStageParams, fit_family},
};

const SEED: u64 = 42;

fn cars() -> Vec<Listing> {
    let until = NaiveDate::from_ymd_opt(2025, 11, 15).expect("a date");
    let facts = synthetic::ModelFacts::of_catalogue(Catalogue::embedded());
    let settings = synthetic::Settings::new(6000, SEED, until);
    let mut rows = synthetic::generate(&facts, &settings).expect("synthetic listings");
    for row in &mut rows {
        Catalogue::embedded().resolve(row);
    }
    rows.retain(|row| row.price_vnd().is_some_and(|price| price > 2e7));
    rows
}

fn fitted(rows: &[Listing]) -> Vec<(String, Scorer)> {
    let rows: Vec<&Listing> = rows.iter().collect();
    let folds = split::folds(&rows, 3, SEED).expect("folds");
    let design = Design::new(&rows, folds, &checked(DesignParams::default())).expect("a design");
    let ridge = RidgeStage::fit(&design, &checked(RidgeStageParams::default())).expect("a ridge");
    let params = checked(FamilyParams::seeded(SEED));
    [Family::GradientBoosting, Family::RandomForest]
        .map(|family| {
            let candidate = fit_family(family, &design, &ridge, &params).expect("a fit");
            (format!("synthetic/{}", family.as_str()), candidate.scorer)
        })
        .into()
}

fn checked<P: Validate>(params: P) -> Checked<P> {
    params.checked().expect("defaults are valid")
}

fn score(criterion: &mut Criterion) {
    let cars = cars();
    let mut next = cars.iter().cycle();
    if let Ok(dirs) = std::env::var("GIAXE_ARTIFACTS") {
        for dir in dirs.split(',').map(PathBuf::from) {
            let valuer = Valuer::load(&dir).expect("an artifact");
            let name = format!("value/{}", valuer.manifest().family.as_str());
            criterion.bench_function(&name, |bencher| {
                bencher.iter(|| valuer.value(next.next().expect("cars go round")));
            });
        }
        return;
    }
    let facts: Vec<Facts> = cars
        .iter()
        .map(|car| Facts::of(car, car.listed_on.unwrap_or_default()))
        .collect();
    let mut next_facts = facts.iter().cycle();
    for (name, scorer) in fitted(&cars) {
        criterion.bench_function(
            &format!("estimate and {} ranges/{name}", LEVELS.len()),
            |bencher| {
                bencher.iter(|| {
                    let facts = next_facts.next().expect("cars go round");
                    scorer.ranges(facts, scorer.estimate(facts))
                });
            },
        );
    }
    criterion.bench_function("facts of a listing", |bencher| {
        bencher.iter(|| {
            let car = next.next().expect("cars go round");
            Facts::of(car, car.listed_on.unwrap_or_default())
        });
    });
}

criterion_group!(benches, score);
criterion_main!(benches);
