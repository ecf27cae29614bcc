//! Settings: the one place that says what can be configured, by whom it is overridden, and what is valid.
//!
//! Layers, lowest first: the embedded `default.toml`, the file named by `--config`, environment variables,
//! flags.

mod assistant;
mod body;
mod check;
mod connections;
mod memory;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::http::HeaderValue;
use datasets::settings::{Error, Layers, within};
use serde::Deserialize;

use crate::flags::{Flags, LogFormat};

pub use assistant::AssistantConfig;
pub use body::BodyConfig;
pub use connections::ConnectionConfig;

use check::{named, origin};

/// The documented defaults.
pub const DEFAULTS: &str = include_str!("../default.toml");

/// Checked settings.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address to listen on; port 0 lets the system choose one.
    pub listen: SocketAddr,
    /// Directory or URL of the trained models.
    pub registry: PathBuf,
    /// Alias or version of the model to serve.
    pub model: String,
    /// How often the registry is asked what the alias names.
    pub model_poll: Duration,
    /// Site whose price level is meant where a request names none.
    pub default_source: String,
    /// Longest time for one request.
    pub request_deadline: Duration,
    /// Request bodies.
    pub body: BodyConfig,
    /// Connections and their timeouts.
    pub connections: ConnectionConfig,
    /// How long `/readyz` answers 503 before the service stops taking connections.
    pub drain: Duration,
    /// How long running requests may take to end after that.
    pub shutdown_deadline: Duration,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Which log lines are written.
    pub log_level: String,
    /// Origins whose pages may call the service.
    pub allowed_origins: Vec<HeaderValue>,
    /// Start without a model.
    pub allow_empty: bool,
    /// The assistant.
    pub assistant: AssistantConfig,
}

/// The settings as files spell them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    listen: String,
    registry: PathBuf,
    model: String,
    model_poll_ms: u64,
    default_source: String,
    request_deadline_ms: u64,
    body_limit_bytes: usize,
    body_timeout_ms: u64,
    body_memory_bytes: u64,
    max_connections: u64,
    head_timeout_ms: u64,
    idle_timeout_ms: u64,
    write_timeout_ms: u64,
    drain_ms: u64,
    shutdown_deadline_ms: u64,
    log_format: LogFormat,
    log_level: String,
    allowed_origins: Vec<String>,
    assistant: assistant::File,
}

impl Config {
    /// Puts the layers together and checks every value.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, an unknown key, or a value outside of what its key allows.
    pub fn resolve(flags: Flags) -> Result<Self, Error> {
        let layers = Layers::new(DEFAULTS).file(flags.config.as_deref())?;
        let file: Settings = layers.read()?;

        let mut listen = match flags.listen {
            Some(listen) => listen,
            None => file.listen.parse().map_err(|_| {
                let valid = "an IP address and a port, such as 127.0.0.1:8080";
                Error::invalid("listen", &file.listen, valid)
            })?,
        };
        if let Some(port) = flags.port {
            listen.set_port(port);
        }
        let model = named("model", flags.model.unwrap_or(file.model))?;
        let model_poll_ms = within(
            "model_poll_ms",
            flags.model_poll_ms.unwrap_or(file.model_poll_ms),
            100..=3_600_000,
        )?;
        let default_source = named(
            "default_source",
            flags.default_source.unwrap_or(file.default_source),
        )?;
        let request_deadline_ms = within(
            "request_deadline_ms",
            flags
                .request_deadline_ms
                .unwrap_or(file.request_deadline_ms),
            100..=60_000,
        )?;
        let body = BodyConfig::resolve(
            flags.body_limit_bytes.unwrap_or(file.body_limit_bytes) as u64,
            flags.body_timeout_ms.unwrap_or(file.body_timeout_ms),
            file.body_memory_bytes,
        )?;
        let connections = ConnectionConfig::resolve(
            &connections::File {
                max_connections: file.max_connections,
                head_timeout_ms: file.head_timeout_ms,
                idle_timeout_ms: file.idle_timeout_ms,
                write_timeout_ms: file.write_timeout_ms,
            },
            &flags.connections,
        )?;
        let drain_ms = within(
            "drain_ms",
            flags.drain_ms.unwrap_or(file.drain_ms),
            0..=60_000,
        )?;
        let shutdown_deadline_ms = within(
            "shutdown_deadline_ms",
            flags
                .shutdown_deadline_ms
                .unwrap_or(file.shutdown_deadline_ms),
            0..=300_000,
        )?;
        let log_level = flags.log_level.unwrap_or(file.log_level);
        if let Err(error) = log_level.parse::<tracing_subscriber::EnvFilter>() {
            tracing::debug!(%error, "log level refused");
            let valid = "error, warn, info, debug, trace, or directives such as `info,serve=debug`";
            return Err(Error::invalid("log_level", log_level, valid));
        }
        let allowed_origins = flags
            .allowed_origins
            .unwrap_or(file.allowed_origins)
            .iter()
            .map(|origin| origin.trim())
            .filter(|origin| !origin.is_empty())
            .map(origin)
            .collect::<Result<_, _>>()?;

        Ok(Self {
            listen,
            registry: flags.registry.unwrap_or(file.registry),
            model,
            model_poll: Duration::from_millis(model_poll_ms),
            default_source,
            request_deadline: Duration::from_millis(request_deadline_ms),
            body,
            connections,
            drain: Duration::from_millis(drain_ms),
            shutdown_deadline: Duration::from_millis(shutdown_deadline_ms),
            log_format: flags.log_format.unwrap_or(file.log_format),
            log_level,
            allowed_origins,
            allow_empty: flags.allow_empty,
            assistant: AssistantConfig::resolve(file.assistant, flags.assistant)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("serve.toml");
        fs_err::write(&path, text).expect("writes");
        (dir, path)
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Flags::command().debug_assert();
    }

    #[test]
    fn defaults_are_valid_and_local() {
        let config = Config::resolve(Flags::default()).expect("defaults");
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.default_source, "bonbanh");
        assert!(config.allowed_origins.is_empty());
        assert!(config.request_deadline < Duration::from_secs(10));
    }

    #[test]
    fn a_flag_stands_above_the_file() {
        let (_dir, path) = file("model = \"from_file\"\nbody_limit_bytes = 2048\n");
        let flags = Flags {
            config: Some(path),
            model: Some("from_flag".to_owned()),
            port: Some(0),
            ..Flags::default()
        };
        let config = Config::resolve(flags).expect("valid");
        assert_eq!(config.model, "from_flag");
        assert_eq!(config.body.limit_bytes, 2048);
        assert_eq!(config.listen.to_string(), "127.0.0.1:0");
    }

    #[test]
    fn errors_name_the_key_the_value_and_what_is_valid() {
        for (text, parts) in [
            (
                "request_deadline_ms = 1",
                &["`request_deadline_ms`", "`1`", "100–60000"][..],
            ),
            (
                "body_limit_bytes = 99999999",
                &["`body_limit_bytes`", "16777216"],
            ),
            (
                "model_poll_ms = 99",
                &["`model_poll_ms`", "`99`", "100–3600000"],
            ),
            ("drain_ms = -5", &["drain_ms"]),
            ("drain_ms = \"soon\"", &["drain_ms", "soon"]),
            ("drain_ms = nan", &["drain_ms", "NaN"]),
            ("drain_ms = 1.5", &["drain_ms", "1.5"]),
            (
                "assistant.llm_first_token_timeout_ms = 99",
                &[
                    "`assistant.llm_first_token_timeout_ms`",
                    "`99`",
                    "100–600000",
                ],
            ),
            (
                "assistant.llm_timeout_ms = true",
                &["llm_timeout_ms", "true"],
            ),
            ("shutdown_deadline_ms = 300001", &["`shutdown_deadline_ms`"]),
            (
                "listen = \"localhost\"",
                &["`listen`", "`localhost`", "127.0.0.1:8080"],
            ),
            ("model = \" \"", &["`model`", "at least one character"]),
            (
                "default_source = \"\"",
                &["`default_source`", "at least one character"],
            ),
            (
                "[assistant]\nmax_in_flight = 0",
                &["`assistant.max_in_flight`", "`0`", "1–100000"],
            ),
            ("log_format = \"xml\"", &["xml"]),
            ("log_level = \"a=b=c\"", &["`log_level`", "a=b=c"]),
            (
                "allowed_origins = [\"example.vn\"]",
                &["`allowed_origins`", "example.vn"],
            ),
            (
                "allowed_origins = [\"https://example.vn/path\"]",
                &["`allowed_origins`"],
            ),
            ("lisen = \"127.0.0.1:1\"", &["lisen"]),
            ("listen = ", &["serve.toml"]),
        ] {
            let (_dir, path) = file(text);
            let flags = Flags {
                config: Some(path),
                ..Flags::default()
            };
            let error = Config::resolve(flags).expect_err(text).to_string();
            for part in parts {
                assert!(error.contains(part), "{text}: {error} lacks {part}");
            }
        }
    }

    #[test]
    fn an_absent_file_is_named() {
        let flags = Flags {
            config: Some(PathBuf::from("no/such/serve.toml")),
            ..Flags::default()
        };
        let error = Config::resolve(flags).expect_err("absent").to_string();
        assert!(error.contains("no/such/serve.toml"), "{error}");
    }
}
