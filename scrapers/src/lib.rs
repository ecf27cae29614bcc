//! Crawlers of car sites: one engine, one module a site.
//!
//! [`site`] says what the engine asks of a site. [`crawl`] fetches politely and commits each page at once to a SQLite
//! store; `parts` writes Parquet and NDJSON from it, [`reparse`] reads stored pages again, [`doctor`] checks the readers.
//! [`main`] is the program `scrape-<site>`: [`cli`] declares its flags, [`config`] all settings, [`error`] alone decides
//! exit codes and hints.

pub mod cli;
mod clock;
mod command;
pub mod config;
pub mod crawl;
pub mod doctor;
pub mod error;
mod fetch;
mod page;
pub mod parts;
pub mod privacy;
pub mod reparse;
mod row;
pub mod seller_key;
pub mod site;
pub mod sites;
pub mod stats;
pub mod stop;
mod store;

pub use command::main;
pub use datasets::terminal::{Exit, Failure, Output};
pub use error::{Error, Result};
pub use stop::Stop;
