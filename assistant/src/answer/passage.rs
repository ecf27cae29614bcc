//! What an answer may rest on, as it comes from retrieval and tools.

use crate::{Entry, Language};

/// An entry that was retrieved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Names the entry.
    pub id: String,
    /// Its question.
    pub question: String,
    /// Its answer.
    pub answer: String,
    /// Category as users read it.
    pub category: String,
    /// Language of all these texts.
    pub language: Language,
}

impl From<&Entry> for Passage {
    fn from(entry: &Entry) -> Self {
        Self {
            id: entry.id.clone(),
            question: entry.question.clone(),
            answer: entry.answer.clone(),
            category: entry.category.clone(),
            language: entry.language,
        }
    }
}

/// Who wrote a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactOrigin {
    /// Our own tools: valuation, catalogue.
    Tool,
    /// A seller, in a listing. Nobody has checked it.
    Seller,
}

/// A tool's result as text: `Toyota Vios 2019, 45.000 km: 462.000.000 đ`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Who wrote it.
    pub origin: FactOrigin,
    /// The text, with units.
    pub text: String,
}

impl Fact {
    /// A fact of our own tools.
    pub fn tool(text: impl Into<String>) -> Self {
        Self {
            origin: FactOrigin::Tool,
            text: text.into(),
        }
    }

    /// Words of a seller.
    pub fn seller(text: impl Into<String>) -> Self {
        Self {
            origin: FactOrigin::Seller,
            text: text.into(),
        }
    }
}
