//! What the assistant can do beside quoting the FAQ: value a car, search and compare offers, say what a model is.
//!
//! Each tool takes what was understood, and gives facts: texts for people are made of them in [`crate::phrases`], figures
//! for programs go into the reply's `data`. A tool never asks a language model.

pub mod compare;
pub mod inventory;
pub mod specs;
pub mod valuation;

pub use compare::{Compared, compare};
pub use inventory::{Inventory, Offer};
pub use specs::{Specs, specs};
pub use valuation::{Valued, Valuer};
