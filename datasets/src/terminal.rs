//! What every command line of giaxe does alike: streams, exit codes, errors with hints, reports of its own bugs.

mod bug;
mod end;
mod exit;
mod output;

pub use bug::catch_reports;
pub use end::{Failure, end, io_hint, print_error};
pub use exit::Exit;
pub use output::Output;
