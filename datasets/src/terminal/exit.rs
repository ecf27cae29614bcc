//! What a program's exit code says.

use std::process::ExitCode;

/// Exit codes, the same for every command line of giaxe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Ok = 0,
    /// Done, and a check says no: a gate, drift, a field that a site no longer shows.
    Gate = 1,
    /// Flags or a configuration file are wrong.
    Usage = 2,
    /// The data are invalid, or there are none.
    Data = 3,
    /// A file system, library, service or site let us down.
    Dependency = 4,
    /// A bug of this program.
    Bug = 70,
}

impl Exit {
    /// The codes as `--help` explains them.
    pub const HELP: &'static str = "\
Exit codes:
   0  done
   1  a gate or another check failed; each is named
   2  usage or configuration
   3  invalid or empty input
   4  a dependency or I/O failed, or a site blocks
  70  a bug of this program";
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_every_code() {
        let all = [
            Exit::Ok,
            Exit::Gate,
            Exit::Usage,
            Exit::Data,
            Exit::Dependency,
            Exit::Bug,
        ];
        for exit in all {
            let code = format!("{:4}  ", exit as u8);
            assert!(Exit::HELP.lines().any(|line| line.starts_with(&code)));
        }
        assert_eq!(Exit::HELP.lines().count(), 1 + all.len());
    }
}
