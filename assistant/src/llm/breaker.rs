//! A circuit breaker: after some failures in a row nobody asks for a while, then one call probes. After one that was waited
//! for in vain the next call probes already.
//!
//! It has no clock: who calls it says what time it is.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// When a breaker opens, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerConfig {
    /// Failures in a row that open it; 0 keeps it closed for ever.
    pub failures: u32,
    /// Time until a probe. A server that asks for a longer wait gets it.
    pub open_for: Duration,
}

impl Default for BreakerConfig {
    fn default() -> Self {
        Self {
            // A call has its own retries, and a reader waits through each failure.
            failures: 2,
            open_for: Duration::from_secs(20),
        }
    }
}

/// What a breaker lets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakerState {
    /// Every call.
    Closed,
    /// None, for so long.
    Open {
        /// Until the next probe.
        retry_in: Duration,
    },
    /// One, the probe.
    HalfOpen,
}

#[derive(Debug, Clone, Copy)]
enum Inner {
    Closed { failures: u32 },
    Open { until: Instant },
    Probing { since_open: Instant },
}

/// See the module.
#[derive(Debug)]
pub struct Breaker {
    config: BreakerConfig,
    inner: Mutex<Inner>,
}

impl Breaker {
    /// A closed one.
    pub fn new(config: BreakerConfig) -> Self {
        Self {
            config,
            inner: Mutex::new(Inner::Closed { failures: 0 }),
        }
    }

    /// Lets a call through.
    ///
    /// # Errors
    /// The time until the next probe, when none may pass.
    pub fn admit(self: &Arc<Self>, now: Instant) -> Result<Admission, Duration> {
        let mut inner = self.lock();
        let probe = match *inner {
            Inner::Closed { .. } => false,
            Inner::Open { until } if now >= until => {
                *inner = Inner::Probing { since_open: until };
                true
            }
            Inner::Open { until } => return Err(until - now),
            // The probe's own deadline bounds the wait; this is a guess at it.
            Inner::Probing { .. } => return Err(self.config.open_for),
        };
        drop(inner);
        Ok(Admission {
            breaker: Arc::clone(self),
            probe,
            judged: false,
        })
    }

    /// What it lets through at `now`.
    pub fn state(&self, now: Instant) -> BreakerState {
        match *self.lock() {
            Inner::Closed { .. } => BreakerState::Closed,
            Inner::Open { until } if now < until => BreakerState::Open {
                retry_in: until - now,
            },
            Inner::Open { .. } | Inner::Probing { .. } => BreakerState::HalfOpen,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A state of three plain variants is whole at any moment.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that was let through. Dropped without a verdict (the user went away), it counts for nothing, and another may
/// probe in its stead.
#[derive(Debug)]
pub struct Admission {
    breaker: Arc<Breaker>,
    probe: bool,
    judged: bool,
}

impl Admission {
    /// Whether it finds out if the server is back.
    pub fn is_probe(&self) -> bool {
        self.probe
    }

    /// The server works.
    pub fn succeeded(mut self) {
        self.judged = true;
        let mut inner = self.breaker.lock();
        // An old call that ends well says nothing about a breaker that opened since.
        if self.probe || matches!(*inner, Inner::Closed { .. }) {
            *inner = Inner::Closed { failures: 0 };
        }
    }

    /// It let somebody wait in vain. Once is enough for the next call to be a probe; a probe that waits in vain failed.
    pub fn kept_waiting(mut self, now: Instant) {
        if self.probe {
            return self.failed(now, None);
        }
        self.judged = true;
        let mut inner = self.breaker.lock();
        if self.breaker.config.failures > 0 && matches!(*inner, Inner::Closed { .. }) {
            *inner = Inner::Open { until: now };
        }
    }

    /// It does not; `asked` is how long it wants to be left alone.
    pub fn failed(mut self, now: Instant, asked: Option<Duration>) {
        self.judged = true;
        let config = self.breaker.config;
        let open = Inner::Open {
            until: now + config.open_for.max(asked.unwrap_or_default()),
        };
        let mut inner = self.breaker.lock();
        *inner = match *inner {
            _ if self.probe => open,
            Inner::Closed { failures }
                if config.failures > 0 && failures + 1 >= config.failures =>
            {
                open
            }
            Inner::Closed { failures } => Inner::Closed {
                failures: failures.saturating_add(1),
            },
            other => other,
        };
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        if self.probe && !self.judged {
            let mut inner = self.breaker.lock();
            if let Inner::Probing { since_open } = *inner {
                *inner = Inner::Open { until: since_open };
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn opened(now: Instant) -> Arc<Breaker> {
        let breaker = Arc::new(Breaker::new(BreakerConfig {
            failures: 2,
            open_for: 10 * SECOND,
        }));
        for _ in 0..2 {
            breaker.admit(now).unwrap().failed(now, None);
        }
        breaker
    }

    #[test]
    fn opens_after_failures_in_a_row_only() {
        let now = Instant::now();
        let breaker = Arc::new(Breaker::new(BreakerConfig {
            failures: 2,
            open_for: 10 * SECOND,
        }));
        breaker.admit(now).unwrap().failed(now, None);
        breaker.admit(now).unwrap().succeeded();
        breaker.admit(now).unwrap().failed(now, None);
        assert_eq!(breaker.state(now), BreakerState::Closed);
        breaker.admit(now).unwrap().failed(now, None);
        assert_eq!(breaker.admit(now + 4 * SECOND).unwrap_err(), 6 * SECOND);
        assert_eq!(
            breaker.state(now + 4 * SECOND),
            BreakerState::Open {
                retry_in: 6 * SECOND
            }
        );
    }

    #[test]
    fn one_probe_at_a_time_decides() {
        let now = Instant::now();
        let breaker = opened(now);
        let later = now + 10 * SECOND;
        assert_eq!(breaker.state(later), BreakerState::HalfOpen);
        let probe = breaker.admit(later).unwrap();
        assert!(breaker.admit(later).is_err());
        probe.failed(later, None);
        assert!(breaker.admit(later + 9 * SECOND).is_err());
        breaker.admit(later + 10 * SECOND).unwrap().succeeded();
        assert_eq!(breaker.state(later + 10 * SECOND), BreakerState::Closed);
        assert!(breaker.admit(later + 10 * SECOND).is_ok());
    }

    #[test]
    fn an_abandoned_probe_makes_room_for_the_next() {
        let now = Instant::now();
        let breaker = opened(now);
        drop(breaker.admit(now + 11 * SECOND).unwrap());
        assert!(breaker.admit(now + 11 * SECOND).is_ok());
    }

    #[test]
    fn a_late_success_does_not_close_and_a_longer_wait_is_kept() {
        let now = Instant::now();
        let breaker = Arc::new(Breaker::new(BreakerConfig {
            failures: 1,
            open_for: 10 * SECOND,
        }));
        let old = breaker.admit(now).unwrap();
        breaker.admit(now).unwrap().failed(now, Some(60 * SECOND));
        old.succeeded();
        assert_eq!(breaker.admit(now + 59 * SECOND).unwrap_err(), SECOND);
    }

    #[test]
    fn one_wait_in_vain_makes_the_next_call_a_probe() {
        let now = Instant::now();
        let config = BreakerConfig {
            failures: 2,
            open_for: 10 * SECOND,
        };
        let breaker = Arc::new(Breaker::new(config));
        let (first, second) = (breaker.admit(now).unwrap(), breaker.admit(now).unwrap());
        first.kept_waiting(now);
        assert_eq!(breaker.state(now), BreakerState::HalfOpen);
        let probe = breaker.admit(now).unwrap();
        assert!(probe.is_probe());
        // What began before and waits in vain too tells nothing new.
        second.kept_waiting(now);
        assert!(breaker.admit(now).is_err());
        probe.kept_waiting(now);
        assert_eq!(breaker.admit(now + 4 * SECOND).unwrap_err(), 6 * SECOND);
        breaker.admit(now + 10 * SECOND).unwrap().succeeded();
        assert_eq!(breaker.state(now), BreakerState::Closed);
    }

    #[test]
    fn zero_failures_never_open() {
        let now = Instant::now();
        let breaker = Arc::new(Breaker::new(BreakerConfig {
            failures: 0,
            open_for: SECOND,
        }));
        for _ in 0..100 {
            breaker.admit(now).unwrap().failed(now, None);
            breaker.admit(now).unwrap().kept_waiting(now);
        }
        assert_eq!(breaker.state(now), BreakerState::Closed);
    }
}
