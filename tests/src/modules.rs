//! The modules of one crate, and which of them imports which: what the rules on layers inside a crate are checked on.
//!
//! **Node.** A module is a file. A `mod x { … }` written in a file belongs to that file. Modules that exist in tests
//! only are left out, and so is every item behind `#[cfg(test)]`.
//!
//! **Edge.** A file imports another one if it names something that the other file defines: by `use`, by a path in code
//! (`crate::a::b()`, `super::c`, `self::d`), inside a macro call or in an attribute. A name that a module hands on by
//! `pub use` counts as its own file's name: the importer depends on the file that defines it. Handing on is no import
//! by itself, because it takes nothing that the file would have to know.
//!
//! **Cycle.** [`Modules::cycles`] looks into every folder of the crate, from the top level down. Its members are the
//! modules in it, each with everything below it. Members that import each other in a circle are a cycle. So two files of
//! one folder are one, and so are two folders, even if each of their files is in no circle itself. A module and those
//! below it (`a.rs` and `a/*.rs`) may know each other, because they are one member of the folder around them: types may
//! stand in `a.rs`, and the work on them in `a/*.rs`. Whatever such a child shares with its sibling counts.
//!
//! **Upward edge.** [`Modules::upward`] takes the layers of the crate's top-level modules, lowest first. A module must
//! not import from a layer above its own. The crate's root is above all of them.

mod cfg;
mod graph;
mod imports;
mod names;
#[cfg(test)]
mod tests;
mod tree;

pub use graph::Cycle;
pub use imports::Import;
pub use tree::{ModulePath, Modules};
