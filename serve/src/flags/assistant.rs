//! Flags of the assistant.

use clap::Args;

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
