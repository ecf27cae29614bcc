//! Where the vectors of the corpus live: in this process, or in Qdrant.
//!
//! A store holds one index, made whole from one corpus by one embedder: [`Header`] says which. Who searches says of what
//! the index has to be made, and gets nothing out of another one. A new index takes the old one's place at once.

#[cfg(test)]
pub(crate) mod conformance;
mod embedded;
pub mod qdrant;

use std::pin::Pin;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use embedded::Embedded;
pub use qdrant::Qdrant;

use crate::Language;

/// What an index was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Fingerprint of the embedder.
    pub embedder: String,
    /// Hash of the corpus.
    pub corpus: String,
    /// Components of a vector.
    pub dims: usize,
}

impl std::fmt::Display for Header {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let begin = |hash: &str| hash.chars().take(12).collect::<String>();
        let (corpus, embedder) = (begin(&self.corpus), begin(&self.embedder));
        write!(f, "from the corpus {corpus} by the embedder {embedder}")
    }
}

/// Which text of an entry a vector stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// The question, or another phrasing of it.
    Question,
    /// The answer, below its question.
    Answer,
}

/// What a search may be narrowed by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    /// Id of the entry; shared, for a search hands it out thousands of times.
    pub entry: Arc<str>,
    /// Which of its texts.
    pub view: View,
    /// Language of the entry.
    pub language: Language,
    /// Category of the entry.
    pub category: String,
    /// Keywords of the entry.
    pub keywords: Vec<String>,
}

/// A vector with its payload.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Of length 1.
    pub vector: Vec<f32>,
    /// What it stands for.
    pub payload: Payload,
}

/// Restricts a search. `None` fields do not restrict it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Entries of this language.
    pub language: Option<Language>,
    /// Entries of this category.
    pub category: Option<String>,
    /// Entries with this keyword.
    pub keyword: Option<String>,
}

impl Filter {
    /// Whether `payload` passes.
    pub fn takes(&self, payload: &Payload) -> bool {
        self.language
            .is_none_or(|language| language == payload.language)
            && self
                .category
                .as_ref()
                .is_none_or(|category| *category == payload.category)
            && self
                .keyword
                .as_ref()
                .is_none_or(|keyword| payload.keywords.contains(keyword))
    }
}

/// What is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Query<'a> {
    /// What the index that is searched has to be made of.
    pub index: &'a Header,
    /// Of length 1.
    pub vector: &'a [f32],
    /// Which points may be found.
    pub filter: &'a Filter,
}

impl Query<'_> {
    /// Whether it can be looked for in an index made of `header`.
    ///
    /// # Errors
    /// [`StoreError::Mismatch`] and [`StoreError::Dims`].
    fn fits(&self, header: &Header) -> Result<(), StoreError> {
        if *self.index != *header {
            return Err(StoreError::Mismatch {
                found: header.clone(),
                expected: self.index.clone(),
            });
        }
        dims(self.vector, header)
    }
}

/// Refuses a vector that is of another length than those of an index.
fn dims(vector: &[f32], header: &Header) -> Result<(), StoreError> {
    if vector.len() == header.dims {
        return Ok(());
    }
    Err(StoreError::Dims {
        found: vector.len(),
        expected: header.dims,
    })
}

/// A text of an entry near to a query, by the nearest of its vectors.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Id of the entry.
    pub entry: Arc<str>,
    /// Which of its texts.
    pub view: View,
    /// Cosine, −1 to 1.
    pub score: f32,
}

/// What can go wrong in a store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file cannot be read or written; the message names it.
    #[error(transparent)]
    File(#[from] datasets::Error),
    /// A file is no index.
    #[error("{path}: {detail}; `assistant index` makes a new one")]
    Damaged {
        /// The file.
        path: String,
        /// What is wrong with it.
        detail: String,
    },
    /// A vector has another length than the index.
    #[error("a vector has {found} components; this index has {expected}")]
    Dims {
        /// Components of the vector.
        found: usize,
        /// Components of the index.
        expected: usize,
    },
    /// There is no index yet.
    #[error("there is no index; `assistant index` makes one")]
    Empty,
    /// The index is of another corpus or embedder.
    #[error("the index was made {found}, and not {expected}; `assistant index` makes a new one")]
    Mismatch {
        /// What it was made of.
        found: Header,
        /// What it should have been made of.
        expected: Header,
    },
    /// A setting of the store cannot be used.
    #[error("`{field}` is `{value}`; valid: {valid}")]
    Setting {
        /// Its name.
        field: &'static str,
        /// What was given.
        value: String,
        /// What may be given.
        valid: &'static str,
    },
    /// A server does not answer.
    #[error("Qdrant at {server} does not answer: {detail}")]
    Unreachable {
        /// Its address.
        server: String,
        /// What happened instead.
        detail: String,
    },
    /// A server answers that it will not.
    #[error("Qdrant at {server} refuses to {deed}: {detail}")]
    Refused {
        /// Its address.
        server: String,
        /// What it was asked for.
        deed: &'static str,
        /// What it said.
        detail: String,
    },
    /// The name of the index belongs to a collection that we did not make.
    #[error(
        "`{name}` in Qdrant at {server} is a collection that is not ours, and is left alone; `qdrant_collection` names another"
    )]
    Taken {
        /// Its address.
        server: String,
        /// The name.
        name: String,
    },
}

/// A result that is ready later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A place for vectors.
pub trait VectorStore: Send + Sync {
    /// Puts an index of `points` in the place of the one before, which is searched until then.
    fn replace(&self, header: Header, points: Vec<Point>) -> Later<'_, ()>;

    /// What the index was made of; `None` if there is no index.
    fn header(&self) -> Later<'_, Option<Header>>;

    /// The texts nearest to a vector, each once, the nearest first. A store may leave out the farthest.
    fn search<'a>(&'a self, query: Query<'a>) -> Later<'a, Vec<Hit>>;
}
