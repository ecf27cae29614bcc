//! From passages and facts to an answer that one may show.
//!
//! - [`Evidence`] is what an answer may rest on; texts that give orders are set aside.
//! - [`instructions`] say what a model is to do; [`prompt`] fills data in, all of it escaped.
//! - [`StreamingGuard`] lets sentences through that rest on the evidence, whole ones only, with citations of ours.
//! - [`template`] answers without a model.
//! - [`question`] checks what a model makes of a question.
//!
//! No guard asks why a model says something. Whether it errs, obeys an order hidden in a listing, or was talked into it: a
//! sentence needs a passage that shares its words, and every number, name and address in it a place where it stands.

mod citations;
mod contacts;
mod evidence;
mod guard;
pub mod instructions;
mod judge;
mod markup;
mod names;
mod numbers;
mod passage;
pub mod prompt;
pub mod question;
mod screen;
mod sentences;
mod support;
pub mod template;
#[cfg(test)]
mod tests;
mod words;

pub use citations::Citation;
pub use evidence::Evidence;
pub use guard::{Checked, Dropped, Outcome, StreamingGuard, check};
pub use judge::DropReason;
pub use passage::{Fact, FactOrigin, Passage};
pub use template::{Origin, TemplateAnswer};
