//! From tokens to quantities.

use super::super::words::is_content;
use super::token::{Token, tokens};
use super::vocabulary::{currency, joins, labels, scale, small, tens_or_hundreds, unit};
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

/// A number without its unit.
struct Value {
    value: f64,
    to: usize,
    scale: f64,
    money: bool,
    /// One plain number word, which may be an article or part of a phrase.
    lone_word: bool,
    /// Four digits without separators.
    year_like: bool,
}

struct Parser {
    tokens: Vec<Token>,
}

impl Parser {
    fn word(&self, at: usize) -> Option<String> {
        self.tokens.get(at)?.word()
    }

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
        let mut found = found(value.value * factor, value.value, kind, from, to);
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
            (Some("am" | "pm"), _) if value.value <= 12.0 => {
                let noon = if next.as_deref() == Some("pm") && value.value < 12.0 {
                    12.0
                } else {
                    0.0
                };
                // The factor carries the shift: one o'clock in the afternoon is 780 minutes.
                return (
                    Kind::Clock,
                    (value.value + noon) * 60.0 / value.value.max(1.0),
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
            && value.value <= 20.0
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
                value.value < 2.0
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
            Kind::Hours | Kind::Months if value.value == 1.0 => before.is_some_and(|before| {
                before.to == found.from && !matches!(before.quantity.kind, Kind::Bare | Kind::Count)
            }),
            _ => false,
        }
    }

    fn value(&self, from: usize) -> Option<Value> {
        let (mut part, mut at, mut lone_word) = self.below_a_thousand(from)?;
        let digits = match &self.tokens[from] {
            Token::Number(digits) => Some(digits.as_str()),
            _ => None,
        };
        let year_like = digits
            .is_some_and(|digits| digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()))
            && (1900.0..=2100.0).contains(&part);
        let mut value = Value {
            value: 0.0,
            to: at,
            scale: 1.0,
            money: false,
            lone_word,
            year_like,
        };
        let mut last = f64::INFINITY;
        while let Some((factor, money)) = self
            .word(at)
            .as_deref()
            .and_then(scale)
            .filter(|(factor, _)| *factor < last)
        {
            if let (Some(digits), true) = (digits, last.is_infinite()) {
                part = read(digits, factor >= 1e9)?;
            }
            value.value += part * factor;
            value.scale = if last.is_infinite() {
                factor
            } else {
                value.scale
            };
            value.money |= money;
            (last, lone_word, at) = (factor, false, at + 1);
            part = 0.0;
            if matches!(self.word(at).as_deref(), Some("rưỡi" | "ruoi")) {
                value.value += factor / 2.0;
                at += 1;
                break;
            }
            let Some((next, after, _)) = self.below_a_thousand(at) else {
                break;
            };
            if self
                .word(after)
                .as_deref()
                .and_then(scale)
                .is_some_and(|(smaller, _)| smaller < factor)
            {
                (part, at) = (next, after);
            } else {
                if let Some(rest) = self.colloquial(at, after, next, factor) {
                    value.value += rest;
                    at = after;
                }
                break;
            }
        }
        if last.is_infinite() {
            value.value = match (digits, self.is_percent(at)) {
                (Some(digits), true) => read(digits, true)?,
                _ => part,
            };
        } else {
            value.year_like = false;
        }
        if self.word(at).as_deref() == Some("and")
            && self.word(at + 1).as_deref() == Some("a")
            && self.word(at + 2).as_deref() == Some("half")
        {
            value.value += 0.5;
            at += 3;
            if let Some((factor, money)) = self.word(at).as_deref().and_then(scale) {
                value.value *= factor;
                value.money |= money;
                at += 1;
            }
        }
        value.lone_word = lone_word;
        value.to = at;
        Some(value)
    }

    /// The rest of `1 tỷ 2`, `1tr250`, `4v5`: tenths, hundredths or thousandths of the scale, by its digits.
    fn colloquial(&self, at: usize, after: usize, next: f64, factor: f64) -> Option<f64> {
        let ends = match self.tokens.get(after) {
            None => true,
            Some(Token::Mark(mark)) => !matches!(mark, '%' | '-' | '/'),
            Some(Token::Word(word)) => {
                !is_noun(word) && unit(word).is_none() || currency(word).is_some() || word == "km"
            }
            Some(_) => false,
        };
        let digits = match &self.tokens[at] {
            Token::Number(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => digits.len(),
            Token::Word(_) if next < 10.0 => 1,
            _ => return None,
        };
        (ends && digits <= 3).then(|| next * factor / 10_f64.powi(digits as i32))
    }

    fn is_percent(&self, at: usize) -> bool {
        matches!(self.word(at).as_deref(), Some("%" | "percent"))
    }

    /// Digits, or words up to the hundreds; where they end, and whether it was one plain word.
    fn below_a_thousand(&self, from: usize) -> Option<(f64, usize, bool)> {
        if let Token::Number(digits) = self.tokens.get(from)? {
            return Some((read(digits, false)?, from + 1, false));
        }
        if let Some(half) = self.half(from) {
            return Some(half);
        }
        let (mut hundreds, mut rest, mut count, mut at) = (0.0, 0.0, 0, from);
        // `năm 2019` is the year 2019.
        if self.word(from).as_deref() == Some("năm") && !self.five(from) {
            return None;
        }
        // `a hundred`, `a million`; `a` alone is an article.
        if matches!(self.word(from).as_deref(), Some("a" | "an")) {
            let next = self.word(from + 1)?;
            if tens_or_hundreds(&next).is_none() && !(next.len() > 2 && scale(&next).is_some()) {
                return None;
            }
            (rest, count, at) = (1.0, 1, from + 1);
        }
        while let Some(word) = self.word(at) {
            if let Some((value, alone)) = small(&word) {
                if !alone && count == 0 {
                    return None;
                }
                // `two three` are two numbers; `twenty three` and `mươi lăm` are one.
                if count > 0 && rest != 0.0 && (rest < 10.0 || value >= 10.0 || rest % 10.0 != 0.0)
                {
                    break;
                }
                rest += value;
            } else if let Some(factor) = tens_or_hundreds(&word).filter(|_| count > 0) {
                if factor == 100.0 {
                    hundreds += rest.max(1.0) * 100.0;
                    rest = 0.0;
                } else {
                    rest = rest.max(1.0) * factor;
                }
            } else if count > 0 && self.is_filler(&word, at) {
                at += 1;
                continue;
            } else {
                break;
            }
            count += 1;
            at += 1;
        }
        (count > 0).then_some((hundreds + rest, at, count == 1 && hundreds + rest <= 10.0))
    }

    /// `nửa tỷ`, `half a million`, `nửa năm`; `một nửa` alone is half of something, 50 %.
    fn half(&self, from: usize) -> Option<(f64, usize, bool)> {
        let word = self.word(from)?;
        if !matches!(word.as_str(), "nửa" | "nua" | "half") {
            return None;
        }
        let article = word == "half" && matches!(self.word(from + 1).as_deref(), Some("a" | "an"));
        let to = from + 1 + usize::from(article);
        let next = self.word(to)?;
        (scale(&next).is_some() || unit(&next).is_some()).then_some((0.5, to, false))
    }

    /// Whether `năm` means five here.
    fn five(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|at| self.word(at));
        if before.is_some_and(|word| {
            matches!(
                word.as_str(),
                "mỗi" | "hằng" | "hàng" | "từng" | "một" | "trong" | "cuối"
            )
        }) {
            return self.word(at + 1).as_deref().and_then(unit).is_some();
        }
        match self.word(at + 1) {
            Some(next) => {
                unit(&next).is_some()
                    || scale(&next).is_some()
                    || tens_or_hundreds(&next).is_some()
                    || is_counted(&next)
            }
            None => false,
        }
    }

    fn is_filler(&self, word: &str, at: usize) -> bool {
        matches!(word, "linh" | "lẻ" | "-" | "and")
            && self
                .word(at + 1)
                .as_deref()
                .and_then(small)
                .is_some_and(|(value, _)| value < 100.0)
            && !(word == "and"
                && !matches!(
                    at.checked_sub(1).and_then(|at| self.word(at)).as_deref(),
                    Some("hundred")
                ))
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

fn is_noun(word: &str) -> bool {
    is_content(&datasets::text::fold(word))
}

/// Nouns that sellers count, behind which `năm` is five.
fn is_counted(word: &str) -> bool {
    matches!(
        word,
        "tin"
            | "ảnh"
            | "xe"
            | "chiếc"
            | "lần"
            | "bước"
            | "chỗ"
            | "người"
            | "loại"
            | "điểm"
            | "bức"
            | "tấm"
    )
}

/// The value of digits with separators. Groups of three are thousands, unless `decimal` says that a single separator is
/// a decimal one (`8.125 %`, `1.234 tỷ`).
fn read(digits: &str, decimal: bool) -> Option<f64> {
    let separators: Vec<char> = digits.chars().filter(|c| !c.is_ascii_digit()).collect();
    let plain = |text: &str| text.replace(['.', ','], "").parse::<f64>().ok();
    let Some(last) = separators.last() else {
        return plain(digits);
    };
    let (whole, fraction) = digits.rsplit_once(*last)?;
    let mixed = separators.iter().any(|separator| separator != last);
    let single = separators.len() == 1;
    let thousands = fraction.len() == 3 && !whole.starts_with('0') && whole.len() <= 3;
    if (single && (decimal || !thousands))
        || (mixed && separators.iter().filter(|s| *s == last).count() == 1)
    {
        return format!("{}.{fraction}", whole.replace(['.', ','], ""))
            .parse()
            .ok();
    }
    plain(digits)
}
