//! The command line: what the flags are and mean. The doc comments are the help.

use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use datasets::settings::Layers;
use datasets::terminal::DetailedOutputArgs;

use crate::Exit;

/// Takes the car listings of one site into Parquet: politely, each once, with its price history.
///
/// Data go to stdout, everything else to stderr. A crawl that was interrupted, by whatever, goes on where it was.
/// Without a command it crawls.
#[derive(Debug, Parser)]
#[command(version, after_help = Exit::HELP)]
pub struct Cli {
    /// How to print.
    #[command(flatten)]
    pub output: DetailedOutputArgs,
    /// What every command can be configured with.
    #[command(flatten)]
    pub settings: Settings,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Settings that have a flag of their own; the file and the environment have them all.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Settings (each also as SCRAPE_<NAME> in the environment)")]
pub struct Settings {
    /// File of settings, see `scrapers/default.toml`
    #[arg(
        long,
        global = true,
        value_name = "FILE.toml",
        env = "GIAXE_SCRAPE_CONFIG"
    )]
    pub config: Option<PathBuf>,
    /// Directory of everything that crawls keep [default: listings]
    #[arg(short, long, global = true, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// E-mail address or web page of whoever is behind the crawl; sent with every request
    #[arg(long, global = true, value_name = "CONTACT")]
    pub contact: Option<String>,
    /// Least time between two requests to a host, in milliseconds [default: 2000]
    #[arg(long, global = true, value_name = "MS")]
    pub interval_ms: Option<u64>,
    /// Address that stands for the site's, such as a replay server's
    #[arg(long, global = true, value_name = "URL")]
    pub site_url: Option<String>,
    /// Address that stands for the site's gateway
    #[arg(long, global = true, value_name = "URL")]
    pub api_url: Option<String>,
    /// File of the secret under which sellers are hashed
    #[arg(long, global = true, value_name = "FILE")]
    pub seller_key_file: Option<PathBuf>,
    /// Only this make, as the site spells it in its addresses
    #[arg(long, global = true, value_name = "MAKE")]
    pub make: Option<String>,
    /// Fetch no more than so many pages, then stop in order; the next start goes on
    #[arg(long, global = true, value_name = "N")]
    pub max_pages: Option<u64>,
    /// Page back only as far as listings of this day, or of the last complete crawl
    #[arg(long, global = true, value_name = "DATE|last")]
    pub since: Option<String>,
}

impl Settings {
    /// Puts the flags that were given over `layers`.
    pub(crate) fn over(&self, layers: Layers) -> Layers {
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        let number = |number: Option<u64>| number.map(|number| number.to_string());
        layers
            .set("out", path(&self.out))
            .set("contact", self.contact.clone())
            .set("interval_ms", number(self.interval_ms))
            .set("site_url", self.site_url.clone())
            .set("api_url", self.api_url.clone())
            .set("seller_key_file", path(&self.seller_key_file))
            .set("make", self.make.clone())
            .set("max_pages", number(self.max_pages))
            .set("since", self.since.clone())
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Fetch what is new or changed, and write Parquet (the default)
    Crawl(CrawlArgs),
    /// Read every stored page again, without a request: after a reader was mended
    Reparse,
    /// Check the readers on recorded pages, and with `--live` on one of today's
    Doctor(DoctorArgs),
    /// Write one Parquet file of all listings, in place of the parts
    Compact,
    /// Print what the last crawl did
    Stats,
}

/// Flags of `crawl`.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct CrawlArgs {
    /// Read the first list page, say what would be fetched, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Start from the first page, whatever an interrupted crawl has left to do
    #[arg(long, conflicts_with = "dry_run")]
    pub fresh: bool,
}

/// Flags of `doctor`.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct DoctorArgs {
    /// Also fetch one list page and one listing of the site
    #[arg(long)]
    pub live: bool,
}

impl Cli {
    /// Reads the arguments of the program `name`; the command `crawl` may be left out.
    ///
    /// # Errors
    /// Clap's error, which also carries the help that was asked for.
    pub fn read(
        name: &'static str,
        arguments: impl IntoIterator<Item = String>,
    ) -> Result<Self, clap::Error> {
        let mut arguments: Vec<String> = arguments.into_iter().skip(1).collect();
        let mut command = Self::command().name(name).bin_name(name);
        let known: Vec<String> = command
            .get_subcommands()
            .map(|command| command.get_name().to_owned())
            .collect();
        let is_known = |argument: &String| known.contains(argument) || argument == "help";
        let asks = ["-h", "--help", "-V", "--version"];
        if !arguments
            .iter()
            .any(|a| is_known(a) || asks.contains(&a.as_str()))
        {
            arguments.insert(0, "crawl".to_owned());
        }
        arguments.insert(0, name.to_owned());
        let matches = command.try_get_matches_from_mut(arguments)?;
        Self::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Cli, clap::Error> {
        Cli::read("scrape-bonbanh", line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn the_declaration_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn crawling_is_what_is_done_without_a_command() {
        for (line, want) in [
            ("scrape-bonbanh", "Crawl"),
            ("scrape-bonbanh --dry-run --json", "dry_run: true"),
            ("scrape-bonbanh crawl --fresh", "fresh: true"),
            ("scrape-bonbanh --out x --max-pages 3", "Crawl"),
            ("scrape-bonbanh --json stats", "Stats"),
            ("scrape-bonbanh --out x compact", "Compact"),
            ("scrape-bonbanh reparse --out x", "Reparse"),
            ("scrape-bonbanh doctor --live", "live: true"),
        ] {
            let cli = read(line).expect(line);
            let found = format!("{:?}", cli.command);
            assert!(found.contains(want), "{line}: {found}");
        }
    }

    #[test]
    fn flags_are_checked() {
        for (line, want) in [
            ("scrape-bonbanh stats --dry-run", "--dry-run"),
            ("scrape-bonbanh crwl", "crwl"),
            ("scrape-bonbanh --max-pages some", "some"),
            ("scrape-bonbanh --dry-run --fresh", "cannot be used with"),
            ("scrape-bonbanh --help", "SCRAPE_<NAME>"),
        ] {
            let error = read(line).expect_err(line).to_string();
            assert!(error.contains(want), "{line}: {error}");
        }
    }
}
