//! Prices: `1 Tỷ 250 Triệu`, `535tr`, `460.000.000 đ`, `Thỏa thuận`.

use super::{ParseError, Parsed, Piece, is_blank, number, pieces};
use crate::text;

/// Largest price in đồng that is taken for one; more is a typing error whatever the car.
pub const PRICE_VND_MAX: f64 = 1e12;

const GARBAGE: &str =
    "is no price; valid: amounts such as `1 tỷ 250 triệu`, `535tr`, `460.000.000 đ`";
const TOO_MUCH: &str = "is no price of a car; valid: up to 1,000 tỷ đồng";

const BILLION: f64 = 1e9;
const MILLION: f64 = 1e6;
const THOUSAND: f64 = 1e3;

/// Words that may stand beside an amount without changing it, and mean `no price` without one.
const IDLE: &[&str] = &[
    "gia", "ban", "chi", "khoang", "thoa", "thuan", "thuong", "luong", "lien", "he", "lh", "co",
    "tl", "call", "con", "goi",
];

/// Price in đồng. A number without a unit is đồng; `Thỏa thuận`, `Liên hệ`, `0` and blanks are none.
///
/// # Errors
/// [`ParseError`] with the text and the reason, for text that is present and cannot be used.
pub fn price_vnd(printed: &str) -> Parsed<f64> {
    amount(printed, 1.0)
}

/// Price in đồng where a number without a unit counts `bare_unit` đồng (1e6 for exports in million VND).
///
/// # Errors
/// [`ParseError`] with the text and the reason, for text that is present and cannot be used.
pub fn amount(printed: &str, bare_unit: f64) -> Parsed<f64> {
    if is_blank(printed) {
        return Ok(None);
    }
    let garbage = || ParseError::new(printed, GARBAGE);
    let folded = text::fold(printed);
    let mut sum = Sum::new(bare_unit);
    for piece in pieces(&folded) {
        let fits = match piece {
            Piece::Number(number) => sum.number(number),
            Piece::Word(word) => sum.word(word),
            Piece::Mark(mark) => sum.mark(mark),
        };
        fits.ok_or_else(garbage)?;
    }
    match sum.total() {
        Total::Amount(total) if total > PRICE_VND_MAX => Err(ParseError::new(printed, TOO_MUCH)),
        Total::Amount(0.0) | Total::NoPrice => Ok(None),
        Total::Amount(total) => Ok(Some(total)),
        Total::Garbage => Err(garbage()),
    }
}

enum Total {
    Amount(f64),
    NoPrice,
    Garbage,
}

/// Spoken short forms: `1 tỷ 2` is 1.2 tỷ, `1 tỷ 250` is 1.25 tỷ, `535tr5` is 535.5 triệu.
fn tail(number: &str, unit: f64) -> Option<f64> {
    let parts = match number.len() {
        1 => 10.0,
        2 => 100.0,
        3 => 1000.0,
        _ => return None,
    };
    let number: f64 = number.parse().ok()?;
    (unit >= MILLION).then_some(number * unit / parts)
}

/// An amount in the making: closed parts, the last unit, and a number that still waits for its unit.
struct Sum<'a> {
    bare_unit: f64,
    total: f64,
    unit: Option<f64>,
    pending: Option<&'a str>,
    idle_words: usize,
}

impl<'a> Sum<'a> {
    fn new(bare_unit: f64) -> Self {
        Self {
            bare_unit,
            total: 0.0,
            unit: None,
            pending: None,
            idle_words: 0,
        }
    }

    fn number(&mut self, number: &'a str) -> Option<()> {
        self.pending.replace(number).is_none().then_some(())
    }

    fn word(&mut self, word: &str) -> Option<()> {
        match word {
            "ty" | "ti" | "billion" => self.close(BILLION),
            "trieu" | "tr" | "cu" | "million" => self.close(MILLION),
            "nghin" | "ngan" | "k" => self.close(THOUSAND),
            "d" | "vnd" | "dong" => self.currency(),
            "ruoi" => self.half(),
            _ if IDLE.contains(&word) => {
                self.idle_words += 1;
                Some(())
            }
            _ => None,
        }
    }

    fn mark(&self, mark: char) -> Option<()> {
        match mark {
            '₫' | '.' | ',' | ':' | '(' | ')' | '!' | '~' | '≈' => Some(()),
            // `500 triệu - thương lượng` is a price, `-500` and `500-550 triệu` are none.
            '-' | '–' => (self.unit.is_some() && self.pending.is_none()).then_some(()),
            _ => None,
        }
    }

    /// Ends the pending number with a unit, which must be smaller than the one before it.
    fn close(&mut self, unit: f64) -> Option<()> {
        let number = self.pending.take()?;
        if self.unit.is_some_and(|larger| larger <= unit) {
            return None;
        }
        // `1.425 tỷ` has a decimal point; the dot of `1.250 triệu` groups, for no car costs 1.25 million.
        let lone = if unit == BILLION {
            number::Separator::Point
        } else {
            number::Separator::Thousands
        };
        self.total += number::parse(number, lone)? * unit;
        self.unit = Some(unit);
        Some(())
    }

    /// `đ` after a number makes it đồng; after `triệu` it says nothing new.
    fn currency(&mut self) -> Option<()> {
        if self.pending.is_some() {
            self.close(1.0)
        } else {
            self.unit.map(|_| ())
        }
    }

    /// `rưỡi`: half of the unit before it.
    fn half(&mut self) -> Option<()> {
        let unit = self.unit.filter(|_| self.pending.is_none())?;
        self.total += unit / 2.0;
        Some(())
    }

    fn total(mut self) -> Total {
        let rest = match (self.pending.take(), self.unit) {
            (None, Some(_)) => Some(0.0),
            (None, None) if self.idle_words > 0 => return Total::NoPrice,
            (None, None) => None,
            (Some(number), None) => {
                number::parse(number, number::Separator::Thousands).map(|n| n * self.bare_unit)
            }
            (Some(number), Some(unit)) => tail(number, unit),
        };
        match rest {
            Some(rest) => Total::Amount((self.total + rest).round()),
            None => Total::Garbage,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    fn check(cases: &[(&str, f64)]) {
        for (text, want) in cases {
            let decomposed: String = text.nfd().collect();
            let spellings = [
                (*text).to_owned(),
                decomposed,
                text.to_uppercase(),
                text::fold(text),
            ];
            for spelling in spellings {
                let want = (*want > 0.0).then_some(*want);
                assert_eq!(price_vnd(&spelling).unwrap(), want, "{spelling:?}");
            }
        }
    }

    #[test]
    fn amounts_in_words_and_digits() {
        check(&[
            ("1 Tỷ 250 Triệu", 1.25e9),
            ("1 tỉ 057 triệu", 1.057e9),
            ("519 Triệu", 519e6),
            ("16 Tỷ", 16e9),
            ("2 Tỷ 229 Triệu", 2.229e9),
            ("460.000.000 đ", 460e6),
            ("460,000,000 VNĐ", 460e6),
            ("2.300.000.000 đ", 2.3e9),
            ("1.42 tỷ", 1.42e9),
            ("1,42 tỷ", 1.42e9),
            ("1.425 tỷ", 1.425e9),
            ("1.250 triệu", 1.25e9),
            ("535 tr", 535e6),
            ("535tr.", 535e6),
            ("500 củ", 500e6),
            ("2229000000", 2.229e9),
            ("460000000.0", 460e6),
            ("37 tỉ", 37e9),
            ("1tỷ250tr", 1.25e9),
            ("1 tỷ 2", 1.2e9),
            ("1 tỷ 05", 1.05e9),
            ("1 tỷ rưỡi", 1.5e9),
            ("535tr5", 535.5e6),
            ("499.500 nghìn đồng", 499.5e6),
            ("Giá: 519 Triệu (thương lượng)", 519e6),
            ("500 triệu - thương lượng", 500e6),
            ("519.5 triệu", 519.5e6),
        ]);
    }

    #[test]
    fn no_price_is_none() {
        check(&[
            ("Thỏa thuận", 0.0),
            ("Thoả thuận", 0.0),
            ("Liên hệ", 0.0),
            ("Giá thương lượng", 0.0),
            ("", 0.0),
            ("-", 0.0),
            ("0", 0.0),
            ("0 đ", 0.0),
        ]);
    }

    #[test]
    fn garbage_is_an_error_that_names_the_value() {
        for text in [
            "rẻ",
            "-500 triệu",
            "500-550 triệu",
            "500 550 triệu",
            "250 triệu 1 tỷ",
            "triệu",
            "25000 USD",
            "$25,000",
            "1.2.3 tỷ",
            "2.3e9",
            "1 tỷ 2500",
            "999999999999999",
            "inf",
        ] {
            let error = price_vnd(text).unwrap_err();
            assert!(error.to_string().contains(text), "{text}: {error}");
        }
    }

    #[test]
    fn bare_numbers_take_the_unit_of_the_export() {
        assert_eq!(amount("499", 1e6), Ok(Some(499e6)));
        assert_eq!(amount("1 tỷ", 1e6), Ok(Some(1e9)));
    }
}
