//! What every command line of giaxe does alike: streams, exit codes, errors with hints, reports of its own bugs.

mod bug;
mod end;
mod exit;
#[cfg(feature = "cli")]
mod flags;
mod output;

pub use bug::catch_reports;
pub use end::{Failure, end, io_hint, print_error};
pub use exit::Exit;
#[cfg(feature = "cli")]
pub use flags::{DetailedOutputArgs, OutputArgs};
pub use output::Output;
