//! What a connection waits for, and since when.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What a connection waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// The first byte of another request.
    Idle = 0,
    /// The rest of a request's head.
    Head = 1,
    /// The rest of a request's body.
    Body = 2,
    /// Nothing from the caller, except that it reads the reply: the request is being answered.
    Work = 3,
}

/// How long a connection may wait for its caller.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// For a whole head, from its first byte, or from the start of the connection.
    pub head: Duration,
    /// For another request.
    pub idle: Duration,
    /// For a whole body.
    pub body: Duration,
    /// For the caller to read anything of a reply, once it is made.
    pub work: Duration,
}

impl Timeouts {
    fn of(&self, phase: Phase) -> Duration {
        match phase {
            Phase::Idle => self.idle,
            Phase::Head => self.head,
            Phase::Body => self.body,
            Phase::Work => self.work,
        }
    }
}

/// A phase with its beginning, in one word: milliseconds since the process's first connection, and two bits of phase.
#[derive(Debug)]
pub(super) struct PhaseClock(AtomicU64);

/// Milliseconds count from here.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Milliseconds on the clock of the phases.
pub(super) fn now_ms() -> u64 {
    START.elapsed().as_millis() as u64
}

impl PhaseClock {
    /// A connection that has just been taken: its caller owes it a head.
    pub(super) fn start() -> Self {
        Self(AtomicU64::new(word(Phase::Head, now_ms())))
    }

    /// Begins `phase` now.
    pub(super) fn enter(&self, phase: Phase) {
        self.0.store(word(phase, now_ms()), Ordering::Relaxed);
    }

    /// The phase, and the millisecond that it began in.
    pub(super) fn read(&self) -> (Phase, u64) {
        let word = self.0.load(Ordering::Relaxed);
        let phase = match word & 3 {
            0 => Phase::Idle,
            1 => Phase::Head,
            2 => Phase::Body,
            _ => Phase::Work,
        };
        (phase, word >> 2)
    }

    /// Whether the phase is `phase`.
    pub(super) fn is(&self, phase: Phase) -> bool {
        self.0.load(Ordering::Relaxed) & 3 == phase as u64
    }

    /// Whether the phase has lasted too long at the millisecond `now_ms`.
    pub(super) fn is_overdue(&self, now_ms: u64, timeouts: &Timeouts) -> bool {
        let (phase, since) = self.read();
        u128::from(now_ms.saturating_sub(since)) > timeouts.of(phase).as_millis()
    }
}

fn word(phase: Phase, now_ms: u64) -> u64 {
    now_ms << 2 | phase as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_phase_has_a_time_of_its_own() {
        let second = Duration::from_secs(1);
        let timeouts = Timeouts {
            head: second,
            idle: second * 3,
            body: second * 2,
            work: second * 4,
        };
        let clock = PhaseClock::start();
        for (phase, seconds) in [
            (Phase::Head, 1),
            (Phase::Idle, 3),
            (Phase::Body, 2),
            (Phase::Work, 4),
        ] {
            clock.enter(phase);
            let (found, since) = clock.read();
            assert_eq!(found, phase);
            assert!(clock.is(phase));
            assert!(
                !clock.is_overdue(since + seconds * 1000, &timeouts),
                "{phase:?}"
            );
            assert!(
                clock.is_overdue(since + seconds * 1000 + 1, &timeouts),
                "{phase:?}"
            );
        }
    }
}
