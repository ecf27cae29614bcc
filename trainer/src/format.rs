//! Numbers and shares as people read them.

use datasets::text;

/// A number with its thousands parted by commas and up to two decimals: `462,000,000`, `1.5`.
pub fn number(value: f64) -> String {
    let text = format!("{:.2}", value.abs());
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let decimals = decimals.trim_end_matches('0');
    let mut grouped = String::with_capacity(text.len() + text.len() / 3);
    if value < 0.0 && (whole != "0" || !decimals.is_empty()) {
        grouped.push('-');
    }
    grouped.push_str(&text::grouped(whole));
    if !decimals.is_empty() {
        grouped.push('.');
        grouped.push_str(decimals);
    }
    grouped
}

/// A count with its thousands parted by commas.
pub fn count(value: usize) -> String {
    text::grouped(&value.to_string())
}

/// A share of 1 in percent with one decimal: `97.3 %`.
pub fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// A change as a share, with its sign: `-1.3 %`, `+0.4 %`.
pub fn change(share: f64) -> String {
    let percent = (share * 1000.0).round() / 10.0;
    if percent == 0.0 {
        return "0.0 %".to_owned();
    }
    format!("{percent:+.1} %")
}

/// An amount as leaderboards print it: đồng are told in millions, as everyone there does.
pub fn amount(value: f64, currency: &str) -> String {
    if currency == "VND" {
        format!("{:.1}", value / 1e6)
    } else {
        format!("{value:.0}")
    }
}

/// What [`amount`] counts in.
pub fn unit(currency: &str) -> String {
    if currency == "VND" {
        "m VND".to_owned()
    } else {
        currency.to_owned()
    }
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
        assert_eq!(change(-0.0126), "-1.3 %");
        assert_eq!(change(0.004), "+0.4 %");
        assert_eq!(change(-0.000_01), "0.0 %");
        assert_eq!(
            (amount(6.94e7, "VND"), unit("VND")),
            ("69.4".into(), "m VND".into())
        );
        assert_eq!(
            (amount(1034.2, "GBP"), unit("GBP")),
            ("1034".into(), "GBP".into())
        );
        assert_eq!(count(67_685), "67,685");
        assert_eq!(percent(0.9731), "97.3 %");
    }
}
