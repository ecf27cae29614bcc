//! Settings of the assistant.

use std::path::PathBuf;
use std::time::Duration;

use assistant::ApiKey;
use assistant::llm::LlmConfig;
use assistant::setup::{EmbedderChoice, Settings};
use clap::Args;
use retrieval::store::qdrant;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{ConfigError, within};

/// Checked settings of the assistant.
#[derive(Debug, Clone)]
pub struct AssistantConfig {
    /// Corpus, embedder, vectors and memory.
    pub settings: Settings,
    /// File of the listings that searches are made in.
    pub listings: Option<PathBuf>,
    /// The model that writes answers.
    pub llm: Option<LlmConfig>,
    /// Questions that are answered at once.
    pub max_in_flight: usize,
}

/// The settings as files spell them; an empty text is none.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    folder: String,
    embedder: String,
    onnx_runtime: String,
    listings: String,
    qdrant_url: String,
    qdrant_collection: String,
    llm_base_url: String,
    llm_model: String,
    llm_timeout_ms: u64,
    llm_first_token_timeout_ms: u64,
    llm_extra: Map<String, Value>,
    max_in_flight: u64,
}

/// Flags of the assistant.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Assistant")]
pub struct AssistantFlags {
    /// Folder of the assistant's corpus, vectors, weights and memory [default: the shipped FAQ, nothing kept]
    #[arg(long, env = "ASSISTANT_FOLDER", value_name = "DIR")]
    pub assistant_folder: Option<String>,

    /// `embedded`, `none` for words alone, or the folder of an embedder [default: embedded]
    #[arg(long, env = "ASSISTANT_EMBEDDER", value_name = "MODEL")]
    pub embedder: Option<String>,

    /// ONNX Runtime library that runs the embedder [default: none, pure Rust]
    #[arg(long, env = "ONNX_RUNTIME_LIBRARY", value_name = "FILE")]
    pub onnx_runtime: Option<String>,

    /// Listings that searches are made in, as `trainer import --inventory` writes them [default: none]
    #[arg(long, env = "GIAXE_LISTINGS", value_name = "FILE")]
    pub listings: Option<String>,

    /// gRPC address of the Qdrant server that vectors are searched in, such as http://127.0.0.1:6334 [default: none, this
    /// process searches them]
    #[arg(long, env = "QDRANT_URL", value_name = "URL")]
    pub qdrant_url: Option<String>,

    /// Key for that server
    #[arg(
        long,
        env = "QDRANT_API_KEY",
        value_name = "KEY",
        hide_env_values = true
    )]
    pub qdrant_api_key: Option<String>,

    /// Name of the index on that server [default: faq_embeddings]
    #[arg(long, env = "QDRANT_COLLECTION", value_name = "NAME")]
    pub qdrant_collection: Option<String>,

    /// Base URL of an OpenAI-compatible server that writes answers, such as http://127.0.0.1:11434/v1 [default: none]
    #[arg(long, env = "LLM_BASE_URL", value_name = "URL")]
    pub llm_base_url: Option<String>,

    /// Model on that server
    #[arg(long, env = "LLM_MODEL", value_name = "NAME")]
    pub llm_model: Option<String>,

    /// Key for that server
    #[arg(long, env = "LLM_API_KEY", value_name = "KEY", hide_env_values = true)]
    pub llm_api_key: Option<String>,

    /// Time for a whole answer, in milliseconds [default: 7000]
    #[arg(long, env = "LLM_TIMEOUT_MS", value_name = "MS")]
    pub llm_timeout_ms: Option<u64>,

    /// Time for an answer's first token, in milliseconds [default: 4000]
    #[arg(long, env = "LLM_FIRST_TOKEN_TIMEOUT_MS", value_name = "MS")]
    pub llm_first_token_timeout_ms: Option<u64>,

    /// Questions that are answered at once; one more gets a 429 [default: 1024]
    #[arg(long, env = "ASSISTANT_MAX_IN_FLIGHT", value_name = "COUNT")]
    pub assistant_max_in_flight: Option<u64>,
}

impl AssistantConfig {
    /// Puts file and flags together and checks every value.
    pub(super) fn resolve(file: File, flags: AssistantFlags) -> Result<Self, ConfigError> {
        let set = |flag: Option<String>, file: String| {
            Some(flag.unwrap_or(file)).filter(|text| !text.is_empty())
        };
        let embedder = match set(flags.embedder, file.embedder).as_deref() {
            None | Some("embedded") => EmbedderChoice::Embedded,
            Some("none") => EmbedderChoice::Disabled,
            Some(folder) => EmbedderChoice::Folder(folder.into()),
        };
        let key = |flag: Option<String>| flag.filter(|key| !key.is_empty()).map(ApiKey::new);
        let collection = set(flags.qdrant_collection, file.qdrant_collection);
        let qdrant = set(flags.qdrant_url, file.qdrant_url).map(|url| qdrant::Config {
            url,
            api_key: key(flags.qdrant_api_key),
            collection: collection.unwrap_or_else(|| qdrant::COLLECTION.to_owned()),
        });
        let timeout_ms = within(
            "assistant.llm_timeout_ms",
            flags.llm_timeout_ms.unwrap_or(file.llm_timeout_ms),
            100..=600_000,
            "100–600000",
        )?;
        let first_token_ms = within(
            "assistant.llm_first_token_timeout_ms",
            flags
                .llm_first_token_timeout_ms
                .unwrap_or(file.llm_first_token_timeout_ms),
            100..=600_000,
            "100–600000",
        )?;
        let max_in_flight = within(
            "assistant.max_in_flight",
            flags.assistant_max_in_flight.unwrap_or(file.max_in_flight),
            1..=100_000,
            "1–100000",
        )?;
        let model = set(flags.llm_model, file.llm_model);
        let llm = match set(flags.llm_base_url, file.llm_base_url) {
            None => None,
            Some(base_url) => {
                let model = model.ok_or(ConfigError::Invalid {
                    key: "assistant.llm_model",
                    value: String::new(),
                    valid: "the name of a model on the server of `llm_base_url`",
                })?;
                Some(LlmConfig {
                    api_key: key(flags.llm_api_key),
                    timeout: Duration::from_millis(timeout_ms),
                    first_token_timeout: Duration::from_millis(first_token_ms),
                    extra: file.llm_extra,
                    ..LlmConfig::new(base_url, model)
                })
            }
        };
        Ok(Self {
            settings: Settings {
                folder: set(flags.assistant_folder, file.folder).map(PathBuf::from),
                embedder,
                onnx_runtime: set(flags.onnx_runtime, file.onnx_runtime).map(PathBuf::from),
                qdrant,
            },
            listings: set(flags.listings, file.listings).map(PathBuf::from),
            llm,
            max_in_flight: max_in_flight as usize,
        })
    }
}
