//! `trainer learning-curve`: errors of models that are fitted to a part of the training rows.
//!
//! All are judged on the same hold-out, by which nothing is chosen. A seller's rows and a car's stay together, and each
//! part holds the smaller ones, so that the curve shows what more rows are worth and not which rows were drawn.

use datasets::{Listing, clean::Table, split, store::atomic};
use eval::PriceScores;
use serde::Serialize;

use crate::{
    Error, Output, Result,
    cli::LearningCurveArgs,
    format,
    load::{self, load_listings},
    params::Params,
    pipeline::{Stage, actual},
    progress::progress,
    table,
};

/// Parts that groups are drawn into.
const PARTS: usize = 1_000;

/// Fewest rows that are fitted to.
const MIN_ROWS: usize = 100;

/// One point of the curve, as `evaluate report` reads it.
#[derive(Serialize)]
struct Point {
    n_train: usize,
    share: f64,
    family: &'static str,
    hyperparameters: String,
    #[serde(flatten)]
    scores: Scores,
}

#[derive(Serialize)]
struct Scores {
    n_test: usize,
    mae: f64,
    rmse: f64,
    r2: Option<f64>,
    mape: f64,
    mdape: f64,
    within_10: f64,
    within_20: f64,
}

/// Fits to each share, writes the curve and prints it.
///
/// # Errors
/// Listings that cannot be read or split, a share of too few rows, a learner that fails, a file that cannot be written.
pub fn run(args: &LearningCurveArgs, output: Output) -> Result<()> {
    load::check_output(&args.out, &["json"])?;
    let params = args.params.params(Params::default())?;
    let loaded = load_listings(&args.data.listings, &args.data.load_options()?, output)?;
    let seed = args.data.seed;
    let split = args.data.holdout().split(&loaded.listings, seed)?;
    let pick = |rows: &[usize]| -> Vec<&Listing> {
        rows.iter().map(|row| &loaded.listings[*row]).collect()
    };
    let (train, test) = (pick(&split.train), pick(&split.test));
    let parts = split::folds(&train, PARTS, seed)?;
    let mut shares = args.shares.clone();
    shares.sort_by(f64::total_cmp);
    shares.dedup();

    let family = args.family.family();
    let bar = progress(output, shares.len() as u64, "fitting");
    let mut points = Vec::with_capacity(shares.len());
    for share in shares {
        let end = (share * PARTS as f64).round() as usize;
        let rows: Vec<&Listing> = train
            .iter()
            .zip(&parts)
            .filter(|(_, part)| **part < end)
            .map(|(row, _)| *row)
            .collect();
        if rows.len() < MIN_ROWS {
            return Err(Error::Data(datasets::Error::Value {
                place: "learning curve".into(),
                field: format!("training rows of the share {share}"),
                value: rows.len().to_string(),
                valid: format!("{MIN_ROWS} and more"),
            }));
        }
        bar.set_message(format!("{} rows", format::count(rows.len())));
        let stage = Stage::fit(&rows, &params, seed)?;
        let (predicted, hyperparameters) = stage.predict(family, &params, seed, &test)?;
        let scores = PriceScores::of(&actual(&test), &predicted)?;
        points.push(Point {
            n_train: rows.len(),
            share,
            family: family.as_str(),
            hyperparameters,
            scores: Scores::of(&scores),
        });
        bar.inc(1);
    }
    bar.finish_and_clear();

    let json = serde_json::to_vec_pretty(&points).map_err(std::io::Error::from)?;
    atomic::write(&args.out, |file| {
        Ok(std::io::Write::write_all(file, &json)?)
    })?;
    if output.is_json() {
        return Ok(output.json(&points)?);
    }
    let price = test.first().and_then(|row| row.price);
    let currency = price
        .map(|price| price.currency.to_string())
        .unwrap_or_default();
    Ok(output.data(&table::render(&table_of(&points, &currency)))?)
}

impl Scores {
    fn of(scores: &PriceScores) -> Self {
        Self {
            n_test: scores.n,
            mae: scores.mae,
            rmse: scores.rmse,
            r2: scores.r2,
            mape: scores.mape,
            mdape: scores.mdape,
            within_10: scores.within_10,
            within_20: scores.within_20,
        }
    }
}

fn table_of(points: &[Point], currency: &str) -> Table {
    let mut table = table::with_header(&[
        "rows",
        "share",
        "MAE",
        "MAPE",
        "MdAPE",
        "within 10 %",
        "chosen",
    ]);
    table.header[2] = format!("MAE {}", format::unit(currency));
    for point in points {
        table.rows.push(vec![
            format::count(point.n_train),
            format::percent(point.share),
            format::amount(point.scores.mae, currency),
            format::percent(point.scores.mape),
            format::percent(point.scores.mdape),
            format::percent(point.scores.within_10),
            point.hyperparameters.clone(),
        ]);
    }
    table
}
