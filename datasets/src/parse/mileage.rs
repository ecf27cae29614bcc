//! Odometers: `30,000 Km`, `31.000 km`, `3 vạn`, `45k`, `Xe mới`.

use super::{ParseError, Parsed, Piece, is_blank, number, pieces};
use crate::text;

/// Kilometres in an international mile.
pub const KM_PER_MILE: f64 = 1.609_344;

const GARBAGE: &str = "is no mileage; valid: `30,000 Km`, `98.000`, `3 vạn`, `45k`, `30,000 miles`";

/// Words of the odometer's label, and of cars that are said to have run nothing worth a number.
const IDLE: &[&str] = &[
    "so", "da", "di", "chay", "odo", "khoang", "hon", "chuan", "zin",
];

/// Odometer in kilometres. `Xe mới` and blanks are none, `0 Km` is 0; a number without a unit counts
/// `bare_unit` kilometres (1 on Vietnamese sites, [`KM_PER_MILE`] on British ones).
///
/// # Errors
/// [`ParseError`] with the text and the reason, for text that is present and cannot be used.
pub fn mileage_km(printed: &str, bare_unit: f64) -> Parsed<f64> {
    if is_blank(printed) {
        return Ok(None);
    }
    let garbage = || ParseError::new(printed, GARBAGE);
    let folded = text::fold(printed);
    if matches!(folded.trim(), "xe moi" | "moi" | "new") {
        return Ok(None);
    }
    let mut value: Option<f64> = None;
    let mut scale: Option<f64> = None;
    let mut unit: Option<f64> = None;
    for piece in pieces(&folded) {
        match piece {
            Piece::Number(digits) if value.is_none() => {
                value =
                    Some(number::parse(digits, number::Separator::Thousands).ok_or_else(garbage)?);
            }
            // Spoken short form: `3 vạn 5` is 35,000.
            Piece::Number(digit) if scale == Some(1e4) && unit.is_none() && digit.len() == 1 => {
                let tenths = digit.parse::<f64>().map_err(|_| garbage())?;
                value = value.map(|value| value + tenths / 10.0);
            }
            Piece::Word("van") if value.is_some() && scale.is_none() => scale = Some(1e4),
            Piece::Word("k" | "nghin" | "ngan") if value.is_some() && scale.is_none() => {
                scale = Some(1e3);
            }
            Piece::Word("km" | "kms" | "cay" | "kilomet") => unit = Some(1.0),
            Piece::Word("mi" | "mile" | "miles" | "dam") => unit = Some(KM_PER_MILE),
            Piece::Word(word) if IDLE.contains(&word) => {}
            Piece::Mark('.' | ',' | ':' | '(' | ')' | '~' | '+') => {}
            _ => return Err(garbage()),
        }
    }
    let value = value.ok_or_else(garbage)?;
    // `45k` and `3 vạn` are kilometres wherever they are written; only a plain number follows the export.
    let unit = unit.unwrap_or(if scale.is_some() { 1.0 } else { bare_unit });
    Ok(Some(value * scale.unwrap_or(1.0) * unit))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    #[test]
    fn kilometres_in_every_printed_form() {
        for (text, want) in [
            ("30,000 Km", Some(30_000.0)),
            ("31.000 km", Some(31_000.0)),
            ("98.000", Some(98_000.0)),
            ("98000", Some(98_000.0)),
            ("1,000,000 Km", Some(1e6)),
            ("500 Km", Some(500.0)),
            ("0 Km", Some(0.0)),
            ("3 vạn", Some(30_000.0)),
            ("4.5 vạn", Some(45_000.0)),
            ("3 vạn 5", Some(35_000.0)),
            ("3,5 vạn km", Some(35_000.0)),
            ("45k", Some(45_000.0)),
            ("45 nghìn km", Some(45_000.0)),
            ("Đã đi: 42.000 km", Some(42_000.0)),
            ("12345.0", Some(12_345.0)),
            ("Xe mới", None),
            ("Mới", None),
            ("-", None),
            ("", None),
        ] {
            let decomposed: String = text.nfd().collect();
            for spelling in [text.to_owned(), decomposed, text::fold(text)] {
                assert_eq!(mileage_km(&spelling, 1.0).unwrap(), want, "{spelling:?}");
            }
        }
    }

    #[test]
    fn miles_become_kilometres() {
        assert_eq!(mileage_km("30,000 miles", 1.0), Ok(Some(48_280.32)));
        assert_eq!(
            mileage_km("15735", KM_PER_MILE),
            Ok(Some(15_735.0 * KM_PER_MILE))
        );
        assert_eq!(mileage_km("31.000 km", KM_PER_MILE), Ok(Some(31_000.0)));
        assert_eq!(mileage_km("45k", KM_PER_MILE), Ok(Some(45_000.0)));
    }

    #[test]
    fn garbage_names_the_value() {
        for text in [
            "siêu lướt",
            "km",
            "-5 km",
            "30 40",
            "3 vạn 55",
            "1.00.000",
            "vạn",
        ] {
            let error = mileage_km(text, 1.0).unwrap_err();
            assert!(error.to_string().contains(text), "{text}: {error}");
        }
    }
}
