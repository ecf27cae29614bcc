//! `evaluate drift`: how far new listings moved from those that a model learned from.

use std::path::PathBuf;

use datasets::{Listing, synthetic};

use super::cli::DriftArgs;
use super::{Error, Output, Result, json, write};
use models::features::view::View;

use crate::drift::{self, Drift};
use crate::load;
use crate::report::drift::{Comparison, Field, Limits, cases, document};
use crate::report::{html, junit, markdown, text};

type Number = fn(&Listing) -> Option<f64>;
type Word = fn(&Listing) -> Option<String>;

/// Fields that are numbers.
const NUMBERS: &[(&str, Number)] = &[
    ("price", |row| row.price.map(|price| price.amount)),
    ("age_years", |row| load::age_years(row, None)),
    ("mileage_km", |row| row.mileage_km),
    ("engine_l", |row| row.engine_l),
    ("seats", |row| row.seats.map(f64::from)),
];

/// Fields that are words.
const WORDS: &[(&str, Word)] = &[
    ("make", |row| row.make.clone()),
    ("model", |row| {
        Some(format!("{} {}", row.make.as_ref()?, row.model.as_ref()?))
    }),
    ("source", |row| {
        Some(row.source.clone()).filter(|own| !own.is_empty())
    }),
    ("province", |row| row.province.clone()),
    ("fuel", |row| row.fuel.map(|own| own.to_string())),
    ("transmission", |row| {
        row.transmission.map(|own| own.to_string())
    }),
    ("body", |row| row.body.map(|own| own.to_string())),
    ("drivetrain", |row| {
        row.drivetrain.map(|own| own.to_string())
    }),
    ("origin", |row| row.origin.map(|own| own.to_string())),
];

/// Name of what the model says.
const PREDICTION: &str = "prediction";

/// Compares two sets of listings; a field beyond its limits is an error.
pub(super) fn run(args: &DriftArgs, output: Output) -> Result<()> {
    let limits = limits(args)?;
    check_ignored(&args.ignore)?;
    let read = |files: &[PathBuf]| load::read_listings(files, args.mapping.as_deref());
    let (reference, current) = (
        read(&args.reference)?.listings,
        read(&args.current)?.listings,
    );
    let mut fields = Vec::new();
    let mut judge = |name: &str, drift: Drift| {
        let is_ignored = args.ignore.iter().any(|own| own == name);
        fields.push(Field::judge(name, drift, limits, is_ignored));
    };
    if let Some(registry) = &args.registry {
        let valuer = load::open(registry, &args.model)?;
        let value = |rows: &[Listing]| -> Result<Vec<Option<f64>>> {
            rows.iter()
                .map(|row| Ok(Some(load::value(&valuer, row, View::FULL)?.price)))
                .collect()
        };
        judge(
            PREDICTION,
            drift::numbers(&value(&reference)?, &value(&current)?)?,
        );
    }
    for (name, get) in NUMBERS {
        let of = |rows: &[Listing]| -> Vec<Option<f64>> { rows.iter().map(get).collect() };
        let (before, now) = (of(&reference), of(&current));
        match (
            before.iter().any(Option::is_some),
            now.iter().any(Option::is_some),
        ) {
            (true, _) => judge(name, drift::numbers(&before, &now)?),
            // A column that only the new rows have is told as words are: all of it is unknown.
            (false, true) => judge(name, drift::words(&as_words(&before), &as_words(&now))?),
            (false, false) => {}
        }
    }
    for (name, get) in WORDS {
        let of = |rows: &[Listing]| -> Vec<Option<String>> { rows.iter().map(get).collect() };
        let (before, now) = (of(&reference), of(&current));
        if before.iter().chain(&now).any(Option::is_some) {
            judge(name, drift::words(&before, &now)?);
        }
    }
    let comparison = Comparison {
        n_reference: reference.len(),
        n_current: current.len(),
        limits,
        passed: !fields.iter().any(Field::fails),
        warnings: warnings(&reference, &current),
        fields,
    };
    print(args, &comparison, output)?;
    let failed: Vec<String> = comparison
        .fields
        .iter()
        .filter(|own| own.fails())
        .map(|own| format!("`{}` drifted: {}", own.field, own.beyond.join("; ")))
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    Err(Error::Failed(failed.join("\n       ")))
}

fn limits(args: &DriftArgs) -> Result<Limits> {
    for (flag, value) in [
        ("--max-psi", args.max_psi),
        ("--max-ks", args.max_ks),
        ("--max-unknown", args.max_unknown),
    ] {
        if !(value.is_finite() && value >= 0.0) {
            return Err(Error::Usage(format!(
                "`{flag}` is {value}; valid: 0 and more"
            )));
        }
    }
    Ok(Limits {
        psi: args.max_psi,
        ks: args.max_ks,
        unknown: args.max_unknown,
    })
}

fn check_ignored(ignored: &[String]) -> Result<()> {
    let numbers = NUMBERS.iter().map(|(name, _)| *name);
    let names: Vec<&str> = [PREDICTION]
        .into_iter()
        .chain(numbers)
        .chain(WORDS.iter().map(|(name, _)| *name))
        .collect();
    match ignored.iter().find(|own| !names.contains(&own.as_str())) {
        None => Ok(()),
        Some(unknown) => {
            let valid = names.join(", ");
            Err(Error::Usage(format!(
                "`--ignore` is `{unknown}`; valid: {valid}"
            )))
        }
    }
}

fn as_words(numbers: &[Option<f64>]) -> Vec<Option<String>> {
    numbers
        .iter()
        .map(|own| own.map(|_| "a number".to_owned()))
        .collect()
}

fn warnings(reference: &[Listing], current: &[Listing]) -> Vec<String> {
    let is_synthetic = |rows: &[Listing]| rows.iter().any(|row| row.source == synthetic::SOURCE);
    let which = match (is_synthetic(reference), is_synthetic(current)) {
        (true, true) => "both sets hold synthetic listings",
        (true, false) => "the reference holds synthetic listings",
        (false, true) => "the new rows hold synthetic listings",
        (false, false) => return Vec::new(),
    };
    vec![format!(
        "Synthetic: {which}. The figures say nothing about the market."
    )]
}

fn print(args: &DriftArgs, comparison: &Comparison, output: Output) -> Result<()> {
    let document = document(comparison);
    if let Some(out) = &args.out {
        fs_err::create_dir_all(out)?;
        write(&out.join("drift.html"), &html::page(&document))?;
        write(&out.join("drift.md"), &markdown::markdown(&document))?;
        write(&out.join("drift.json"), &json(comparison)?)?;
        write(
            &out.join("drift.xml"),
            &junit::junit("evaluate drift", &cases(comparison)),
        )?;
        output.note(format_args!(
            "{}: drift.html, drift.md, drift.json, drift.xml",
            out.display()
        ));
    }
    if output.is_json() {
        Ok(output.json(comparison)?)
    } else {
        Ok(output.data(&text::text(&document))?)
    }
}
