//! The FAQ: entries that answers are taken from.

pub mod import;
mod markdown;
mod raw;
mod shipped;

pub use shipped::shipped;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Language;

/// A question with its answer, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Names the entry; the same after every import of the same entry.
    pub id: String,
    /// What the entry is about; its translations share it.
    pub topic: String,
    /// Language of all its texts.
    pub language: Language,
    /// Category as users read it.
    pub category: String,
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// Other phrasings of the question.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<String>,
    /// Words that the entry should be found by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// Whether answers may be taken from it.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub active: bool,
    /// Whether it holds examples of questions that are none of the FAQ's business: what is nearest to them is refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outside: bool,
}

impl Entry {
    /// The question and its other phrasings.
    pub fn phrasings(&self) -> impl Iterator<Item = &str> {
        let others = self.alternatives.iter().map(String::as_str);
        std::iter::once(self.question.as_str()).chain(others)
    }
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_yes(active: &bool) -> bool {
    *active
}

/// Entries in a fixed order, named by a hash of their content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corpus {
    entries: Vec<Entry>,
    hash: String,
}

impl Corpus {
    /// A corpus of `entries`, which are put in the order of their ids.
    pub fn new(mut entries: Vec<Entry>) -> Self {
        entries.sort_by(|a, b| a.id.cmp(&b.id));
        let mut hasher = Sha256::new();
        for entry in &entries {
            let line = serde_json::to_vec(entry).unwrap_or_default();
            hasher.update((line.len() as u64).to_le_bytes());
            hasher.update(&line);
        }
        let hash = datasets::hash::hex(&hasher.finalize());
        Self { entries, hash }
    }

    /// All entries, by id.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// SHA-256 of the content, in hex.
    pub fn hash(&self) -> &str {
        &self.hash
    }
}
