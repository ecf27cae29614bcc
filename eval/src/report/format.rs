//! Numbers as people read them.

use datasets::text;

use crate::scores::Unit;
use crate::sheet::Score;

/// A number in its unit; amounts are in `currency`.
pub fn value(value: f64, unit: Unit, currency: &str) -> String {
    match unit {
        Unit::Amount => amount(value, currency),
        Unit::Share => percent(value),
        Unit::Number => number(value),
        Unit::Milliseconds => format!("{value:.1} ms"),
    }
}

/// A score with its interval: `6.1 % (5.8–6.5)`.
pub fn with_interval(score: Score, unit: Unit, currency: &str) -> String {
    let shown = value(score.value, unit, currency);
    match interval(score, unit, currency) {
        Some(interval) => format!("{shown} ({interval})"),
        None => shown,
    }
}

/// The interval of a score without its unit: `5.8–6.5`; `None` if the score has no interval.
pub fn interval(score: Score, unit: Unit, currency: &str) -> Option<String> {
    let [low, high] = [score.low?, score.high?].map(|end| {
        let text = value(end, unit, currency);
        text.split(' ').next().unwrap_or_default().to_owned()
    });
    Some(if low.starts_with('-') || high.starts_with('-') {
        format!("{low} to {high}")
    } else {
        format!("{low}–{high}")
    })
}

/// An amount of money. Đồng are told in millions, as everyone there does.
pub fn amount(value: f64, currency: &str) -> String {
    if currency == "VND" {
        format!("{} m", grouped(value / 1e6, 1))
    } else {
        grouped(value, 0)
    }
}

/// The unit of [`amount`], for titles.
pub fn amount_unit(currency: &str) -> String {
    if currency == "VND" {
        "million VND".to_owned()
    } else {
        currency.to_owned()
    }
}

/// A share of 1 in per cent with one decimal: `97.3 %`.
pub fn percent(share: f64) -> String {
    format!("{:.1} %", clean(share * 100.0, 1))
}

/// A bare number: three decimals below 2, where slopes and ratios lie, fewer above.
pub fn number(value: f64) -> String {
    let decimals = if value.abs() >= 100.0 {
        0
    } else if value.abs() >= 2.0 {
        1
    } else {
        3
    };
    format!("{:.decimals$}", clean(value, decimals))
}

/// A count with its thousands parted by commas.
pub fn count(value: usize) -> String {
    text::grouped(&value.to_string())
}

/// A number with its thousands parted by commas.
pub fn grouped(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", clean(value, decimals).abs());
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let sign = if clean(value, decimals) < 0.0 {
        "-"
    } else {
        ""
    };
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{rest}", text::grouped(whole))
}

/// No `-0.0`: what rounds to nothing has no sign.
fn clean(value: f64, decimals: usize) -> f64 {
    if value.abs() < 0.5 / 10_f64.powf(decimals as f64) {
        0.0
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_in_their_unit() {
        for (number, unit, currency, want) in [
            (69_400_000.0, Unit::Amount, "VND", "69.4 m"),
            (1_234_500_000.0, Unit::Amount, "VND", "1,234.5 m"),
            (1034.4, Unit::Amount, "GBP", "1,034"),
            (0.0614, Unit::Share, "VND", "6.1 %"),
            (-0.0001, Unit::Share, "VND", "0.0 %"),
            (0.98765, Unit::Number, "VND", "0.988"),
            (14.52, Unit::Number, "VND", "14.5"),
            (8.107, Unit::Number, "VND", "8.1"),
            (1.0463, Unit::Number, "VND", "1.046"),
            (-0.0108, Unit::Number, "VND", "-0.011"),
            (12.34, Unit::Milliseconds, "VND", "12.3 ms"),
        ] {
            assert_eq!(value(number, unit, currency), want);
        }
        assert_eq!(grouped(-45_000.5, 1), "-45,000.5");
        assert_eq!(count(67_685), "67,685");
    }

    #[test]
    fn intervals_say_their_unit_once() {
        let score = |low, high| Score {
            value: 0.061,
            low,
            high,
        };
        let shown = with_interval(score(Some(0.058), Some(0.065)), Unit::Share, "VND");
        assert_eq!(shown, "6.1 % (5.8–6.5)");
        let shown = with_interval(score(None, None), Unit::Share, "VND");
        assert_eq!(shown, "6.1 %");
        let negative = interval(score(Some(-0.02), Some(0.01)), Unit::Number, "VND");
        assert_eq!(negative.as_deref(), Some("-0.020 to 0.010"));
    }
}
