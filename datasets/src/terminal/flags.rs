//! The flags of a program's streams, alike in every program.

use clap::Args;

use super::Output;

/// Flags that every command has.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct OutputArgs {
    /// Print data as JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Print errors and warnings only on stderr
    #[arg(short, long, global = true)]
    pub quiet: bool,
}

impl OutputArgs {
    /// The streams that they ask for.
    pub fn output(&self) -> Output {
        Output::new(self.json, self.quiet, false)
    }
}

/// The flags of a program that has details to tell.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct DetailedOutputArgs {
    /// What every program has.
    #[command(flatten)]
    pub common: OutputArgs,
    /// Say more on stderr
    #[arg(short, long, global = true, conflicts_with = "quiet", action = clap::ArgAction::Count)]
    pub verbose: u8,
}

impl DetailedOutputArgs {
    /// The streams that they ask for.
    pub fn output(&self) -> Output {
        Output::new(self.common.json, self.common.quiet, self.verbose > 0)
    }
}
