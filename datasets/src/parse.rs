//! Values as sites and exporters print them: prices, kilometres, engines, years, seats and dates.
//!
//! Every parser answers one of three things: the value; `Ok(None)` if the text says that there is no value
//! (empty, `-`, `Thỏa thuận`, `Xe mới`); or a [`ParseError`] where text is present and cannot be used. Case,
//! diacritics and Unicode composition never count.

mod count;
mod date;
mod engine;
mod mileage;
pub mod number;
mod price;

pub use count::{seats, year};
pub use date::{date, date_seen};
pub use engine::{ENGINE_LITRES, engine_litres, engine_of_number};
pub use mileage::{KM_PER_MILE, mileage_km};
pub use price::{PRICE_VND_MAX, amount, price_vnd};

use crate::text;

/// A text that is present but cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` {reason}")]
pub struct ParseError {
    /// The text as it came.
    pub value: String,
    /// What is wrong and what is valid: one of a few fixed sentences, so that reasons can be counted.
    pub reason: &'static str,
}

impl ParseError {
    pub(crate) fn new(value: &str, reason: &'static str) -> Self {
        Self {
            value: value.to_owned(),
            reason,
        }
    }
}

/// Result of a parser: a value, knowingly none, or unusable text.
pub type Parsed<T> = Result<Option<T>, ParseError>;

/// Whether `text` is one of the ways to print nothing.
pub fn is_blank(text: &str) -> bool {
    let text = text.trim();
    text.is_empty()
        || text
            .chars()
            .all(|c| matches!(c, '-' | '–' | '—' | '.' | '?'))
        || ["n/a", "na", "nan", "null", "none"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word))
        || (!text.is_ascii()
            && text.starts_with(['Đ', 'đ', 'D', 'd', 'K', 'k'])
            && matches!(
                text::key(text).as_str(),
                "dangcapnhat" | "khongro" | "khongxacdinh"
            ))
}

/// A run of digits with separators, or a word, of a folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Number(&'a str),
    Word(&'a str),
    /// A sign, bracket or currency symbol.
    Mark(char),
}

/// Splits folded text where digits meet letters: `535tr.` gives `535`, `tr`, `.`.
pub(crate) fn pieces(folded: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = folded.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = if first.is_ascii_digit() {
            number_end(rest)
        } else if first.is_alphabetic() {
            rest.find(|c: char| !c.is_alphabetic())
                .unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (head, tail) = rest.split_at(end);
        pieces.push(if first.is_ascii_digit() {
            Piece::Number(head)
        } else if first.is_alphabetic() {
            Piece::Word(head)
        } else {
            Piece::Mark(first)
        });
        rest = tail.trim_start();
    }
    pieces
}

/// Where the number at the start of `text` ends: separators count only between digits.
fn number_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut end = 0;
    while end < bytes.len() {
        let digit = bytes[end].is_ascii_digit();
        let inner = matches!(bytes[end], b'.' | b',' | b'\'')
            && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if !digit && !inner {
            break;
        }
        end += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_blank_in_any_spelling() {
        for text in ["", " ", "-", "--", "N/A", "NaN", "Đang cập nhật", "…", "?"] {
            assert_eq!(is_blank(text), text != "…", "{text:?}");
        }
        for text in ["0", "Khác", "nano", "Xe mới"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }

    #[test]
    fn pieces_split_digits_from_letters() {
        assert_eq!(
            pieces("1ty 250tr."),
            [
                Piece::Number("1"),
                Piece::Word("ty"),
                Piece::Number("250"),
                Piece::Word("tr"),
                Piece::Mark('.')
            ]
        );
        assert_eq!(
            pieces("460.000.000 d"),
            [Piece::Number("460.000.000"), Piece::Word("d")]
        );
    }
}
