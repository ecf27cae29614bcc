//! Values of flags: what is not valid is named with what would be.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use chrono::NaiveDate;
use datasets::parse;
use models::hyperparameters::HALF_LIFE_DAYS;
use models::quote::bounds::{self, Bound};

use crate::{load::Constant, params::HalfLife};

/// `FIELD=VALUE`.
pub(super) fn constant(text: &str) -> Result<Constant, String> {
    match text.split_once('=') {
        Some((field, value)) if !field.trim().is_empty() => Ok(Constant {
            field: field.trim().to_owned(),
            value: value.trim().to_owned(),
        }),
        _ => Err("valid: FIELD=VALUE, such as source=bonbanh".into()),
    }
}

/// A calendar day; a month stands for its 15th, as in mappings.
pub(super) fn day(text: &str) -> Result<NaiveDate, String> {
    match parse::date(text) {
        Ok(Some(day)) => Ok(day),
        Ok(None) => Err("valid: a day such as 2025-11-30".into()),
        Err(error) => Err(error.reason.to_owned()),
    }
}

/// A member of a vocabulary, by a word of either language.
pub(super) fn word<T: Display>(
    text: &str,
    parse: fn(&str) -> Option<T>,
    all: &[T],
) -> Result<T, String> {
    parse(text).ok_or_else(|| {
        let names: Vec<String> = all.iter().map(ToString::to_string).collect();
        format!("valid: {}, or the Vietnamese word", names.join(", "))
    })
}

/// A number within a range.
fn within<T>(text: &str, valid: &RangeInclusive<T>, unit: &str) -> Result<T, String>
where
    T: FromStr + PartialOrd + Display,
{
    text.trim()
        .parse()
        .ok()
        .filter(|value| valid.contains(value))
        .ok_or_else(|| format!("valid: {}..={}{unit}", valid.start(), valid.end()))
}

/// Days, or the word for none.
pub(super) fn half_life(text: &str) -> Result<HalfLife, String> {
    if text.trim() == "none" {
        return Ok(HalfLife::NONE);
    }
    let valid = HALF_LIFE_DAYS.low as f32..=HALF_LIFE_DAYS.high as f32;
    within(text, &valid, " days, or none").map(HalfLife::Days)
}

/// A share of the training rows.
pub(super) fn share(text: &str) -> Result<f64, String> {
    within(text, &(0.01..=1.0), "")
}

pub(super) fn minutes(text: &str) -> Result<f64, String> {
    within(text, &(0.001..=10_000.0), " minutes")
}

pub(super) fn rows(text: &str) -> Result<usize, String> {
    within(text, &(1..=10_000_000), " rows")
}

pub(super) fn buckets(text: &str) -> Result<u64, String> {
    within(text, &(2..=1000), "")
}

/// Numbers of models that are kept.
pub(super) fn kept(text: &str) -> Result<usize, String> {
    within(text, &(0..=10_000), " models")
}

/// Numbers of changes that are told.
pub(super) fn changes(text: &str) -> Result<usize, String> {
    within(text, &(1..=1_000_000), " changes")
}

/// Who does something, as a history tells it.
pub(super) fn name(text: &str) -> Result<String, String> {
    let text = text.trim();
    if (1..=100).contains(&text.chars().count()) && !text.contains(char::is_control) {
        return Ok(text.to_owned());
    }
    Err("valid: 1 to 100 characters on one line".into())
}

/// Why something is done.
pub(super) fn why(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.chars().count() <= 1000 && !text.contains(char::is_control) {
        return Ok(text.to_owned());
    }
    Err("valid: up to 1000 characters on one line".into())
}

/// Years as the service takes them.
pub(super) fn year(text: &str) -> Result<i32, String> {
    bound(text, &bounds::YEAR)
}

/// Kilometres as the service takes them: what is far too many is read, and gets no price.
pub(super) fn kilometres(text: &str) -> Result<f64, String> {
    within(text, &(0.0..=f64::MAX), " km").map_err(|_| "valid: a number of km, 0 or more".into())
}

pub(super) fn litres(text: &str) -> Result<f64, String> {
    bound(text, &bounds::ENGINE_L)
}

pub(super) fn seats(text: &str) -> Result<u8, String> {
    bound(text, &bounds::SEATS)
}

/// A number within the range that cars are quoted in.
fn bound<T>(text: &str, valid: &Bound<T>) -> Result<T, String>
where
    T: FromStr + PartialOrd + Display + Copy,
{
    within(text, &(valid.low..=valid.high), valid.unit)
}

#[cfg(test)]
mod tests {
    use datasets::vocabulary::Fuel;

    use super::*;

    #[test]
    fn constants_need_both_halves() {
        let want = |field: &str, value: &str| {
            Ok(Constant {
                field: field.into(),
                value: value.into(),
            })
        };
        assert_eq!(constant("source=bonbanh"), want("source", "bonbanh"));
        assert_eq!(constant("title = a=b"), want("title", "a=b"));
        assert!(constant("source").is_err());
        assert!(constant("=bonbanh").is_err());
    }

    #[test]
    fn numbers_outside_their_range_name_it() {
        assert_eq!(year("2019"), Ok(2019));
        assert_eq!(year("1989"), Err("valid: 1990..=2030".into()));
        assert_eq!(kilometres("45000.5"), Ok(45000.5));
        for text in ["nan", "inf", "-1", "", "45,000"] {
            let error = kilometres(text).expect_err(text);
            assert!(error.contains("0 or more"), "{error}");
        }
    }

    #[test]
    fn names_and_reasons_are_one_line() {
        assert_eq!(name(" Linh "), Ok("Linh".to_owned()));
        for text in ["", " ", "a\nb", "a\u{1b}[31m", &"x".repeat(101)] {
            assert!(name(text).expect_err(text).contains("1 to 100"));
        }
        assert_eq!(why(""), Ok(String::new()));
        for text in ["a\nb".to_owned(), "x".repeat(1001)] {
            assert!(why(&text).expect_err(&text).contains("up to 1000"));
        }
    }

    #[test]
    fn half_lives_are_days_or_none() {
        assert_eq!(half_life("180"), Ok(HalfLife::Days(180.0)));
        assert_eq!(half_life("none"), Ok(HalfLife::NONE));
        for text in ["0", "-1", "nan", "inf", "year"] {
            let error = half_life(text).expect_err(text);
            assert!(error.contains("1..=36525 days, or none"), "{error}");
        }
    }

    #[test]
    fn words_of_either_language() {
        let fuel = |text| word(text, Fuel::parse, Fuel::ALL);
        assert_eq!(fuel("Dầu"), Ok(Fuel::Diesel));
        assert_eq!(fuel("DIESEL"), Ok(Fuel::Diesel));
        assert!(fuel("steam").expect_err("no fuel").contains("hybrid"));
    }

    #[test]
    fn days_and_months() {
        assert_eq!(
            day("2025-11-30"),
            Ok(NaiveDate::from_ymd_opt(2025, 11, 30).expect("a day"))
        );
        assert_eq!(
            day("2025-11"),
            Ok(NaiveDate::from_ymd_opt(2025, 11, 15).expect("a day"))
        );
        assert!(day("2025-13-40").is_err());
        assert!(day("-").is_err());
    }
}
