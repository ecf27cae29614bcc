//! The value parsers of `datasets` and the scrubber.

use std::fmt::Debug;

use chrono::{DateTime, Datelike};
use datasets::parse::{self, ENGINE_LITRES, PRICE_VND_MAX, Parsed};

use crate::privacy;

/// An answer says the same again, and an error names the text.
fn answered<T: PartialEq + Debug>(text: &str, read: impl Fn(&str) -> Parsed<T>) -> Option<T> {
    let answer = read(text);
    assert_eq!(read(text), answer);
    match answer {
        Ok(value) => value,
        Err(error) => {
            assert_eq!(error.value, text);
            None
        }
    }
}

/// Prices are positive and below the limit, in whole đồng.
pub fn price(text: &str) {
    if let Some(amount) = answered(text, parse::price_vnd) {
        assert!(
            amount > 0.0 && amount <= PRICE_VND_MAX && amount.fract() == 0.0,
            "{amount}"
        );
    }
}

/// Kilometres are finite and not negative.
pub fn mileage(text: &str) {
    if let Some(km) = answered(text, |text| parse::mileage_km(text, 1.0)) {
        assert!(km.is_finite() && km >= 0.0, "{km}");
    }
}

/// Displacements are those of cars.
pub fn engine(text: &str) {
    if let Some(litres) = answered(text, parse::engine_litres) {
        assert!(ENGINE_LITRES.contains(&litres), "{litres}");
    }
}

/// Years have four digits.
pub fn year(text: &str) {
    if let Some(year) = answered(text, parse::year) {
        assert!((1900..=2100).contains(&year), "{year}");
    }
}

/// Seats are 1 to 60.
pub fn seats(text: &str) {
    if let Some(seats) = answered(text, parse::seats) {
        assert!((1..=60).contains(&seats), "{seats}");
    }
}

/// Days are of our time, and an absolute one does not depend on when it is read.
pub fn date(text: &str) {
    if let Some(day) = answered(text, parse::date) {
        assert!((1990..=2100).contains(&day.year()), "{day}");
        assert_eq!(parse::date_seen(text, DateTime::UNIX_EPOCH), Ok(Some(day)));
    }
    answered(text, |text| parse::date_seen(text, DateTime::UNIX_EPOCH));
}

/// A province's name lies in the province.
pub fn province(text: &str) {
    for found in [
        datasets::province::of_address(text),
        datasets::province::whole(text),
    ] {
        if let Some(name) = found {
            assert_eq!(datasets::province::whole(name), Some(name));
        }
    }
}

/// What was scrubbed holds no phone number.
pub fn phones(text: &str) {
    let clean = privacy::scrub(text);
    assert!(!privacy::holds_phone(&clean), "{text:?}: {clean:?}");
    let url = privacy::scrub_url(text);
    assert_eq!(privacy::scrub_url(&url), url);
    let mut names = privacy::Names::default();
    names.add(text);
    let clean = names.scrub("Nguyễn Văn Thử").into_owned();
    assert_eq!(names.scrub(&clean), clean);
}
