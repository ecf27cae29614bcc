//! The analyst's command line: import, profile, train, tune, retrain, ablate, learning-curve, predict, synthesize, and
//! the registry: models, promote, rollback, history, gc.
//!
//! [`cli`] declares the flags, [`run`] picks the command, one module each carries it out. Commands print data on
//! stdout and everything else on stderr through [`Output`]; what fails is an [`Error`], which alone decides the
//! [`Exit`] code.

pub mod ablate;
pub mod cli;
pub mod decision;
pub mod error;
pub mod format;
pub mod gc;
pub mod history;
pub mod import;
pub mod inventory;
pub mod learning_curve;
pub mod load;
pub mod params;
pub mod pipeline;
pub mod predict;
pub mod profile;
pub mod progress;
pub mod promote;
pub mod retrain;
pub mod synthesize;
pub mod table;
pub mod train;
pub mod tune;
pub mod versus;

pub use datasets::terminal::{Exit, Output};
pub use error::{Error, Result};

use cli::{Cli, Command};

/// Carries out the command that was asked for.
///
/// # Errors
/// Whatever the command fails with.
pub fn run(cli: &Cli) -> Result<()> {
    let output = cli.output.output();
    match &cli.command {
        Command::Import(args) => import::run(args, output),
        Command::Profile(args) => profile::run(args, output),
        Command::Train(args) => train::run(args, output),
        Command::Tune(args) => tune::run(args, output),
        Command::Retrain(args) => retrain::run(args, output),
        Command::Ablate(args) => ablate::run(args, output),
        Command::LearningCurve(args) => learning_curve::run(args, output),
        Command::Predict(args) => predict::run(args, output),
        Command::Models(args) => inventory::run(args, output),
        Command::Promote(args) => promote::promote(args, output),
        Command::Rollback(args) => promote::rollback(args, output),
        Command::History(args) => history::run(args, output),
        Command::Gc(args) => gc::run(args, output),
        Command::Synthesize(args) => synthesize::run(args, output),
    }
}
