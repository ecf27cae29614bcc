//! What the program's exit code says.

use std::process::ExitCode;

/// Exit codes, the same for every command line of giaxe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Ok = 0,
    /// Done, and the data are worse than they may be.
    Gate = 1,
    /// Flags or a configuration file are wrong.
    Usage = 2,
    /// The data are invalid, or there are none.
    Data = 3,
    /// The site, the file system or a library let us down.
    Dependency = 4,
    /// A bug of this program.
    Bug = 70,
}

impl Exit {
    /// The codes as `--help` explains them.
    pub const HELP: &'static str = "\
Exit codes:
   0  done, or stopped in order
   1  a quality check failed: no listings, a field below its floor
   2  usage or configuration
   3  data invalid or empty
   4  the site blocks, is down or forbids us; or I/O failed
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
