//! Numbers written in words: `sáu mươi`, `một trăm hai`, `thirty`, `half a`.

use std::sync::LazyLock;

use crate::lexicon::Lexicon;
use crate::text::Text;

/// What a number word does to the number in the making.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    /// 0 to 9, English up to 19.
    Unit(f64),
    /// `mười`, or an English ten (`thirty`).
    Ten(f64),
    /// `mươi`, `chục`: the unit before it counts tens.
    TimesTen,
    /// `trăm`, `hundred`.
    TimesHundred,
    /// `linh`, `lẻ`, `and`: says nothing.
    Link,
}

static PARTS: LazyLock<Lexicon<Part>> = LazyLock::new(|| {
    use Part::{Link, Ten, TimesHundred, TimesTen, Unit};
    Lexicon::new([
        ("một", Unit(1.0)),
        ("mốt", Unit(1.0)),
        ("hai", Unit(2.0)),
        ("ba", Unit(3.0)),
        ("bốn", Unit(4.0)),
        ("tư", Unit(4.0)),
        ("năm", Unit(5.0)),
        ("lăm", Unit(5.0)),
        ("sáu", Unit(6.0)),
        ("bảy", Unit(7.0)),
        ("bẩy", Unit(7.0)),
        ("tám", Unit(8.0)),
        ("chín", Unit(9.0)),
        ("mười", Ten(10.0)),
        ("mươi", TimesTen),
        ("chục", TimesTen),
        ("trăm", TimesHundred),
        ("linh", Link),
        ("lẻ", Link),
        ("one", Unit(1.0)),
        ("a", Unit(1.0)),
        ("two", Unit(2.0)),
        ("three", Unit(3.0)),
        ("four", Unit(4.0)),
        ("five", Unit(5.0)),
        ("six", Unit(6.0)),
        ("seven", Unit(7.0)),
        ("eight", Unit(8.0)),
        ("nine", Unit(9.0)),
        ("ten", Ten(10.0)),
        ("eleven", Ten(11.0)),
        ("twelve", Ten(12.0)),
        ("fifteen", Ten(15.0)),
        ("sixteen", Ten(16.0)),
        ("twenty", Ten(20.0)),
        ("thirty", Ten(30.0)),
        ("forty", Ten(40.0)),
        ("fifty", Ten(50.0)),
        ("sixty", Ten(60.0)),
        ("seventy", Ten(70.0)),
        ("eighty", Ten(80.0)),
        ("ninety", Ten(90.0)),
        ("hundred", TimesHundred),
    ])
});

static HALVES: LazyLock<Lexicon<()>> =
    LazyLock::new(|| Lexicon::new([("nửa", ()), ("half a", ()), ("half", ()), ("một nửa", ())]));

/// The number below a thousand that begins at `start` in words, and the token behind it.
pub(super) fn spoken(text: &Text, start: usize) -> Option<(f64, usize)> {
    if let Some((length, ())) = HALVES.at(text, start) {
        return Some((0.5, start + length));
    }
    let first = PARTS.at(text, start)?.1;
    if !matches!(first, Part::Unit(_) | Part::Ten(_)) {
        return None;
    }
    let (mut hundreds, mut tens, mut units) = (0.0, 0.0, 0.0);
    let (mut has_tens, mut has_units) = (false, false);
    let mut end = start;
    while let Some((length, part)) = PARTS.at(text, end) {
        match part {
            Part::Unit(value) if !has_units => (units, has_units) = (value, true),
            Part::Ten(value) if !has_tens && !has_units => (tens, has_tens) = (value, true),
            Part::TimesTen if has_units && !has_tens => {
                (tens, has_tens, units, has_units) = (units * 10.0, true, 0.0, false);
            }
            Part::TimesHundred if hundreds == 0.0 && (has_units || has_tens) => {
                hundreds = (tens + units) * 100.0;
                (tens, has_tens, units, has_units) = (0.0, false, 0.0, false);
            }
            Part::Link if hundreds > 0.0 && !has_tens && !has_units => {}
            _ => break,
        }
        end += length;
    }
    Some((hundreds + tens + units, end))
}

/// The single digit that the word at `index` names, as in `ba vạn hai`.
pub(super) fn digit(text: &Text, index: usize) -> Option<f64> {
    match PARTS.at(text, index)?.1 {
        Part::Unit(value) => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_add_up() {
        for (text, want) in [
            ("hai vạn", Some((2.0, 1))),
            ("sáu mươi nghìn", Some((60.0, 2))),
            ("một trăm hai mươi lăm nghìn", Some((125.0, 5))),
            ("bảy trăm triệu", Some((700.0, 2))),
            ("bay tram trieu", Some((700.0, 2))),
            ("mười lăm vạn", Some((15.0, 2))),
            ("thirty five thousand", Some((35.0, 2))),
            ("half a billion", Some((0.5, 2))),
            ("nửa tỷ", Some((0.5, 1))),
            ("trăm triệu", None),
            ("xe", None),
        ] {
            assert_eq!(spoken(&Text::new(text), 0), want, "{text}");
        }
    }
}
