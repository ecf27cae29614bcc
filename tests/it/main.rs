//! End-to-end tests, one binary: each module says what belongs there.

/// The workspace's shape: crates, edges, files. Everything that ARCHITECTURE.md promises and a compiler does not check.
mod architecture;
/// Questions over a socket: cited answers, honest refusals, prices in mid-conversation, with and without a model.
mod assistant;
/// What users get wrong: files, flags, settings, bodies and damaged artifacts, each with the error that it gets.
mod bad_inputs;
/// The page, in a real browser.
mod browser;
/// The HTTP client of the other modules.
mod client;
/// `kill -9` while a registry is being changed.
mod crash;
/// What the two modules on a registry that changes share.
mod following;
/// The shape inside each crate: cycles and layers of its modules.
mod layers;
/// What the assistant's memory keeps at a stop, a kill, on a full disk, and how large it gets.
mod memory;
/// A registry in an object store: an S3-compatible server of another make.
mod object_store;
/// `trainer predict`: one car by flags, and a file of cars.
mod predict;
/// Exchange of models with the real XGBoost.
mod python;
/// One car has one price, whoever asks.
mod quotes;
/// From a site's pages to a price over a socket.
mod scrape;
/// The service follows the registry: promotions and rollbacks under load, and models that are bad.
mod swap;
mod sweeps;
/// From generated cars to a price over a socket: what callers of the service rely on.
mod valuation;
/// A week of an analyst, command by command, while the service is under load.
mod week;
/// Invented pages of the three sites, as the scrapers' own tests crawl them.
#[expect(unreachable_pub, reason = "the scrapers' own tests share it")]
#[path = "../../scrapers/tests/world/mod.rs"]
mod world;
