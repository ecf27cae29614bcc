//! Whole numbers with a meaning: model years and seats.

use super::{ParseError, Parsed, Piece, is_blank, pieces};
use crate::text;

const YEAR_BEFORE: &str = "says only that the year is earlier; valid: a year of four digits";
const YEAR_GARBAGE: &str = "is no model year; valid: one of 1900 to 2100";
const SEATS_GARBAGE: &str = "is no number of seats; valid: 1 to 60";

/// Model year of four digits. `trước năm 1980` is an error: the year is not known.
///
/// # Errors
/// [`ParseError`] with the text and the reason, for text that is present and cannot be used.
pub fn year(printed: &str) -> Parsed<i32> {
    if is_blank(printed) {
        return Ok(None);
    }
    let folded = text::fold(printed);
    if folded.contains("truoc") || folded.contains("before") {
        return Err(ParseError::new(printed, YEAR_BEFORE));
    }
    only_number(&folded, &["nam", "sx", "san", "xuat", "doi", "model", "dk"])
        .filter(|year| (1900..=2100).contains(year))
        .map(Some)
        .ok_or_else(|| ParseError::new(printed, YEAR_GARBAGE))
}

/// Seats. `Khác`, 0 and blanks are none.
///
/// # Errors
/// [`ParseError`] with the text and the reason, for text that is present and cannot be used.
pub fn seats(printed: &str) -> Parsed<u8> {
    if is_blank(printed) {
        return Ok(None);
    }
    let folded = text::fold(printed);
    if folded.trim() == "khac" {
        return Ok(None);
    }
    match only_number(&folded, &["cho", "ngoi", "ghe", "seats", "seater"]) {
        Some(0) => Ok(None),
        Some(seats @ 1..=60) => Ok(Some(seats as u8)),
        _ => Err(ParseError::new(printed, SEATS_GARBAGE)),
    }
}

/// The single whole number of `folded` among nothing but `words`; `2019.0`, as spreadsheets print it, counts.
fn only_number(folded: &str, words: &[&str]) -> Option<i32> {
    let mut found = None;
    for piece in pieces(folded) {
        match piece {
            Piece::Number(digits) if found.is_none() => {
                found = Some(digits.strip_suffix(".0").unwrap_or(digits).parse().ok()?);
            }
            Piece::Word(word) if words.contains(&word) => {}
            Piece::Mark(':' | '.') => {}
            _ => return None,
        }
    }
    found
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn years() {
        for (text, want) in [
            ("2021", Some(2021)),
            ("2019.0", Some(2019)),
            (" 1989 ", Some(1989)),
            ("Năm SX: 2015", Some(2015)),
            ("đời 2012", Some(2012)),
            ("", None),
            ("-", None),
        ] {
            assert_eq!(year(text).unwrap(), want, "{text:?}");
        }
        for (text, reason) in [
            ("trước năm 1980", YEAR_BEFORE),
            ("1899", YEAR_GARBAGE),
            ("21", YEAR_GARBAGE),
            ("2.021", YEAR_GARBAGE),
            ("-2021", YEAR_GARBAGE),
            ("2020 2021", YEAR_GARBAGE),
            ("mới", YEAR_GARBAGE),
        ] {
            assert_eq!(year(text).unwrap_err().reason, reason, "{text:?}");
        }
    }

    #[test]
    fn seat_counts() {
        for (text, want) in [
            ("5 chỗ", Some(5)),
            ("7", Some(7)),
            ("47 chỗ", Some(47)),
            ("5.0", Some(5)),
            ("7 chỗ ngồi", Some(7)),
            ("Khác", None),
            ("0 chỗ", None),
            ("0", None),
            ("", None),
        ] {
            assert_eq!(seats(text).unwrap(), want, "{text:?}");
        }
        for text in ["74", "nhiều", "16+1", "-5", "5.5"] {
            assert_eq!(seats(text).unwrap_err().reason, SEATS_GARBAGE, "{text:?}");
        }
    }
}
