//! `trainer retrain`: import, train, compare with the champion, and promote what is better.
//!
//! Challenger and champion value the same held-out rows, and whole sellers are drawn in pairs; better is what is better
//! in nineteen draws of twenty. With `--since-champion` these rows were all listed after the champion's data end: it
//! has not seen them, and neither has the challenger, whose hold-out they are.

use std::fmt::Write as _;
use std::path::Path;

use chrono::NaiveDate;
use datasets::{Error as DataError, Listing, store};
use eval::sheet::{Group, Verdict};
use models::{
    Family, Manifest, Registry, Valuer,
    registry::{CHALLENGER, CHAMPION},
};
use serde::Serialize;

use crate::{
    Error, Output, Result,
    cli::RetrainArgs,
    decision::Decision,
    format,
    load::{LoadOptions, Loaded, load_listings},
    params::{self, Params},
    pipeline::{self, Options, Outcome},
    progress::progress,
    table, train, versus,
};

/// Fewest rows that a champion is judged by.
const MIN_ROWS: usize = 50;

/// What `--json` prints.
#[derive(Serialize)]
struct Report {
    champion_before: String,
    champion_data_until: String,
    /// Listings after the champion's data end.
    n_new: usize,
    n_train: usize,
    /// Held-out rows that both were judged by.
    n_judged: usize,
    challenger: String,
    challenger_data_until: String,
    verdict: Verdict,
    promoted: bool,
    /// Why it was promoted, or was not.
    why: String,
    comparison: Vec<Group>,
    #[serde(skip)]
    currency: String,
}

/// Imports what is new, trains as the champion was trained, compares, and promotes if that is asked for.
///
/// # Errors
/// A registry without a champion, listings that cannot be read, none that are new, too few to judge by, and whatever
/// training fails with. The champion then stays.
pub fn run(args: &RetrainArgs, output: Output) -> Result<()> {
    let registry = Registry::open_existing(&args.registry)?;
    let (manifest, parts) = registry.read(CHAMPION)?;
    let champion = Valuer::load_measured_from(&registry, &manifest.version)?;
    let learned = match parts.get(params::PART) {
        Some(part) => Params::parse(part, Path::new(params::PART))?,
        None => Params::default(),
    };
    let options = Options {
        families: families(args, manifest.family),
        seed: args.data.seed,
        holdout: args.data.holdout(),
        refit: !args.refit.no_refit,
        params: args.params.params(learned)?,
    };
    let loaded = import(args, output)?;
    let until = data_until(&manifest)?;
    let is_new = |row: &Listing| row.listed_on.is_some_and(|day| day > until);
    let n_new = loaded.listings.iter().filter(|row| is_new(row)).count();
    if args.since_champion && n_new == 0 {
        return Err(too_few(
            "listings after the champion's data end",
            0,
            until,
            1,
        ));
    }
    output.note(format_args!(
        "champion {} of {}, data until {until}; {} of {} listings are newer",
        manifest.family.as_str(),
        manifest.version,
        format::count(n_new),
        format::count(loaded.listings.len())
    ));

    let outcome = fit(&loaded.listings, &options, output)?;
    let Some(best) = outcome.trained.first() else {
        return Err(Error::Gate(outcome.no_blend.unwrap_or_default()));
    };

    let (rows, predicted): (Vec<&Listing>, Vec<f64>) = outcome
        .test
        .iter()
        .map(|row| &loaded.listings[*row])
        .zip(best.predicted.iter().copied())
        .filter(|(row, _)| !args.since_champion || is_new(row))
        .unzip();
    if rows.len() < MIN_ROWS {
        return Err(too_few(
            "held-out rows to judge by",
            rows.len(),
            until,
            MIN_ROWS,
        ));
    }
    if !args.since_champion {
        output.warn("the champion may have learned from rows that it is judged by; `--since-champion` leaves them out");
    }
    if manifest.currency != best.manifest.currency {
        return Err(Error::Usage(format!(
            "the champion's prices are in {}, the listings' in {}",
            manifest.currency, best.manifest.currency
        )));
    }
    let of_champion = rows.iter().map(|row| champion.value(row).price).collect();
    let comparison = versus::compare(
        &versus::predictions(&rows, of_champion, None),
        &versus::predictions(&rows, predicted, None),
        args.data.seed,
    )?;

    let published = train::publish(&registry, &outcome.trained)?;
    let decision = Decision::of(&comparison, &manifest, &published[0]);
    let challenger = &published[0].version;
    let promoted = args.promote_if_better && decision.verdict == Verdict::Better;
    let reason = args.reason.reason(&decision.why);
    if promoted {
        registry.promote(challenger, &reason)?;
    } else {
        registry.challenge(challenger, &reason)?;
    }
    let report = Report {
        champion_before: manifest.version.clone(),
        champion_data_until: manifest.data_until.clone(),
        n_new,
        n_train: outcome.n_train,
        n_judged: rows.len(),
        challenger: challenger.clone(),
        challenger_data_until: published[0].data_until.clone(),
        verdict: decision.verdict,
        promoted,
        why: decision.why,
        comparison,
        currency: manifest.currency.to_string(),
    };
    if output.is_json() {
        return Ok(output.json(&report)?);
    }
    Ok(output.data(&report.print(args.promote_if_better))?)
}

/// Trains, and shows how far it is.
fn fit(listings: &[Listing], options: &Options, output: Output) -> Result<Outcome> {
    let bar = progress(output, options.families.len() as u64 + 4, "starting");
    let outcome = pipeline::run(listings, options, &|step| {
        bar.set_message(step.to_owned());
        bar.inc(1);
        output.detail(step);
    })?;
    bar.finish_and_clear();
    Ok(outcome)
}

/// The last day that a model's rows were listed on.
fn data_until(manifest: &Manifest) -> Result<NaiveDate> {
    manifest.data_until.parse().map_err(|_| {
        let reason = format!("`data_until` is `{}`, not a date", manifest.data_until);
        Error::Model(models::Error::Refused {
            path: manifest.version.clone().into(),
            reason,
        })
    })
}

fn families(args: &RetrainArgs, champion: Family) -> Vec<Family> {
    if args.family.is_empty() {
        return vec![champion];
    }
    let is_asked = |family: &&Family| {
        let named = |arg: &crate::cli::FamilyArg| arg.family().is_none_or(|own| own == **family);
        args.family.iter().any(named)
    };
    Family::ALL.iter().filter(is_asked).copied().collect()
}

/// The listings, with the exports appended to their file first.
fn import(args: &RetrainArgs, output: Output) -> Result<Loaded> {
    let options = args.data.load_options()?;
    if args.import.is_empty() {
        return load_listings(&args.data.listings, &options, output);
    }
    let [listings] = &args.data.listings[..] else {
        let text = "`--import` appends to one file of `--listings`; valid: one";
        return Err(Error::Usage(text.to_owned()));
    };
    crate::load::check_output(listings, &["parquet"])?;
    let appending = LoadOptions {
        append_to: Some(listings.clone()),
        ..options.clone()
    };
    let loaded = load_listings(&args.import, &appending, output)?;
    store::write_listings(listings, &loaded.listings)?;
    // What the file says is trained on, so that the next run on it gives the same model.
    load_listings(&args.data.listings, &options, output)
}

fn too_few(what: &str, found: usize, until: NaiveDate, least: usize) -> Error {
    Error::Data(DataError::Value {
        place: format!("since {until}"),
        field: what.to_owned(),
        value: found.to_string(),
        valid: format!("{least} and more; the champion stays"),
    })
}

impl Report {
    fn print(&self, asked: bool) -> String {
        let names = [CHAMPION, CHALLENGER];
        let mut text = format!(
            "{} rows trained on, {} held-out rows judged by\n\n",
            format::count(self.n_train),
            format::count(self.n_judged)
        );
        text += &table::render(&versus::table(&self.comparison, names, &self.currency));
        let outcome = match (self.promoted, asked) {
            (true, _) => format!("promoted: champion is {}", self.challenger),
            (false, true) => format!(
                "not promoted: champion stays {}, challenger is {}",
                self.champion_before, self.challenger
            ),
            (false, false) => format!(
                "challenger is {}; `trainer promote challenger` makes it the champion",
                self.challenger
            ),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "\n{}\n{outcome}", self.why);
        text
    }
}
