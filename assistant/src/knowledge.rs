//! The corpus with all that finds entries in it: words, vectors, and where the vectors are.
//!
//! Words answer from the first moment. Vectors join when there is an index that was made from this corpus by this
//! embedder, and leave again when their store does not answer: a question never waits for either.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use crate::embed::Embedder;
use crate::retrieve::weights::Weights;
use crate::retrieve::{Ranking, Retriever};
use crate::store::{Filter, Header, Hit, Payload, Point, StoreError, VectorStore, View};
use crate::{Corpus, Language};

/// Longest time that a question waits for a store; past it, words decide.
const STORE_DEADLINE: Duration = Duration::from_millis(150);
/// Texts that are embedded at once.
const BATCH: usize = 32;
/// Most vectors that a search asks for.
const NEAREST: usize = 4_096;

/// How the vectors are doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Dense {
    /// There is no embedder: words alone.
    Disabled = 0,
    /// The index is being made, or is not there yet.
    Pending = 1,
    /// Questions are embedded and compared.
    Up = 2,
    /// The store or the embedder failed the last time that it was asked.
    Down = 3,
}

impl Dense {
    fn of(value: u8) -> Self {
        match value {
            1 => Self::Pending,
            2 => Self::Up,
            3 => Self::Down,
            _ => Self::Disabled,
        }
    }
}

/// What can go wrong while vectors are made or put away.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// There is no embedder to make them.
    #[error("there is no embedder; words alone are searched")]
    NoEmbedder,
    /// The embedder failed.
    #[error(transparent)]
    Embedder(#[from] crate::embed::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The work was interrupted.
    #[error("indexing was interrupted: {0}")]
    Interrupted(String),
    /// The index in the store is of another corpus or embedder.
    #[error("the index was made {found}, and not {expected}; `assistant index` makes a new one")]
    Mismatch {
        /// What it was made from.
        found: String,
        /// What it should have been made from.
        expected: String,
    },
}

/// The corpus, ready to be asked.
pub struct Knowledge {
    retriever: Retriever,
    embedder: Option<Arc<Embedder>>,
    store: Arc<dyn VectorStore>,
    dense: AtomicU8,
}

impl Knowledge {
    /// Knowledge of `corpus`, whose vectors are or will be in `store`. [`Self::attach`] or [`Self::index`] lets them in.
    pub fn new(
        corpus: &Corpus,
        weights: Weights,
        embedder: Option<Arc<Embedder>>,
        store: Arc<dyn VectorStore>,
    ) -> Self {
        let dense = if embedder.is_some() {
            Dense::Pending
        } else {
            Dense::Disabled
        };
        Self {
            retriever: Retriever::new(corpus, weights),
            embedder,
            store,
            dense: AtomicU8::new(dense as u8),
        }
    }

    /// The active entries, and how they are ranked.
    pub fn retriever(&self) -> &Retriever {
        &self.retriever
    }

    /// The embedder, if there is one.
    pub fn embedder(&self) -> Option<&Embedder> {
        self.embedder.as_deref()
    }

    /// How the vectors are doing.
    pub fn dense(&self) -> Dense {
        Dense::of(self.dense.load(Ordering::Relaxed))
    }

    fn is(&self, dense: Dense) {
        self.dense.store(dense as u8, Ordering::Relaxed);
    }

    /// What an index must be made of to be used here.
    fn header(&self, embedder: &Embedder) -> Header {
        Header {
            embedder: embedder.fingerprint().to_owned(),
            corpus: self.retriever.corpus().hash().to_owned(),
            dims: embedder.dimensions(),
        }
    }

    /// Uses the index that is in the store.
    ///
    /// # Errors
    /// [`IndexError::Mismatch`] when it is of another corpus or embedder; [`IndexError::Store`] when there is none.
    pub async fn attach(&self) -> Result<(), IndexError> {
        let embedder = self.embedder.as_ref().ok_or(IndexError::NoEmbedder)?;
        let expected = self.header(embedder);
        let found = self.store.header().await?.ok_or(StoreError::Empty)?;
        if found != expected {
            let said = |header: &Header| {
                format!(
                    "from the corpus {} by the embedder {}",
                    header.corpus.get(..12).unwrap_or(&header.corpus),
                    header.embedder.get(..12).unwrap_or(&header.embedder)
                )
            };
            return Err(IndexError::Mismatch {
                found: said(&found),
                expected: said(&expected),
            });
        }
        self.is(Dense::Up);
        Ok(())
    }

    /// Makes an index anew and uses it. `progress` hears of texts done and texts in all.
    ///
    /// # Errors
    /// [`IndexError`], from the embedder or the store.
    pub async fn index(&self, progress: impl Fn(usize, usize)) -> Result<(), IndexError> {
        let embedder = self.embedder.clone().ok_or(IndexError::NoEmbedder)?;
        let texts = self.texts();
        let mut points = Vec::with_capacity(texts.len());
        for batch in texts.chunks(BATCH) {
            progress(points.len(), texts.len());
            let passages: Vec<String> = batch.iter().map(|(text, _)| text.clone()).collect();
            let embedder = Arc::clone(&embedder);
            let vectors = tokio::task::spawn_blocking(move || embedder.embed_passages(&passages))
                .await
                .map_err(|error| IndexError::Interrupted(error.to_string()))??;
            let payloads = batch.iter().map(|(_, payload)| payload.clone());
            points.extend(
                vectors
                    .into_iter()
                    .zip(payloads)
                    .map(|(vector, payload)| Point { vector, payload }),
            );
        }
        progress(points.len(), texts.len());
        self.store.replace(self.header(&embedder), points).await?;
        self.is(Dense::Up);
        Ok(())
    }

    /// Every text that gets a vector.
    fn texts(&self) -> Vec<(String, Payload)> {
        let mut texts = Vec::new();
        for entry in self.retriever.corpus().entries() {
            let payload = |view| Payload {
                entry: entry.id.clone(),
                view,
                language: entry.language,
                category: entry.category.clone(),
                keywords: entry.keywords.clone(),
            };
            texts.extend(
                entry
                    .phrasings()
                    .map(|text| (text.to_owned(), payload(View::Question))),
            );
            if entry.outside {
                continue;
            }
            texts.push((
                format!("{} {}", entry.question, entry.answer),
                payload(View::Answer),
            ));
        }
        texts
    }

    /// Ranks the entries for a question, by vectors too where they are up.
    pub async fn rank(&self, question: &str, language: Language) -> Ranking {
        let dense = match self.dense() {
            Dense::Up | Dense::Down => self.nearest(question).await,
            Dense::Disabled | Dense::Pending => None,
        };
        self.retriever.rank(question, language, dense.as_deref())
    }

    /// The vectors nearest to a question; none where they cannot be had in time.
    pub async fn nearest(&self, question: &str) -> Option<Vec<Hit>> {
        let embedder = self.embedder.clone()?;
        let text = question.to_owned();
        let search = async {
            let vector = tokio::task::spawn_blocking(move || embedder.embed_query(&text))
                .await
                .map_err(|error| IndexError::Interrupted(error.to_string()))??;
            let filter = Filter::default();
            let found =
                tokio::time::timeout(STORE_DEADLINE, self.store.search(&vector, &filter, NEAREST))
                    .await;
            let late = || {
                IndexError::Interrupted(format!("no answer in {} ms", STORE_DEADLINE.as_millis()))
            };
            Ok::<_, IndexError>(found.map_err(|_| late())??)
        };
        match search.await {
            Ok(hits) => {
                self.is(Dense::Up);
                Some(hits)
            }
            Err(error) => {
                tracing::warn!(%error, "vectors are not searched");
                self.is(Dense::Down);
                None
            }
        }
    }
}
