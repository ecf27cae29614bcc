//! Flags of `ablate` and `learning-curve`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use models::Family;

use super::{DataArgs, ParamsArgs, values};

/// A family that is fitted again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StudiedFamily {
    /// Log-price ridge
    Ridge,
    /// Random forest
    RandomForest,
    /// Gradient-boosted trees
    GradientBoosting,
}

impl StudiedFamily {
    /// The family.
    pub fn family(self) -> Family {
        match self {
            Self::Ridge => Family::Ridge,
            Self::RandomForest => Family::RandomForest,
            Self::GradientBoosting => Family::GradientBoosting,
        }
    }
}

/// Flags of `ablate`.
#[derive(Debug, Clone, Args)]
pub struct AblateArgs {
    /// Family to fit
    #[arg(long, value_enum, default_value_t = StudiedFamily::GradientBoosting)]
    pub family: StudiedFamily,
    /// Listings.
    #[command(flatten)]
    pub data: DataArgs,
    /// Parameters.
    #[command(flatten)]
    pub params: ParamsArgs,
}

/// Flags of `learning-curve`.
#[derive(Debug, Clone, Args)]
pub struct LearningCurveArgs {
    /// Family to fit
    #[arg(long, value_enum, default_value_t = StudiedFamily::GradientBoosting)]
    pub family: StudiedFamily,
    /// Shares of the training rows; sellers and cars are kept whole, and each share holds the smaller ones
    #[arg(
        long,
        value_name = "SHARE",
        value_delimiter = ',',
        default_value = "0.05,0.1,0.2,0.4,0.7,1",
        value_parser = values::share
    )]
    pub shares: Vec<f64>,
    /// Curve to write, as `evaluate report --learning-curve` reads it
    #[arg(short, long, value_name = "FILE.json")]
    pub out: PathBuf,
    /// Listings.
    #[command(flatten)]
    pub data: DataArgs,
    /// Parameters.
    #[command(flatten)]
    pub params: ParamsArgs,
}
