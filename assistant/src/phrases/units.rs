//! Amounts and distances as people say them.

use super::pick;
use crate::Language;

/// An amount in đồng as people say it: `462 triệu đồng`, `1,25 tỷ đồng`; `VND 462 million`, `VND 1.25 billion`.
pub fn amount(vnd: f64, language: Language) -> String {
    let (sign, vnd) = (if vnd < 0.0 { "−" } else { "" }, vnd.abs());
    let (value, places, unit) = if vnd >= 999.5e6 {
        (vnd / 1e9, 2, ("tỷ", "billion"))
    } else if vnd >= 1e6 {
        (vnd / 1e6, 0, ("triệu", "million"))
    } else {
        (vnd / 1e3, 0, ("nghìn", "thousand"))
    };
    let digits = format!("{value:.places$}");
    let digits = if digits.contains('.') {
        digits.trim_end_matches('0').trim_end_matches('.')
    } else {
        &digits
    };
    pick(
        language,
        format!("{sign}{} {} đồng", digits.replace('.', ","), unit.0),
        format!("{sign}VND {digits} {}", unit.1),
    )
}

/// A distance: `45.000 km`, `45,000 km`.
pub fn distance(km: f64, language: Language) -> String {
    let digits = format!("{km:.0}");
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            grouped.push(if language == Language::Vietnamese {
                '.'
            } else {
                ','
            });
        }
        grouped.push(digit);
    }
    format!("{grouped} km")
}
