//! Numbers and shares as people read them.

/// A number with its thousands parted by commas and up to two decimals: `462,000,000`, `1.5`.
pub fn number(value: f64) -> String {
    let text = format!("{:.2}", value.abs());
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let decimals = decimals.trim_end_matches('0');
    let mut grouped = String::with_capacity(text.len() + text.len() / 3);
    if value < 0.0 && (whole != "0" || !decimals.is_empty()) {
        grouped.push('-');
    }
    grouped.push_str(&group(whole));
    if !decimals.is_empty() {
        grouped.push('.');
        grouped.push_str(decimals);
    }
    grouped
}

/// A count with its thousands parted by commas.
pub fn count(value: usize) -> String {
    group(&value.to_string())
}

/// A share of 1 in percent with one decimal: `97.3 %`.
pub fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn group(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (value, want) in [
            (0.0, "0"),
            (-0.001, "0"),
            (999.0, "999"),
            (1000.0, "1,000"),
            (462_000_000.0, "462,000,000"),
            (-45_000.5, "-45,000.5"),
            (1.25, "1.25"),
            (1.999, "2"),
        ] {
            assert_eq!(number(value), want);
        }
        assert_eq!(count(67_685), "67,685");
        assert_eq!(percent(0.9731), "97.3 %");
    }
}
