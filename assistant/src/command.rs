//! The editor's command line: import a FAQ, index it, ask it, see what it could not answer, tune it.

mod ask;
mod cli;
mod corpus;
#[cfg(feature = "import-embedder")]
mod embedder;
mod error;
mod notes;
mod tune;

use indicatif::{ProgressBar, ProgressStyle};

pub use cli::{Cli, Command};
pub use error::{Error, Result};

/// Carries out the command that was asked for.
///
/// # Errors
/// Whatever the command fails with.
pub fn run(cli: &Cli) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    match &cli.command {
        Command::Import(args) => corpus::import(args, &cli.common),
        Command::Index(args) => runtime.block_on(corpus::index(args, &cli.common)),
        Command::Search(args) => runtime.block_on(ask::search(args, &cli.common)),
        Command::Ask(args) => runtime.block_on(ask::ask(args, &cli.common)),
        Command::Unanswered => notes::unanswered(&cli.common),
        Command::Feedback => notes::feedback(&cli.common),
        Command::Tune(args) => runtime.block_on(tune::run(args, &cli.common)),
        #[cfg(feature = "import-embedder")]
        Command::ImportEmbedder(args) => embedder::import(args, &cli.common),
    }
}

/// A progress bar on stderr; invisible where stderr is no terminal or the user wants quiet.
fn progress(quiet: bool, what: &str) -> ProgressBar {
    let bar = if quiet {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(0)
    };
    let style = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len} {eta}")
        .expect("the template is a constant");
    bar.set_style(style);
    bar.set_message(what.to_owned());
    bar
}
