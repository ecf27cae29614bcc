//! How long to wait before asking again, where the server did not say.

use std::time::Duration;

use rand::Rng;

/// Waits that double after each failure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Backoff {
    /// Wait after the first failure.
    pub first: Duration,
    /// Longest wait.
    pub longest: Duration,
    /// Share of a wait that chance may take off, 0 to 1, so that clients do not come back in step.
    pub jitter: f64,
}

impl Backoff {
    /// Wait after failure number `failures`; the first is 1.
    pub fn wait(&self, failures: u32, rng: &mut impl Rng) -> Duration {
        let doublings = failures.saturating_sub(1);
        self.first
            .saturating_mul(2_u32.saturating_pow(doublings))
            .min(self.longest)
            .mul_f64(rng.random_range(1.0 - self.jitter..=1.0))
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let backoff = Backoff {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(8),
            jitter: 0.25,
        };
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(7);
        for (failures, full_ms) in [(1, 1000), (2, 2000), (3, 4000), (5, 8000), (4000, 8000)] {
            for _ in 0..50 {
                let ms = backoff.wait(failures, &mut rng).as_millis();
                assert!(
                    (full_ms * 3 / 4..=full_ms).contains(&ms),
                    "{failures}: {ms}"
                );
            }
        }
    }
}
