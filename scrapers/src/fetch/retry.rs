//! How long to wait before asking again.

use std::time::{Duration, SystemTime};

use rand::Rng;

use crate::config::Patience;

/// `Retry-After` in either of its forms, seconds or an HTTP date; a date that has passed is no wait at all.
pub(crate) fn retry_after(header: &str, now: SystemTime) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<f64>() {
        // Whole by the standard; some gateways send `1.5`.
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let when = httpdate::parse_http_date(header).ok()?;
    Some(when.duration_since(now).unwrap_or_default())
}

/// Wait after failure number `failures` (the first is 1): doubling up to the cap, of which a random quarter is taken
/// off. Waits are kept in the frontier, not slept through: that is why no retry loop of a library fits here.
pub(crate) fn backoff(patience: &Patience, failures: u32, rng: &mut impl Rng) -> Duration {
    let doublings = failures.saturating_sub(1);
    patience
        .backoff
        .saturating_mul(2_u32.saturating_pow(doublings))
        .min(patience.backoff_cap)
        .mul_f64(rng.random_range(0.75..=1.0))
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
    fn waits_double_up_to_a_cap() {
        let patience = Patience {
            attempts: 4,
            backoff: Duration::from_secs(1),
            backoff_cap: Duration::from_secs(8),
            longest_wait: Duration::from_mins(15),
            blocks_before_stop: 3,
            failures_before_stop: 10,
        };
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(7);
        for (failures, full_ms) in [(1, 1000), (2, 2000), (3, 4000), (5, 8000), (4000, 8000)] {
            for _ in 0..50 {
                let ms = backoff(&patience, failures, &mut rng).as_millis();
                assert!(
                    (full_ms * 3 / 4..=full_ms).contains(&ms),
                    "{failures}: {ms}"
                );
            }
        }
    }
}
