//! Fits gradient boosting to synthetic cars and values one car with its ranges.
//!
//! ```sh
//! cargo run --release -p models --example fit_and_value
//! ```

use std::error::Error;
use std::io::Write;

use chrono::NaiveDate;
use datasets::{Catalogue, Listing, split, synthetic};
use models::features::facts::Facts;
use models::hyperparameters::Validate;
use models::training::{
    Design, DesignParams, FamilyParams, RidgeStage, RidgeStageParams, fit_family,
};
use models::{Family, LEVELS};

const SEED: u64 = 42;
const FOLDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let today = NaiveDate::from_ymd_opt(2025, 11, 15).ok_or("no such day")?;
    let catalogue = Catalogue::embedded();
    let facts = synthetic::ModelFacts::of_catalogue(catalogue);
    let mut cars = synthetic::generate(&facts, &synthetic::Settings::new(3_000, SEED, today))?;
    for car in &mut cars {
        catalogue.resolve(car);
    }

    // The folds keep a seller's cars together, so that no stage learns from a car that it is judged on.
    let rows: Vec<&Listing> = cars.iter().collect();
    let folds = split::folds(&rows, FOLDS, SEED)?;
    let design = Design::new(&rows, folds, &DesignParams::default().checked()?)?;
    // The ridge comes first: boosting learns what the ridge gets wrong.
    let ridge = RidgeStage::fit(&design, &RidgeStageParams::default().checked()?)?;
    let params = FamilyParams::seeded(SEED).checked()?;
    let fitted = fit_family(Family::GradientBoosting, &design, &ridge, &params)?;

    let car = Listing {
        source: synthetic::SOURCE.to_owned(),
        listed_on: Some(today),
        make: Some("Toyota".to_owned()),
        model: Some("Vios".to_owned()),
        year: Some(2019),
        mileage_km: Some(45_000.0),
        ..Listing::default()
    };
    let facts = Facts::of(&car, today);
    let estimate = fitted.scorer.estimate(&facts);
    let ranges = fitted.scorer.ranges(&facts, estimate);

    let mut out = std::io::stdout().lock();
    let million = |ln_price: f32| ln_price.exp() / 1e6;
    writeln!(out, "synthetic Toyota Vios 2019, 45,000 km")?;
    writeln!(out, "price  {:.0} million đồng", million(estimate.ln_price))?;
    for (level, (low, high)) in LEVELS.iter().zip(ranges) {
        let (low, high) = (million(low), million(high));
        writeln!(out, "{:.0} %   {low:.0} to {high:.0}", level * 100.0)?;
    }
    Ok(())
}
