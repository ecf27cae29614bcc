//! Flags of every command that trains: which rows, which of them judge, and how models are fitted.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{CleaningArgs, MappingArgs, values};
use crate::Result;
use crate::load::{Constant, LoadOptions, read_rules};
use crate::params::{Features, HalfLife, Params};
use crate::pipeline::Holdout;

/// Listings and the rows among them that judge.
#[derive(Debug, Clone, Args)]
pub struct DataArgs {
    /// Listings: our Parquet, or any export that a mapping fits; may be given several times
    #[arg(long, required = true, value_name = "FILE", num_args = 1..)]
    pub listings: Vec<PathBuf>,
    /// Same seed and same listings, same models to the byte
    #[arg(long, default_value_t = 42)]
    pub seed: u64,
    /// How the rows that judge the models are set apart
    #[arg(long, value_enum, default_value_t = HoldoutArg::Grouped)]
    pub holdout: HoldoutArg,
    /// One group, day or car in so many is held out
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = values::buckets)]
    pub holdout_buckets: u64,
    /// How columns are read.
    #[command(flatten)]
    pub mapping: MappingArgs,
    /// How rows are cleaned.
    #[command(flatten)]
    pub cleaning: CleaningArgs,
}

impl DataArgs {
    /// How rows are set apart.
    pub fn holdout(&self) -> Holdout {
        let (buckets, fraction) = (self.holdout_buckets, 1.0 / self.holdout_buckets as f64);
        match self.holdout {
            HoldoutArg::Grouped => Holdout::Grouped { buckets },
            HoldoutArg::Time => Holdout::Time { fraction },
            HoldoutArg::Hash => Holdout::Hash { fraction },
        }
    }

    /// How files become listings.
    ///
    /// # Errors
    /// As [`MappingArgs::load_options`].
    pub fn load_options(&self) -> Result<LoadOptions> {
        self.mapping.load_options(&self.cleaning)
    }
}

impl MappingArgs {
    /// How files become listings, with rows cleaned as `cleaning` says.
    ///
    /// # Errors
    /// As [`read_rules`].
    pub fn load_options(&self, cleaning: &CleaningArgs) -> Result<LoadOptions> {
        let constant = |field: &str, value: &Option<String>| {
            value.as_ref().map(|value| Constant {
                field: field.to_owned(),
                value: value.clone(),
            })
        };
        let mut constants = self.set.clone();
        constants.extend(constant("listed_on", &self.listed_on));
        constants.extend(constant("source", &self.source));
        let rules = cleaning.rules.as_deref().map(read_rules).transpose()?;
        Ok(LoadOptions {
            mapping: self.mapping.clone(),
            constants,
            rules: rules.unwrap_or_default(),
            dedupe: !cleaning.no_dedupe,
            trace_rejects: false,
            append_to: None,
        })
    }
}

/// What a published model is fitted on.
#[derive(Debug, Clone, Copy, Args)]
pub struct RefitArgs {
    /// Leave the best model as it was measured; without it, it is fitted once more on all rows, the hold-out included
    #[arg(long)]
    pub no_refit: bool,
}

/// How models are fitted.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Parameters")]
pub struct ParamsArgs {
    /// Parameters that differ from the built-in ones, as `trainer tune` writes them
    #[arg(long, value_name = "FILE.toml", long_help = crate::params::help())]
    pub params: Option<PathBuf>,
    /// Days after which a row counts half, or `none`; in place of what the parameters say (a year)
    #[arg(long, value_name = "DAYS|none", value_parser = values::half_life)]
    pub half_life_days: Option<HalfLife>,
    /// What models look at, in place of what the parameters say (full)
    #[arg(long, value_enum)]
    pub features: Option<Features>,
}

impl ParamsArgs {
    /// The parameters: those of the file, else `fallback`, with what the flags say in their place.
    ///
    /// # Errors
    /// As [`Params::read`].
    pub fn params(&self, fallback: Params) -> Result<Params> {
        let mut params = match &self.params {
            Some(path) => Params::read(path)?,
            None => fallback,
        };
        if let Some(half_life) = self.half_life_days {
            params.half_life_days = half_life;
        }
        if let Some(features) = self.features {
            params.features = features;
        }
        Ok(params)
    }
}

/// How the rows that judge the models are set apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HoldoutArg {
    /// Rows of the newest month by test sellers; no seller and no car on both sides
    Grouped,
    /// The newest rows; no car on both sides
    Time,
    /// Cars by their hash, of any day
    Hash,
}
