//! Flags that say what is scored and how, the same for every command.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use datasets::split::Holdout;
use models::features::view::View;

use crate::{bootstrap::Plan, price::Settings};

/// What tells segments apart where nothing is named.
const DEFAULT_BY: &str = "make,age,price,source,province";

/// What is scored: a model over listings, or a file of predictions.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "What is scored")]
pub struct ModelArgs {
    /// Directory of the models
    #[arg(long, value_name = "DIR", env = "GIAXE_REGISTRY")]
    pub registry: Option<PathBuf>,
    /// Model of the registry, an alias or a version: `champion` where absent, `challenger` for `compare`
    #[arg(long, visible_alias = "challenger", value_name = "REF")]
    pub model: Option<String>,
    /// Listings: our Parquet, or any export that a mapping fits; may be given several times
    #[arg(long, num_args = 1.., value_name = "FILE")]
    pub listings: Vec<PathBuf>,
    /// Built-in mapping or TOML file that reads their columns; found by the header where absent
    #[arg(long, value_name = "NAME|FILE")]
    pub mapping: Option<String>,
    /// Which of the listings are scored
    #[arg(long, value_enum, default_value_t)]
    pub rows: RowsArg,
    /// Which fields of a listing the model is shown
    #[arg(long, value_enum, default_value_t)]
    pub fields: FieldsArg,
    /// How training set rows apart, so that they can be found again
    #[arg(long, value_enum, default_value_t)]
    pub holdout: HoldoutArg,
    /// One group, day or car in so many was set apart
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(2..=1000))]
    pub holdout_buckets: u64,
    /// Predictions in place of a model: Parquet, CSV or NDJSON with `actual` and `predicted`
    #[arg(long, value_name = "FILE")]
    pub predictions: Option<PathBuf>,
    /// Currency of the predictions
    #[arg(long, value_name = "CODE", default_value = "VND")]
    pub currency: String,
}

/// What it is compared with.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "What it is compared with")]
pub struct ChampionArgs {
    /// Model of the registry, an alias or a version: `champion` for `compare`
    #[arg(long, value_name = "REF")]
    pub champion: Option<String>,
    /// The champion's predictions for the same rows
    #[arg(long, value_name = "FILE")]
    pub champion_predictions: Option<PathBuf>,
}

/// How it is scored.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Scoring")]
pub struct ScoringArgs {
    /// What tells segments apart: age, price, or a column; `none` for all rows alone
    #[arg(
        long,
        value_delimiter = ',',
        value_name = "NAME,…",
        default_value = DEFAULT_BY
    )]
    pub by: Vec<String>,
    /// Rows below which a segment is folded into `other`
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub min_n: usize,
    /// Bootstrap replicates behind each interval
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    pub replicates: usize,
    /// Same seed, same intervals
    #[arg(long, default_value_t = 42)]
    pub seed: u64,
    /// Level of the intervals
    #[arg(long, default_value_t = 0.95)]
    pub confidence: f64,
    /// What is drawn as one
    #[arg(long, value_enum, default_value_t)]
    pub resample: Resample,
}

impl ScoringArgs {
    /// Whether nothing was named that tells segments apart.
    pub fn is_default_by(&self) -> bool {
        self.by.join(",") == DEFAULT_BY
    }

    /// As the scores take it.
    pub fn settings(&self) -> Settings {
        let by = self.by.iter().filter(|by| *by != "none").cloned();
        Settings {
            plan: Plan {
                replicates: self.replicates,
                seed: self.seed,
                confidence: self.confidence,
            },
            by_seller: self.resample == Resample::Seller,
            min_n: self.min_n,
            by: by.collect(),
        }
    }
}

impl ModelArgs {
    /// How training set rows apart.
    pub fn holdout(&self) -> Holdout {
        let (buckets, fraction) = (self.holdout_buckets, 1.0 / self.holdout_buckets as f64);
        match self.holdout {
            HoldoutArg::Grouped => Holdout::Grouped { buckets },
            HoldoutArg::Time => Holdout::Time { fraction },
            HoldoutArg::Hash => Holdout::Hash { fraction },
        }
    }
}

/// Which listings are scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum RowsArg {
    /// Those that training set apart, where they can be found again; else all, with a warning where some may have been
    /// trained on
    #[default]
    Auto,
    /// Those only that no model was trained on for certain
    Unseen,
    /// All of them
    All,
}

/// Which fields of a listing the model is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum FieldsArg {
    /// All that callers can say
    #[default]
    All,
    /// What the marketplace's backend sends: make, model, year, odometer, version, gearbox and place
    Backend,
}

impl FieldsArg {
    /// The view of a listing.
    pub fn view(self) -> View {
        match self {
            Self::All => View::FULL,
            Self::Backend => View::BACKEND,
        }
    }
}

/// How training set rows apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum HoldoutArg {
    /// Rows of the newest month by test sellers
    #[default]
    Grouped,
    /// The newest rows
    Time,
    /// Cars by their hash
    Hash,
}

/// What the bootstrap draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Resample {
    /// Sellers with all their cars, for these resemble each other; rows where no seller is known
    #[default]
    Seller,
    /// Single rows
    Row,
}
