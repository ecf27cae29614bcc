//! The crate from outside.

/// What each recorded page says, field by field.
mod fixtures;
/// Sites against the invented world: every row, every reject, nobody's name.
mod sites;
/// The invented world.
#[path = "../world/mod.rs"]
mod world;
