//! The program `evaluate`: flags in, exit code out.

use std::process::ExitCode;

use clap::Parser;
use datasets::terminal;
use eval::command::{self, Cli};

fn main() -> ExitCode {
    terminal::catch_reports();
    let cli = Cli::parse();
    terminal::end("evaluate", || command::run(&cli))
}
