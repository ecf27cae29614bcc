//! Panics: kept quiet where a caller catches them (damaged Parquet makes its decoder panic, a page may trip a
//! reader), reported as bugs where nobody does.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, Write};
use std::sync::Mutex;

/// What the last panic said.
static LAST: Mutex<Option<String>> = Mutex::new(None);

/// From now on panics are noted down and no longer printed; [`end`](super::end) prints the last one.
pub fn catch_reports() {
    std::panic::set_hook(Box::new(|info| {
        let mut report = info.to_string();
        let backtrace = Backtrace::capture();
        if backtrace.status() == BacktraceStatus::Captured {
            report = format!("{report}\n{backtrace}");
        }
        if let Ok(mut last) = LAST.lock() {
            *last = Some(report);
        }
    }));
}

/// Says on stderr that `program` has a bug, what it was, and what to do.
pub(super) fn print_report(program: &str) {
    let report = LAST.lock().ok().and_then(|mut last| last.take());
    let report = report.unwrap_or_else(|| "a panic without a message".into());
    // Nothing can be done about a closed stderr.
    let _ = writeln!(
        io::stderr(),
        "error: this is a bug of {program} {}: {report}\n\
         hint: please report it with the command line and this message; RUST_BACKTRACE=1 adds where it happened",
        env!("CARGO_PKG_VERSION"),
    );
}
