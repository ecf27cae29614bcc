//! Quantities of a message: prices, distances, model years, seats and engine sizes, with their spans and bounds.

mod amount;
mod bounds;
mod measure;
mod quantity;
mod spoken;
mod units;
mod years;

use amount::{Amount, amount_at};
pub(super) use measure::means_millions;
use measure::{measure, phone_numbers};
pub(super) use quantity::{Bound, Measure, Quantity};
use units::Unit;
pub(super) use units::is_unit_word;
use years::{Certainty, YEARS};

use super::text::{Kind, Text};

/// Quantities of the message but for the tokens that are `taken` already (names of cars).
pub(super) fn read(text: &Text, taken: &[bool]) -> Vec<Quantity> {
    let mut taken = taken.to_vec();
    for phone in phone_numbers(text) {
        taken[phone].fill(true);
    }
    let free = |index: usize| !taken.get(index).copied().unwrap_or(false);
    let mut found: Vec<Quantity> = Vec::new();
    let mut index = 0;
    while index < text.len() {
        if !free(index) {
            index += 1;
            continue;
        }
        if let Some((quantity, end)) =
            year_quantity(text, index, &free).or_else(|| amount_quantity(text, index, &free))
        {
            found.extend(quantity);
            index = end;
        } else {
            index += 1;
        }
    }
    found
}

fn year_quantity(
    text: &Text,
    start: usize,
    free: &dyn Fn(usize) -> bool,
) -> Option<(Option<Quantity>, usize)> {
    let (first, certainty, mut end) = years::year_at(text, start)?;
    // `2.019 km` and `2000 km` are counted, `2019 km` is not written.
    if text.plain(start).len() == 4 {
        let counted =
            amount_at(text, start).is_some_and(|a| !a.bare && a.unit != Some(Unit::Other));
        if counted && text.plain(end) != "k" {
            return None;
        }
    }
    let mut high = first;
    if let Some(joint) = bounds::joins(text, end, bounds::opens_span(text, start)) {
        let mut second = end + joint;
        while matches!(text.plain(second), "doi" | "nam") {
            second += 1;
        }
        if let Some((last, behind)) = second_year(text, second, first).filter(|_| free(second)) {
            (high, end) = (last, behind);
        }
    }
    let (bound, behind) = if high == first {
        let (bound, behind) = bounds::around(text, start, end);
        // `mua từ 2019`: not a bound when the year is not the car's.
        let quoted = start > 0 && matches!(text.plain(start - 1), "'" | "’");
        if bound == Bound::Exact && quoted {
            bounds::around(text, start - 1, end)
        } else {
            (bound, behind)
        }
    } else {
        (Bound::Between, end)
    };
    Some((
        Some(Quantity {
            measure: Measure::Year,
            low: f64::from(first),
            high: f64::from(high),
            bound,
            certainty: Some(rank(certainty)),
            span: start..behind,
        }),
        behind,
    ))
}

fn rank(certainty: Certainty) -> u8 {
    certainty as u8
}

/// The end of a span of years: `2015-2018`, `2015-18`.
fn second_year(text: &Text, index: usize, first: u32) -> Option<(u32, usize)> {
    if let Some((year, _, end)) = years::year_at(text, index) {
        return (year >= first).then_some((year, end));
    }
    let short = text
        .small_integer(index)
        .filter(|_| text.plain(index).len() == 2)?;
    let year = first / 100 * 100 + short;
    (year > first && YEARS.contains(&year) && !is_unit_word(text, index + 1))
        .then_some((year, index + 1))
}

fn amount_quantity(
    text: &Text,
    start: usize,
    free: &dyn Fn(usize) -> bool,
) -> Option<(Option<Quantity>, usize)> {
    let first = amount_at(text, start)?;
    // Behind a letter a number is part of a badge: `A4`, `X5`; decimals are engines all the same.
    let badge = text.glued(start) && start > 0 && text.kind(start - 1) == Some(Kind::Word);
    if badge && first.bare && !text.plain(start).contains(['.', ',']) {
        return Some((None, first.end));
    }
    let mut last = first;
    let mut between = false;
    if let Some(joint) = bounds::joins(text, first.end, bounds::opens_span(text, start))
        && free(first.end + joint)
        && let Some(second) = amount_at(text, first.end + joint)
        && let Some((low, high)) = span(first, second)
    {
        (last, between) = (
            Amount {
                value: high,
                ..second
            },
            true,
        );
        let joined = Amount {
            value: low,
            unit: second.unit,
            scale: second.scale,
            bare: second.bare,
            ..first
        };
        return Some(finish(text, joined, last, between));
    }
    if let Some(second) = hundreds_side_by_side(text, first).filter(|second| free(second.start)) {
        let low = Amount {
            value: first.coefficient * second.scale,
            unit: second.unit,
            bare: false,
            ..first
        };
        return Some(finish(text, low, second, true));
    }
    Some(finish(text, first, last, between))
}

/// `400-500tr`, `1-1,2 tỷ`, `800 - 1 tỷ`: the first number takes the scale of the second where it has none.
fn span(first: Amount, second: Amount) -> Option<(f64, f64)> {
    let same = first.unit == second.unit || first.unit.is_none();
    if !same || second.unit == Some(Unit::Other) {
        return None;
    }
    let factor = if second.coefficient > 0.0 {
        second.scale
    } else {
        1.0
    };
    let mut low = first.value;
    if first.bare || (first.unit.is_none() && first.scale < second.scale) {
        low = first.value * factor;
        if low > second.value && factor == 1e9 {
            low = first.value * 1e6;
        }
        // `30-50k miles`: the unit's own factor too.
        if second.unit == Some(Unit::Km) && second.scale > 0.0 && second.coefficient > 0.0 {
            let unit_factor = second.value / (second.coefficient * second.scale);
            if (unit_factor - datasets::parse::KM_PER_MILE).abs() < 1e-9 {
                low *= unit_factor;
            }
        }
    }
    (low > 0.0 && low < second.value).then_some((low, second.value))
}

/// `4 5 trăm triệu` and `bốn năm trăm triệu`: four to five hundred million.
fn hundreds_side_by_side(text: &Text, first: Amount) -> Option<Amount> {
    if !first.bare || first.coefficient >= 9.0 || text.plain(first.start).len() != 1 {
        return None;
    }
    let second = amount_at(text, first.end)?;
    let next = second.coefficient == first.coefficient + 1.0;
    (next && second.unit == Some(Unit::Vnd) && second.scale == 1e8).then_some(second)
}

/// Settles what is measured and how it is bounded.
fn finish(text: &Text, first: Amount, last: Amount, between: bool) -> (Option<Quantity>, usize) {
    let (bound, end) = bounds::around(text, first.start, last.end);
    let bound = if between { Bound::Between } else { bound };
    let Some((measure, low)) = measure(text, &first, first.value) else {
        return (None, last.end);
    };
    let high = if between { last.value } else { low };
    let quantity = Quantity {
        measure,
        low,
        high,
        bound,
        certainty: None,
        span: first.start..end,
    };
    (Some(quantity), end)
}

#[cfg(test)]
#[path = "numbers/tests.rs"]
mod tests;
