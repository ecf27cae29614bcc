//! The valuation service: `/predict`, catalogue, health, metrics, docs and a page.
//!
//! A request goes through [`telemetry::observe`] (id, deadline, metrics, log, body of errors) to a handler in
//! [`routes`], which reads it, asks the loaded model in [`state`] and answers. [`error`] alone maps failures to
//! statuses, [`config`] alone knows the settings.
//!
//! [`following`] watches the registry and has [`loading`] load what its alias names, off the path of requests. The service
//! never trains: it loads an artifact from a registry and trusts nothing in it that the `models`
//! crate has not checked.

pub mod body;
pub mod config;
pub mod error;
pub mod flags;
pub mod following;
pub mod limit;
pub mod loading;
pub mod metrics;
pub mod openapi;
pub mod opening;
pub mod router;
pub mod routes;
pub mod shutdown;
pub mod state;
pub mod telemetry;
pub mod valuer;

use axum::Router;

pub use config::Config;
pub use flags::Flags;
pub use state::AppState;

/// The service over `state`, ready to be served or called in a test.
pub fn app(state: AppState) -> Router {
    router::router(state)
}
