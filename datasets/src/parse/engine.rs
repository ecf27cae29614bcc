//! Engine displacement: `Xăng  1.5 L`, `1,5L`, `1498 cc`.

use std::ops::RangeInclusive;

use super::{ParseError, Parsed, is_blank, number};
use crate::text;
use crate::vocabulary::Fuel;

/// Displacements of cars, in litres; anything else is a typing error or a lorry.
pub const ENGINE_LITRES: RangeInclusive<f64> = 0.5..=9.0;

const GARBAGE: &str = "is no engine; valid: `Xăng 1.5 L`, `1,5L`, `1498 cc`";
const RANGE: &str = "is no engine of a car; valid: 0.5 to 9.0 litres";

/// A number without a unit from here on counts cubic centimetres: no engine has 100 litres.
const BARE_CC_FROM: f64 = 100.0;

/// Displacement in litres. Electric cars (whatever number sites print for them), a fuel without a number,
/// `0` and blanks are none; cubic centimetres are rounded to the tenth that names the engine (1498 cc is a
/// 1.5).
///
/// # Errors
/// [`ParseError`] with the text and the reason, for text that is present and cannot be used.
pub fn engine_litres(printed: &str) -> Parsed<f64> {
    let fuel = Fuel::parse(printed);
    if is_blank(printed) || fuel == Some(Fuel::Electric) {
        return Ok(None);
    }
    let tokens = text::tokens(printed);
    let mut litres = None;
    for (index, token) in tokens.iter().enumerate() {
        let split = token
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(token.len());
        let (digits, glued) = token.split_at(split);
        let unit = if glued.is_empty() {
            tokens.get(index + 1).map_or("", String::as_str)
        } else {
            glued
        };
        let cc = matches!(unit, "cc" | "cm3");
        let known = cc
            || glued.is_empty()
            || matches!(glued, "l" | "lit" | "litre" | "liter" | "t" | "d" | "i");
        if digits.is_empty() || !known {
            continue;
        }
        let lone = if cc {
            number::Separator::Thousands
        } else {
            number::Separator::Point
        };
        let Some(value) = number::parse(digits, lone) else {
            continue;
        };
        litres = Some(engine_of_number(value, cc));
        break;
    }
    match litres {
        Some(litres) => litres.map_err(|reason| ParseError::new(printed, reason)),
        None if fuel.is_some() => Ok(None),
        None => Err(ParseError::new(printed, GARBAGE)),
    }
}

/// Displacement in litres of a number in litres, or in cubic centimetres where `cc` says so or no engine has
/// that many litres; 0 gives `None`.
///
/// # Errors
/// The reason, for a number outside [`ENGINE_LITRES`].
pub fn engine_of_number(value: f64, cc: bool) -> Result<Option<f64>, &'static str> {
    let litres = if cc || value >= BARE_CC_FROM {
        (value / 100.0).round() / 10.0
    } else {
        value
    };
    if litres == 0.0 {
        Ok(None)
    } else if ENGINE_LITRES.contains(&litres) {
        Ok(Some(litres))
    } else {
        Err(RANGE)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn litres_in_every_printed_form() {
        for (text, want) in [
            ("Xăng  1.5 L", Some(1.5)),
            ("Xăng\t1.5 L", Some(1.5)),
            ("Dầu  2.2 L", Some(2.2)),
            ("Hybrid 2.5 L", Some(2.5)),
            ("Xăng  1.25 L", Some(1.25)),
            ("1,5L", Some(1.5)),
            ("2.0", Some(2.0)),
            ("2.0T", Some(2.0)),
            ("1498 cc", Some(1.5)),
            ("1.498 cc", Some(1.5)),
            ("1998cc", Some(2.0)),
            ("2000", Some(2.0)),
            ("V6 3.5L", Some(3.5)),
            ("Xăng", None),
            ("Dầu", None),
            ("Hybrid", None),
            ("Điện", None),
            ("Điện  0.2 L", None),
            ("-", None),
            ("", None),
            ("0.0", None),
        ] {
            assert_eq!(engine_litres(text).unwrap(), want, "{text:?}");
        }
    }

    #[test]
    fn implausible_or_unreadable_engines_say_why() {
        for (text, reason) in [
            ("Dầu  11.1 L", RANGE),
            ("0.2", RANGE),
            ("20000 cc", RANGE),
            ("to", GARBAGE),
        ] {
            assert_eq!(engine_litres(text).unwrap_err().reason, reason, "{text:?}");
        }
    }
}
