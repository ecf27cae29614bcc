//! Flags of `tune`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{DataArgs, ReasonArgs, RefitArgs, values};

/// Flags of `tune`.
#[derive(Debug, Clone, Args)]
pub struct TuneArgs {
    /// Directory of the models, made where it does not exist, or s3://BUCKET/PREFIX, gs://…, az://…
    #[arg(long, value_name = "DIR|URL", env = "GIAXE_REGISTRY")]
    pub registry: PathBuf,
    /// Time for the search. The fit that is under way is finished, and the models are fitted after that
    #[arg(long, default_value_t = 15.0, value_parser = values::minutes)]
    pub minutes: f64,
    /// Begin no trial beyond this number; without it, as many as there is time for
    #[arg(long, value_name = "N")]
    pub trials: Option<usize>,
    /// Metric to minimise on the validation rows
    #[arg(long, value_enum, default_value_t = Objective::Mae)]
    pub objective: Objective,
    /// Parameters that won, to be given to `train --params`
    #[arg(short, long, value_name = "FILE.toml", default_value = "tuned.toml")]
    pub out: PathBuf,
    /// Log of the trials; an interrupted search resumes from it [default: beside the parameters, .jsonl]
    #[arg(long, value_name = "FILE.jsonl")]
    pub log: Option<PathBuf>,
    /// Listings.
    #[command(flatten)]
    pub data: DataArgs,
    /// What the published model is fitted on.
    #[command(flatten)]
    pub refit: RefitArgs,
    /// Who and why.
    #[command(flatten)]
    pub reason: ReasonArgs,
}

impl TuneArgs {
    /// The log's path.
    pub fn log(&self) -> PathBuf {
        let beside = || self.out.with_extension("jsonl");
        self.log.clone().unwrap_or_else(beside)
    }
}

/// Scores that a search can make small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Objective {
    /// Mean absolute error
    Mae,
    /// Mean absolute percentage error
    Mape,
    /// Median absolute percentage error
    Mdape,
}

impl Objective {
    /// The name in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mae => "mae",
            Self::Mape => "mape",
            Self::Mdape => "mdape",
        }
    }

    /// Its value among the scores.
    pub fn of(self, scores: &eval::PriceScores) -> f64 {
        match self {
            Self::Mae => scores.mae,
            Self::Mape => scores.mape,
            Self::Mdape => scores.mdape,
        }
    }
}
