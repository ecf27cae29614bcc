//! Handlers, one module a resource; each thin: read, ask, answer.

#![expect(
    clippy::missing_errors_doc,
    reason = "what a handler may answer stands in its OpenAPI responses"
)]

pub mod assistant;
pub mod catalogue;
pub mod docs;
pub mod health;
pub mod metrics;
pub mod page;
pub mod predict;
