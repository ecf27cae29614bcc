//! Phone numbers in free text, as Vietnamese sellers write them: `0912 345 678`, `+84 912.345.678`, `o9I2…`.
//!
//! What surrounds them are numbers too: prices, kilometres, years, dates, identities. A number is a phone's by
//! its first digits, its length and how it is grouped; nothing else about a car begins with a zero.

use std::borrow::Cow;
use std::ops::Range;

/// What stands in a phone number's place.
const SIGN: &str = "☎";

/// What stands there in an address, where the sign would be nine letters.
const SIGN_IN_URL: &str = "phone";

/// Fewest digits that a phone number has.
const SHORTEST: usize = 7;

/// Words, folded and without blanks, behind which any long number is a phone's.
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

/// Whether the text holds a phone number.
pub fn holds(text: &str) -> bool {
    !find(text, false).is_empty()
}

/// The text with a sign in the place of every phone number.
pub(crate) fn scrub(text: &str) -> Cow<'_, str> {
    scrub_all(text, false, SIGN)
}

/// The address without phone numbers, which sellers' titles bring into it.
pub(crate) fn scrub_url(url: &str) -> Cow<'_, str> {
    scrub_all(url, true, SIGN_IN_URL)
}

/// A sign ends a run of digits, so that what it leaves behind can be a number now: once more, until none is left.
/// Every round takes digits away.
fn scrub_all<'a>(text: &'a str, in_url: bool, sign: &str) -> Cow<'a, str> {
    let mut clean = Cow::Borrowed(text);
    loop {
        let numbers = find(&clean, in_url);
        if numbers.is_empty() {
            return clean;
        }
        clean = Cow::Owned(replaced(&clean, &numbers, sign));
    }
}

fn replaced(text: &str, numbers: &[Range<usize>], sign: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for number in numbers {
        out.push_str(&text[end..number.start]);
        out.push_str(sign);
        end = number.end;
    }
    out.push_str(&text[end..]);
    out
}

/// Whether there are digits enough, or some and letters in their places; wide digits begin with the byte `ef`.
fn may_hold(text: &[u8]) -> bool {
    let (mut digits, mut letters) = (0, 0);
    for byte in text {
        match byte {
            0xef => return true,
            b'0'..=b'9' | b'*' => digits += 1,
            b'o' | b'O' => letters += 1,
            _ => {}
        }
    }
    digits >= SHORTEST || (digits >= 2 && digits + letters >= SHORTEST + 2)
}

/// Whether any run of digits begins as numbers of the country's plan do, with a zero or its code.
fn begins_one(text: &[u8]) -> bool {
    let mut before = b' ';
    text.iter().enumerate().any(|(at, byte)| {
        let first = !before.is_ascii_digit();
        before = *byte;
        match byte {
            b'0' | b'o' | b'O' | 0xef => first,
            b'8' => first && text.get(at + 1) == Some(&b'4'),
            _ => false,
        }
    })
}

/// A run of digits.
struct Group {
    digits: String,
    bytes: Range<usize>,
}

/// Byte ranges of the phone numbers in `text`, in order.
fn find(text: &str, in_url: bool) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    if !may_hold(bytes) || (in_url && !begins_one(bytes)) {
        return Vec::new();
    }
    let groups = groups_of(text);
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut index = 0;
    while index < groups.len() {
        let after_phone = found.last().map(|number| number.end);
        let end = number_at(text, &groups, index, after_phone, in_url);
        match end {
            Some((last, end)) => {
                let start = with_prefix(text, groups[index].bytes.start);
                found.push(start..end);
                index = last + 1;
                while groups
                    .get(index)
                    .is_some_and(|group| group.bytes.start < end)
                {
                    index += 1;
                }
            }
            None => index += 1,
        }
    }
    found
}

/// The last group of the number that begins at a group, and where the number ends.
fn number_at(
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
    let end = masked(&text[start..])?;
    Some((at, start + end))
}

/// The group with which a number of the country's plan ends.
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

/// Whether the digits are a whole number: of a mobile ten from `03` on, of older ones and land lines eleven too.
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
    // No other country's number is of use to a buyer here, but it is a number.
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

/// The group with which a number ends that a word before it calls a phone's, whatever its digits.
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
    let folded = datasets::text::fold(&word);
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

/// Where a number ends some of whose digits the site hides: `0900 0** ***`.
fn masked(text: &str) -> Option<usize> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && !matches!(c, '*' | ' ' | '.'))
        .unwrap_or(text.len());
    let run = text[..end].trim_end_matches([' ', '.']);
    let places = run
        .bytes()
        .filter(|b| b.is_ascii_digit() || *b == b'*')
        .count();
    let hidden = run.bytes().filter(|b| *b == b'*').count();
    let begins = run.starts_with('0') && run.bytes().take(3).all(|b| b.is_ascii_digit());
    (begins && hidden >= 3 && (9..=12).contains(&places)).then_some(run.len())
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

/// Where the number begins with its plus sign and bracket, if it has them.
fn with_prefix(text: &str, start: usize) -> usize {
    let before = text[..start].trim_end_matches('(');
    if before.ends_with('+') {
        let plus = before.len() - 1;
        return plus - usize::from(text[..plus].ends_with('('));
    }
    start
}

fn groups_of(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut before = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let open = groups.last().is_some_and(|group| group.bytes.end == at);
        let next = chars.peek().map(|(_, c)| *c);
        let next_digit = next.is_some_and(|c| digit(c).is_some());
        // The letter in a zero's place: in front of digits with no word before it, between them, behind them.
        let like_zero = |c: char| matches!(c, 'o' | 'O');
        let zero = like_zero(c)
            && if open {
                next_digit || next.is_none_or(|c| like_zero(c) || !c.is_alphanumeric())
            } else {
                !before.is_some_and(char::is_alphanumeric)
                    && (next_digit || next.is_some_and(like_zero))
            };
        let value = digit(c).or(zero.then_some('0'));
        if let Some(value) = value {
            let end = at + c.len_utf8();
            match groups.last_mut().filter(|_| open) {
                Some(group) => {
                    group.digits.push(value);
                    group.bytes.end = end;
                }
                None => groups.push(Group {
                    digits: value.to_string(),
                    bytes: at..end,
                }),
            }
        }
        before = Some(c);
    }
    groups
}

fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
