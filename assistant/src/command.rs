//! The editor's command line: import a FAQ, index it, ask it, see what it could not answer, tune it.

mod ask;
mod cli;
mod corpus;
mod embedder;
mod error;
mod tune;

use std::io::{self, Write};

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

pub use cli::{Cli, Command};
pub use error::{Error, Exit, Result};

/// Carries out the command that was asked for.
///
/// # Errors
/// Whatever the command fails with.
pub fn run(cli: &Cli) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    match &cli.command {
        Command::Import(args) => corpus::import(args, &cli.common),
        Command::Index(args) => runtime.block_on(corpus::index(args, &cli.common)),
        Command::Search(args) => runtime.block_on(ask::search(args, &cli.common)),
        Command::Ask(args) => runtime.block_on(ask::ask(args, &cli.common)),
        Command::Unanswered => ask::unanswered(&cli.common),
        Command::Tune(args) => runtime.block_on(tune::run(args, &cli.common)),
        Command::ImportEmbedder(args) => embedder::import(args, &cli.common),
    }
}

/// Says on stderr why a command failed, and what can be done about it.
#[expect(clippy::print_stderr, reason = "errors of a command go to stderr")]
pub fn print_error(error: &Error) {
    eprintln!("error: {error}");
    if let Some(hint) = error.hint() {
        eprintln!("hint: {hint}");
    }
}

/// Prints data on stdout. Whoever closed the pipe has read enough: that is no error.
fn print(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

fn print_json(value: &impl Serialize) -> Result<()> {
    print(&(serde_json::to_string_pretty(value).map_err(io::Error::from)? + "\n"))
}

/// Says something on stderr, unless the user wants quiet.
#[expect(clippy::print_stderr, reason = "remarks of a command go to stderr")]
fn note(quiet: bool, text: &str) {
    if !quiet {
        eprintln!("{text}");
    }
}

/// A progress bar on stderr; invisible where stderr is no terminal or the user wants quiet.
fn progress(quiet: bool, what: &str) -> ProgressBar {
    let bar = if quiet {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(0)
    };
    let style = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len} {eta}")
        .expect("the template is a constant");
    bar.set_style(style);
    bar.set_message(what.to_owned());
    bar
}
