//! The command line: what the flags are and mean. The doc comments are the help.

mod car;
mod data;
mod registry;
mod retrain;
mod study;
mod train;
mod tune;
mod values;

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand};
use datasets::terminal::DetailedOutputArgs;

pub use car::{CarArgs, PredictArgs, RowFormat};
pub use data::{DataArgs, HoldoutArg, ParamsArgs, RefitArgs};
pub use registry::{GcArgs, HistoryArgs, ModelsArgs, PromoteArgs, ReasonArgs, RollbackArgs};
pub use retrain::RetrainArgs;
pub use study::{AblateArgs, LearningCurveArgs};
pub use train::{FamilyArg, PublishArg, TrainArgs};
pub use tune::{Objective, TuneArgs};

use crate::{Exit, load::Constant};

/// Turns exports of used-car listings into price models.
///
/// Data go to stdout, everything else to stderr.
#[derive(Debug, Parser)]
#[command(name = "trainer", version, after_help = Exit::HELP, arg_required_else_help = true)]
pub struct Cli {
    /// How to print.
    #[command(flatten)]
    pub output: DetailedOutputArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Turn exports of listings into one clean Parquet file
    ///
    /// Each file is read, its columns are mapped, makes and models are looked up in the catalogue, and rows are
    /// cleaned; then relistings of one car are dropped. What happened to every row is counted by reason. Prices
    /// that only stand out among similar cars are kept: `train` drops those, and from training rows alone.
    Import(ImportArgs),
    /// Describe listings: counts, columns, ranges, what cleaning would drop
    Profile(ProfileArgs),
    /// Fit, calibrate, compare and publish price models
    Train(Box<TrainArgs>),
    /// Search for better parameters within a time budget, and publish what they give
    ///
    /// Boosted trees are tried on splits of the training rows that roll through time, the most promising on all of
    /// them. What won is fitted to all training rows and measured once on the hold-out, beside the built-in
    /// parameters. Same seed and same finished trials, same choice to the byte: time decides only how many finish.
    Tune(Box<TuneArgs>),
    /// Import what is new, train, compare with the champion, and promote what is better
    ///
    /// Trains as the champion was trained, unless flags say otherwise. Both value the same held-out rows, and whole
    /// sellers are drawn in pairs: a challenger that is better by chance does not become champion.
    Retrain(Box<RetrainArgs>),
    /// Measure what each group of fields is worth: the errors of models that are fitted without it
    ///
    /// Judged on validation rows inside the training rows; the hold-out is not looked at.
    Ablate(Box<AblateArgs>),
    /// Measure what more listings would be worth: the errors of models that are fitted to a part of them
    LearningCurve(Box<LearningCurveArgs>),
    /// Value one car given by flags, or every car of a file
    Predict(Box<PredictArgs>),
    /// List the models of a registry
    Models(ModelsArgs),
    /// Make a model the champion, which the service follows
    ///
    /// The champion before becomes `previous`. Who, when and why are kept in the history.
    Promote(PromoteArgs),
    /// Bring the previous champion back
    Rollback(RollbackArgs),
    /// Tell who changed the aliases of a registry, when and why
    History(HistoryArgs),
    /// Remove the models that no alias needs, except the newest
    Gc(GcArgs),
    /// Invent listings for demos and tests; they are labelled `synthetic`
    Synthesize(SynthesizeArgs),
}

/// How the columns of a foreign export are read.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Mapping")]
pub struct MappingArgs {
    /// Built-in mapping (giaxe, vn-listings, bonbanh-raw, oto-raw, chotot-raw, uk-listings) or a TOML file; found by the
    /// header where not given
    #[arg(long, value_name = "NAME|FILE")]
    pub mapping: Option<String>,
    /// Value of a field where no column gives one; may be given several times
    #[arg(long, value_name = "FIELD=VALUE", value_parser = values::constant)]
    pub set: Vec<Constant>,
    /// Day or month of the listings where no column gives one (2023-11-05, 2023-11)
    #[arg(long, value_name = "DATE")]
    pub listed_on: Option<String>,
    /// Site of the listings where no column gives one
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
}

/// How rows are cleaned.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Cleaning")]
pub struct CleaningArgs {
    /// Cleaning rules that differ from the built-in ones, as a TOML file
    #[arg(long, value_name = "FILE.toml")]
    pub rules: Option<PathBuf>,
    /// Keep relistings of one car
    #[arg(long)]
    pub no_dedupe: bool,
}

/// Flags of `import`.
#[derive(Debug, Clone, Args)]
pub struct ImportArgs {
    /// Exports: Parquet, CSV, TSV or NDJSON
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Parquet file to write; it appears whole or not at all
    #[arg(short, long, value_name = "FILE.parquet")]
    pub out: PathBuf,
    /// Keep the listings that the output file holds already
    #[arg(long)]
    pub append: bool,
    /// Write the dropped rows with file, row and reason as CSV
    #[arg(long, value_name = "FILE.csv")]
    pub rejects: Option<PathBuf>,
    /// Write the listings also as lines that `serve --listings` searches
    #[arg(long, value_name = "FILE.ndjson")]
    pub inventory: Option<PathBuf>,
    /// How columns are read.
    #[command(flatten)]
    pub mapping: MappingArgs,
    /// How rows are cleaned.
    #[command(flatten)]
    pub cleaning: CleaningArgs,
}

/// Flags of `profile`.
#[derive(Debug, Clone, Args)]
pub struct ProfileArgs {
    /// Listings: our Parquet, or any export that a mapping fits
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// How columns are read.
    #[command(flatten)]
    pub mapping: MappingArgs,
    /// How rows are cleaned.
    #[command(flatten)]
    pub cleaning: CleaningArgs,
}

/// Flags of `synthesize`.
#[derive(Debug, Clone, Args)]
pub struct SynthesizeArgs {
    /// Number of listings
    #[arg(long, default_value_t = 6000, value_parser = values::rows)]
    pub rows: usize,
    /// Same seed, same listings
    #[arg(long, default_value_t = 42)]
    pub seed: u64,
    /// Day of the newest listing; the others spread over the two years before
    #[arg(long, value_name = "DATE", value_parser = values::day)]
    pub until: NaiveDate,
    /// Parquet file to write; it appears whole or not at all
    #[arg(short, long, value_name = "FILE.parquet")]
    pub out: PathBuf,
    /// Write the listings also as lines that `serve --listings` searches
    #[arg(long, value_name = "FILE.ndjson")]
    pub inventory: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_declaration_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_help_names_the_built_in_mappings() {
        let mut command = Cli::command();
        let import = command.find_subcommand_mut("import").expect("declared");
        let help = import.render_long_help().to_string();
        for name in datasets::Mapping::SHIPPED {
            assert!(help.contains(name), "{name}");
        }
    }

    #[test]
    fn flags_are_checked() {
        fn check(line: &str, want: &str) {
            let error = Cli::try_parse_from(line.split(' '))
                .expect_err(line)
                .to_string();
            assert!(error.contains(want), "{line}: {error}");
        }
        check("trainer import --out a.parquet", "<FILE>...");
        check("trainer import a.csv --out b --set year", "FIELD=VALUE");
        check("trainer synthesize --out a --until soon", "soon");
        check(
            "trainer synthesize --out a --until 2025-11-01 --rows 0",
            "1",
        );
        check("trainer train --registry r", "--listings");
        check(
            "trainer train --registry r --listings a --holdout-buckets 1",
            "2..=1000",
        );
        check(
            "trainer train --registry r --listings a --as king",
            "champion",
        );
        check("trainer promote --registry r", "VERSION");
        check("trainer promote 12 --registry r --by ", "1 to 100");
        check("trainer gc --registry r", "--keep");
        check("trainer gc --registry r --keep -1", "0..=10000");
        check("trainer history --registry r --limit 0", "1..=");
        let tune = "trainer tune --registry r --listings a";
        check(&format!("{tune} --minutes 0"), "0.001..=10000 minutes");
        check(&format!("{tune} --objective luck"), "mdape");
        check(
            "trainer train --registry r --listings a --half-life-days 0",
            "or none",
        );
        check("trainer retrain --registry r", "--listings");
        let curve = "trainer learning-curve --listings a --out c.json";
        check(&format!("{curve} --shares 0.5,2"), "0.01..=1");
        check(&format!("{curve} --family all"), "gradient-boosting");
        check("trainer predict --registry r", "--make");
        let car = "trainer predict --registry r --make Kia --model Morning";
        check(&format!("{car} --year 1899 --mileage-km 1"), "1990..=2030");
        check(&format!("{car} --year 2019 --mileage-km -5"), "-5");
        check(&format!("{car} --year 2019 --mileage-km nan"), "nan");
        check(
            &format!("{car} --year 2019 --mileage-km 5 --fuel steam"),
            "petrol, diesel",
        );
        check(&format!("{car} --file cars.csv"), "cannot be used with");
    }
}
