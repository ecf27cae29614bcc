//! Days as the sites count them.

use chrono::{DateTime, TimeDelta, Utc};

pub(crate) use datasets::vietnam::day;

/// An instant from milliseconds since 1970; the earliest that there is for what is out of range.
pub(crate) fn from_ms(ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(ms).unwrap_or(DateTime::<Utc>::MIN_UTC)
}

/// Milliseconds since 1970, so much later.
pub(crate) fn after(instant: DateTime<Utc>, wait: std::time::Duration) -> i64 {
    let wait = TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX);
    instant
        .checked_add_signed(wait)
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
        .timestamp_millis()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_turn_at_midnight_in_vietnam() {
        for (ms, want) in [
            (1_700_000_000_000, "2023-11-15"),
            (1_699_981_199_999, "2023-11-14"),
            (1_699_981_200_000, "2023-11-15"),
        ] {
            assert_eq!(day(from_ms(ms)).to_string(), want);
        }
        assert_eq!(after(from_ms(5), std::time::Duration::from_secs(1)), 1005);
    }
}
