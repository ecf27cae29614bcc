//! Where the vectors of the corpus live: in this process, or in Qdrant.
//!
//! A store holds one index, made whole from one corpus by one embedder: [`Header`] says which, and a caller refuses an
//! index that is not of its own corpus and embedder. A new index takes the old one's place at once.

mod embedded;

use std::pin::Pin;

use serde::{Deserialize, Serialize};

pub use embedded::Embedded;

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

/// Which text of an entry a vector stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Id of the entry.
    pub entry: String,
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

/// Narrows a search; what is none does not.
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

/// A vector near to a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Id of the entry.
    pub entry: String,
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
}

/// A result that is ready later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A place for vectors.
pub trait VectorStore: Send + Sync {
    /// Puts an index of `points` in the place of the one before, which is searched until then.
    fn replace(&self, header: Header, points: Vec<Point>) -> Later<'_, ()>;

    /// What the index was made of; none where there is no index.
    fn header(&self) -> Later<'_, Option<Header>>;

    /// The `limit` points nearest to `vector`, which has length 1, the nearest first.
    fn search<'a>(
        &'a self,
        vector: &'a [f32],
        filter: &'a Filter,
        limit: usize,
    ) -> Later<'a, Vec<Hit>>;
}

#[cfg(test)]
pub(crate) mod conformance {
    //! What every store must do.

    use super::*;

    fn point(entry: &str, view: View, language: Language, vector: [f32; 3]) -> Point {
        Point {
            vector: vector.to_vec(),
            payload: Payload {
                entry: entry.to_owned(),
                view,
                language,
                category: if entry == "a" { "Pay" } else { "Sell" }.to_owned(),
                keywords: vec![format!("of {entry}")],
            },
        }
    }

    fn header(corpus: &str) -> Header {
        Header {
            embedder: "test".to_owned(),
            corpus: corpus.to_owned(),
            dims: 3,
        }
    }

    /// Runs the checks on an empty store.
    pub(crate) async fn check(store: &dyn VectorStore) {
        let every = Filter::default();
        assert_eq!(store.header().await.expect("a header"), None);
        assert!(matches!(
            store.search(&[1.0, 0.0, 0.0], &every, 3).await,
            Err(StoreError::Empty)
        ));

        let points = vec![
            point("a", View::Question, Language::English, [1.0, 0.0, 0.0]),
            point("a", View::Answer, Language::English, [0.6, 0.8, 0.0]),
            point("b", View::Question, Language::Vietnamese, [0.0, 0.0, 1.0]),
        ];
        store
            .replace(header("one"), points)
            .await
            .expect("replaced");
        assert_eq!(store.header().await.expect("a header"), Some(header("one")));
        let hits = store
            .search(&[1.0, 0.0, 0.0], &every, 2)
            .await
            .expect("hits");
        let named: Vec<_> = hits
            .iter()
            .map(|hit| (hit.entry.as_str(), hit.view))
            .collect();
        assert_eq!(named, [("a", View::Question), ("a", View::Answer)]);
        assert!((hits[1].score - 0.6).abs() < 1e-2, "{hits:?}");

        for (filter, entries) in [
            (
                Filter {
                    language: Some(Language::Vietnamese),
                    ..Filter::default()
                },
                vec!["b"],
            ),
            (
                Filter {
                    category: Some("Pay".to_owned()),
                    ..Filter::default()
                },
                vec!["a", "a"],
            ),
            (
                Filter {
                    keyword: Some("of b".to_owned()),
                    ..Filter::default()
                },
                vec!["b"],
            ),
            (
                Filter {
                    category: Some("None".to_owned()),
                    ..Filter::default()
                },
                vec![],
            ),
        ] {
            let hits = store
                .search(&[1.0, 0.0, 0.0], &filter, 9)
                .await
                .expect("hits");
            let found: Vec<_> = hits.into_iter().map(|hit| hit.entry).collect();
            assert_eq!(found, entries, "{filter:?}");
        }
        assert!(matches!(
            store.search(&[1.0], &every, 1).await,
            Err(StoreError::Dims {
                found: 1,
                expected: 3
            })
        ));

        let fewer = vec![point(
            "c",
            View::Question,
            Language::English,
            [0.0, 1.0, 0.0],
        )];
        store.replace(header("two"), fewer).await.expect("replaced");
        let hits = store
            .search(&[1.0, 0.0, 0.0], &every, 9)
            .await
            .expect("hits");
        assert_eq!(hits.len(), 1);
        let uneven = vec![Point {
            vector: vec![1.0],
            ..point("d", View::Answer, Language::English, [0.0; 3])
        }];
        assert!(store.replace(header("three"), uneven).await.is_err());
        assert_eq!(store.header().await.expect("a header"), Some(header("two")));
    }
}
