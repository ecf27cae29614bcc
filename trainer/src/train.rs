//! `trainer train`: listings in, fitted models in the registry and a leaderboard out.

use std::path::Path;

use chrono::Utc;
use datasets::{clean::Table, store::atomic};
use models::{
    Family, Manifest, Registry,
    registry::{CHALLENGER, CHAMPION, Reason},
};
use serde::Serialize;

use crate::{
    Error, Output, Result,
    cli::{PublishArg, TrainArgs},
    format,
    load::load_listings,
    params::Params,
    pipeline::{self, Assessment, Options, Outcome, Trained},
    progress::progress,
    table,
};

/// Fits, measures and publishes models, and points the champion (or the challenger) at the best of them.
///
/// # Errors
/// Listings that cannot be read or leave nothing to train on, a learner that fails, a registry that cannot be
/// written. The registry then serves what it served before.
pub fn run(args: &TrainArgs, output: Output) -> Result<()> {
    if let Some(report) = &args.report {
        crate::load::check_output(report, &["json"])?;
    }
    let options = Options {
        families: args.families(),
        seed: args.data.seed,
        holdout: args.data.holdout(),
        refit: !args.refit.no_refit,
        params: args.params.params(Params::default())?,
    };
    let loaded = load_listings(&args.data.listings, &args.data.load_options()?, output)?;
    let bar = progress(output, options.families.len() as u64 + 4, "starting");
    let outcome = pipeline::run(&loaded.listings, &options, &|step| {
        bar.set_message(step.to_owned());
        bar.inc(1);
        output.detail(step);
    })?;
    bar.finish_and_clear();
    if let Some(why) = &outcome.no_blend {
        if outcome.trained.is_empty() {
            return Err(Error::Gate(why.clone()));
        }
        output.note(why);
    }

    let registry = Registry::open(&args.registry);
    let published = publish(&registry, &outcome.trained)?;
    let reason = args.reason.reason("the best that was trained");
    point(args.publish_as, &registry, &published, &reason)?;
    let aliases = registry.aliases()?;
    let alias = |name| aliases.get(name).map(String::as_str);
    let report = Report::new(&outcome, &published, alias(CHAMPION), alias(CHALLENGER));
    if let Some(path) = &args.report {
        write_report(path, &report)?;
    }
    if output.is_json() {
        return Ok(output.json(&report)?);
    }
    if loaded.listings.iter().all(|row| row.source == "synthetic") {
        output.note("these listings are synthetic: the figures say nothing about the market");
    }
    Ok(output.data(&report.print())?)
}

/// Publishes every artifact; the manifests come back in their order.
pub(crate) fn publish(registry: &Registry, trained: &[Trained]) -> Result<Vec<Manifest>> {
    let now = Utc::now();
    let publish =
        |trained: &Trained| Ok(registry.publish(trained.manifest.clone(), &trained.parts, now)?);
    trained.iter().map(publish).collect()
}

/// Points an alias at the best model of this run.
pub(crate) fn point(
    publish_as: PublishArg,
    registry: &Registry,
    published: &[Manifest],
    reason: &Reason,
) -> Result<()> {
    let best = published
        .first()
        .ok_or_else(|| Error::Usage("no family to fit".to_owned()))?;
    match publish_as {
        PublishArg::Champion if reigns(registry, best) => {}
        PublishArg::Champion => drop(registry.promote(&best.version, reason)?),
        PublishArg::Challenger => drop(registry.challenge(&best.version, reason)?),
        PublishArg::None => {}
    }
    Ok(())
}

/// Whether a champion that was trained on the very same rows is no worse than `best`: fitting one family alone must not
/// dethrone it.
fn reigns(registry: &Registry, best: &Manifest) -> bool {
    let mae = |manifest: &Manifest| {
        manifest
            .metrics
            .get("backend_mae")
            .copied()
            .unwrap_or(f64::INFINITY)
    };
    registry.read(CHAMPION).is_ok_and(|(champion, _)| {
        champion.data_sha256 == best.data_sha256 && mae(&champion) <= mae(best)
    })
}

fn write_report(path: &Path, report: &Report<'_>) -> Result<()> {
    let json = serde_json::to_vec_pretty(report).map_err(std::io::Error::from)?;
    Ok(atomic::write(path, |file| {
        Ok(std::io::Write::write_all(file, &json)?)
    })?)
}

/// What a run is reported as.
#[derive(Serialize)]
struct Report<'a> {
    n_train: usize,
    n_test: usize,
    n_dropped: usize,
    ridge_s: f64,
    champion: Option<&'a str>,
    challenger: Option<&'a str>,
    leaderboard: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    family: Family,
    version: &'a str,
    currency: String,
    hyperparameters: &'a str,
    fit_s: f64,
    size_bytes: u64,
    latency_us: f64,
    scores: &'a Assessment,
}

impl<'a> Report<'a> {
    fn new(
        outcome: &'a Outcome,
        published: &'a [Manifest],
        champion: Option<&'a str>,
        challenger: Option<&'a str>,
    ) -> Self {
        let leaderboard = outcome
            .trained
            .iter()
            .zip(published)
            .map(|(trained, manifest)| Row {
                family: manifest.family,
                version: &manifest.version,
                currency: manifest.currency.to_string(),
                hyperparameters: &trained.chosen,
                fit_s: trained.fit_s,
                size_bytes: trained.size_bytes,
                latency_us: trained.latency_us,
                scores: &trained.assessment,
            })
            .collect();
        Self {
            n_train: outcome.n_train,
            n_test: outcome.test.len(),
            n_dropped: outcome.n_dropped,
            ridge_s: outcome.ridge_s,
            champion,
            challenger,
            leaderboard,
        }
    }

    fn print(&self) -> String {
        // Writing to a String cannot fail.
        use std::fmt::Write as _;

        let mut text = format!(
            "{} rows trained on, {} held out, {} left out because they show a held-out car or seller\n\n",
            format::count(self.n_train),
            format::count(self.n_test),
            format::count(self.n_dropped)
        );
        text += &table::render(&self.leaderboard());
        text += "asked: with make, model, year, odometer, version, gearbox and place alone, as the marketplace's backend \
            asks; the champion is chosen by it\n";
        if let Some(best) = self.leaderboard.first() {
            let family = best.family.as_str();
            let _ = writeln!(text, "\n{family} by source");
            text += &table::render(&by_source(best));
            let _ = writeln!(text, "\n{family}: share of prices inside the range");
            text += &table::render(&coverage(best));
        }
        let _ = writeln!(text, "\nchampion: {}", self.champion.unwrap_or("none"));
        if let Some(challenger) = self.challenger {
            let _ = writeln!(text, "challenger: {challenger}");
        }
        text
    }

    fn leaderboard(&self) -> Table {
        let currency = self
            .leaderboard
            .first()
            .map_or("", |row| row.currency.as_str());
        let mut leaderboard = table::with_header(&[
            "family",
            "version",
            "asked MAE",
            "asked MdAPE",
            "asked in 80 %",
            "MAE",
            "RMSE",
            "R²",
            "MAPE",
            "MdAPE",
            "within 10 %",
            "within 20 %",
            "in 80 %",
            "width 80 %",
            "in 90 %",
            "fit s",
            "MB",
            "µs a car",
            "chosen",
        ]);
        for title in &mut leaderboard.header {
            if matches!(title.as_str(), "asked MAE" | "MAE" | "RMSE") {
                *title = format!("{title} {}", format::unit(currency));
            }
        }
        for row in &self.leaderboard {
            let scores = &row.scores.all;
            let range = |index: usize| &row.scores.ranges[index].all;
            let asked = &row.scores.as_backend_asks;
            leaderboard.rows.push(vec![
                row.family.as_str().to_owned(),
                row.version.to_owned(),
                format::amount(asked.all.mae, currency),
                format::percent(asked.all.mdape),
                format::percent(asked.ranges[1].coverage),
                format::amount(scores.mae, currency),
                format::amount(scores.rmse, currency),
                scores
                    .r2
                    .map_or_else(|| "-".to_owned(), |r2| format!("{r2:.4}")),
                format::percent(scores.mape),
                format::percent(scores.mdape),
                format::percent(scores.within_10),
                format::percent(scores.within_20),
                format::percent(range(1).coverage),
                format::percent(range(1).mean_relative_width),
                format::percent(range(2).coverage),
                format!("{:.1}", row.fit_s),
                format!("{:.1}", row.size_bytes as f64 / 1e6),
                format!("{:.1}", row.latency_us),
                row.hyperparameters.to_owned(),
            ]);
        }
        leaderboard
    }
}

fn by_source(row: &Row<'_>) -> Table {
    let mut by_source = table::with_header(&[
        "source",
        "n",
        "MAE",
        "R²",
        "MAPE",
        "MdAPE",
        "within 10 %",
        "in 80 %",
    ]);
    by_source.header[2] = format!("MAE {}", format::unit(&row.currency));
    for (segment, coverage) in row
        .scores
        .by_source
        .iter()
        .zip(&row.scores.ranges[1].by_source)
    {
        let scores = &segment.scores;
        by_source.rows.push(vec![
            segment.segment.clone(),
            format::count(scores.n),
            format::amount(scores.mae, &row.currency),
            scores
                .r2
                .map_or_else(|| "-".to_owned(), |r2| format!("{r2:.4}")),
            format::percent(scores.mape),
            format::percent(scores.mdape),
            format::percent(scores.within_10),
            format::percent(coverage.scores.coverage),
        ]);
    }
    by_source
}

fn coverage(row: &Row<'_>) -> Table {
    let mut coverage = table::with_header(&["range", "all", "width"]);
    for quartile in &row.scores.ranges[0].by_price_quartile {
        coverage.header.push(format!("price {}", quartile.segment));
    }
    for range in &row.scores.ranges {
        let mut cells = vec![
            format::percent(range.all.level),
            format::percent(range.all.coverage),
            format::percent(range.all.mean_relative_width),
        ];
        cells.extend(
            range
                .by_price_quartile
                .iter()
                .map(|own| format::percent(own.scores.coverage)),
        );
        coverage.rows.push(cells);
    }
    coverage
}
