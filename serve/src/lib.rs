//! The valuation service: `/predict`, catalogue, health, metrics, docs and a page.
//!
//! A request goes through [`observe`] (id, deadline, metrics, log, body of errors) to a handler in [`routes`], which reads
//! it, asks the parts of [`state`] that it needs, and answers. [`router`] lists every address, [`error`] alone maps failures
//! to statuses, [`config`] alone knows the settings.
//!
//! [`model`] loads what the registry's alias names, and reloads it when the alias moves, off the path of requests. The
//! service never trains: it loads an artifact from a registry and trusts nothing in it that the `models` crate has not
//! checked.
//!
//! Modules use the ones below them only, in this order: `problem`, `error`, `flags`, `config`, `request_id`, `deadline`,
//! `priority`, `metrics`, `model`, `answers`, `state`, `body`, `question`, `routes`, `observe`, `router`, `valuer`, `assistant_setup`, `server`.

pub mod answers;
pub mod assistant_setup;
pub mod body;
pub mod config;
pub mod deadline;
pub mod error;
pub mod flags;
pub mod logs;
pub mod metrics;
pub mod model;
pub mod observe;
pub mod openapi;
pub mod priority;
pub mod problem;
pub mod question;
pub mod request_id;
pub mod router;
pub mod routes;
pub mod server;
pub mod state;
pub mod valuer;

use axum::Router;

pub use config::Config;
pub use flags::Flags;
pub use state::AppState;

/// The service over `state`, ready to be served or called in a test.
pub fn app(state: AppState) -> Router {
    router::router(state)
}

/// How the server takes and ends connections, by these settings.
pub fn server_settings(config: &Config) -> server::Settings {
    let connections = &config.connections;
    server::Settings {
        max_connections: connections.max,
        timeouts: server::Timeouts {
            head: connections.head_timeout,
            idle: connections.idle_timeout,
            // A reply comes first where a handler waits for the body: it says what was wrong.
            body: config.request_deadline + connections.write_timeout,
            work: config.request_deadline + connections.write_timeout,
        },
        drain: config.drain,
        shutdown_deadline: config.shutdown_deadline,
    }
}
