//! Days: `12/05/2026`, ISO 8601, months and Unix milliseconds, all on the sites' clock.

use chrono::{DateTime, Days, FixedOffset, Months, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::{ParseError, Parsed, is_blank};
use crate::{text, vietnam};

const GARBAGE: &str = "is no date; valid: `12/05/2026` (day first), `2026-05-12`, an ISO 8601 instant, \
     `2026-05` (its 15th), Unix milliseconds";

/// The day in UTC+7 that `printed` names, between 1990 and 2100.
///
/// A month alone, as snapshots are labelled, stands for its 15th: the day that is nowhere more than half a
/// month off. Milliseconds since 1970 are told from other numbers by their 12 or 13 digits.
///
/// # Errors
/// [`ParseError`] with the text and the reason, for text that is present and cannot be used.
pub fn date(printed: &str) -> Parsed<NaiveDate> {
    if is_blank(printed) {
        return Ok(None);
    }
    let folded = text::fold(printed.trim());
    let bare = folded
        .strip_prefix("dang ngay")
        .or_else(|| folded.strip_prefix("ngay dang"))
        .map_or(folded.as_str(), |rest| rest.trim_start_matches([':', ' ']));
    calendar_day(bare)
        .or_else(|| instant(bare))
        .filter(|day| (1990..=2100).contains(&chrono::Datelike::year(day)))
        .map(Some)
        .ok_or_else(|| ParseError::new(printed, GARBAGE))
}

/// As [`date`], and of what sites print instead of a day: `2 giờ trước`, `hôm qua`, counted back from `seen`.
///
/// # Errors
/// [`ParseError`] with the text and the reason, for text that is present and cannot be used.
pub fn date_seen(printed: &str, seen: DateTime<Utc>) -> Parsed<NaiveDate> {
    match date(printed) {
        Err(error) => before(printed, seen).map(Some).ok_or(error),
        read => read,
    }
}

/// The day that lies as far before `seen` as `printed` says.
fn before(printed: &str, seen: DateTime<Utc>) -> Option<NaiveDate> {
    let seen = seen.with_timezone(&vietnam::OFFSET);
    let today = seen.date_naive();
    let folded = text::fold(printed);
    let mut words: Vec<&str> = folded.split_whitespace().collect();
    if words.first() == Some(&"dang") {
        words.remove(0);
    }
    let (count, unit) = match words[..] {
        ["vua" | "moi", "xong" | "dang"] | ["hom", "nay"] => return Some(today),
        ["hom", "qua"] => return today.checked_sub_days(Days::new(1)),
        ["hom", "kia"] => return today.checked_sub_days(Days::new(2)),
        [unit, "truoc"] => (1, unit),
        [count, unit, "truoc"] => (count.parse::<u32>().ok()?, unit),
        _ => return None,
    };
    let ago = |each: TimeDelta| {
        let ago = each.checked_mul(i32::try_from(count).ok()?)?;
        Some(seen.checked_sub_signed(ago)?.date_naive())
    };
    match unit {
        "giay" => ago(TimeDelta::seconds(1)),
        "phut" => ago(TimeDelta::minutes(1)),
        "gio" | "tieng" => ago(TimeDelta::hours(1)),
        "ngay" => ago(TimeDelta::days(1)),
        "tuan" => ago(TimeDelta::days(7)),
        "thang" => today.checked_sub_months(Months::new(count)),
        "nam" => today.checked_sub_months(Months::new(count.checked_mul(12)?)),
        _ => None,
    }
}

fn calendar_day(text: &str) -> Option<NaiveDate> {
    // chrono's `%Y` takes `26`, so the lengths say which form is meant.
    match text.len() {
        7 => NaiveDate::parse_from_str(&format!("{text}-15"), "%Y-%m-%d").ok(),
        8..=10 if text.as_bytes().get(4) == Some(&b'-') => text.parse().ok(),
        8..=10 => {
            let year = text.rsplit(['/', '-', '.']).next()?;
            let slashed = text.replace(['-', '.'], "/");
            (year.len() == 4)
                .then(|| NaiveDate::parse_from_str(&slashed, "%d/%m/%Y").ok())
                .flatten()
        }
        _ => None,
    }
}

fn instant(text: &str) -> Option<NaiveDate> {
    let on_site =
        |instant: DateTime<FixedOffset>| instant.with_timezone(&vietnam::OFFSET).date_naive();
    if matches!(text.len(), 12 | 13) && text.bytes().all(|b| b.is_ascii_digit()) {
        return DateTime::from_timestamp_millis(text.parse().ok()?)
            .map(|instant| on_site(instant.fixed_offset()));
    }
    let upper = text.to_ascii_uppercase();
    if let Ok(instant) = DateTime::parse_from_rfc3339(&upper) {
        return Some(on_site(instant));
    }
    ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(&upper, form).ok())
        .map(|local| local.date())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn days_in_every_form() {
        for (text, want) in [
            ("12/05/2026", "2026-05-12"),
            ("2/5/2026", "2026-05-02"),
            ("12-05-2026", "2026-05-12"),
            ("12.05.2026", "2026-05-12"),
            ("Đăng ngày 12/05/2026", "2026-05-12"),
            ("2026-05-12", "2026-05-12"),
            ("2026-05-12T16:59:59Z", "2026-05-12"),
            ("2026-05-12T17:00:00Z", "2026-05-13"),
            ("2026-05-12T23:30:00+07:00", "2026-05-12"),
            ("2026-05-12 23:30:00", "2026-05-12"),
            ("2025-11", "2025-11-15"),
            ("1767200400000", "2026-01-01"),
        ] {
            assert_eq!(date(text).unwrap().unwrap().to_string(), want, "{text:?}");
        }
        assert_eq!(date("").unwrap(), None);
    }

    #[test]
    fn days_ago_are_counted_on_the_sites_clock() {
        let seen = "2026-05-12T18:30:00Z".parse().unwrap();
        for (text, want) in [
            ("46 giây trước", "2026-05-13"),
            ("1 giờ trước", "2026-05-13"),
            ("2 giờ trước", "2026-05-12"),
            ("Đăng 2 giờ trước", "2026-05-12"),
            ("vừa xong", "2026-05-13"),
            ("Hôm nay", "2026-05-13"),
            ("hôm qua", "2026-05-12"),
            ("3 ngày trước", "2026-05-10"),
            ("tuần trước", "2026-05-06"),
            ("2 tuần trước", "2026-04-29"),
            ("3 tháng trước", "2026-02-13"),
            ("1 năm trước", "2025-05-13"),
            ("12/05/2026", "2026-05-12"),
        ] {
            let day = date_seen(text, seen).unwrap().unwrap();
            assert_eq!(day.to_string(), want, "{text:?}");
        }
        assert_eq!(date_seen("-", seen), Ok(None));
        for text in ["trước", "4294967295 năm trước", "-1 ngày trước", "2 giờ"] {
            assert_eq!(
                date_seen(text, seen).unwrap_err().reason,
                GARBAGE,
                "{text:?}"
            );
        }
    }

    #[test]
    fn what_is_no_day_is_an_error() {
        for text in [
            "31/02/2026",
            "05/13/2026",
            "12/05/26",
            "2026",
            "hôm nay",
            "2026-13",
            "1889-01-01",
        ] {
            assert_eq!(date(text).unwrap_err().reason, GARBAGE, "{text:?}");
        }
    }
}
