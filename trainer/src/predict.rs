//! `trainer predict`: the price of one car, or of every car of a file, as the service quotes it.

mod print;
mod rows;
mod valued;

use std::borrow::Cow;

use datasets::{Catalogue, text, vietnam};
use models::quote::{CarQuery, DEFAULT_SOURCE, Quoter, default_source};
use models::{Registry, Valuer};

use crate::cli::{CarArgs, PredictArgs};
use crate::{Error, Output, Result};
use valued::Valued;

/// Loads the model and prints what it says.
///
/// # Errors
/// [`Error::Model`] for a model that cannot be loaded, [`Error::NotValued`] for one car that has no price; as
/// [`crate::load::read_file`] for a file. A car of a file that has no price is a row that says why.
pub fn run(args: &PredictArgs, output: Output) -> Result<()> {
    if let Some(out) = &args.out {
        crate::load::check_output(out, &["csv", "ndjson", "jsonl"])?;
    }
    let registry = Registry::open(&args.registry);
    let valuer = Valuer::load(&registry.resolve(&args.model_version)?)?;
    let quoter = Quoter {
        valuer: &valuer,
        catalogue: Catalogue::embedded(),
        default_source: default_source(valuer.manifest(), DEFAULT_SOURCE),
        today: vietnam::today(),
    };
    match &args.file {
        Some(file) => rows::run(file, args, &quoter, output),
        None => one(args, &quoter, output),
    }
}

fn one(args: &PredictArgs, quoter: &Quoter<'_>, output: Output) -> Result<()> {
    let query = CarQuery {
        listed_on: args.listed_on,
        source: args.source.as_deref().map(site),
        ..query(&args.car)
    };
    let valued = Valued {
        id: String::new(),
        quote: quoter.quote(query),
    };
    for warning in &valued.quote.warnings {
        output.warn(warning);
    }
    let manifest = quoter.valuer.manifest();
    if output.is_json() {
        output.json(&valued.json(manifest))?;
    } else if let Ok(price) = &valued.quote.price {
        output.data(&print::one(&valued.quote.car, price, manifest))?;
    }
    match valued.reason() {
        Some(reason) => Err(Error::NotValued { reason }),
        None => Ok(()),
    }
}

/// The car that the flags describe.
fn query(car: &CarArgs) -> CarQuery<'_> {
    CarQuery {
        make: words(car.make.as_deref()),
        model: words(car.model.as_deref()),
        version: words(car.trim.as_deref()),
        year: car.year,
        mileage_km: car.mileage_km,
        transmission: car.transmission,
        fuel: car.fuel,
        origin: car.origin,
        body: car.body,
        engine_l: car.engine_l,
        seats: car.seats,
        drivetrain: car.drivetrain,
        color: words(car.color.as_deref()),
        province: words(car.province.as_deref()),
        ..CarQuery::default()
    }
}

/// A flag's text, white space and composition put right; a blank one says nothing.
fn words(text: Option<&str>) -> Option<Cow<'_, str>> {
    let text = text::clean(text?);
    (!text.is_empty()).then_some(Cow::Owned(text))
}

/// Sites are named in lower case.
fn site(name: &str) -> Cow<'_, str> {
    text::clean(name).to_lowercase().into()
}
