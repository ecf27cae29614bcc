//! The connections that are open: at most so many, and who has to go when there are more.
//!
//! When the limit is reached, a batch of those that wait for their callers is closed: idle ones first, then half-sent heads,
//! then half-sent bodies, in each of them those that have waited longest; whoever has just come is spared until then. Requests that are being answered are never closed
//! for want of room; they end by themselves, because each has a deadline. So whoever only holds connections keeps nobody
//! out.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use futures_util::task::AtomicWaker;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use super::phase::{Phase, PhaseClock, Timeouts, now_ms};

/// How many of the connections are closed at once when there is no room: one of so many.
const EVICTED_OF: usize = 32;

/// How long to wait for a closed connection's place before others are closed.
const EVICTION_PAUSE: Duration = Duration::from_millis(20);

/// Younger waits are spared while older ones are left: a caller that has just come is about to send its request.
const FRESH_MS: u64 = 250;

/// All open connections.
#[derive(Debug)]
pub(super) struct Pool {
    places: Arc<Semaphore>,
    open: Mutex<Open>,
    /// Told when the last connection ends.
    emptied: Notify,
}

#[derive(Debug, Default)]
struct Open {
    next_id: u64,
    connections: HashMap<u64, Arc<Control>>,
}

/// What others ask of a connection, and what it says of itself.
#[derive(Debug)]
pub(super) struct Control {
    /// What it waits for.
    pub(super) phase: PhaseClock,
    must_end: AtomicBool,
    must_close: AtomicBool,
    waker: AtomicWaker,
}

impl Control {
    /// Has the connection's task woken through `waker` when something is asked of it.
    pub(super) fn wake_by(&self, waker: &Waker) {
        self.waker.register(waker);
    }

    /// Whether it must end with the request that it is at, if any.
    pub(super) fn must_end(&self) -> bool {
        self.must_end.load(Ordering::Acquire)
    }

    /// Whether it must be closed at once.
    pub(super) fn must_close(&self) -> bool {
        self.must_close.load(Ordering::Acquire)
    }

    fn close(&self) {
        self.must_close.store(true, Ordering::Release);
        self.waker.wake();
    }

    fn end(&self) {
        self.must_end.store(true, Ordering::Release);
        self.waker.wake();
    }
}

impl Pool {
    /// A pool of at most `limit` connections.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(limit)),
            open: Mutex::default(),
            emptied: Notify::new(),
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many connections are open.
    pub(super) fn len(&self) -> usize {
        self.open().connections.len()
    }

    /// Waits for a place, and closes connections that wait for their callers until there is one.
    pub(super) async fn place(self: &Arc<Self>) -> Place {
        loop {
            let place = Arc::clone(&self.places).acquire_owned();
            let permit = if let Ok(permit) = Arc::clone(&self.places).try_acquire_owned() {
                permit
            } else {
                self.evict();
                match tokio::time::timeout(EVICTION_PAUSE, place).await {
                    Ok(Ok(permit)) => permit,
                    // The semaphore is never closed, and a wait that took too long is tried again.
                    Ok(Err(_)) | Err(_) => continue,
                }
            };
            return Place {
                pool: Arc::clone(self),
                permit,
            };
        }
    }

    /// Closes a batch of the connections that wait for their callers.
    pub(super) fn evict(&self) {
        let now_ms = now_ms();
        let open = self.open();
        let mut waiting: Vec<_> = open
            .connections
            .values()
            .filter(|control| !control.must_close())
            .map(|control| (control.phase.read(), control))
            .filter(|((phase, _), _)| *phase < Phase::Work)
            .map(|((phase, since_ms), control)| {
                let is_fresh = now_ms.saturating_sub(since_ms) < FRESH_MS;
                ((is_fresh, phase, since_ms), control)
            })
            .collect();
        let batch = (open.connections.len() / EVICTED_OF).max(1);
        if waiting.len() > batch {
            waiting.select_nth_unstable_by_key(batch, |(key, _)| *key);
            waiting.truncate(batch);
        }
        tracing::debug!(
            open = open.connections.len(),
            closed = waiting.len(),
            "no room for another connection"
        );
        for (_, control) in waiting {
            control.close();
        }
    }

    /// Closes what has waited too long.
    pub(super) fn close_overdue(&self, timeouts: &Timeouts) {
        let now_ms = now_ms();
        let open = self.open();
        let overdue = open
            .connections
            .values()
            .filter(|control| control.phase.is_overdue(now_ms, timeouts));
        overdue.for_each(|control| control.close());
    }

    /// Has every connection end with the request that it is at.
    pub(super) fn drain(&self) {
        let open = self.open();
        open.connections.values().for_each(|control| control.end());
    }

    /// Closes every connection at once.
    pub(super) fn close_all(&self) {
        let open = self.open();
        open.connections
            .values()
            .for_each(|control| control.close());
    }

    /// Completes when no connection is open.
    pub(super) async fn empty(&self) {
        loop {
            let emptied = self.emptied.notified();
            if self.open().connections.is_empty() {
                return;
            }
            emptied.await;
        }
    }
}

/// Room for one connection.
pub(super) struct Place {
    pool: Arc<Pool>,
    permit: OwnedSemaphorePermit,
}

impl Place {
    /// Counts a connection as open, until the guard is dropped.
    pub(super) fn admit(self) -> OpenConnection {
        let control = Arc::new(Control {
            phase: PhaseClock::start(),
            must_end: AtomicBool::new(false),
            must_close: AtomicBool::new(false),
            waker: AtomicWaker::new(),
        });
        let mut open = self.pool.open();
        let id = open.next_id;
        open.next_id += 1;
        open.connections.insert(id, Arc::clone(&control));
        drop(open);
        OpenConnection {
            id,
            control,
            pool: self.pool,
            _permit: self.permit,
        }
    }
}

/// An open connection; dropping it gives its place back.
pub(super) struct OpenConnection {
    id: u64,
    /// What others ask of it.
    pub(super) control: Arc<Control>,
    pool: Arc<Pool>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        let mut open = self.pool.open();
        open.connections.remove(&self.id);
        if open.connections.is_empty() {
            // Kept for whoever begins to wait just now.
            self.pool.emptied.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn opened(pool: &Arc<Pool>, phase: Phase) -> OpenConnection {
        let connection = pool.place().await.admit();
        connection.control.phase.enter(phase);
        connection
    }

    #[tokio::test]
    async fn an_idle_connection_makes_room_first_and_one_at_work_never() {
        let pool = Arc::new(Pool::new(4));
        let work = opened(&pool, Phase::Work).await;
        let mut waiting = Vec::new();
        for phase in [Phase::Body, Phase::Head, Phase::Idle] {
            waiting.push(opened(&pool, phase).await);
        }
        for expected in [Phase::Idle, Phase::Head, Phase::Body] {
            pool.evict();
            let at = waiting
                .iter()
                .position(|connection| connection.control.must_close())
                .expect("one is closed");
            assert!(waiting[at].control.phase.is(expected), "{expected:?}");
            drop(waiting.remove(at));
        }
        pool.evict();
        assert!(!work.control.must_close());
    }

    #[tokio::test]
    async fn a_place_is_found_at_the_limit_when_another_connection_only_waits() {
        let pool = Arc::new(Pool::new(1));
        let idle = opened(&pool, Phase::Idle).await;
        let control = Arc::clone(&idle.control);
        let ends = tokio::spawn(async move {
            while !control.must_close() {
                tokio::task::yield_now().await;
            }
            drop(idle);
        });
        let _next = opened(&pool, Phase::Work).await;
        ends.await.expect("it ended");
        assert_eq!(pool.len(), 1);
    }
}
