//! What users get wrong, each with the error that it gets: a message that names the value or the place and what would
//! be right, the documented exit code or status, nothing written, and never a panic.

/// Artifacts that were damaged on disk, or forged.
mod artifacts;
/// JSON bodies and requests.
mod bodies;
/// Flags, listings and mapping files of `trainer`.
mod command_line;
/// Flags and settings of `serve`.
mod settings;

use tests::Ended;

/// Asserts that a command refused what it got.
fn refused(case: &str, ended: &Ended, code: i32, says: &[&str]) {
    let said = &ended.stderr;
    assert_eq!(ended.code, Some(code), "{case}: {said}");
    assert!(!said.contains("panicked"), "{case}: {said}");
    for part in says {
        assert!(said.contains(part), "{case}: `{part}` is not in: {said}");
    }
}
