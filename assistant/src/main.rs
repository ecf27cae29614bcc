//! The program `assistant`: flags in, exit code out.

use std::process::ExitCode;

use assistant::command::{self, Cli, Exit};
use clap::Parser;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers, on stdout; the rest are mistakes. A closed pipe is neither.
            let _closed = error.print();
            return if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Ok
            }
            .into();
        }
    };
    match std::panic::catch_unwind(|| command::run(&cli)) {
        Ok(Ok(())) => Exit::Ok.into(),
        Ok(Err(error)) => {
            command::print_error(&error);
            error.exit().into()
        }
        Err(_) => Exit::Bug.into(),
    }
}
