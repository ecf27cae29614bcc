//! How long to wait before asking again.

use std::time::{Duration, SystemTime};

use rand::Rng;

/// Wait after the first failure, before jitter.
const BASE: Duration = Duration::from_millis(250);
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

/// Wait before attempt `attempt` (the first retry is 1): what the server asked for, else doubling from a quarter of
/// a second, of which a random half is taken off so that clients do not come back in step.
pub(super) fn delay(attempt: u32, asked: Option<Duration>, rng: &mut impl Rng) -> Duration {
    if let Some(asked) = asked {
        return asked;
    }
    let doubled = BASE
        .saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)))
        .min(CAP);
    doubled.mul_f64(rng.random_range(0.5..=1.0))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

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
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(7);
        for (attempt, full_ms) in [(1, 250), (2, 500), (3, 1000), (6, 8000), (40, 8000)] {
            for _ in 0..50 {
                let ms = delay(attempt, None, &mut rng).as_millis();
                assert!((full_ms / 2..=full_ms).contains(&ms), "{attempt}: {ms}");
            }
        }
        assert_eq!(
            delay(1, Some(Duration::from_secs(4)), &mut rng),
            Duration::from_secs(4)
        );
    }
}
