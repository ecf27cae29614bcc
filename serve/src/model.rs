//! The model that answers: how it is loaded, swapped for another and refused, and what is said of it.

mod info;
mod loaded;
mod refusal;
mod reload;
mod slot;

pub use info::ModelInfo;
pub use loaded::{LoadError, LoadedModel};
pub use refusal::Refusal;
pub use reload::{Reload, Reloader};
pub use slot::ModelSlot;

#[cfg(test)]
pub(crate) use info::tests::manifest;
