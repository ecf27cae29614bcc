//! Decimal numbers whose separators mean different things on different sites.

/// How a single separator before exactly three digits is read: `98.000` is 98,000 km, `1.498` is 1.498 litres.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separator {
    /// It groups thousands.
    Thousands,
    /// It is the decimal point.
    Point,
}

/// The number that `text` spells in ASCII digits with `.`, `,` or `'` between them; `None` if it is not a number.
///
/// One kind of separator more than once groups thousands; of two kinds the last is the decimal point; a single
/// one is the decimal point unless three digits follow, then `lone` decides. Groups must have three digits.
pub fn parse(text: &str, lone: Separator) -> Option<f64> {
    let text = text.trim();
    let first = text.find(['.', ',', '\'']);
    let Some(first) = first else {
        return digits(text).then(|| text.parse().ok()).flatten();
    };
    let last = text.rfind(['.', ',', '\'']).unwrap_or(first);
    let kind = |at: usize| text.as_bytes()[at];
    let groups = if first == last {
        lone == Separator::Thousands && text.len() - last - 1 == 3 && grouped_head(text, last)
    } else {
        kind(first) == kind(last)
    };
    let point = (!groups).then_some(last);
    let (whole, fraction) = match point {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, ""),
    };
    let mut plain = String::with_capacity(text.len() + 1);
    let separator = kind(first) as char;
    for (index, group) in whole.split(separator).enumerate() {
        let fits = if whole.len() == group.len() {
            true
        } else if index == 0 {
            group.len() <= 3
        } else {
            group.len() == 3
        };
        if !fits || !digits(group) {
            return None;
        }
        plain.push_str(group);
    }
    if point.is_some() {
        if !digits(fraction) {
            return None;
        }
        plain.push('.');
        plain.push_str(fraction);
    }
    plain.parse().ok()
}

/// Whether what stands before a lone separator can be the first group of thousands: `0.500` and `1234.500`
/// cannot.
fn grouped_head(text: &str, at: usize) -> bool {
    (1..=3).contains(&at) && !text.starts_with('0')
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lone: Separator, cases: &[(&str, Option<f64>)]) {
        for (text, want) in cases {
            assert_eq!(parse(text, lone), *want, "{text:?} with {lone:?}");
        }
    }

    #[test]
    fn a_lone_separator_before_three_digits_is_what_the_caller_says() {
        check(
            Separator::Thousands,
            &[
                ("98.000", Some(98_000.0)),
                ("30,000", Some(30_000.0)),
                ("4.5", Some(4.5)),
                ("0.500", Some(0.5)),
                ("1234.500", Some(1234.5)),
                ("460000000.0", Some(460_000_000.0)),
            ],
        );
        check(
            Separator::Point,
            &[
                ("1.498", Some(1.498)),
                ("1,42", Some(1.42)),
                ("98000", Some(98_000.0)),
            ],
        );
    }

    #[test]
    fn repeated_and_mixed_separators_mean_the_same_everywhere() {
        for lone in [Separator::Thousands, Separator::Point] {
            check(
                lone,
                &[
                    ("460.000.000", Some(460_000_000.0)),
                    ("1,000,000", Some(1_000_000.0)),
                    ("1.250,50", Some(1250.5)),
                    ("1,250.50", Some(1250.5)),
                    ("1'250'000", Some(1_250_000.0)),
                    ("1.25.000", None),
                    ("1234.567.890", None),
                    ("1,2,3.4", None),
                    ("1.", None),
                    (".5", None),
                    ("", None),
                    ("12a", None),
                    ("-5", None),
                    ("１２", None),
                ],
            );
        }
    }
}
