//! The program `assistant`: flags in, exit code out.

use std::process::ExitCode;

use assistant::command::{self, Cli};
use clap::Parser;
use datasets::terminal;

fn main() -> ExitCode {
    terminal::catch_reports();
    let cli = Cli::parse();
    terminal::end("assistant", || command::run(&cli))
}
