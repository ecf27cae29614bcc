//! One run of a binary, to its end.

use std::{ffi::OsStr, process::Command};

use crate::binary;

/// How a process ended and what it said.
#[derive(Debug)]
pub struct Ended {
    /// Exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// Runs the binary `name` with `args` to its end.
pub fn run(name: &str, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ended {
    run_in(&[], name, args)
}

/// The same, with variables added to its environment.
pub fn run_in(
    env: &[(&str, String)],
    name: &str,
    args: impl IntoIterator<Item = impl AsRef<OsStr>>,
) -> Ended {
    let ended = Command::new(binary(name))
        .args(args)
        .envs(env.iter().map(|(name, value)| (name, value)))
        .output()
        .expect("the binary starts");
    Ended {
        code: ended.status.code(),
        stdout: String::from_utf8_lossy(&ended.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&ended.stderr).into_owned(),
    }
}

impl Ended {
    /// The same, when it ended well.
    ///
    /// # Panics
    /// When it did not, with what it said.
    #[must_use]
    pub fn expect_success(self, what: &str) -> Self {
        assert_eq!(self.code, Some(0), "{what}: {}", self.stderr);
        self
    }
}
