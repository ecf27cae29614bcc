//! Settings of the assistant.

use std::path::PathBuf;
use std::time::Duration;

use assistant::ApiKey;
use assistant::llm::LlmConfig;
use assistant::setup::{EmbedderChoice, Settings};
use retrieval::store::qdrant;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::memory;
use crate::flags::AssistantFlags;
use datasets::settings::{Error, within};

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
    memory: memory::File,
}

impl AssistantConfig {
    /// Puts file and flags together and checks every value.
    pub(super) fn resolve(file: File, flags: AssistantFlags) -> Result<Self, Error> {
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
        )?;
        let first_token_ms = within(
            "assistant.llm_first_token_timeout_ms",
            flags
                .llm_first_token_timeout_ms
                .unwrap_or(file.llm_first_token_timeout_ms),
            100..=600_000,
        )?;
        let max_in_flight = within(
            "assistant.max_in_flight",
            flags.assistant_max_in_flight.unwrap_or(file.max_in_flight),
            1..=100_000,
        )?;
        let model = set(flags.llm_model, file.llm_model);
        let llm = match set(flags.llm_base_url, file.llm_base_url) {
            None => None,
            Some(base_url) => {
                let model = model.ok_or_else(|| {
                    let valid = "the name of a model on the server of `llm_base_url`";
                    Error::invalid("assistant.llm_model", "", valid)
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
                retention: file.memory.resolve()?,
            },
            listings: set(flags.listings, file.listings).map(PathBuf::from),
            llm,
            max_in_flight: max_in_flight as usize,
        })
    }
}
