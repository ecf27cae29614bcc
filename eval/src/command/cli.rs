//! The command line: what the flags are and mean. The doc comments are the help.

mod subject;

use std::path::PathBuf;

use assistant::setup::{EmbedderChoice, Settings as AssistantSettings};
use clap::{Args, Parser, Subcommand};

pub use subject::{ChampionArgs, HoldoutArg, ModelArgs, Resample, RowsArg, ScoringArgs};

use datasets::terminal::{Exit, OutputArgs};

/// Says how good models and answers are, whether one is better than another, and whether it may ship.
///
/// Data go to stdout, everything else to stderr.
#[derive(Debug, Parser)]
#[command(name = "evaluate", version, after_help = Exit::HELP, arg_required_else_help = true)]
pub struct Cli {
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Score predicted prices: errors, ratios, ranges; over all rows and by segment, with intervals
    #[command(after_help = Exit::HELP)]
    Price(Box<PriceArgs>),
    /// Compare a challenger with a champion on the same rows
    ///
    /// Rows are resampled in pairs. `better` and `worse` are said only where the whole interval lies on one side.
    #[command(after_help = Exit::HELP)]
    Compare(Box<CompareArgs>),
    /// Hold scores against a policy; exit 1 names each failed gate with its value and bound
    ///
    /// The scores are made here, from a model or predictions, or read from a file that `price`, `compare`, `faq` or
    /// `report` wrote.
    ///
    /// A policy is a TOML file with one `[[gate]]` table a gate: `metric` names a score (`coverage` stands for that of every
    /// level). `max`, `min` and `max_off` (distance from the score's target) bound it, widened by `tolerance`; with
    /// `beyond_chance = true` only a whole interval beyond the bound fails. `max_worse` bounds how much worse than the
    /// champion's it may be, as a fraction, and `better = true` wants it better, both with `probability`. `by =
    /// ["make", "source"]` holds every segment of at least `min_n` rows to it, `segment = "…"` one of them. `name` is what
    /// a failure is told by.
    #[command(after_help = Exit::HELP)]
    Gate(Box<GateArgs>),
    /// Write a report: HTML that stands alone, Markdown, JSON, JUnit XML and a model card
    #[command(after_help = Exit::HELP)]
    Report(Box<ReportArgs>),
    /// Say how far new listings moved from those that a model learned from; exit 1 beyond thresholds
    #[command(after_help = Exit::HELP)]
    Drift(DriftArgs),
    /// Score answers from a FAQ: right entries found, refusals, latency
    #[command(after_help = Exit::HELP)]
    Faq(FaqArgs),
}

/// Flags of `price`.
#[derive(Debug, Clone, Args)]
pub struct PriceArgs {
    /// What is scored.
    #[command(flatten)]
    pub model: ModelArgs,
    /// How it is scored.
    #[command(flatten)]
    pub scoring: ScoringArgs,
    /// Write the predictions, which every command takes as `--predictions`
    #[arg(long, value_name = "FILE.ndjson")]
    pub write_predictions: Option<PathBuf>,
}

/// Flags of `compare`.
#[derive(Debug, Clone, Args)]
pub struct CompareArgs {
    /// What is scored.
    #[command(flatten)]
    pub model: ModelArgs,
    /// What it is compared with.
    #[command(flatten)]
    pub champion: ChampionArgs,
    /// How it is scored.
    #[command(flatten)]
    pub scoring: ScoringArgs,
}

/// Flags of `gate`.
#[derive(Debug, Clone, Args)]
pub struct GateArgs {
    /// Policy: a TOML file of `[[gate]]` tables
    #[arg(long, value_name = "FILE.toml")]
    pub policy: PathBuf,
    /// Scores as JSON, in place of a model or predictions
    #[arg(long, value_name = "FILE.json")]
    pub scores: Option<PathBuf>,
    /// Write the outcome as JUnit XML
    #[arg(long, value_name = "FILE.xml")]
    pub junit: Option<PathBuf>,
    /// What is scored.
    #[command(flatten)]
    pub model: ModelArgs,
    /// What it is compared with.
    #[command(flatten)]
    pub champion: ChampionArgs,
    /// How it is scored.
    #[command(flatten)]
    pub scoring: ScoringArgs,
    /// Panic, so that a pipeline can be shown to tell a bug from a failed gate
    #[arg(long, hide = true, env = "EVALUATE_SIMULATE_BUG", value_parser = clap::builder::FalseyValueParser::new())]
    pub simulate_bug: bool,
}

/// Flags of `report`.
#[derive(Debug, Clone, Args)]
pub struct ReportArgs {
    /// Directory for report.html, report.md, report.json, report.xml and model-card.md; it is made where it does not
    /// exist
    #[arg(short, long, value_name = "DIR")]
    pub out: PathBuf,
    /// Policy whose outcome the report shows; a failed gate ends with exit code 1
    #[arg(long, value_name = "FILE.toml")]
    pub policy: Option<PathBuf>,
    /// Leaderboard as `trainer train --report` writes it
    #[arg(long, value_name = "FILE.json")]
    pub leaderboard: Option<PathBuf>,
    /// Learning curve: a JSON list of objects with `n_train` and scores by name, alone or as `learning_curve`
    #[arg(long, value_name = "FILE.json")]
    pub learning_curve: Option<PathBuf>,
    /// Day of the report (2025-11-30); today where absent
    #[arg(long, value_name = "DATE")]
    pub date: Option<chrono::NaiveDate>,
    /// What is scored.
    #[command(flatten)]
    pub model: ModelArgs,
    /// What it is compared with.
    #[command(flatten)]
    pub champion: ChampionArgs,
    /// How it is scored.
    #[command(flatten)]
    pub scoring: ScoringArgs,
}

/// Flags of `drift`.
#[derive(Debug, Clone, Args)]
pub struct DriftArgs {
    /// Listings that the model learned from; may be given several times
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    pub reference: Vec<PathBuf>,
    /// New listings; may be given several times
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    pub current: Vec<PathBuf>,
    /// Built-in mapping or TOML file that reads columns; found by the header where absent
    #[arg(long, value_name = "NAME|FILE")]
    pub mapping: Option<String>,
    /// Directory of the models; with it, predictions are compared too
    #[arg(long, value_name = "DIR", env = "GIAXE_REGISTRY")]
    pub registry: Option<PathBuf>,
    /// Model of the registry: an alias or a version
    #[arg(long, value_name = "REF", default_value = "champion")]
    pub model: String,
    /// Most that a population stability index may be, where it is beyond chance for so many rows
    #[arg(long, value_name = "PSI", default_value_t = 0.25)]
    pub max_psi: f64,
    /// Most that a Kolmogorov-Smirnov distance may be
    #[arg(long, value_name = "DISTANCE", default_value_t = 0.2)]
    pub max_ks: f64,
    /// Most that the share of unknown words may be, in make, model or any other field
    #[arg(long, value_name = "SHARE", default_value_t = 0.05)]
    pub max_unknown: f64,
    /// Fields that are told and never fail: they move by themselves
    #[arg(long, value_delimiter = ',', value_name = "FIELD,…")]
    pub ignore: Vec<String>,
    /// Directory for drift.html, drift.md, drift.json and drift.xml
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// Flags of `faq`.
#[derive(Debug, Clone, Args)]
pub struct FaqArgs {
    /// Folder of the corpus, its vectors and weights; the shipped ones where absent
    #[arg(
        long,
        visible_alias = "corpus",
        value_name = "DIR",
        env = "ASSISTANT_FOLDER"
    )]
    pub assistant_folder: Option<PathBuf>,
    /// Folder of an embedder; `none` for words alone; the one in the program where absent
    #[arg(long, value_name = "DIR|none", env = "ASSISTANT_EMBEDDER")]
    pub embedder: Option<PathBuf>,
    /// ONNX Runtime library that runs the embedder; pure Rust where absent
    #[arg(long, value_name = "FILE", env = "ONNX_RUNTIME_LIBRARY")]
    pub onnx_runtime: Option<PathBuf>,
    /// Questions, a JSON object a line: `text`, and `topic` (or a list of topics or entry ids) where the corpus has the
    /// answer; `language`, `style`, `kind` tell segments apart. May be given several times
    #[arg(long, required = true, num_args = 1.., value_name = "FILE.jsonl")]
    pub questions: Vec<PathBuf>,
    /// Policy that the scores are held against; a failed gate ends with exit code 1
    #[arg(long, value_name = "FILE.toml")]
    pub policy: Option<PathBuf>,
    /// Directory for faq.html, faq.md, faq.json and faq.xml
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Questions below which a segment is folded into `other`
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub min_n: usize,
    /// Bootstrap replicates behind each interval
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    pub replicates: usize,
    /// Same seed, same intervals
    #[arg(long, default_value_t = 42)]
    pub seed: u64,
    /// Level of the intervals
    #[arg(long, default_value_t = 0.95)]
    pub confidence: f64,
}

impl FaqArgs {
    /// What is to be opened.
    pub fn settings(&self) -> AssistantSettings {
        let embedder = match &self.embedder {
            None => EmbedderChoice::Embedded,
            Some(word) if word.as_os_str() == "none" => EmbedderChoice::Disabled,
            Some(folder) => EmbedderChoice::Folder(folder.clone()),
        };
        AssistantSettings {
            folder: self.assistant_folder.clone(),
            embedder,
            onnx_runtime: self.onnx_runtime.clone(),
            ..AssistantSettings::default()
        }
    }
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
    fn every_command_explains_its_exit_codes() {
        for command in Cli::command().get_subcommands_mut() {
            let help = command.render_long_help().to_string();
            assert!(help.contains(Exit::HELP), "{}", command.get_name());
        }
    }

    #[test]
    fn flags_are_checked() {
        for (line, want) in [
            ("evaluate gate", "--policy"),
            ("evaluate report --date soon", "soon"),
            ("evaluate price --rows some", "auto"),
            ("evaluate drift --reference a", "--current"),
            ("evaluate faq", "--questions"),
            ("evaluate price --min-n -1", "-1"),
        ] {
            let error = Cli::try_parse_from(line.split_whitespace()).expect_err(line);
            assert!(error.to_string().contains(want), "{line}: {error}");
        }
    }
}
