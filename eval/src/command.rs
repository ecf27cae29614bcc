//! The program `evaluate`: one module a command.

pub mod cli;
mod compare;
mod drift;
mod error;
mod faq;
mod gate;
mod price;
mod report;
mod subject;

use std::path::Path;

use datasets::store::atomic;
use datasets::terminal::Output;
use serde::Serialize;

pub use cli::{Cli, Command};
pub use error::{Error, Result};

/// Carries out the command that was asked for.
///
/// # Errors
/// Whatever the command fails with.
pub fn run(cli: &Cli) -> Result<()> {
    let output = cli.output.output();
    match &cli.command {
        Command::Price(args) => price::run(args, output),
        Command::Compare(args) => compare::run(args, output),
        Command::Gate(args) => gate::run(args, output),
        Command::Report(args) => report::run(args, output),
        Command::Drift(args) => drift::run(args, output),
        Command::Faq(args) => faq::run(args, output),
    }
}

/// Writes a text: all or nothing.
fn write(path: &Path, text: &str) -> Result<()> {
    atomic::write(path, |file| {
        Ok(std::io::Write::write_all(file, text.as_bytes())?)
    })?;
    Ok(())
}

/// A value as an indented JSON document.
fn json(value: &impl Serialize) -> Result<String> {
    let text = serde_json::to_string_pretty(value).map_err(std::io::Error::from)?;
    Ok(text + "\n")
}
