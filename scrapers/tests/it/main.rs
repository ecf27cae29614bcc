//! Crawls against a server on loopback.

mod broken;
mod incremental;
mod manners;
mod politeness;
mod quality;
mod run;
mod server;
mod toy;
