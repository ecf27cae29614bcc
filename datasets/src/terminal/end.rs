//! How a program ends: an exit code, and on stderr why.

use std::error::Error;
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use super::output::print_line;
use super::{Exit, bug};

/// An error that a program may end with.
pub trait Failure: Error {
    /// What the exit code says.
    fn exit(&self) -> Exit;

    /// What the user may do about it, where we know.
    fn hint(&self) -> Option<String>;
}

/// Does the work of `program`, and says how it ended. A panic is a bug: it is reported as
/// [`catch_reports`](super::catch_reports) noted it down.
pub fn end<E: Failure>(program: &str, work: impl FnOnce() -> Result<(), E>) -> ExitCode {
    let exit = match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(())) => Exit::Ok,
        Ok(Err(error)) => {
            print_error(&error);
            error.exit()
        }
        Err(_) => {
            bug::print_report(program);
            Exit::Bug
        }
    };
    exit.into()
}

/// What helps against a failure of the file system.
pub fn io_hint(kind: ErrorKind) -> Option<&'static str> {
    match kind {
        ErrorKind::NotFound => Some("check the path"),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            Some("choose a path that you may write to")
        }
        ErrorKind::StorageFull => Some("free space on that disk"),
        _ => None,
    }
}

/// Prints `error: …` with its causes, then a hint where there is one.
pub fn print_error(error: &impl Failure) {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        // Some errors repeat their cause themselves.
        if !message.contains(&text) {
            message = format!("{message}: {text}");
        }
        cause = error.source();
    }
    print_line(&format_args!("error: {message}"));
    if let Some(hint) = error.hint() {
        print_line(&format_args!("hint: {hint}"));
    }
}
