//! A short queue for CPU work, which keeps it off the async workers.
//!
//! At most one piece of work per worker runs at a time, each on a blocking thread. A bounded number waits for its turn;
//! what comes on top is refused at once. Work whose caller has gone is not begun.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// Why queued work gave no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QueueError {
    /// As much waits already as may.
    #[error("{capacity} questions wait to be embedded already, which is the limit")]
    Full {
        /// How much may wait.
        capacity: usize,
    },
    /// The work panicked, or the runtime is stopping.
    #[error("the work ended without a result")]
    Interrupted,
}

/// How the queue is doing. The counts only grow, from the start of the process on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueStats {
    /// How much can run at the same time.
    pub workers: usize,
    /// How much may wait.
    pub capacity: usize,
    /// What waits now.
    pub waiting: usize,
    /// What runs now.
    pub running: usize,
    /// Work that was begun.
    pub begun: u64,
    /// Work that was not begun because its caller had gone.
    pub abandoned: u64,
    /// Work that was refused because the queue was full.
    pub refused: u64,
    /// Time that finished work ran, in all.
    pub duration: Duration,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct WorkQueue {
    workers: usize,
    capacity: usize,
    permits: Arc<Semaphore>,
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    waiting: AtomicUsize,
    running: AtomicUsize,
    begun: AtomicU64,
    abandoned: AtomicU64,
    refused: AtomicU64,
    nanoseconds: AtomicU64,
}

impl WorkQueue {
    /// A queue that runs `workers` pieces of work at a time, and lets `capacity` more wait.
    pub(crate) fn new(workers: usize, capacity: usize) -> Self {
        let workers = workers.max(1);
        Self {
            workers,
            capacity,
            permits: Arc::new(Semaphore::new(workers)),
            counts: Arc::default(),
        }
    }

    /// Runs `work` on a blocking thread as soon as a worker is free.
    ///
    /// If the returned future is dropped before that, `work` never begins.
    ///
    /// # Errors
    /// [`QueueError::Full`] at once if too much waits already.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, QueueError> {
        let permit = match Arc::clone(&self.permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => self.wait().await?,
        };
        self.begin(permit, work).await
    }

    /// Runs `work` like [`Self::run`], but waits however many wait already: for the work of an index in the making.
    ///
    /// # Errors
    /// [`QueueError::Interrupted`].
    pub(crate) async fn run_in_background<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, QueueError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let permit = permit.map_err(|_| QueueError::Interrupted)?;
        self.begin(permit, work).await
    }

    /// How the queue is doing now.
    pub(crate) fn stats(&self) -> QueueStats {
        let counts = &self.counts;
        QueueStats {
            workers: self.workers,
            capacity: self.capacity,
            waiting: counts.waiting.load(Ordering::Relaxed),
            running: counts.running.load(Ordering::Relaxed),
            begun: counts.begun.load(Ordering::Relaxed),
            abandoned: counts.abandoned.load(Ordering::Relaxed),
            refused: counts.refused.load(Ordering::Relaxed),
            duration: Duration::from_nanos(counts.nanoseconds.load(Ordering::Relaxed)),
        }
    }

    /// Waits for a worker, if there is room to wait.
    async fn wait(&self) -> Result<OwnedSemaphorePermit, QueueError> {
        let capacity = self.capacity;
        let one_more = |waiting| (waiting < capacity).then_some(waiting + 1);
        let room = self
            .counts
            .waiting
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more);
        if room.is_err() {
            self.counts.refused.fetch_add(1, Ordering::Relaxed);
            return Err(QueueError::Full { capacity });
        }
        let mut place = Place {
            counts: &self.counts,
            is_served: false,
        };
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        place.is_served = true;
        permit.map_err(|_| QueueError::Interrupted)
    }

    /// Runs `work` on a blocking thread, which holds `permit` until it is done even if the caller goes meanwhile.
    async fn begin<T: Send + 'static>(
        &self,
        permit: OwnedSemaphorePermit,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, QueueError> {
        let (sender, receiver) = oneshot::channel();
        let counts = Arc::clone(&self.counts);
        tokio::task::spawn_blocking(move || {
            let permit = permit;
            // The caller may have gone before a blocking thread was free.
            if sender.is_closed() {
                counts.abandoned.fetch_add(1, Ordering::Relaxed);
                return;
            }
            let running = Running::begin(&counts);
            let result = work();
            drop(running);
            // First the permit, so that the caller's next work finds it free.
            drop(permit);
            // A caller that has gone meanwhile wants no result.
            let _unheard = sender.send(result);
        });
        receiver.await.map_err(|_| QueueError::Interrupted)
    }
}

/// A place in the queue, left when it is dropped.
struct Place<'a> {
    counts: &'a Counts,
    is_served: bool,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.counts.waiting.fetch_sub(1, Ordering::Relaxed);
        if !self.is_served {
            self.counts.abandoned.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Work that runs, counted as such until it is dropped: also when it panics.
struct Running<'a> {
    counts: &'a Counts,
    since: Instant,
}

impl<'a> Running<'a> {
    fn begin(counts: &'a Counts) -> Self {
        counts.begun.fetch_add(1, Ordering::Relaxed);
        counts.running.fetch_add(1, Ordering::Relaxed);
        Self {
            counts,
            since: Instant::now(),
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let spent = u64::try_from(self.since.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.counts.nanoseconds.fetch_add(spent, Ordering::Relaxed);
        self.counts.running.fetch_sub(1, Ordering::Relaxed);
    }
}
