//! The program `trainer`: flags in, exit code out.

use std::process::ExitCode;

use clap::Parser;
use datasets::terminal;
use trainer::cli::Cli;

fn main() -> ExitCode {
    terminal::catch_reports();
    let cli = Cli::parse();
    terminal::end("trainer", || trainer::run(&cli))
}
