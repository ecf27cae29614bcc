//! Flags of `predict`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use datasets::vocabulary::{Body, Drivetrain, Fuel, Origin, Transmission};

use super::{MappingArgs, values};

/// Flags of `predict`.
#[derive(Debug, Clone, Args)]
pub struct PredictArgs {
    /// Directory of the models, or s3://BUCKET/PREFIX, gs://…, az://…
    #[arg(long, value_name = "DIR|URL", env = "GIAXE_REGISTRY")]
    pub registry: PathBuf,
    /// Model to use: an alias or a version
    #[arg(long, value_name = "ALIAS|VERSION", default_value = models::registry::CHAMPION)]
    pub model_version: String,
    /// The car.
    #[command(flatten)]
    pub car: CarArgs,
    /// Day whose price level is meant (today where not given); for a file, of cars without a day
    #[arg(long, value_name = "DATE", value_parser = values::day)]
    pub listed_on: Option<NaiveDate>,
    /// Site whose price level is meant; for a file, of every car. Without it, a car's own site, else bonbanh or, if the model
    /// has not seen that, the model's largest
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// Cars to value in place of one car by flags: CSV, NDJSON or Parquet
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Built-in mapping or TOML file for `--file`; found by the header where not given
    #[arg(long, value_name = "NAME|FILE", requires = "file")]
    pub mapping: Option<String>,
    /// File to write in place of stdout; it appears whole or not at all
    #[arg(short, long, value_name = "FILE", requires = "file")]
    pub out: Option<PathBuf>,
    /// How the cars of a file are printed; `--json` means ndjson
    #[arg(long, value_enum, requires = "file")]
    pub format: Option<RowFormat>,
}

impl PredictArgs {
    /// The flags that say how the columns of the file are read.
    pub fn mapping_args(&self) -> MappingArgs {
        MappingArgs {
            mapping: self.mapping.clone(),
            ..MappingArgs::default()
        }
    }
}

/// How valued rows are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RowFormat {
    /// A header, then one line a car
    Csv,
    /// One JSON object a line and car
    Ndjson,
}

/// One car.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Car")]
pub struct CarArgs {
    /// Make, under any spelling that the catalogue knows
    #[arg(long, required_unless_present = "file", conflicts_with = "file")]
    pub make: Option<String>,
    /// Model, under any spelling that the catalogue knows
    #[arg(long, required_unless_present = "file", conflicts_with = "file")]
    pub model: Option<String>,
    /// Model year, 1990 to 2030
    #[arg(long, required_unless_present = "file", conflicts_with = "file", value_parser = values::year, allow_negative_numbers = true)]
    pub year: Option<i32>,
    /// Odometer in kilometres; beyond 1,000,000 no car is valued
    #[arg(long, value_name = "KM", required_unless_present = "file", conflicts_with = "file", value_parser = values::kilometres, allow_negative_numbers = true)]
    pub mileage_km: Option<f64>,
    /// Trim or version (`1.5G CVT`)
    #[arg(long = "version", alias = "trim", conflicts_with = "file")]
    pub trim: Option<String>,
    /// Gearbox: manual, automatic, semi_automatic, or the Vietnamese word
    #[arg(long, value_name = "WORD", conflicts_with = "file", value_parser = transmission)]
    pub transmission: Option<Transmission>,
    /// Energy: petrol, diesel, hybrid, electric, other, or the Vietnamese word
    #[arg(long, value_name = "WORD", conflicts_with = "file", value_parser = fuel)]
    pub fuel: Option<Fuel>,
    /// Where it was assembled: domestic, imported, or the Vietnamese word
    #[arg(long, value_name = "WORD", conflicts_with = "file", value_parser = origin)]
    pub origin: Option<Origin>,
    /// Body: sedan, suv, crossover, hatchback, mpv, pickup, coupe, convertible, wagon, van, truck
    #[arg(long, value_name = "WORD", conflicts_with = "file", value_parser = body)]
    pub body: Option<Body>,
    /// Displacement in litres
    #[arg(long, value_name = "LITRES", conflicts_with = "file", value_parser = values::litres, allow_negative_numbers = true)]
    pub engine_l: Option<f64>,
    /// Seats, driver included
    #[arg(long, value_name = "N", conflicts_with = "file", value_parser = values::seats, allow_negative_numbers = true)]
    pub seats: Option<u8>,
    /// Driven wheels: fwd, rwd, awd, 4wd
    #[arg(long, value_name = "WORD", conflicts_with = "file", value_parser = drivetrain)]
    pub drivetrain: Option<Drivetrain>,
    /// Outside colour
    #[arg(long, conflicts_with = "file")]
    pub color: Option<String>,
    /// Province or city of the offer
    #[arg(long, conflicts_with = "file")]
    pub province: Option<String>,
}

fn transmission(text: &str) -> Result<Transmission, String> {
    values::word(text, Transmission::parse, Transmission::ALL)
}

fn fuel(text: &str) -> Result<Fuel, String> {
    values::word(text, Fuel::parse, Fuel::ALL)
}

fn origin(text: &str) -> Result<Origin, String> {
    values::word(text, Origin::parse, Origin::ALL)
}

fn body(text: &str) -> Result<Body, String> {
    values::word(text, Body::parse, Body::ALL)
}

fn drivetrain(text: &str) -> Result<Drivetrain, String> {
    values::word(text, Drivetrain::parse, Drivetrain::ALL)
}
