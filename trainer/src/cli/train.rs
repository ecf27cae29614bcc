//! Flags of `train`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use models::Family;

use super::{DataArgs, ParamsArgs, ReasonArgs, RefitArgs};

/// Flags of `train`.
#[derive(Debug, Clone, Args)]
pub struct TrainArgs {
    /// Directory of the models, made where it does not exist, or s3://BUCKET/PREFIX, gs://…, az://…
    #[arg(long, value_name = "DIR|URL", env = "GIAXE_REGISTRY")]
    pub registry: PathBuf,
    /// Family to fit; may be given several times
    #[arg(long, value_enum, default_value = "all", num_args = 1..)]
    pub family: Vec<FamilyArg>,
    /// Write the whole evaluation as JSON
    #[arg(long, value_name = "FILE.json")]
    pub report: Option<PathBuf>,
    /// What the best model of this run becomes
    #[arg(long = "as", value_name = "ALIAS", value_enum, default_value_t = PublishArg::Champion)]
    pub publish_as: PublishArg,
    /// Listings.
    #[command(flatten)]
    pub data: DataArgs,
    /// Parameters.
    #[command(flatten)]
    pub params: ParamsArgs,
    /// What the published model is fitted on.
    #[command(flatten)]
    pub refit: RefitArgs,
    /// Who and why.
    #[command(flatten)]
    pub reason: ReasonArgs,
}

impl TrainArgs {
    /// The families to fit, each once, simplest first.
    pub fn families(&self) -> Vec<Family> {
        let asked = |family: &Family| {
            let named = |arg: &FamilyArg| arg.family().is_none_or(|named| named == *family);
            self.family.iter().any(named)
        };
        Family::ALL.iter().copied().filter(asked).collect()
    }
}

/// A model family, or all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FamilyArg {
    /// Every family
    All,
    /// Median of make, model and year
    Baseline,
    /// Log-price ridge
    Ridge,
    /// Random forest
    RandomForest,
    /// Gradient-boosted trees
    GradientBoosting,
    /// Weighted mean of ridge, forest and boosting; published where it beats them on rows that they did not see
    Blend,
}

impl FamilyArg {
    /// The family that is named; none for all of them.
    pub fn family(self) -> Option<Family> {
        match self {
            Self::All => None,
            Self::Baseline => Some(Family::Baseline),
            Self::Ridge => Some(Family::Ridge),
            Self::RandomForest => Some(Family::RandomForest),
            Self::GradientBoosting => Some(Family::GradientBoosting),
            Self::Blend => Some(Family::Blend),
        }
    }
}

/// What the best model of a run becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PublishArg {
    /// The champion, unless that one was trained on the very same rows and is better
    Champion,
    /// The challenger, which `trainer promote challenger` makes the champion
    Challenger,
    /// Nothing: every model is published, and no alias changes
    None,
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::{Cli, Command};

    fn families(flags: &str) -> Vec<Family> {
        let line = format!("trainer train --registry r --listings a.parquet {flags}");
        let cli = Cli::try_parse_from(line.split_whitespace()).expect("valid flags");
        let Command::Train(args) = cli.command else {
            panic!("not `train`");
        };
        args.families()
    }

    #[test]
    fn families_are_fitted_once_and_in_order() {
        assert_eq!(families(""), Family::ALL);
        assert_eq!(families("--family all --family ridge"), Family::ALL);
        assert_eq!(
            families("--family gradient-boosting --family ridge --family ridge"),
            [Family::Ridge, Family::GradientBoosting]
        );
    }
}
