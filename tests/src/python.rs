//! Python, for tests against programs that are written in it.

use std::{path::PathBuf, process::Command};

use crate::skip;

/// The first interpreter that can import `modules`: `$GIAXE_PYTHON`, else `python3`. None, with a line that says so,
/// where there is none.
pub fn python(test: &str, modules: &str) -> Option<PathBuf> {
    let named = std::env::var_os("GIAXE_PYTHON").map(PathBuf::from);
    let found = named.into_iter().chain(["python3".into()]).find(|python| {
        let program = format!("import {modules}");
        let ended = Command::new(python).args(["-c", &program]).output();
        ended.is_ok_and(|ended| ended.status.success())
    });
    if found.is_none() {
        skip(test, &format!("Python with {modules} (GIAXE_PYTHON)"));
    }
    found
}
