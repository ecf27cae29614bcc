//! From tokens to quantities.

use super::token::{Token, tokens};
use super::value::{Parser, Value, is_noun};
use super::vocabulary::{currency, joins, labels, unit};
use super::{Kind, Quantity};

/// All quantities of `text`, in its order. Citation markers and list numbers must be gone already.
pub(in super::super) fn quantities(text: &str) -> Vec<Quantity> {
    let parser = Parser {
        tokens: tokens(text),
    };
    let mut found: Vec<Found> = Vec::new();
    let mut at = 0;
    while at < parser.tokens.len() {
        match parser.quantity(at, found.last()) {
            Some(quantity) => {
                at = quantity.to;
                found.push(quantity);
            }
            None => at += 1,
        }
    }
    parser.complete_ranges(&mut found);
    found
        .into_iter()
        .filter(|found| !found.skip)
        .map(|found| found.quantity)
        .collect()
}

/// A quantity with where it stands.
struct Found {
    quantity: Quantity,
    from: usize,
    to: usize,
    /// Product of the scales written: 1e6 for `triệu`.
    scale: f64,
    /// A label, a rate (`một ngày` behind an amount), an article.
    skip: bool,
}

impl Parser {
    fn quantity(&self, from: usize, before: Option<&Found>) -> Option<Found> {
        match self.tokens[from] {
            Token::Clock(minutes) => {
                return Some(found(minutes, minutes, Kind::Clock, from, from + 1));
            }
            Token::Date(day) => return Some(found(day, day, Kind::Date, from, from + 1)),
            _ => {}
        }
        let value = self.value(from)?;
        let previous = from.checked_sub(1).and_then(|at| self.word(at));
        let (kind, factor, to) = self.kind(&value, previous.as_deref());
        let mut found = found(value.amount * factor, value.amount, kind, from, to);
        found.scale = value.scale;
        found.skip = self.is_no_claim(&value, &found, previous.as_deref(), before);
        Some(found)
    }

    /// What a value counts: the currency before it, else the unit behind it, else what its form says.
    fn kind(&self, value: &Value, previous: Option<&str>) -> (Kind, f64, usize) {
        let mut to = value.to;
        if let Some(currency) = previous.and_then(currency) {
            return (currency, 1.0, to);
        }
        // `30-day`
        if self.word(to).as_deref() == Some("-")
            && self.word(to + 1).as_deref().and_then(unit).is_some()
        {
            to += 1;
        }
        let next = self.word(to);
        let after = self.word(to + 1);
        match (next.as_deref(), after.as_deref()) {
            (Some("phần" | "phan"), Some("trăm" | "tram")) | (Some("per"), Some("cent")) => {
                return (Kind::Percent, 1.0, to + 2);
            }
            // `3 working days`, `2 giờ`
            (Some("working" | "business"), Some(word)) if unit(word).is_some() => {
                let (kind, factor) = unit(word).unwrap_or((Kind::Count, 1.0));
                return (kind, factor, to + 2);
            }
            (Some("am" | "pm"), _) if value.amount <= 12.0 => {
                let noon = if next.as_deref() == Some("pm") && value.amount < 12.0 {
                    12.0
                } else {
                    0.0
                };
                // The factor carries the shift: one o'clock in the afternoon is 780 minutes.
                return (
                    Kind::Clock,
                    (value.amount + noon) * 60.0 / value.amount.max(1.0),
                    to + 1,
                );
            }
            (Some(word), _) => {
                if let Some((kind, factor)) = unit(word) {
                    return (kind, factor, to + 1);
                }
            }
            _ => {}
        }
        let kind = match next {
            _ if value.money => Kind::Dong,
            _ if value.year_like => Kind::Year,
            Some(word)
                if word.chars().all(char::is_alphabetic) && !joins(&word) && is_noun(&word) =>
            {
                Kind::Count
            }
            _ => Kind::Bare,
        };
        (kind, 1.0, value.to)
    }

    /// Labels, articles and rates claim nothing.
    fn is_no_claim(
        &self,
        value: &Value,
        found: &Found,
        previous: Option<&str>,
        before: Option<&Found>,
    ) -> bool {
        if previous.is_some_and(labels)
            && value.amount <= 20.0
            && matches!(found.quantity.kind, Kind::Bare | Kind::Count)
        {
            return true;
        }
        if !value.lone_word {
            return false;
        }
        let next = self.word(value.to);
        match found.quantity.kind {
            // `hai bên`, `cả hai`, `ba mẹ`, `one of`; `bon` and `van` alone are other words.
            Kind::Count => {
                value.amount < 2.0
                    || previous.is_some_and(|word| {
                        matches!(
                            word,
                            "cả" | "mỗi" | "the" | "both" | "hàng" | "từng" | "nhiều"
                        )
                    })
                    || next.is_some_and(|word| {
                        matches!(word.as_str(), "bên" | "mẹ" | "parties" | "sides" | "chiều")
                    })
            }
            Kind::Bare => true,
            // `8,5 % một năm`, `30.000 đ a day`: the rate's unit, not a span.
            Kind::Hours | Kind::Months if value.amount == 1.0 => before.is_some_and(|before| {
                before.to == found.from && !matches!(before.quantity.kind, Kind::Bare | Kind::Count)
            }),
            _ => false,
        }
    }

    /// `8,5–11 %`, `400-500 triệu`, `50/80/90 %`: what the last of them says holds for all.
    fn complete_ranges(&self, found: &mut [Found]) {
        for index in (0..found.len().saturating_sub(1)).rev() {
            let (left, right) = found.split_at_mut(index + 1);
            let (Some(first), Some(second)) = (left.last_mut(), right.first()) else {
                continue;
            };
            let joined = second.from > first.to
                && second.from - first.to <= 2
                && (first.to..second.from).all(|at| {
                    self.word(at)
                        .is_some_and(|word| joins(&word) || currency(&word).is_some())
                });
            let open = first.quantity.kind == Kind::Bare
                || (first.quantity.kind == Kind::Year
                    && first.scale == 1.0
                    && second.quantity.kind != Kind::Year);
            if !joined
                || !open
                || matches!(second.quantity.kind, Kind::Clock | Kind::Date | Kind::Year)
            {
                continue;
            }
            let per_unit = if second.quantity.written == 0.0 {
                1.0
            } else {
                second.quantity.value / second.quantity.written
            };
            if first.scale == 1.0
                && first.quantity.written * second.scale <= second.quantity.written.max(1.0) * 10.0
            {
                first.quantity.written *= second.scale;
            }
            first.quantity.value = first.quantity.written * per_unit;
            first.quantity.kind = second.quantity.kind;
            first.skip &= second.skip;
        }
    }
}

fn found(value: f64, written: f64, kind: Kind, from: usize, to: usize) -> Found {
    Found {
        quantity: Quantity {
            value,
            written,
            kind,
        },
        from,
        to,
        scale: 1.0,
        skip: false,
    }
}
