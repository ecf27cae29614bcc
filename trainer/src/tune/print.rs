//! How a search is told: live on the terminal, and at the end as tables or JSON.

// Writing to a String cannot fail.
use std::fmt::Write as _;

use eval::sheet::{Group, Verdict};
use indicatif::ProgressBar;
use models::Manifest;
use serde::Serialize;

use super::{
    log::Header,
    search::{self, Key, Place, Search},
    space,
};
use crate::{
    Output,
    decision::Decision,
    format,
    params::{HalfLife, Params},
    pipeline::{Assessment, Outcome},
    progress, table, versus,
};

/// Trials on the live board, and in the final table.
const SHOWN: (usize, usize) = (6, 12);

/// The leaderboard while the search goes on: a block of lines that is drawn again on a terminal, a line at each new
/// leader elsewhere.
pub(super) struct Board {
    output: Output,
    bar: ProgressBar,
    n_splits: usize,
    seed: u64,
    leader: std::cell::Cell<usize>,
}

impl Board {
    pub(super) fn new(output: Output, n_splits: usize, seed: u64) -> Self {
        Self {
            output,
            bar: progress::board(output),
            n_splits,
            seed,
            leader: std::cell::Cell::new(search::UNTUNED),
        }
    }

    /// Draws the board; `next` is what is measured now.
    pub(super) fn show(&self, search: &Search, next: Option<Key>) {
        let winner = search.winner();
        let is_new = self.leader.replace(winner.trial) != winner.trial;
        if self.bar.is_hidden() {
            if is_new {
                let params = space::params(self.seed, winner.trial, search);
                self.output.note(format_args!(
                    "after {} fits trial {} leads, {:.4} of the untuned error: {}",
                    search.measured(),
                    winner.trial,
                    winner.score,
                    describe(&params)
                ));
            }
            return;
        }
        let mut places = search.places();
        places.truncate(SHOWN.0);
        let tried = tried(&places, self.seed, search);
        let mut text = table::render(&board(&tried, self.n_splits));
        if let Some((trial, split)) = next {
            let _ = write!(
                text,
                "trial {trial} on split {} of {}; {} fits so far",
                split + 1,
                self.n_splits,
                search.measured()
            );
        }
        self.bar.set_message(text);
    }

    /// Takes the board away: the tables at the end say more.
    pub(super) fn finish(&self, search: &Search) {
        self.bar.finish_and_clear();
        let winner = search.winner();
        self.output.note(format_args!(
            "{} fits of {} trials; trial {} won",
            search.measured(),
            search.places().len(),
            winner.trial
        ));
        if winner.n_splits == 0 {
            self.output
                .warn("there was no time to measure one trial on every split: nothing was tuned");
        }
    }
}

fn tried(places: &[Place], seed: u64, search: &Search) -> Vec<Tried> {
    let tried = places.iter().map(|place| Tried {
        trial: place.trial,
        score: place.score,
        n_splits: place.n_splits,
        params: space::params(seed, place.trial, search),
    });
    tried.collect()
}

fn board(tried: &[Tried], n_splits: usize) -> datasets::clean::Table {
    let mut board = table::with_header(&["trial", "of the untuned error", "splits", "parameters"]);
    for own in tried {
        let name = if own.trial == search::UNTUNED {
            "untuned".to_owned()
        } else {
            own.trial.to_string()
        };
        board.rows.push(vec![
            name,
            format!("{:.4}", own.score),
            format!("{} of {n_splits}", own.n_splits),
            describe(&own.params),
        ]);
    }
    board
}

/// What tells a trial from others, in a line.
fn describe(params: &Params) -> String {
    let own = params.boosting.first().copied().unwrap_or_default();
    let half_life = match params.half_life_days {
        HalfLife::Days(days) => format!("{days:.0} d"),
        HalfLife::Off(_) => "none".to_owned(),
    };
    let alphas: Vec<String> = params
        .ridge
        .alphas
        .iter()
        .map(ToString::to_string)
        .collect();
    format!(
        "{}, half-life {half_life}, alpha {}, depth {}, eta {}, leaf {}, lambda {}, rows {}, columns {}, {}limit {}",
        params.features.as_str(),
        alphas.join("|"),
        own.depth,
        own.eta,
        own.min_child_weight,
        own.lambda,
        own.subsample,
        own.colsample,
        own.huber_slope
            .map_or_else(String::new, |slope| format!("pseudo-Huber {slope}, ")),
        own.residual_limit
    )
}

/// What the report is made of.
pub(super) struct Parts<'a> {
    pub(super) header: &'a Header,
    pub(super) search: &'a Search,
    /// The tuned model's, then the untuned one's where they differ.
    pub(super) outcomes: &'a [Outcome],
    pub(super) manifests: &'a [Manifest],
    pub(super) champion: String,
    pub(super) challenger: Option<String>,
    pub(super) comparison: Vec<Group>,
    /// `None` if nothing beat the built-in parameters.
    pub(super) decision: Option<Decision>,
}

/// What `--json` prints.
#[derive(Serialize)]
pub(super) struct Report {
    search: Header,
    fits: usize,
    trials: Vec<Tried>,
    chosen: usize,
    params: Params,
    n_train: usize,
    n_test: usize,
    /// As `train` reports it, so that `evaluate report --leaderboard` reads it.
    leaderboard: Vec<Model>,
    /// The tuned model against the untuned one on the hold-out.
    comparison: Vec<Group>,
    champion: String,
    challenger: Option<String>,
    verdict: Option<Verdict>,
    why: Option<String>,
    #[serde(skip)]
    currency: String,
}

#[derive(Serialize)]
struct Tried {
    trial: usize,
    score: f64,
    n_splits: usize,
    params: Params,
}

#[derive(Serialize)]
struct Model {
    name: &'static str,
    family: &'static str,
    version: String,
    hyperparameters: String,
    fit_s: f64,
    scores: Assessment,
}

impl Report {
    pub(super) fn new(parts: Parts<'_>) -> Self {
        let seed = parts.header.seed;
        let winner = parts.search.winner();
        let names = if parts.outcomes.len() > 1 {
            ["tuned", "untuned"]
        } else {
            ["untuned", ""]
        };
        let trained = parts.outcomes.iter().filter_map(|own| own.trained.first());
        let leaderboard = trained
            .zip(parts.manifests)
            .zip(names)
            .map(|((trained, manifest), name)| Model {
                name,
                family: manifest.family.as_str(),
                version: manifest.version.clone(),
                hyperparameters: trained.chosen.clone(),
                fit_s: trained.fit_s,
                scores: trained.assessment.clone(),
            })
            .collect();
        let first = parts.outcomes.first();
        Self {
            search: parts.header.clone(),
            fits: parts.search.measured(),
            trials: tried(&parts.search.places(), seed, parts.search),
            chosen: winner.trial,
            params: space::params(seed, winner.trial, parts.search),
            n_train: first.map_or(0, |own| own.n_train),
            n_test: first.map_or(0, |own| own.test.len()),
            leaderboard,
            comparison: parts.comparison,
            champion: parts.champion,
            challenger: parts.challenger,
            verdict: parts.decision.as_ref().map(|own| own.verdict),
            why: parts.decision.map(|own| own.why),
            currency: parts
                .manifests
                .first()
                .map(|own| own.currency.to_string())
                .unwrap_or_default(),
        }
    }

    pub(super) fn print(&self) -> String {
        let shown = &self.trials[..self.trials.len().min(SHOWN.1)];
        let mut text = table::render(&board(shown, self.search.splits.len()));
        let _ = writeln!(
            text,
            "\non the hold-out: {} rows trained on, {} held out",
            format::count(self.n_train),
            format::count(self.n_test)
        );
        text += &table::render(&self.models());
        if self.comparison.is_empty() {
            text += "\nno trial beat the built-in parameters: nothing to compare\n";
        } else {
            text += "\n";
            let names = ["untuned", "tuned"];
            text += &table::render(&versus::table(&self.comparison, names, &self.currency));
        }
        if let Some(why) = &self.why {
            let _ = writeln!(text, "\n{why}");
        }
        let _ = writeln!(text, "champion: {}", self.champion);
        let tuned = self.leaderboard.first().map(|own| own.version.as_str());
        let challenger = self.challenger.as_deref();
        if let Some(challenger) = challenger.filter(|own| Some(*own) == tuned) {
            let _ = writeln!(
                text,
                "challenger: {challenger}; `trainer promote challenger` makes it the champion"
            );
        }
        text
    }

    fn models(&self) -> datasets::clean::Table {
        let mut models = table::with_header(&[
            "model",
            "version",
            "MAE",
            "MAPE",
            "MdAPE",
            "within 10 %",
            "in 80 %",
            "fit s",
            "chosen",
        ]);
        models.header[2] = format!("MAE {}", format::unit(&self.currency));
        for own in &self.leaderboard {
            let scores = &own.scores.all;
            models.rows.push(vec![
                own.name.to_owned(),
                own.version.clone(),
                format::amount(scores.mae, &self.currency),
                format::percent(scores.mape),
                format::percent(scores.mdape),
                format::percent(scores.within_10),
                format::percent(own.scores.ranges[1].all.coverage),
                format!("{:.1}", own.fit_s),
                own.hyperparameters.clone(),
            ]);
        }
        models
    }
}
