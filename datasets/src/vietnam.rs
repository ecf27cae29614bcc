//! The clock of Vietnam: UTC+7, without daylight saving. Sites count their days by it, and so do prices.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

/// Offset from UTC.
pub const OFFSET: FixedOffset = FixedOffset::east_opt(7 * 3600).expect("an offset within a day");

/// The day in Vietnam at `instant`.
pub fn day(instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&OFFSET).date_naive()
}

/// The day in Vietnam now.
pub fn today() -> NaiveDate {
    day(Utc::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_seven_hours_before_that_of_utc() {
        let at = |text: &str| day(text.parse().expect("an instant")).to_string();
        assert_eq!(at("2025-11-20T16:59:59Z"), "2025-11-20");
        assert_eq!(at("2025-11-20T17:00:00Z"), "2025-11-21");
    }
}
