//! Finds phone numbers in free text, as people in Vietnam write them: `0912 345 678`, `+84 912.345.678`, `o9I2…`, or
//! `không chín một hai …` in words.
//!
//! Prices, kilometres, years, dates and ids stand beside them. A number counts as a phone number by its first digits, its
//! length and its grouping; nothing else about a car begins with a zero.

mod groups;
mod rules;

use std::borrow::Cow;
use std::ops::Range;

use groups::{groups_of, may_hold, speaks};
use rules::number_at;

/// What stands in a phone number's place.
const SIGN: &str = "☎";

/// What stands there in an address, where the sign would be nine letters.
const SIGN_IN_URL: &str = "phone";

/// Whether the text holds a phone number.
pub fn holds(text: &str) -> bool {
    !find(text).is_empty()
}

/// Byte ranges of the phone numbers in `text`, in order.
pub fn find(text: &str) -> Vec<Range<usize>> {
    find_in(text, false)
}

/// The text with a sign in the place of every phone number.
pub fn scrub(text: &str) -> Cow<'_, str> {
    scrub_all(text, false, SIGN)
}

/// The address without phone numbers. Sites build addresses from sellers' titles, so that a title's number gets in.
pub fn scrub_url(url: &str) -> Cow<'_, str> {
    scrub_all(url, true, SIGN_IN_URL)
}

/// A sign ends a run of digits, so that the digits behind it may now form a number of their own: repeats until no number
/// is left. A text that takes more rounds than any honest one loses all its digits, so that the work stays bounded.
fn scrub_all<'a>(text: &'a str, in_url: bool, sign: &str) -> Cow<'a, str> {
    const MAX_ROUNDS: usize = 8;
    let mut clean = Cow::Borrowed(text);
    for _ in 0..MAX_ROUNDS {
        let numbers = find_in(&clean, in_url);
        if numbers.is_empty() {
            return clean;
        }
        clean = Cow::Owned(replaced(&clean, &numbers, sign));
    }
    let digits = groups_of(&clean).into_iter().map(|group| group.bytes);
    Cow::Owned(replaced(&clean, &digits.collect::<Vec<_>>(), sign))
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

/// Whether any run of digits begins like a Vietnamese number, with a zero or the country's code.
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

fn find_in(text: &str, in_url: bool) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    if in_url {
        if !may_hold(bytes) || !begins_one(bytes) {
            return Vec::new();
        }
    } else if !may_hold(bytes) && !speaks(text) {
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

/// Where the number begins with its plus sign and bracket, if it has them.
fn with_prefix(text: &str, start: usize) -> usize {
    let before = text[..start].trim_end_matches('(');
    if before.ends_with('+') {
        let plus = before.len() - 1;
        return plus - usize::from(text[..plus].ends_with('('));
    }
    start
}

#[cfg(test)]
mod tests;
