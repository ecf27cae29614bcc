//! An amount: a number, its scale (`vạn`, `triệu`, `k`), a spoken tail (`1 tỷ 2`, `3 vạn rưỡi`), its unit.

use datasets::parse::number::{self, Separator};

use super::spoken::{digit, spoken};
use super::units::{HALF_MORE, Scale, UNITS, Unit, is_unit_word, scale_at};
use crate::text::Text;

/// An amount at a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Amount {
    /// The number before its scale.
    pub(super) coefficient: f64,
    /// What the scale words multiply it by, the tail left out.
    pub(super) scale: f64,
    /// The whole, in the unit.
    pub(super) value: f64,
    /// The unit, where words give one.
    pub(super) unit: Option<Unit>,
    /// First token of it.
    pub(super) start: usize,
    /// Token behind it.
    pub(super) end: usize,
    /// Written in digits without scale, tail or unit.
    pub(super) bare: bool,
}

/// `tỷ rưỡi` and `vạn rưỡi`: one and a half of it.
fn one_and_half(text: &Text, start: usize) -> Option<Amount> {
    let (length, scale) = scale_at(text, start, "")?;
    let unit = match scale {
        Scale::Billion => Unit::Vnd,
        Scale::TenThousand => Unit::Km,
        _ => return None,
    };
    let (half, ()) = HALF_MORE.at(text, start + length)?;
    let value = scale.factor() * 1.5;
    let end = start + length + half;
    Some(Amount {
        coefficient: 1.5,
        scale: scale.factor(),
        value,
        unit: Some(unit),
        start,
        end,
        bare: false,
    })
}

/// The amount that begins at `start`.
pub(super) fn amount_at(text: &Text, start: usize) -> Option<Amount> {
    if let Some(amount) = one_and_half(text, start) {
        return Some(amount);
    }
    let digits = if text.is_number(start) {
        text.plain(start)
    } else {
        ""
    };
    let (spelled, mut end) = if digits.is_empty() {
        let (value, end) = spoken(text, start)?;
        (Some(value), end)
    } else {
        (None, start + 1)
    };
    let first_scale = scale_at(text, end, digits).map(|(_, scale)| scale);
    let mut coefficient = match spelled {
        Some(value) => value,
        None => digits_value(digits, first_scale)?,
    };
    if spelled.is_none() && first_scale.is_none() {
        (coefficient, end) = grouped_by_blanks(text, start, coefficient, end);
    }
    let (mut scale, mut last) = (1.0, None);
    for _ in 0..MOST_SCALES {
        let behind = if last.is_none() { digits } else { "" };
        let Some((length, next)) = scale_at(text, end, behind) else {
            break;
        };
        scale *= next.factor();
        last = Some(next);
        end += length;
        if matches!(next, Scale::Million | Scale::Billion | Scale::TenThousand) {
            break;
        }
    }
    let mut value = coefficient * scale;
    if let Some(last) = last {
        (value, end) = with_tail(text, value, end, last);
    }
    let mut unit = match last {
        Some(Scale::Million | Scale::Billion) => Some(Unit::Vnd),
        Some(Scale::TenThousand) => Some(Unit::Km),
        _ => None,
    };
    if let Some((length, (named, factor))) = UNITS.at(text, end)
        && unit.is_none_or(|unit| unit == named || named == Unit::Other && is_foreign(text, end))
        && !(spelled.is_some() && last.is_none() && !matches!(named, Unit::Seats))
    {
        value *= factor;
        unit = Some(named);
        end += length;
    }
    if spelled.is_some() && last.is_none() && unit.is_none() {
        return None;
    }
    let bare = last.is_none() && unit.is_none();
    Some(Amount {
        coefficient,
        scale,
        value,
        unit,
        start,
        end,
        bare,
    })
}

/// Foreign money: `30k usd` is no mileage.
fn is_foreign(text: &Text, index: usize) -> bool {
    matches!(
        text.get(index).map_or("", |token| token.lower()),
        "usd" | "$" | "đô" | "dollars" | "pounds"
    )
}

fn digits_value(digits: &str, scale: Option<Scale>) -> Option<f64> {
    // `1.425 tỷ` has a decimal point, the dot of `45.000 km` groups.
    let lone = if scale == Some(Scale::Billion) {
        Separator::Point
    } else {
        Separator::Thousands
    };
    number::parse(digits, lone)
}

/// Most groups of three digits behind the first; a billion has three.
const MOST_GROUPS: usize = 4;

/// Most words of scale behind a number: `trăm nghìn triệu`.
const MOST_SCALES: usize = 4;

/// `40 000 km`: groups of three digits with blanks between them, where a unit follows.
fn grouped_by_blanks(text: &Text, start: usize, value: f64, end: usize) -> (f64, usize) {
    let is_group =
        |index| text.is_number(index) && text.plain(index).len() == 3 && !text.glued(index);
    let (mut grouped, mut next) = (value, end);
    while is_group(next) && next - end < MOST_GROUPS {
        grouped = grouped * 1e3 + text.plain(next).parse::<f64>().unwrap_or(0.0);
        next += 1;
    }
    let first_group = text.plain(start).len() <= 3;
    let counted = UNITS
        .at(text, next)
        .is_some_and(|(_, (unit, _))| matches!(unit, Unit::Km | Unit::Vnd));
    if next > end && first_group && counted {
        (grouped, next)
    } else {
        (value, end)
    }
}

/// Adds what stands behind the scale: `rưỡi`, `1 tỷ 2`, `4v5`, `1 tỷ 250 triệu`.
fn with_tail(text: &Text, value: f64, end: usize, last: Scale) -> (f64, usize) {
    let factor = last.factor();
    if let Some((length, ())) = HALF_MORE.at(text, end) {
        return (value + factor / 2.0, end + length);
    }
    if text.is_number(end) {
        let tail = text.plain(end);
        if last == Scale::Billion
            && let Some((length, Scale::Million)) = scale_at(text, end + 1, tail)
            && let Some(millions) = number::parse(tail, Separator::Thousands)
        {
            return (value + millions * 1e6, end + 1 + length);
        }
        let plain = tail.bytes().all(|b| b.is_ascii_digit());
        let longest = match last {
            Scale::Billion => 3,
            Scale::TenThousand => 1,
            Scale::Million if text.glued(end) => 1,
            _ => 0,
        };
        let counts = (is_unit_word(text, end + 1) && !is_km(text, end + 1, last))
            || text.glued(end + 1) && continues(text, end + 1);
        if plain && tail.len() <= longest && !counts {
            let tail_value: f64 = tail.parse().unwrap_or(0.0);
            let parts = [10.0, 100.0, 1000.0][tail.len() - 1];
            return (value + tail_value * factor / parts, end + 1);
        }
        return (value, end);
    }
    let spoken_digit =
        digit(text, end).filter(|_| matches!(last, Scale::Billion | Scale::TenThousand));
    match spoken_digit {
        Some(tenths) if !is_unit_word(text, end + 1) || is_km(text, end + 1, last) => {
            (value + tenths * factor / 10.0, end + 1)
        }
        _ => (value, end),
    }
}

fn is_km(text: &Text, index: usize, last: Scale) -> bool {
    last == Scale::TenThousand
        && UNITS
            .at(text, index)
            .is_some_and(|(_, (unit, _))| unit == Unit::Km)
}

/// A number that runs on into a word (`1 tỷ 5chỗ`, `2 vạn 1.5AT`) is no tail.
fn continues(text: &Text, index: usize) -> bool {
    text.kind(index) == Some(crate::text::Kind::Word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_and_distances_in_every_spelling() {
        for (text, value, unit) in [
            ("500tr", 5e8, Unit::Vnd),
            ("500 củ", 5e8, Unit::Vnd),
            ("nửa tỷ", 5e8, Unit::Vnd),
            ("1 tỷ 2", 1.2e9, Unit::Vnd),
            ("1 tỷ 250 triệu", 1.25e9, Unit::Vnd),
            ("1ty250", 1.25e9, Unit::Vnd),
            ("1t2", 1.2e9, Unit::Vnd),
            ("1 tỷ rưỡi", 1.5e9, Unit::Vnd),
            ("tỷ rưỡi", 1.5e9, Unit::Vnd),
            ("2 tỏi", 2e9, Unit::Vnd),
            ("1,2 tỷ", 1.2e9, Unit::Vnd),
            ("một tỷ hai", 1.2e9, Unit::Vnd),
            ("1.250 triệu", 1.25e9, Unit::Vnd),
            ("535tr5", 535.5e6, Unit::Vnd),
            ("700 million", 7e8, Unit::Vnd),
            ("850m", 8.5e8, Unit::Vnd),
            ("0.8 billion", 8e8, Unit::Vnd),
            ("half a billion", 5e8, Unit::Vnd),
            ("bảy trăm triệu", 7e8, Unit::Vnd),
            ("600.000.000 đ", 6e8, Unit::Vnd),
            ("1 tỷ 7 chỗ", 1e9, Unit::Vnd),
            ("1 tỷ 2019", 1e9, Unit::Vnd),
            ("4 vạn km", 4e4, Unit::Km),
            ("4 vạn", 4e4, Unit::Km),
            ("45k km", 4.5e4, Unit::Km),
            ("45.000 km", 4.5e4, Unit::Km),
            ("40 000 km", 4e4, Unit::Km),
            ("4v5", 4.5e4, Unit::Km),
            ("6v", 6e4, Unit::Km),
            ("3 vạn rưỡi", 3.5e4, Unit::Km),
            ("3 van 2", 3.2e4, Unit::Km),
            ("hai vạn rưỡi", 2.5e4, Unit::Km),
            ("ba vạn hai", 3.2e4, Unit::Km),
            ("60 nghìn cây", 6e4, Unit::Km),
            ("5 chục nghìn km", 5e4, Unit::Km),
            ("sáu mươi nghìn km", 6e4, Unit::Km),
            ("30 thousand miles", 48_280.32, Unit::Km),
            ("8 vạn 5 chỗ", 8e4, Unit::Km),
            ("7-seater", 7.0, Unit::Seats),
            ("bảy chỗ", 7.0, Unit::Seats),
            ("30k usd", 3e4, Unit::Other),
            ("1500cc", 1500.0, Unit::Cc),
        ] {
            let amount = amount_at(&Text::new(text), 0).map(|a| (a.value.round(), a.unit));
            assert_eq!(amount, Some((f64::round(value), Some(unit))), "{text}");
        }
    }

    #[test]
    fn badges_and_years_are_no_amounts() {
        for text in ["2.7V", "2k19", "năm", "a"] {
            let amount = amount_at(&Text::new(text), 0);
            assert!(amount.is_none_or(|a| a.bare), "{text}: {amount:?}");
        }
    }
}
