//! The command line: each flag, the environment variable that stands for it, and its help.

mod assistant;
mod connections;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use serde::Deserialize;

pub use assistant::AssistantFlags;
pub use connections::ConnectionFlags;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

/// Serves used-car valuations over HTTP.
///
/// Settings come from built-in defaults, then from the file given with --config, then from environment
/// variables, then from flags. Logs go to stderr.
///
/// Exit codes: 0 stopped by a signal, 2 usage or configuration, 3 the model was refused, 4 a dependency or
/// I/O, 70 a bug.
#[derive(Debug, Default, Parser)]
#[command(name = "serve", version)]
pub struct Flags {
    /// TOML file with settings; its keys are those of serve/default.toml
    #[arg(long, env = "GIAXE_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Address to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "GIAXE_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,

    /// Port to listen on, in place of the one in the address
    #[arg(long, env = "PORT")]
    pub port: Option<u16>,

    /// Directory of the trained models, or s3://BUCKET/PREFIX, gs://…, az://… [default: registry]
    #[arg(long, env = "GIAXE_REGISTRY", value_name = "DIR|URL")]
    pub registry: Option<PathBuf>,

    /// Alias or version of the model to serve [default: champion]
    #[arg(long, env = "GIAXE_MODEL", value_name = "REFERENCE")]
    pub model: Option<String>,

    /// How often the registry is asked whether the alias names another version, in milliseconds [default: 2000]
    #[arg(long, env = "GIAXE_MODEL_POLL_MS", value_name = "MS")]
    pub model_poll_ms: Option<u64>,

    /// Site whose price level is meant where a request names none [default: bonbanh]
    #[arg(long, env = "GIAXE_DEFAULT_SOURCE", value_name = "SITE")]
    pub default_source: Option<String>,

    /// Longest time for one request, in milliseconds [default: 8000]
    #[arg(long, env = "GIAXE_REQUEST_DEADLINE_MS", value_name = "MS")]
    pub request_deadline_ms: Option<u64>,

    /// Largest request body, in bytes [default: 1048576]
    #[arg(long, env = "GIAXE_BODY_LIMIT_BYTES", value_name = "BYTES")]
    pub body_limit_bytes: Option<usize>,

    /// Longest time for a whole body to arrive, in milliseconds [default: 5000]
    #[arg(long, env = "GIAXE_BODY_TIMEOUT_MS", value_name = "MS")]
    pub body_timeout_ms: Option<u64>,

    /// Connections and their timeouts
    #[command(flatten)]
    pub connections: ConnectionFlags,

    /// How long /readyz answers 503 before a stop, in milliseconds [default: 0]
    #[arg(long, env = "GIAXE_DRAIN_MS", value_name = "MS")]
    pub drain_ms: Option<u64>,

    /// How long running requests may take to end at a stop, in milliseconds [default: 10000]
    #[arg(long, env = "GIAXE_SHUTDOWN_DEADLINE_MS", value_name = "MS")]
    pub shutdown_deadline_ms: Option<u64>,

    /// Format of the log lines [default: json]
    #[arg(long, env = "GIAXE_LOG_FORMAT", value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,

    /// Log level or directives such as `info,serve=debug` [default: info]
    #[arg(long, env = "GIAXE_LOG_LEVEL", value_name = "LEVEL")]
    pub log_level: Option<String>,

    /// Origins whose pages may call the service, comma separated; `*` allows any [default: none]
    #[arg(
        long,
        env = "ALLOWED_ORIGINS",
        value_name = "ORIGINS",
        value_delimiter = ','
    )]
    pub allowed_origins: Option<Vec<String>>,

    /// Start without a model: every valuation is answered 503 until the registry has one
    #[arg(long)]
    pub allow_empty: bool,

    /// The assistant
    #[command(flatten)]
    pub assistant: AssistantFlags,
}
