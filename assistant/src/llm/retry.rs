//! How long to wait before asking again.

use std::time::Duration;

use http_client::Backoff;
use rand::Rng;

use super::LlmError;

/// Longest wait after the first failure; chance takes up to half of a wait off.
const FIRST: Duration = Duration::from_millis(250);
/// The same if there was no connection: nothing was asked of the server, and a reader waits meanwhile for words that we have
/// at hand.
const FIRST_UNCONNECTED: Duration = Duration::from_millis(50);
/// Longest wait of our own choosing.
const LONGEST: Duration = Duration::from_secs(8);

/// Wait after `error` before retry number `attempt`: what the server asked for, else a wait that doubles.
pub(super) fn delay(attempt: u32, error: &LlmError, rng: &mut impl Rng) -> Duration {
    if let Some(asked) = error.retry_after() {
        return asked;
    }
    let first = match error {
        LlmError::Connect { .. } => FIRST_UNCONNECTED,
        _ => FIRST,
    };
    let backoff = Backoff {
        first,
        longest: LONGEST,
        jitter: 0.5,
    };
    backoff.wait(attempt, rng)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::llm::UpstreamError;

    #[test]
    fn delays_double_up_to_a_cap() {
        let status = |retry_after| LlmError::Status {
            status: 503,
            upstream: UpstreamError::from_body(""),
            retry_after,
        };
        let unconnected = LlmError::Connect {
            endpoint: String::new(),
            message: String::new(),
        };
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(7);
        for (error, attempt, full_ms) in [
            (&status(None), 1, 250),
            (&status(None), 2, 500),
            (&status(None), 3, 1000),
            (&status(None), 6, 8000),
            (&status(None), 40, 8000),
            (&unconnected, 1, 50),
            (&unconnected, 2, 100),
        ] {
            for _ in 0..50 {
                let ms = delay(attempt, error, &mut rng).as_millis();
                assert!((full_ms / 2..=full_ms).contains(&ms), "{attempt}: {ms}");
            }
        }
        let asked = Duration::from_secs(4);
        assert_eq!(delay(1, &status(Some(asked)), &mut rng), asked);
    }
}
