//! The program `evaluate`: flags in, exit code out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::Parser;
use eval::command::{self, Cli, Exit, bug, print_error};

fn main() -> ExitCode {
    bug::catch_reports();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers, on stdout; the rest are mistakes. A closed pipe is neither.
            let _ = error.print();
            let exit = if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Ok
            };
            return exit.into();
        }
    };
    match catch_unwind(AssertUnwindSafe(|| command::run(&cli))) {
        Ok(Ok(())) => Exit::Ok.into(),
        Ok(Err(error)) => {
            print_error(&error);
            error.exit().into()
        }
        Err(_) => {
            bug::print_report();
            Exit::Bug.into()
        }
    }
}
