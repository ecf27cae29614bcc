//! From an export of listings to a folder of arrays: `bench/fit/families.py --help` describes it.

use std::{collections::HashMap, path::Path};

use anyhow::{Context, Result};
use datasets::{
    Catalogue, Listing, Mapping, clean, dedupe,
    split::{self, GroupedHoldout},
    store,
    vocabulary::Currency,
};
use models::{
    families::ridge::SparseRows,
    features::{
        encoder::{COLUMNS, RIDGE_COLUMN},
        facts::Facts,
    },
    hyperparameters::Validate,
    training::{Design, DesignParams, RidgeStage, RidgeStageParams},
};

use crate::npy;

const SEED: u64 = 42;
const FOLDS: usize = 10;

/// Dense columns that hold categories.
const CATEGORICAL: [&str; 8] = [
    "make_rank",
    "model_rank",
    "transmission",
    "fuel",
    "origin",
    "body",
    "drivetrain",
    "source_rank",
];

/// Reads, cleans, splits and encodes as a training run does, and writes what the learners see.
pub(crate) fn export(file: &Path, mapping: &str, out: &Path) -> Result<()> {
    let mut listings = Mapping::load(mapping)?
        .apply(&store::read_table(file)?)?
        .listings;
    let row_of: HashMap<String, i64> = (0..)
        .zip(&listings)
        .map(|(row, listing)| (listing.id.clone(), row))
        .collect();
    let catalogue = Catalogue::embedded();
    for listing in &mut listings {
        catalogue.resolve(listing);
    }
    let listings = dedupe::dedupe(clean::clean_rows(listings, &clean::Rules::default()).rows).rows;
    // As a training run: sellers of the newest month where sellers are known, cars by hash where not.
    let split = if listings.iter().any(|listing| listing.seller_hash.is_some()) {
        let since = split::newest_month(&listings);
        split::grouped(
            &listings,
            &GroupedHoldout {
                since,
                ..GroupedHoldout::default()
            },
        )?
    } else {
        split::by_hash(&listings, 0.2, SEED)?
    };
    let pick =
        |rows: &[usize]| -> Vec<&Listing> { rows.iter().map(|row| &listings[*row]).collect() };
    let (train, test) = (pick(&split.train), pick(&split.test));

    let design = Design::new(
        &train,
        split::folds(&train, FOLDS, SEED)?,
        &DesignParams::default().checked()?,
    )?;
    let stage = RidgeStage::fit(&design, &RidgeStageParams::default().checked()?)?;
    let newest = train
        .iter()
        .filter_map(|listing| listing.listed_on)
        .max()
        .context("no row has a day")?;
    let facts: Vec<Facts> = test
        .iter()
        .map(|listing| Facts::of(listing, newest))
        .collect();
    let mut dense_test: Vec<f32> = facts
        .iter()
        .flat_map(|facts| {
            design
                .encoder
                .dense_row(facts, design.encoder.ridge_output(facts, &stage.ridge))
        })
        .collect();
    let mut dense_train: Vec<f32> = design.dense(&stage.out_of_fold).into_iter().collect();
    // Million đồng, as the peers have it: estimates and prices in one unit.
    let unit = if design.currency == Currency::Vnd {
        1e6
    } else {
        1.0
    };
    let ln_unit = f64::ln(unit) as f32;
    for row in dense_train
        .chunks_exact_mut(COLUMNS.len())
        .chain(dense_test.chunks_exact_mut(COLUMNS.len()))
    {
        row[RIDGE_COLUMN] -= ln_unit;
    }
    let prices: Vec<f32> = test
        .iter()
        .map(|listing| listing.price.map_or(f64::NAN, |price| price.amount / unit) as f32)
        .collect();

    fs_err::create_dir_all(out)?;
    npy::write(&out.join("X_train.npy"), &dense_train, Some(COLUMNS.len()))?;
    npy::write(&out.join("X_test.npy"), &dense_test, Some(COLUMNS.len()))?;
    npy::write(
        &out.join("y_train.npy"),
        &(&design.ln_prices - ln_unit).to_vec(),
        None,
    )?;
    npy::write(&out.join("y_test.npy"), &prices, None)?;
    npy::write(&out.join("w_train.npy"), &design.weights.to_vec(), None)?;
    write_sparse(out, "train", &design.sparse)?;
    write_sparse(
        out,
        "test",
        &design
            .encoder
            .sparse_rows(&facts.iter().collect::<Vec<_>>()),
    )?;
    for (side, rows) in [("train", &train), ("test", &test)] {
        let rows: Vec<i64> = rows.iter().map(|listing| row_of[&listing.id]).collect();
        npy::write(&out.join(format!("rows_{side}.npy")), &rows, None)?;
    }
    let categorical: Vec<usize> = (0..COLUMNS.len())
        .filter(|column| CATEGORICAL.contains(&COLUMNS[*column]))
        .collect();
    fs_err::write(
        out.join("categorical.json"),
        serde_json::to_vec(&categorical)?,
    )?;
    let ridge = serde_json::json!({ "alpha": stage.alpha, "column": RIDGE_COLUMN, "n_columns": design.sparse.n_columns() });
    fs_err::write(out.join("ridge.json"), serde_json::to_vec(&ridge)?)?;
    Ok(())
}

fn write_sparse(out: &Path, side: &str, rows: &SparseRows) -> Result<()> {
    let (mut starts, mut columns, mut values) = (vec![0_i64], Vec::new(), Vec::new());
    for row in 0..rows.n_rows() {
        for (column, value) in rows.row(row) {
            columns.push(i32::try_from(column)?);
            values.push(value);
        }
        starts.push(i64::try_from(columns.len())?);
    }
    npy::write(&out.join(format!("terms_{side}_indptr.npy")), &starts, None)?;
    npy::write(
        &out.join(format!("terms_{side}_indices.npy")),
        &columns,
        None,
    )?;
    npy::write(&out.join(format!("terms_{side}_data.npy")), &values, None)
}
