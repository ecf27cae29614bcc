//! `trainer ablate`: what each group of fields is worth, by fitting without it.
//!
//! A field that the others can stand in for is worth little here, however much a model leans on it: that is the
//! question an analyst has who wonders whether to collect it. What a fitted model leans on is the permutation
//! importance of `evaluate report`.

use datasets::{Listing, clean::Table};
use eval::{
    Predictions,
    sheet::{Difference, Group as Segment},
};
use models::features::view::{Group, View};
use serde::Serialize;

use crate::{
    Output, Result, cli::AblateArgs, format, load::load_listings, params::Params, pipeline::Stage,
    progress::progress, table, tune::validate::Plan, versus,
};

/// What `--json` prints.
#[derive(Serialize)]
struct Report {
    family: &'static str,
    /// The validation split, and its rows.
    validation: String,
    n_train: usize,
    n_test: usize,
    mae: f64,
    mape: f64,
    groups: Vec<Row>,
    #[serde(skip)]
    currency: String,
}

#[derive(Serialize)]
struct Row {
    without: &'static str,
    mae: Difference,
    mape: Difference,
}

/// Fits with everything and without each group, and compares in pairs.
///
/// # Errors
/// As `trainer tune`, without its files.
pub fn run(args: &AblateArgs, output: Output) -> Result<()> {
    let params = args.params.params(Params::default())?;
    let loaded = load_listings(&args.data.listings, &args.data.load_options()?, output)?;
    let (holdout, seed) = (args.data.holdout(), args.data.seed);
    let split = holdout.split(&loaded.listings, seed)?;
    let train: Vec<&Listing> = split
        .train
        .iter()
        .map(|row| &loaded.listings[*row])
        .collect();
    let plan = Plan::new(&train, holdout, seed)?;
    let (name, split) = &plan.splits[0];
    let pick = |side: &[usize]| -> Vec<&Listing> { side.iter().map(|row| train[*row]).collect() };
    let (fitted, judged) = (pick(&split.train), pick(&split.test));
    output.note(format_args!(
        "judged on {} validation rows, {name}; the hold-out is not looked at",
        format::count(judged.len())
    ));

    let whole = params.features.view();
    let shown = Group::ALL.iter().filter(|group| !whole.hides(**group));
    let groups: Vec<Group> = shown.copied().collect();
    let bar = progress(output, groups.len() as u64 + 1, "everything");
    let family = args.family.family();
    let predict = |view: View| -> Result<Predictions> {
        let stage = Stage::fit_seeing(view, &fitted, &params, seed)?;
        let (predicted, _) = stage.predict(family, &params, seed, &judged)?;
        bar.inc(1);
        Ok(versus::predictions(&judged, predicted, None))
    };
    let everything = predict(whole)?;
    let mut rows = Vec::with_capacity(groups.len());
    for group in groups {
        bar.set_message(format!("without {}", group.as_str()));
        let compared = versus::compare(&everything, &predict(whole.without(group))?, seed)?;
        rows.extend(row(group, &compared));
    }
    bar.finish_and_clear();
    rows.sort_by(|a, b| b.mae.worse_by.total_cmp(&a.mae.worse_by));

    let scores = eval::PriceScores::of(&everything.actual, &everything.predicted)?;
    let currency = judged.first().and_then(|row| row.price);
    let report = Report {
        family: family.as_str(),
        validation: name.clone(),
        n_train: fitted.len(),
        n_test: judged.len(),
        mae: scores.mae,
        mape: scores.mape,
        groups: rows,
        currency: currency
            .map(|price| price.currency.to_string())
            .unwrap_or_default(),
    };
    if output.is_json() {
        return Ok(output.json(&report)?);
    }
    Ok(output.data(&table::render(&report.table()))?)
}

fn row(group: Group, compared: &[Segment]) -> Option<Row> {
    Some(Row {
        without: group.as_str(),
        mae: *versus::overall(compared, "mae")?,
        mape: *versus::overall(compared, "mape")?,
    })
}

impl Report {
    fn table(&self) -> Table {
        let mut table = table::with_header(&[
            "without",
            "MAE",
            "change",
            "95 % of it",
            "MAPE",
            "change",
            "95 % of it",
            "MAE is",
        ]);
        table.header[1] = format!("MAE {}", format::unit(&self.currency));
        let dash = || "-".to_owned();
        table.rows.push(vec![
            "(nothing)".to_owned(),
            format::amount(self.mae, &self.currency),
            dash(),
            dash(),
            format::percent(self.mape),
            dash(),
            dash(),
            dash(),
        ]);
        for row in &self.groups {
            table.rows.push(vec![
                row.without.to_owned(),
                format::amount(row.mae.challenger, &self.currency),
                format::change(row.mae.worse_by),
                versus::interval(row.mae.worse_low, row.mae.worse_high),
                format::percent(row.mape.challenger),
                format::change(row.mape.worse_by),
                versus::interval(row.mape.worse_low, row.mape.worse_high),
                row.mae.verdict.as_str().to_owned(),
            ]);
        }
        table
    }
}
