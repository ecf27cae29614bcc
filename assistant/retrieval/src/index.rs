//! The corpus with all that finds entries in it: words, vectors, and where the vectors are.
//!
//! Words answer from the first moment. Vectors join when there is an index that was made from this corpus by this
//! embedder. It lies in this process, and in a server beside it where one is set: the server is asked while it answers,
//! and the own vectors are when it does not, so that a question waits for neither.

mod server;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::embed::Embedder;
use crate::queue::{QueueError, QueueStats, WorkQueue};
use crate::rank::weights::Weights;
use crate::rank::{Ranking, Retriever};
use crate::store::{
    Embedded, Filter, Header, Hit, Payload, Point, Query, StoreError, VectorStore, View,
};
use crate::{Corpus, Language};
use server::{Put, Server};
use understanding::Message;

/// Texts of an index in the making that are embedded in one piece of work; questions wait for no more than that.
const BATCH: usize = 8;

/// Questions per session of the embedder that may wait for their turn.
const WAITING_PER_SESSION: usize = 8;

/// How the vectors are doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dense {
    /// There is no embedder: words alone.
    Disabled,
    /// There is no index yet, the weights are those of another embedder, or this one failed the last time that it was
    /// asked.
    Down,
    /// Questions are embedded and compared.
    Up,
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
    /// The queue of the embedder is full, or the work was interrupted.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

impl IndexError {
    /// Whether there is no index of this corpus by this embedder yet, and [`FaqIndex::index`] makes one.
    pub fn is_absence(&self) -> bool {
        matches!(
            self,
            Self::Store(StoreError::Empty | StoreError::Mismatch { .. })
        )
    }
}

/// The corpus, ready to be asked.
pub struct FaqIndex {
    retriever: Retriever,
    embedder: Option<Arc<Embedder>>,
    /// Embeds and scans, off the async workers.
    queue: WorkQueue,
    /// What an index must be made of to be used here; meaningless without an embedder.
    expected: Arc<Header>,
    own: Arc<Embedded>,
    /// Whether the weights were measured with this embedder. Those of another one would take its cosines for what they are
    /// not, and answer what nothing answers.
    is_tuned: bool,
    /// Whether the own vectors are those of this corpus by this embedder.
    has_own: AtomicBool,
    /// Whether the embedder failed the last time that it was asked.
    is_broken: AtomicBool,
    server: Option<Server>,
}

impl FaqIndex {
    /// FaqIndex of `corpus`, whose vectors are or will be in `own`. [`Self::attach`] or [`Self::index`] lets them in.
    pub fn new(
        corpus: &Corpus,
        weights: Weights,
        embedder: Option<Arc<Embedder>>,
        own: Arc<Embedded>,
    ) -> Self {
        let fingerprint = embedder.as_ref().map(|own| own.fingerprint().to_owned());
        let is_tuned = fingerprint.as_ref() == Some(&weights.embedder);
        let retriever = Retriever::new(corpus, weights);
        let expected = Arc::new(Header {
            embedder: fingerprint.unwrap_or_default(),
            corpus: retriever.corpus().hash().to_owned(),
            dims: embedder.as_ref().map_or(0, |own| own.dimensions()),
        });
        let sessions = embedder.as_ref().map_or(1, |own| own.sessions());
        Self {
            retriever,
            embedder,
            queue: WorkQueue::new(sessions, WAITING_PER_SESSION * sessions),
            expected,
            own,
            is_tuned,
            has_own: AtomicBool::new(false),
            is_broken: AtomicBool::new(false),
            server: None,
        }
    }

    /// Has the vectors searched in `store` while it answers.
    #[must_use]
    pub fn with_server(mut self, store: Arc<dyn VectorStore>) -> Self {
        self.server = Some(Server::new(store));
        self
    }

    /// The active entries, and how they are ranked.
    pub fn retriever(&self) -> &Retriever {
        &self.retriever
    }

    /// The embedder, if there is one.
    pub fn embedder(&self) -> Option<&Embedder> {
        self.embedder.as_deref()
    }

    /// Why questions are compared by words alone although there is an embedder, if that is so for good.
    pub fn untuned(&self) -> Option<&'static str> {
        let is_untuned = self.embedder.is_some() && !self.is_tuned;
        is_untuned.then_some(
            "the weights were measured with another embedder: words alone are compared until `assistant tune` has measured this one",
        )
    }

    /// How the vectors are doing.
    pub fn dense(&self) -> Dense {
        if self.embedder.is_none() {
            Dense::Disabled
        } else if self.is_tuned && self.has_vectors() && !self.is_broken.load(Ordering::Relaxed) {
            Dense::Up
        } else {
            Dense::Down
        }
    }

    fn has_vectors(&self) -> bool {
        self.has_own_vectors() || self.server_is_up() == Some(true)
    }

    /// Whether the vectors of this corpus by this embedder are in this process.
    pub fn has_own_vectors(&self) -> bool {
        self.has_own.load(Ordering::Relaxed)
    }

    /// Whether the server answers and holds our index; `None` if no server is used.
    pub fn server_is_up(&self) -> Option<bool> {
        let server = self.embedder.as_ref().and(self.server.as_ref())?;
        Some(server.is_up())
    }

    /// Uses the index that is there: the own one, or that of the server.
    ///
    /// # Errors
    /// [`IndexError::is_absence`] where there is none of this corpus by this embedder.
    pub async fn attach(&self) -> Result<(), IndexError> {
        if self.embedder.is_none() {
            return Err(IndexError::NoEmbedder);
        }
        let own = match self.own.header().await? {
            Some(found) if found == *self.expected => Ok(()),
            Some(found) => Err(StoreError::Mismatch {
                found,
                expected: (*self.expected).clone(),
            }),
            None => Err(StoreError::Empty),
        };
        self.has_own.store(own.is_ok(), Ordering::Relaxed);
        let shared = match &self.server {
            Some(server) => server.meet(&self.expected, None, Put::Never).await.is_ok(),
            None => false,
        };
        if shared { Ok(()) } else { Ok(own?) }
    }

    /// Puts the own index into the server, unless it is there; with `anew`, all the same.
    ///
    /// # Errors
    /// [`IndexError::Store`] where the server does not answer, refuses, or the index's name is not ours to use.
    pub async fn share(&self, anew: bool) -> Result<(), IndexError> {
        let (Some(_), Some(server)) = (&self.embedder, &self.server) else {
            return Ok(());
        };
        let put = if anew { Put::Always } else { Put::WhereOther };
        Ok(server
            .meet(&self.expected, self.own().map(|own| &**own), put)
            .await?)
    }

    /// Checks the server every so often, for as long as this is polled: finds out that it is gone or back, and puts the index
    /// there when it has none. Ends at once if there is no server.
    pub async fn monitor(&self, every: Duration) {
        let (Some(_), Some(server)) = (&self.embedder, &self.server) else {
            return;
        };
        loop {
            tokio::time::sleep(every).await;
            server
                .check(&self.expected, self.own().map(|own| &**own))
                .await;
        }
    }

    /// The own vectors, where they are of this corpus by this embedder.
    fn own(&self) -> Option<&Arc<Embedded>> {
        self.has_own_vectors().then_some(&self.own)
    }

    /// Makes the own index anew and uses it. `progress` hears of texts done and texts in all.
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
            let embed = move || embedder.embed_passages(&passages);
            let vectors = self.queue.run_in_background(embed).await??;
            let payloads = batch.iter().map(|(_, payload)| payload.clone());
            points.extend(
                vectors
                    .into_iter()
                    .zip(payloads)
                    .map(|(vector, payload)| Point { vector, payload }),
            );
        }
        progress(points.len(), texts.len());
        self.own.replace((*self.expected).clone(), points).await?;
        self.has_own.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Every text that gets a vector.
    fn texts(&self) -> Vec<(String, Payload)> {
        let mut texts = Vec::new();
        for entry in self.retriever.corpus().entries() {
            let id: Arc<str> = entry.id.as_str().into();
            let payload = |view| Payload {
                entry: Arc::clone(&id),
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

    /// Ranks the entries for a message: in its own language, with chat spellings written out, by words and, if they are up,
    /// by vectors.
    pub async fn ask(&self, message: &Message) -> Ranking {
        self.rank(message.plain(), message.language()).await
    }

    /// Ranks the entries for a question in plain spelling whose language is known, as [`Self::ask`] does.
    pub async fn rank(&self, question: &str, language: Language) -> Ranking {
        let dense = if self.is_tuned {
            self.nearest(question).await
        } else {
            None
        };
        self.retriever.rank(question, language, dense.as_deref())
    }

    /// How the queue of the embedder is doing.
    pub fn queue_stats(&self) -> QueueStats {
        self.queue.stats()
    }

    /// The texts nearest to a question by their vectors. `None` if there are no vectors, if the embedder fails, or if too
    /// many questions wait for it already: words alone answer then, at once.
    pub async fn nearest(&self, question: &str) -> Option<Vec<Hit>> {
        let embedder = self.embedder.clone().filter(|_| self.has_vectors())?;
        // One piece of work embeds and scans, unless a server is to be asked in between.
        let has_server = self.server.as_ref().is_some_and(Server::is_up);
        let own = self.own().filter(|_| !has_server).cloned();
        let (question, expected) = (question.to_owned(), Arc::clone(&self.expected));
        let work = move || {
            let vector = embedder.embed_query(&question)?;
            let hits = own.map(|own| own.nearest(&query(&expected, &vector)));
            Ok::<_, IndexError>((vector, hits))
        };
        let embedded = match self.queue.run(work).await {
            Err(error @ QueueError::Full { .. }) => {
                // Nothing is wrong with the embedder.
                tracing::debug!(%error, "vectors are not searched");
                return None;
            }
            Err(error) => Err(error.into()),
            Ok(embedded) => embedded,
        };
        self.is_broken.store(embedded.is_err(), Ordering::Relaxed);
        let hits = match embedded {
            Ok((_, Some(hits))) => hits.map_err(IndexError::from),
            Ok((vector, None)) => self.search(vector).await?,
            Err(error) => Err(error),
        };
        hits.inspect_err(|error| tracing::warn!(%error, "vectors are not searched"))
            .ok()
    }

    /// Searches the server, and the own vectors if it does not answer. `None` if there are none.
    async fn search(&self, vector: Vec<f32>) -> Option<Result<Vec<Hit>, IndexError>> {
        if let Some(server) = &self.server
            && let Some(hits) = server.search(query(&self.expected, &vector)).await
        {
            return Some(Ok(hits));
        }
        let own = Arc::clone(self.own()?);
        let expected = Arc::clone(&self.expected);
        let scan = move || own.nearest(&query(&expected, &vector));
        // The question has waited once already.
        let scanned = self.queue.run_in_background(scan).await;
        Some(match scanned {
            Ok(hits) => hits.map_err(IndexError::from),
            Err(error) => Err(error.into()),
        })
    }
}

/// Looks for a vector among all points of the index that was made of `expected`.
fn query<'a>(expected: &'a Header, vector: &'a [f32]) -> Query<'a> {
    const ALL: &Filter = &Filter {
        language: None,
        category: None,
        keyword: None,
    };
    Query {
        index: expected,
        vector,
        filter: ALL,
    }
}
