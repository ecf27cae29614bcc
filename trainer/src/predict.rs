//! `trainer predict`: the price of one car, or of every car of a file.

mod print;
mod rows;
mod valued;

use std::ops::RangeInclusive;

use chrono::{NaiveDate, Utc};
use datasets::parse::SITE_OFFSET;
use datasets::{Catalogue, Listing};
use models::{Manifest, Registry, Valuer};

use crate::cli::{CarArgs, PredictArgs};
use crate::{Error, Output, Result};
use valued::Valued;

/// Model years that can be valued.
pub const YEARS: RangeInclusive<i32> = 1990..=2030;
/// Odometers that can be valued, in kilometres.
pub const MILEAGE_KM: RangeInclusive<f64> = 0.0..=10_000_000.0;

/// Loads the model and prints what it says.
///
/// # Errors
/// [`Error::Model`] for a model that cannot be loaded, [`Error::NotValued`] for one car that it has no ground to
/// value; as [`crate::load::read_file`] for a file. A car of a file that cannot be valued is a row that says so.
pub fn run(args: &PredictArgs, output: Output) -> Result<()> {
    if let Some(out) = &args.out {
        crate::load::check_output(out, &["csv", "ndjson", "jsonl"])?;
    }
    let registry = Registry::open(&args.registry);
    let valuer = Valuer::load(&registry.resolve(&args.model_version)?)?;
    let setting = Setting::new(args, valuer.manifest(), output);
    match &args.file {
        Some(file) => rows::run(file, args, &valuer, &setting, output),
        None => one(&args.car, &valuer, &setting, output),
    }
}

/// The site and day whose price level is meant where a car does not say.
struct Setting {
    source: String,
    day: NaiveDate,
}

impl Setting {
    fn new(args: &PredictArgs, manifest: &Manifest, output: Output) -> Self {
        let known = &manifest.rows_by_source;
        if let Some(source) = args
            .source
            .as_ref()
            .filter(|source| !known.contains_key(*source))
        {
            let names: Vec<&str> = known.keys().map(String::as_str).collect();
            output.warn(format_args!(
                "`--source {source}` was not trained on; the model knows {}",
                names.join(", ")
            ));
        }
        let largest = known.iter().max_by_key(|(_, rows)| **rows);
        Self {
            source: args
                .source
                .clone()
                .or_else(|| largest.map(|(source, _)| source.clone()))
                .unwrap_or_default(),
            day: args
                .listed_on
                .unwrap_or_else(|| Utc::now().with_timezone(&SITE_OFFSET).date_naive()),
        }
    }
}

fn one(car: &CarArgs, valuer: &Valuer, setting: &Setting, output: Output) -> Result<()> {
    let mut listing = listing(car, setting);
    Catalogue::embedded().resolve(&mut listing);
    let valued = Valued::of(listing, valuer);
    for warning in &valued.warnings {
        output.warn(warning);
    }
    if output.is_json() {
        output.json(&valued.json(valuer.manifest()))?;
    } else if valued.valuation.is_some() {
        output.data(&print::one(&valued, valuer.manifest()))?;
    }
    match valued.reason {
        Some(reason) => Err(Error::NotValued { reason }),
        None => Ok(()),
    }
}

/// The car that the flags describe.
fn listing(car: &CarArgs, setting: &Setting) -> Listing {
    Listing {
        source: setting.source.clone(),
        listed_on: Some(setting.day),
        make: car.make.clone(),
        model: car.model.clone(),
        trim: car.trim.clone(),
        year: car.year,
        mileage_km: car.mileage_km,
        transmission: car.transmission,
        fuel: car.fuel,
        origin: car.origin,
        body: car.body,
        engine_l: car.engine_l,
        seats: car.seats,
        drivetrain: car.drivetrain,
        color_exterior: car.color.clone(),
        province: car.province.clone(),
        ..Listing::default()
    }
}
