//! Which runs of digits make a phone number.

use super::groups::{Group, SHORTEST};
use crate::text;

/// Words, folded and without blanks, that announce a phone number: any long number behind them is one.
const CALLING: &[&str] = &[
    "lh",
    "lienhe",
    "hotline",
    "sdt",
    "dt",
    "dienthoai",
    "goi",
    "call",
    "zalo",
    "phone",
    "tel",
    "mobile",
    "dd",
];

/// The last group of the number that begins at a group, and where the number ends.
pub(super) fn number_at(
    text: &str,
    groups: &[Group],
    at: usize,
    after_phone: Option<usize>,
    in_url: bool,
) -> Option<(usize, usize)> {
    let start = groups[at].bytes.start;
    let before = at
        .checked_sub(1)
        .map(|at| &text[groups[at].bytes.end..start]);
    let of_price = matches!(before, Some("." | ","));
    if of_price && after_phone != Some(groups[at - 1].bytes.end) {
        return None;
    }
    if in_url {
        let last = dialled(text, groups, at).filter(|_| groups[at].digits.len() > 2)?;
        return Some((last, groups[last].bytes.end));
    }
    if dated(text, groups, at) {
        return None;
    }
    if let Some(last) = dialled(text, groups, at).or_else(|| announced(text, groups, at)) {
        return Some((last, groups[last].bytes.end));
    }
    let end = partly_hidden(&text[start..])?;
    Some((at, start + end))
}

/// The group with which a number of the Vietnamese plan ends.
fn dialled(text: &str, groups: &[Group], at: usize) -> Option<usize> {
    let plus = text[..groups[at].bytes.start]
        .trim_end_matches('(')
        .ends_with('+');
    let mut digits = String::new();
    let mut ended = None;
    for (last, group) in groups.iter().enumerate().skip(at) {
        if last > at && !joins(&text[groups[last - 1].bytes.end..group.bytes.start]) {
            break;
        }
        digits.push_str(&group.digits);
        if digits.len() > 14 {
            break;
        }
        if is_number(&digits, plus) {
            ended = Some(last);
        }
    }
    ended.filter(|last| plus || !priced(text, &groups[at..=*last]))
}

/// Whether the digits are a whole number. Mobile numbers have ten digits from `03` on; older ones and land lines may have
/// eleven.
fn is_number(digits: &str, plus: bool) -> bool {
    let national = |rest: &str| {
        let first = rest.bytes().next();
        match first {
            Some(b'3' | b'5' | b'7' | b'8' | b'9') => rest.len() == 9,
            Some(b'1' | b'2' | b'4' | b'6') => matches!(rest.len(), 9 | 10),
            _ => false,
        }
    };
    if let Some(rest) = digits
        .strip_prefix("0084")
        .or_else(|| digits.strip_prefix("84"))
        && (plus
            || matches!(
                rest.bytes().next(),
                Some(b'3' | b'5' | b'7' | b'8' | b'9' | b'0')
            ))
        && national(rest.strip_prefix('0').unwrap_or(rest))
    {
        return true;
    }
    // Numbers of other countries count too.
    (plus && (10..=13).contains(&digits.len())) || digits.strip_prefix('0').is_some_and(national)
}

/// Whether groups are `84.500.000.000`, or end in the zeros that only prices end in.
fn priced(text: &str, groups: &[Group]) -> bool {
    let zeros = groups
        .iter()
        .rev()
        .flat_map(|group| group.digits.bytes().rev());
    if !groups[0].digits.starts_with("84") {
        return false;
    }
    let thousands = groups.windows(2).all(|pair| {
        let gap = &text[pair[0].bytes.end..pair[1].bytes.start];
        matches!(gap, "." | ",") && pair[1].digits.len() == 3
    });
    (groups.len() > 1 && thousands) || zeros.take_while(|b| *b == b'0').count() >= 6
}

/// The group with which a number ends that a word before it announces, whatever its digits.
fn announced(text: &str, groups: &[Group], at: usize) -> Option<usize> {
    let before =
        text[..groups[at].bytes.start].trim_end_matches([' ', ':', '.', '-', '(', '\u{a0}']);
    let word: String = before
        .chars()
        .rev()
        .take_while(|c| c.is_alphabetic() || *c == ' ')
        .take(12)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    let folded = text::fold(&word);
    let mut words = folded.split_whitespace().rev();
    let last = words.next()?;
    let two = words.next().map(|first| format!("{first}{last}"));
    let calls = |word: &str| CALLING.contains(&word);
    if !calls(last) && !two.as_deref().is_some_and(calls) {
        return None;
    }
    let mut digits = 0;
    let mut ended = None;
    for (last, group) in groups.iter().enumerate().skip(at) {
        let gap = (last > at).then(|| &text[groups[last - 1].bytes.end..group.bytes.start]);
        if gap.is_some_and(|gap| !joins(gap)) {
            break;
        }
        digits += group.digits.len();
        if digits > 12 {
            break;
        }
        if digits >= SHORTEST {
            ended = Some(last);
        }
    }
    let thousands = |last: usize| {
        last > at
            && groups[at..=last].windows(2).all(|pair| {
                let gap = &text[pair[0].bytes.end..pair[1].bytes.start];
                matches!(gap, "." | ",") && pair[1].digits.len() == 3
            })
            && groups[at].digits.len() <= 3
    };
    ended.filter(|last| !thousands(*last))
}

/// Where a number ends that the site hides in part: `0900 0** ***`.
fn partly_hidden(text: &str) -> Option<usize> {
    let (mut places, mut hidden, mut end) = (0, 0, 0);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'0'..=b'9' | b'*' => {
                // The first three are shown, and the first is a zero.
                if (places < 3 && byte == b'*') || (places == 0 && byte != b'0') {
                    return None;
                }
                places += 1;
                hidden += usize::from(byte == b'*');
                end = at + 1;
            }
            b' ' | b'.' if places >= 3 => {}
            _ => break,
        }
        if places > 12 {
            return None;
        }
    }
    (hidden >= 3 && places >= 9).then_some(end)
}

/// Whether the group is the day or the month of a date, `03.05.2021`.
fn dated(text: &str, groups: &[Group], at: usize) -> bool {
    let date = |first: usize| {
        let Some([day, month, year]) = groups.get(first..first + 3) else {
            return false;
        };
        let gap =
            |a: &Group, b: &Group| matches!(&text[a.bytes.end..b.bytes.start], "." | "-" | "/");
        let small = |group: &Group, most: u32| {
            group.digits.len() <= 2
                && group
                    .digits
                    .parse()
                    .is_ok_and(|n: u32| (1..=most).contains(&n))
        };
        let of_cars = year.digits.len() == 4 && matches!(&year.digits[..2], "19" | "20");
        gap(day, month) && gap(month, year) && small(day, 31) && small(month, 12) && of_cars
    };
    date(at) || at.checked_sub(1).is_some_and(date)
}

/// Whether what stands between two groups keeps them one number.
fn joins(gap: &str) -> bool {
    gap.chars().count() <= 3
        && gap.chars().all(|c| {
            matches!(
                c,
                ' ' | '\u{a0}' | '.' | '-' | '–' | '_' | ',' | '(' | ')' | '·'
            )
        })
}
