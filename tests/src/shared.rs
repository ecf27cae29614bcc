//! Material that lies outside of the project, and what a test does without it.

use std::{io::Write as _, path::PathBuf};

use crate::workspace_root;

/// `path` under the directory of shared material: `$GIAXE_SHARED`, or `../shared` beside the workspace. `None` if it
/// is absent; the caller then calls [`skip`].
pub fn shared(path: &str) -> Option<PathBuf> {
    let dir = std::env::var_os("GIAXE_SHARED").map_or_else(|| "../shared".into(), PathBuf::from);
    let path = workspace_root().join(dir).join(path);
    path.exists().then_some(path)
}

/// Says that `test` did not run for want of `needs`.
pub fn skip(test: &str, needs: &str) {
    let line = format!("skipped: {test} needs {needs}\n");
    // Not through `eprintln!`: the test runner swallows what a passing test prints that way.
    std::io::stderr()
        .write_all(line.as_bytes())
        .expect("stderr takes a line");
}
