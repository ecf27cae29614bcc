//! The program `evaluate`: flags in, exit code out.

use std::process::ExitCode;

use clap::Parser;
use datasets::terminal::{self, Exit};
use eval::command::{self, Cli};

fn main() -> ExitCode {
    terminal::catch_reports();
    match Cli::try_parse() {
        Ok(cli) => terminal::end("evaluate", || command::run(&cli)),
        Err(error) => {
            // Help and version are answers, on stdout; the rest are mistakes. A closed pipe is neither.
            let _ = error.print();
            if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Ok
            }
            .into()
        }
    }
}
