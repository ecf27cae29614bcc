//! What end-to-end tests stand on: the built binaries, a trained registry, a running service, and how a test says
//! that it was skipped; and [`modules`], which reads the imports inside a crate.
//!
//! Tests reach the product as its users do, through its command lines and its sockets; of the crates themselves
//! they link only what they need to check a file on disk.

mod binaries;
mod browser_driver;
pub mod modules;
mod process;
mod python;
mod serve;
mod shared;
mod trained;

pub use binaries::{binary, target_dir, workspace_root};
pub use browser_driver::BrowserDriver;
pub use process::{Ended, run, run_in};
pub use python::python;
pub use serve::Serve;
pub use shared::{shared, skip};
pub use trained::{Trained, trained};
