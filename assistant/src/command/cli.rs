//! The command line: what the flags are and mean. The doc comments are the help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::memory::Retention;
use crate::setup::{EmbedderChoice, Settings};
use crate::{ApiKey, Language};
use datasets::terminal::{Exit, Output, OutputArgs};
use retrieval::store::qdrant;

/// Keeps the FAQ that the assistant answers from.
///
/// Data go to stdout, everything else to stderr. Without `--folder`, the FAQ that comes with the program is used.
#[derive(Debug, Parser)]
#[command(name = "assistant", version, after_help = Exit::HELP, arg_required_else_help = true)]
pub struct Cli {
    /// Where things are, and how to print.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Flags that every command has.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// Folder of the corpus, its vectors, weights and memory
    #[arg(long, global = true, value_name = "DIR", env = "ASSISTANT_FOLDER")]
    pub folder: Option<PathBuf>,
    /// Folder of an embedder; `none` for words alone; the one in the program where absent
    #[arg(
        long,
        global = true,
        value_name = "DIR|none",
        env = "ASSISTANT_EMBEDDER"
    )]
    pub embedder: Option<PathBuf>,
    /// ONNX Runtime library that runs the embedder; pure Rust where absent
    #[arg(long, global = true, value_name = "FILE", env = "ONNX_RUNTIME_LIBRARY")]
    pub onnx_runtime: Option<PathBuf>,
    /// Qdrant server that the vectors are searched in, such as http://127.0.0.1:6334; this process where absent
    #[arg(long, global = true, value_name = "URL", env = "QDRANT_URL")]
    pub qdrant_url: Option<String>,
    /// Key for that server
    #[arg(
        long,
        global = true,
        value_name = "KEY",
        env = "QDRANT_API_KEY",
        hide_env_values = true
    )]
    pub qdrant_api_key: Option<String>,
    /// Name of the index on that server
    #[arg(long, global = true, value_name = "NAME", env = "QDRANT_COLLECTION", default_value = qdrant::COLLECTION)]
    pub qdrant_collection: String,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
}

impl Common {
    /// The program's two streams.
    pub fn output(&self) -> Output {
        self.output.output()
    }

    /// What is to be opened.
    pub fn settings(&self) -> Settings {
        let embedder = match &self.embedder {
            None => EmbedderChoice::Embedded,
            Some(word) if word.as_os_str() == "none" => EmbedderChoice::Disabled,
            Some(folder) => EmbedderChoice::Folder(folder.clone()),
        };
        Settings {
            folder: self.folder.clone(),
            embedder,
            onnx_runtime: self.onnx_runtime.clone(),
            qdrant: self.qdrant(),
            // The service knows its bounds, a command does not.
            retention: Retention {
                deletes: false,
                ..Retention::default()
            },
        }
    }

    /// An empty text is none, as an empty environment variable has it.
    fn qdrant(&self) -> Option<qdrant::Config> {
        let set = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        Some(qdrant::Config {
            url: set(&self.qdrant_url)?,
            api_key: set(&self.qdrant_api_key).map(ApiKey::new),
            collection: self.qdrant_collection.clone(),
        })
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read entries from CSV, JSON, JSON Lines or Markdown into the folder's corpus
    ///
    /// Entries whose ids are there already are replaced. The vectors of the old corpus stay until `index` is run.
    Import(ImportArgs),
    /// Make the vectors of the corpus, and put them into the Qdrant server where one is named
    Index(IndexArgs),
    /// List the entries nearest to a question
    Search(SearchArgs),
    /// Answer a question as the service would, without prices: they come from the service's model
    Ask(AskArgs),
    /// List the questions that nothing answered, the most frequent first
    ///
    /// Reads the folder's memory, also while a service writes it.
    Unanswered,
    /// List what users thought of answers, the newest first
    ///
    /// Reads the folder's memory, also while a service writes it.
    Feedback,
    /// Choose weights and thresholds on labelled questions
    Tune(TuneArgs),
    /// Turn a BERT checkpoint into an embedder: a folder of sentence-transformers, or the name of one on the model hub
    #[cfg(feature = "import-embedder")]
    ImportEmbedder(ImportEmbedderArgs),
}

/// What to import.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Files with a question and an answer an entry
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Language of entries that do not name theirs: vi or en; found by their letters where absent
    #[arg(long, value_parser = language)]
    pub language: Option<Language>,
    /// Drop the entries that the folder holds already
    #[arg(long)]
    pub replace: bool,
}

/// How to index.
#[derive(Debug, Args)]
pub struct IndexArgs {
    /// Make the vectors anew, also where they fit the corpus
    #[arg(long)]
    pub force: bool,
    /// Write the vectors to this file in place of the folder's
    #[arg(long, value_name = "FILE.bin")]
    pub out: Option<PathBuf>,
}

/// What to look for.
#[derive(Debug, Args)]
pub struct SearchArgs {
    /// The question
    pub query: String,
    /// How many entries
    #[arg(short, long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=50))]
    pub k: u8,
}

/// What to ask.
#[derive(Debug, Args)]
pub struct AskArgs {
    /// The question
    pub query: String,
    /// Conversation that it continues
    #[arg(long, value_name = "ID")]
    pub conversation: Option<String>,
}

/// What to tune on.
#[derive(Debug, Args)]
pub struct TuneArgs {
    /// JSON Lines of `{"text", "topic" or null, "language"}`
    #[arg(long, required = true, value_name = "FILE")]
    pub questions: Vec<PathBuf>,
    /// Share of the questions that is kept aside and scored at the end
    #[arg(long, default_value_t = 0.0, value_name = "SHARE")]
    pub held_out: f64,
    /// File to write the weights to; the folder's own where absent
    #[arg(long, value_name = "FILE.toml")]
    pub out: Option<PathBuf>,
}

/// Which checkpoint to import.
#[cfg(feature = "import-embedder")]
#[derive(Debug, Args)]
pub struct ImportEmbedderArgs {
    /// Folder with config.json, model.safetensors and tokenizer.json, or a name such as multilingual-e5-small
    pub checkpoint: String,
    /// New folder for the embedder; of a model of the hub, the folder that keeps it
    #[arg(short, long, value_name = "DIR")]
    pub out: PathBuf,
    /// Hub to ask, or a mirror of it
    #[arg(long, value_name = "URL", env = "HF_ENDPOINT", default_value = retrieval::embed::ENDPOINT)]
    pub hub: String,
}

fn language(code: &str) -> Result<Language, String> {
    Language::from_code(code).ok_or_else(|| "valid: vi, en".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
