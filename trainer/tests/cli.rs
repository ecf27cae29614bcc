//! The real binary on small files: what it prints, what it writes, how it ends. One module a concern.

#[path = "cli/bad_input.rs"]
mod bad_input;
#[path = "cli/commands.rs"]
mod commands;
#[path = "cli/registry.rs"]
mod registry;
#[path = "cli/retraining.rs"]
mod retraining;
#[path = "cli/shared_files.rs"]
mod shared_files;
#[path = "cli/studies.rs"]
mod studies;
#[path = "cli/support.rs"]
mod support;
#[path = "cli/tuning.rs"]
mod tuning;
