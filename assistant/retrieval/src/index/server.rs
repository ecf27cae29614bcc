//! The server that holds the vectors for several services: asked while it answers, left alone while it does not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::Duration;

use crate::store::{Embedded, Header, Hit, Query, StoreError, VectorStore};

/// Longest time that a question waits for the server; past it, the own vectors answer.
const DEADLINE: Duration = Duration::from_millis(150);

/// What is known of it.
const UNKNOWN: u8 = 0;
const UP: u8 = 1;
const DOWN: u8 = 2;

/// When the own index is put into the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Put {
    /// In no case.
    Never,
    /// Where it has none.
    WhereNone,
    /// The same, and in the place of one of another corpus or embedder.
    WhereOther,
    /// The same, and in the place of its like.
    Always,
}

/// See the module.
pub(super) struct Server {
    store: Arc<dyn VectorStore>,
    state: AtomicU8,
    /// Whether our index has been there since this process began.
    was_ours: AtomicBool,
}

impl Server {
    /// A server of which nothing is known yet.
    pub(super) fn new(store: Arc<dyn VectorStore>) -> Self {
        Self {
            store,
            state: AtomicU8::new(UNKNOWN),
            was_ours: AtomicBool::new(false),
        }
    }

    /// Whether it is asked: it answered the last time, and holds our index.
    pub(super) fn is_up(&self) -> bool {
        self.state.load(Ordering::Relaxed) == UP
    }

    /// Finds out whether it holds the index that was made of `expected`, and puts `own` there when `put` says so.
    pub(super) async fn meet(
        &self,
        expected: &Header,
        own: Option<&Embedded>,
        put: Put,
    ) -> Result<(), StoreError> {
        let met = self.bring(expected, own, put).await;
        match &met {
            Ok(()) => {
                self.was_ours.store(true, Ordering::Relaxed);
                if self.state.swap(UP, Ordering::Relaxed) != UP {
                    tracing::info!("vectors are searched in the server");
                }
            }
            // Who only looks finds none before the first is made.
            Err(StoreError::Empty | StoreError::Mismatch { .. }) if put == Put::Never => {}
            Err(error) => self.is_down(error),
        }
        met
    }

    async fn bring(
        &self,
        expected: &Header,
        own: Option<&Embedded>,
        put: Put,
    ) -> Result<(), StoreError> {
        let held = self.store.header().await?;
        let (is_put, absence) = match held {
            Some(found) if found == *expected => (put >= Put::Always, Ok(())),
            Some(found) => {
                let expected = expected.clone();
                let other = StoreError::Mismatch { found, expected };
                (put >= Put::WhereOther, Err(other))
            }
            None => (put >= Put::WhereNone, Err(StoreError::Empty)),
        };
        match own.filter(|_| is_put).and_then(Embedded::points) {
            Some((header, points)) => self.store.replace(header, points).await,
            None => absence,
        }
    }

    /// As [`Self::meet`], as often as it is called. An index that has taken the place of ours stays: whoever put it there runs
    /// another corpus, and two services that overwrite each other serve nobody.
    pub(super) async fn check(&self, expected: &Header, own: Option<&Embedded>) {
        let put = if self.was_ours.load(Ordering::Relaxed) {
            Put::WhereNone
        } else {
            Put::WhereOther
        };
        // What came of it is logged when it changes.
        let _seen = self.meet(expected, own, put).await;
    }

    /// The points nearest to a query; `None` if they do not come in time.
    pub(super) async fn search(&self, query: Query<'_>) -> Option<Vec<Hit>> {
        if !self.is_up() {
            return None;
        }
        let found = tokio::time::timeout(DEADLINE, self.store.search(query)).await;
        match found {
            Ok(Ok(hits)) => return Some(hits),
            Ok(Err(error)) => self.is_down(&error),
            Err(_) => self.is_down(&format!("no answer in {} ms", DEADLINE.as_millis())),
        }
        None
    }

    fn is_down(&self, error: &dyn std::fmt::Display) {
        if self.state.swap(DOWN, Ordering::Relaxed) != DOWN {
            tracing::warn!(%error, "vectors are not searched in the server");
        }
    }
}
