//! How long to wait before asking again.

use std::time::{Duration, SystemTime};

use rand::Rng;

use super::LlmError;

/// Wait after the first failure, before jitter.
const BASE: Duration = Duration::from_millis(250);
/// The same where there was no connection: nothing was asked of the server, and a reader waits meanwhile for words that
/// we have at hand.
const BASE_UNCONNECTED: Duration = Duration::from_millis(50);
/// Longest wait of our own choosing.
const CAP: Duration = Duration::from_secs(8);

/// `Retry-After` in either of its forms, seconds or an HTTP date; a date that has passed is no wait at all.
pub(super) fn retry_after(header: &str, now: SystemTime) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<f64>() {
        // Whole by the standard; some gateways send `1.5`.
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let when = httpdate::parse_http_date(header).ok()?;
    Some(when.duration_since(now).unwrap_or_default())
}

/// Wait after `error` before attempt `attempt` (the first retry is 1): what the server asked for, else doubling from a
/// base, of which a random half is taken off so that clients do not come back in step.
pub(super) fn delay(attempt: u32, error: &LlmError, rng: &mut impl Rng) -> Duration {
    if let Some(asked) = error.retry_after() {
        return asked;
    }
    let base = match error {
        LlmError::Connect { .. } => BASE_UNCONNECTED,
        _ => BASE,
    };
    let doubled = base
        .saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)))
        .min(CAP);
    doubled.mul_f64(rng.random_range(0.5..=1.0))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::llm::Fault;

    #[test]
    fn both_forms_of_retry_after() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").expect("valid date");
        for (header, want) in [
            ("3", Some(3.0)),
            (" 120 ", Some(120.0)),
            ("0", Some(0.0)),
            ("1.5", Some(1.5)),
            ("Sun, 06 Nov 1994 08:49:42 GMT", Some(5.0)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0.0)),
            ("-1", None),
            ("soon", None),
            ("", None),
            ("inf", None),
        ] {
            assert_eq!(
                retry_after(header, now),
                want.map(Duration::from_secs_f64),
                "{header:?}"
            );
        }
    }

    #[test]
    fn delays_double_up_to_a_cap() {
        let status = |retry_after| LlmError::Status {
            status: 503,
            fault: Fault::from_body(""),
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
