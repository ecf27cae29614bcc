//! Flags of `retrain`.

use std::path::PathBuf;

use clap::Args;

use super::{DataArgs, FamilyArg, ParamsArgs, ReasonArgs, RefitArgs};

/// Flags of `retrain`.
#[derive(Debug, Clone, Args)]
pub struct RetrainArgs {
    /// Directory of the models, with a champion, or s3://BUCKET/PREFIX, gs://…, az://…
    #[arg(long, value_name = "DIR|URL", env = "GIAXE_REGISTRY")]
    pub registry: PathBuf,
    /// Exports to import first: their rows are appended to the file of `--listings`
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub import: Vec<PathBuf>,
    /// Judge by held-out rows that were listed after the champion's data end, which it cannot have learned from
    #[arg(long)]
    pub since_champion: bool,
    /// Make the challenger the champion where it is better beyond chance
    #[arg(long)]
    pub promote_if_better: bool,
    /// Family to fit; the champion's where not given
    #[arg(long, value_enum, num_args = 1..)]
    pub family: Vec<FamilyArg>,
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
