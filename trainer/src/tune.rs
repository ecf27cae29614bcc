//! `trainer tune`: a search for better parameters of the ridge and the boosted trees, within a time budget.
//!
//! The hold-out is set apart first and looked at once, after the choice. Trials are judged on splits of the training
//! rows ([`validate`]), drawn from [`space`], ordered by [`search`] and kept in a [`log`]. One seed and one set of
//! finished trials give one choice and the same bytes; time decides only how many trials are finished.

pub mod log;
mod print;
pub mod search;
pub mod space;
pub mod validate;

use std::time::{Duration, Instant};

use datasets::{Listing, hash};
use eval::{Predictions, sheet::Verdict};
use models::{
    Family, Registry,
    registry::{CHALLENGER, CHAMPION},
};

use crate::{
    Output, Result,
    cli::TuneArgs,
    decision::Decision,
    load::{self, load_listings},
    params::Params,
    pipeline::{self, Options, Outcome},
    progress::progress,
    train, versus,
};
use log::{FORM, Header, Line, Log};
use print::{Board, Report};
use search::{Place, Search};
use validate::{Judge, Plan};

/// Searches, fits what won and the built-in parameters to all training rows, measures both once on the hold-out, and
/// publishes them: the one that won as challenger.
///
/// # Errors
/// Listings that cannot be read or split, a log of something else, a learner that fails, files that cannot be written.
pub fn run(args: &TuneArgs, output: Output) -> Result<()> {
    let started = Instant::now();
    load::check_output(&args.out, &["toml"])?;
    load::check_output(&args.log(), &["jsonl"])?;
    let loaded = load_listings(&args.data.listings, &args.data.load_options()?, output)?;
    let (holdout, seed) = (args.data.holdout(), args.data.seed);
    let split = holdout.split(&loaded.listings, seed)?;
    let train: Vec<&Listing> = split
        .train
        .iter()
        .map(|row| &loaded.listings[*row])
        .collect();
    let plan = Plan::new(&train, holdout, seed)?;
    output.note(plan.describe());

    let header = Header {
        tune_log: FORM,
        space: space::VERSION,
        data_sha256: hash::listings_sha256(&train),
        seed,
        objective: args.objective.as_str().to_owned(),
        splits: plan.names(),
    };
    let (mut log, lines) = Log::open(&args.log(), &header)?;
    if !lines.is_empty() {
        let (path, n) = (args.log(), lines.len());
        output.note(format_args!("{}: going on after {n} fits", path.display()));
    }
    let mut search = Search::new(plan.splits.len(), args.trials.unwrap_or(usize::MAX));
    for line in &lines {
        search.add(line.key(), line.error);
    }
    let deadline = started + Duration::from_secs_f64(args.minutes * 60.0);
    let mut judge = Judge::new(&train, &plan, seed);
    let board = Board::new(output, plan.splits.len(), seed);
    board.show(&search, None);
    while let Some((trial, split)) = search.next().filter(|_| Instant::now() < deadline) {
        board.show(&search, Some((trial, split)));
        let params = space::params(seed, trial, &search);
        let fitting = Instant::now();
        let (scores, chosen) = judge.measure(&params, split)?;
        let line = Line {
            trial,
            split,
            error: args.objective.of(&scores),
            chosen,
            fit_s: fitting.elapsed().as_secs_f64(),
            params,
        };
        log.append(&line)?;
        search.add(line.key(), line.error);
    }
    drop(judge);
    board.finish(&search);

    let winner = search.winner();
    let params = space::params(seed, winner.trial, &search);
    params.write(&args.out, &comment(args, &header, winner))?;
    let outcomes = fit_both(args, &loaded.listings, &params, output)?;
    let report = publish(args, &loaded.listings, &outcomes, &search, &header)?;
    if output.is_json() {
        return Ok(output.json(&report)?);
    }
    Ok(output.data(&report.print())?)
}

/// What the first line of the parameters says of them: nothing that another run of the same trials would say otherwise.
fn comment(args: &TuneArgs, header: &Header, winner: Place) -> String {
    format!(
        "trainer tune: trial {} of seed {} on the training rows {}; {} {:.4} of the built-in parameters' on {} validation splits",
        winner.trial,
        header.seed,
        &header.data_sha256[..12],
        args.objective.as_str(),
        winner.score,
        winner.n_splits,
    )
}

/// The tuned model first, then the untuned one; one alone where nothing beat the built-in parameters.
fn fit_both(
    args: &TuneArgs,
    listings: &[Listing],
    tuned: &Params,
    output: Output,
) -> Result<Vec<Outcome>> {
    let untuned = Params::default();
    let all: Vec<&Params> = if *tuned == untuned {
        vec![tuned]
    } else {
        vec![tuned, &untuned]
    };
    let bar = progress(output, 4 * all.len() as u64, "fitting to all training rows");
    let fit = |params: &Params| {
        let options = Options {
            families: vec![Family::GradientBoosting],
            seed: args.data.seed,
            holdout: args.data.holdout(),
            params: params.clone(),
            refit: !args.refit.no_refit,
        };
        pipeline::run(listings, &options, &|step| {
            bar.set_message(step.to_owned());
            bar.inc(1);
            output.detail(step);
        })
    };
    let outcomes = all.into_iter().map(fit).collect();
    bar.finish_and_clear();
    outcomes
}

/// Publishes both. What reigns goes on reigning, as with `retrain`: the tuned model is the challenger. A registry without
/// a champion gets the tuned model where it is better beyond chance, else the untuned one.
fn publish(
    args: &TuneArgs,
    listings: &[Listing],
    outcomes: &[Outcome],
    search: &Search,
    header: &Header,
) -> Result<Report> {
    let registry = Registry::open(&args.registry);
    let mut manifests = Vec::with_capacity(outcomes.len());
    for outcome in outcomes {
        manifests.extend(train::publish(&registry, &outcome.trained)?);
    }
    let has_none = registry.alias(CHAMPION)?.is_none();
    let (mut comparison, mut decision) = (Vec::new(), None);
    match (outcomes, &manifests[..]) {
        ([tuned, untuned], [of_tuned, of_untuned]) => {
            let [tuned, untuned] = [tuned, untuned].map(|own| predictions(own, listings));
            comparison = versus::compare(&untuned, &tuned, args.data.seed)?;
            let own = Decision::of(&comparison, of_untuned, of_tuned);
            let reason = args.reason.reason(&own.why);
            if has_none {
                let is_better = own.verdict == Verdict::Better;
                let first = if is_better { of_tuned } else { of_untuned };
                registry.promote(&first.version, &reason)?;
            }
            if registry.alias(CHAMPION)?.as_ref() != Some(&of_tuned.version) {
                registry.challenge(&of_tuned.version, &reason)?;
            }
            decision = Some(own);
        }
        (_, [untuned, ..]) if has_none => {
            let reason = args.reason.reason("no trial was better");
            registry.promote(&untuned.version, &reason)?;
        }
        _ => {}
    }
    Ok(Report::new(print::Parts {
        header,
        search,
        outcomes,
        manifests: &manifests,
        champion: registry.alias(CHAMPION)?.unwrap_or_default(),
        challenger: registry.alias(CHALLENGER)?,
        comparison,
        decision,
    }))
}

fn predictions(outcome: &Outcome, listings: &[Listing]) -> Predictions {
    let rows: Vec<&Listing> = outcome.test.iter().map(|row| &listings[*row]).collect();
    let predicted = outcome.trained.first().map(|own| own.predicted.clone());
    versus::predictions(&rows, predicted.unwrap_or_default(), None)
}
