//! A model's predictions for listings, and what each field is worth to it.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{Datelike, NaiveDate};
use datasets::{Listing, synthetic};
use models::features::view::View;
use models::{Ground, LEVELS, Manifest, Registry, Valuation, Valuer};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Error, Predicted, Result};
use crate::{
    Predictions,
    predictions::{Column, Level},
};

/// Shuffles of each field.
const SHUFFLES: u64 = 5;

/// Loads the model that `reference` names in the registry.
///
/// # Errors
/// A registry that is absent or cannot be read, a model that is not there or not whole.
pub fn open(registry: &Path, reference: &str) -> Result<Valuer> {
    Ok(Valuer::load_from(
        &Registry::open_existing(registry)?,
        reference,
    )?)
}

/// As [`open`], but the fit of the model that saw no held-out row.
///
/// # Errors
/// As [`open`].
pub fn open_measured(registry: &Path, reference: &str) -> Result<Valuer> {
    let registry = Registry::open_existing(registry)?;
    Ok(Valuer::load_measured_from(&registry, reference)?)
}

/// Values one car, as far as `view` shows its listing.
///
/// # Errors
/// [`Error::Nothing`] for a value that is no amount of money.
pub fn value(valuer: &Valuer, listing: &Listing, view: View) -> Result<Valuation> {
    let valuation = valuer.value_seen(listing, view);
    if valuation.price.is_finite() && valuation.price > 0.0 {
        return Ok(valuation);
    }
    Err(Error::Nothing(format!(
        "the model {} values listing `{}` of {} at {}; valid: a finite amount above 0",
        valuer.manifest().version,
        listing.id,
        listing.source,
        valuation.price
    )))
}

/// What the model says of each listing, as far as `view` shows it, beside what the listing asks. Every listing has a price in the currency of the
/// model.
///
/// # Errors
/// As [`value`].
pub fn predict(valuer: &Valuer, listings: &[Listing], view: View) -> Result<Predicted> {
    let valuations: Vec<Valuation> = listings
        .par_iter()
        .map(|listing| value(valuer, listing, view))
        .collect::<Result<_>>()?;
    let manifest = valuer.manifest();
    let until: Option<NaiveDate> = manifest.data_until.parse().ok();
    let ranges = LEVELS.iter().enumerate().map(|(index, level)| Level {
        level: *level,
        low: valuations.iter().map(|v| v.intervals[index].low).collect(),
        high: valuations.iter().map(|v| v.intervals[index].high).collect(),
    });
    let mut columns = segment_columns(listings);
    columns.push(Column {
        name: "ground".to_owned(),
        words: valuations
            .iter()
            .map(|v| Some(ground(v.ground).to_owned()))
            .collect(),
    });
    let rows = Predictions {
        ids: listings.iter().enumerate().map(id).collect(),
        actual: listings.iter().map(price).collect(),
        predicted: valuations.iter().map(|v| v.price).collect(),
        ranges: ranges.collect(),
        columns,
        age_years: listings.iter().map(|row| age_years(row, until)).collect(),
        mileage_km: listings.iter().map(|row| row.mileage_km).collect(),
        sellers: listings.iter().map(|row| row.seller_hash.clone()).collect(),
    };
    Ok(Predicted {
        rows,
        name: format!("{} {}", manifest.family.as_str(), manifest.version),
        currency: manifest.currency.to_string(),
        facts: facts(manifest, listings),
    })
}

/// What tells listings apart.
fn segment_columns(listings: &[Listing]) -> Vec<Column> {
    let column = |name: &str, word: fn(&Listing) -> Option<String>| Column {
        name: name.to_owned(),
        words: listings.iter().map(word).collect(),
    };
    vec![
        column("make", |row| row.make.clone()),
        column("model", |row| {
            Some(format!("{} {}", row.make.as_ref()?, row.model.as_ref()?))
        }),
        column("source", |row| {
            Some(row.source.clone()).filter(|source| !source.is_empty())
        }),
        column("province", |row| row.province.clone()),
        column("fuel", |row| row.fuel.map(|fuel| fuel.to_string())),
        column("transmission", |row| {
            row.transmission.map(|gearbox| gearbox.to_string())
        }),
        column("body", |row| row.body.map(|body| body.to_string())),
    ]
}

fn id((row, listing): (usize, &Listing)) -> String {
    if listing.id.is_empty() {
        format!("row {row}")
    } else {
        format!("{}/{}", listing.source, listing.id)
    }
}

fn price(listing: &Listing) -> f64 {
    listing.price.map_or(f64::NAN, |price| price.amount)
}

/// Calendar years between model year and listing.
pub(crate) fn age_years(listing: &Listing, until: Option<NaiveDate>) -> Option<f64> {
    let day = listing.listed_on.or(until)?;
    Some(f64::from(day.year() - listing.year?))
}

fn ground(ground: Ground) -> &'static str {
    match ground {
        Ground::KnownModel => "known_model",
        Ground::KnownMake => "known_make",
        Ground::Unknown => "unknown",
    }
}

fn facts(manifest: &Manifest, listings: &[Listing]) -> BTreeMap<String, String> {
    let n_train: u64 = manifest.rows_by_source.values().sum();
    let sources: Vec<String> = manifest
        .rows_by_source
        .iter()
        .map(|(source, rows)| format!("{source} {rows}"))
        .collect();
    let mut facts = BTreeMap::from([
        ("version".to_owned(), manifest.version.clone()),
        ("family".to_owned(), manifest.family.as_str().to_owned()),
        ("currency".to_owned(), manifest.currency.to_string()),
        ("data_until".to_owned(), manifest.data_until.clone()),
        ("data_sha256".to_owned(), manifest.data_sha256.clone()),
        ("rows_trained_on".to_owned(), n_train.to_string()),
        ("sources_trained_on".to_owned(), sources.join(", ")),
        ("training_seed".to_owned(), manifest.seed.to_string()),
    ]);
    if let Some(at) = &manifest.trained_at {
        facts.insert("trained_at".to_owned(), at.clone());
    }
    if let Some(revision) = &manifest.git_revision {
        facts.insert("git_revision".to_owned(), revision.clone());
    }
    let learned = manifest.rows_by_source.contains_key(synthetic::SOURCE);
    let scored = listings.iter().any(|row| row.source == synthetic::SOURCE);
    let what = match (learned, scored) {
        (true, true) => "trained and scored on synthetic listings",
        (true, false) => "trained on synthetic listings",
        (false, true) => "scored on synthetic listings",
        (false, false) => return facts,
    };
    facts.insert("synthetic".to_owned(), what.to_owned());
    facts
}

/// What a field is worth: how the mean absolute error grows when its values are shuffled among the cars (permutation
/// importance; Breiman 2001, Fisher, Rudin & Dominici 2019). Fields that say the same share their worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Importance {
    /// The field, or fields that are shuffled together.
    pub field: String,
    /// Mean growth, as a fraction of the error with nothing shuffled.
    pub mean: f64,
    /// Least growth of the shuffles.
    pub low: f64,
    /// Largest.
    pub high: f64,
}

/// Copies a field of one listing into another.
type Copy = fn(&Listing, &mut Listing);

/// What is shuffled. Make and model belong together, and so do the title and what was read out of it: a Kia Camry is no
/// car.
const FIELDS: &[(&str, Copy)] = &[
    ("make, model and title", |from, to| {
        to.make.clone_from(&from.make);
        to.model.clone_from(&from.model);
        to.title.clone_from(&from.title);
        to.trim.clone_from(&from.trim);
    }),
    ("version words", |from, to| {
        to.title.clone_from(&from.title);
        to.trim.clone_from(&from.trim);
    }),
    ("year", |from, to| to.year = from.year),
    ("mileage_km", |from, to| to.mileage_km = from.mileage_km),
    ("transmission", |from, to| {
        to.transmission = from.transmission;
    }),
    ("fuel", |from, to| to.fuel = from.fuel),
    ("engine_l", |from, to| to.engine_l = from.engine_l),
    ("body", |from, to| to.body = from.body),
    ("seats", |from, to| to.seats = from.seats),
    ("drivetrain", |from, to| to.drivetrain = from.drivetrain),
    ("origin", |from, to| to.origin = from.origin),
    ("province", |from, to| {
        to.province.clone_from(&from.province);
    }),
    ("source", |from, to| to.source.clone_from(&from.source)),
    ("listed_on", |from, to| to.listed_on = from.listed_on),
];

/// The worth of each field, the greatest first. Shuffles are drawn from `seed`.
pub fn importance(valuer: &Valuer, listings: &[Listing], seed: u64) -> Vec<Importance> {
    let error = |row: &Listing, asked: f64| (valuer.value(row).price - asked).abs();
    let whole: f64 = listings
        .par_iter()
        .map(|row| error(row, price(row)))
        .collect::<Vec<_>>()
        .iter()
        .sum();
    if whole <= 0.0 {
        return Vec::new();
    }
    let mut all: Vec<Importance> = FIELDS
        .iter()
        .zip(0_u64..)
        .map(|((field, copy), place)| {
            let growth: Vec<f64> = (0..SHUFFLES)
                .map(|shuffle| {
                    let order = shuffled(listings.len(), seed, place * SHUFFLES + shuffle);
                    let errors: Vec<f64> = listings
                        .par_iter()
                        .zip(order)
                        .map(|(row, other)| {
                            let mut changed = row.clone();
                            copy(&listings[other], &mut changed);
                            error(&changed, price(row))
                        })
                        .collect();
                    errors.iter().sum::<f64>() / whole - 1.0
                })
                .collect();
            Importance {
                field: (*field).to_owned(),
                mean: growth.iter().sum::<f64>() / growth.len() as f64,
                low: growth.iter().copied().fold(f64::INFINITY, f64::min),
                high: growth.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            }
        })
        .collect();
    all.sort_by(|a, b| b.mean.total_cmp(&a.mean));
    all
}

/// The numbers below `n` in a random order (Fisher & Yates).
fn shuffled(n: usize, seed: u64, stream: u64) -> Vec<usize> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(stream);
    let mut order: Vec<usize> = (0..n).collect();
    for last in (1..n).rev() {
        let other = (u128::from(random.next_u64()) * (last as u128 + 1)) >> 64;
        order.swap(last, other as usize);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shuffle_keeps_every_number_and_has_a_seed() {
        let order = shuffled(500, 7, 0);
        assert_ne!(order, (0..500).collect::<Vec<_>>());
        assert_eq!(order, shuffled(500, 7, 0));
        assert_ne!(order, shuffled(500, 7, 1));
        let mut sorted = order;
        sorted.sort_unstable();
        assert_eq!(sorted, (0..500).collect::<Vec<_>>());
    }

    #[test]
    fn rows_without_an_id_are_named_by_their_place() {
        let listing = Listing {
            source: "oto".into(),
            ..Listing::default()
        };
        assert_eq!(id((3, &listing)), "row 3");
        let named = Listing {
            id: "7".into(),
            ..listing
        };
        assert_eq!(id((3, &named)), "oto/7");
    }
}
