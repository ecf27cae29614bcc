//! The crate from outside.

/// Pages that do not come as they should.
mod broken;
/// What each recorded page says, field by field.
mod fixtures;
/// Crawls after the first.
mod incremental;
/// `kill -9` at any moment of the real programs.
mod killed;
/// Dry runs, damaged stores, and what must never be written.
mod manners;
/// Intervals, robots.txt, Retry-After, refusals: what the server's log says.
mod politeness;
/// The real programs: exit codes, JSON, signals.
mod programs;
/// A redesign is a red exit code.
mod quality;
/// A crawl of a test's own.
mod run;
/// 200,000 listings.
mod scale;
/// A server on loopback with a log.
mod server;
/// Sites against the invented world: every row, every reject, nobody's name.
mod sites;
/// Units of systemd.
mod systemd;
/// A site of a few lines.
mod toy;
/// Crawls of the invented world: every row, every reject, nobody's name in any file.
mod whole;
/// The invented world.
#[expect(unreachable_pub, reason = "two crates' tests share it")]
#[path = "../world/mod.rs"]
mod world;
