//! What a number measures where its own words do not say: by the words in front of it.

use std::ops::Range;
use std::sync::LazyLock;

use super::amount::Amount;
use super::quantity::{Bound, Measure, Quantity};
use super::units::Unit;

use crate::lexicon::Lexicon;
use crate::text::Text;

static ODOMETER: LazyLock<Lexicon<()>> = LazyLock::new(|| {
    let words = [
        "odo",
        "odometer",
        "đi",
        "đi được",
        "đã đi",
        "chạy",
        "chạy được",
        "lăn bánh",
        "mileage",
        "driven",
        "đồng hồ",
        "công tơ mét",
        "số km",
        "km",
        "đồng hồ báo",
        "odo báo",
        "chạy tầm",
        "đi tầm",
        "clock",
        "quãng đường",
        "lướt",
        "run",
        "ran",
    ];
    Lexicon::new(words.map(|word| (word, ())))
});

static PRICE: LazyLock<Lexicon<()>> = LazyLock::new(|| {
    let words = [
        "giá",
        "rao",
        "bán",
        "tiền",
        "ngân sách",
        "budget",
        "price",
        "asking",
        "mua",
        "tài chính",
        "trả",
        "for",
        "priced",
        "cost",
    ];
    Lexicon::new(words.map(|word| (word, ())))
});

static APPROXIMATE: LazyLock<Lexicon<()>> = LazyLock::new(|| {
    let words = [
        "hơn",
        "khoảng",
        "tầm",
        "gần",
        "cỡ",
        "được",
        "là",
        "mới",
        "có",
        "tới",
        "đến",
        "dưới",
        "trên",
        "không quá",
        "chưa tới",
        "chưa đến",
        "about",
        "around",
        "only",
        "is",
        "of",
        ":",
        "at",
        "tối đa",
        "just",
        "over",
        "under",
        "chỉ",
        "~",
        "từ",
        "được hơn",
        "has",
        "mới có",
        "less than",
        "max",
        "at most",
        "up to",
        "nearly",
    ];
    Lexicon::new(words.map(|word| (word, ())))
});

/// The measure of an amount, and its value in the measure's unit.
pub(super) fn measure(text: &Text, amount: &Amount, value: f64) -> Option<(Measure, f64)> {
    match amount.unit {
        Some(Unit::Vnd) if value >= 1e6 => Some((Measure::Vnd, value)),
        Some(Unit::Km) if follows(text, amount.start, "/") => None,
        Some(Unit::Km) => Some((Measure::Km, value.round())),
        Some(Unit::Seats) => (2.0..=60.0)
            .contains(&value)
            .then_some((Measure::Seats, value)),
        Some(Unit::Cc) => (600.0..=8000.0)
            .contains(&value)
            .then_some((Measure::Litres, (value / 100.0).round() / 10.0)),
        Some(Unit::Litres) => (0.6..=8.5)
            .contains(&value)
            .then_some((Measure::Litres, value)),
        Some(Unit::Vnd | Unit::Other) => None,
        None => unnamed(text, amount, value),
    }
}

/// What a number without a unit measures: an odometer's reading, an engine size, or a price in millions.
fn unnamed(text: &Text, amount: &Amount, value: f64) -> Option<(Measure, f64)> {
    let dollars = amount.start > 0 && matches!(text.plain(amount.start - 1), "$" | "£" | "€");
    if dollars {
        return None;
    }
    let digits = text.plain(amount.start);
    let decimal = digits.contains(['.', ',']) && value < 100.0;
    if amount.scale == 1e3 || (amount.scale > 1e3 && value < 1e6) {
        return Some((Measure::Km, value));
    }
    if cued(text, amount.start, &ODOMETER) && value >= 1000.0 {
        return Some((Measure::Km, value));
    }
    if decimal && amount.bare {
        return (0.6..=8.5)
            .contains(&value)
            .then_some((Measure::Litres, value));
    }
    if value >= 5e7 {
        return Some((Measure::Vnd, value));
    }
    // `tầm 500` means million đồng; whether it does is for the reader of the whole message to say.
    let whole = amount.bare && value.fract() == 0.0 && !text.is_number(amount.end);
    whole.then_some((Measure::Bare, value))
}

fn follows(text: &Text, start: usize, mark: &str) -> bool {
    start > 0 && text.plain(start - 1) == mark
}

/// Whether one of the cues stands before `start`, with nothing but words of approximation between.
fn cued(text: &Text, start: usize, cues: &Lexicon<()>) -> bool {
    let mut at = start;
    for _ in 0..4 {
        if cues.before(text, at).is_some() {
            return true;
        }
        match APPROXIMATE.before(text, at) {
            Some((begin, ())) => at = begin,
            None => return false,
        }
    }
    false
}

/// Whether the bare number `quantity` is a price in millions: `giá 550`, `dưới 600`, `tầm 500`.
pub(crate) fn means_millions(text: &Text, quantity: &Quantity) -> bool {
    quantity.measure == Measure::Bare
        && (50.0..=9999.0).contains(&quantity.low)
        && (quantity.bound != Bound::Exact || cued(text, quantity.span.start, &PRICE))
}

/// Spans of telephone numbers: `0912 345 678`, `0912.345.678`, `+84912345678`.
pub(super) fn phone_numbers(text: &Text) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut index = 0;
    while index < text.len() {
        let international = text.plain(index) == "+" && text.plain(index + 1).starts_with("84");
        let starts = text.is_number(index)
            && text.plain(index).starts_with('0')
            && text.plain(index).len() >= 3;
        let mut end = index + usize::from(international);
        let mut digits = 0;
        if starts || international {
            while text.is_number(end)
                || (digits > 0 && matches!(text.plain(end), "-" | ".") && text.is_number(end + 1))
            {
                digits += text.plain(end).bytes().filter(u8::is_ascii_digit).count();
                end += 1;
                if digits >= 10 {
                    break;
                }
            }
        }
        let is_phone = (9..=12).contains(&digits);
        if is_phone {
            found.push(index..end);
        }
        index = if is_phone { end } else { index + 1 };
    }
    found
}
