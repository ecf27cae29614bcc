//! Runs of digits in a text, whether written in digits, in look-alike letters or in words.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use crate::text::fold_char;

/// Fewest digits that a phone number has.
pub(super) const SHORTEST: usize = 7;

/// Whether there are enough digits for a number, look-alike letters included. Full-width digits begin with the byte `ef`.
pub(super) fn may_hold(text: &[u8]) -> bool {
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

/// A run of digits.
pub(super) struct Group {
    /// Its digits, in ASCII.
    pub(super) digits: String,
    /// Where it stands.
    pub(super) bytes: Range<usize>,
}

/// Whether the text has enough digits for a number, some of them in words.
pub(super) fn speaks(text: &str) -> bool {
    let words = text.split(|c: char| !is_of_word(c));
    let spoken = words.filter_map(spoken_digit).take(SHORTEST).count();
    let written = text.bytes().filter(u8::is_ascii_digit).take(SHORTEST);
    spoken >= SPOKEN_RUN && spoken + written.count() >= SHORTEST
}

/// Whether the character belongs to a word; the marks of decomposed letters do.
fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// The digit that a Vietnamese or English word stands for.
fn spoken_digit(word: &str) -> Option<char> {
    const LONGEST: usize = 5;
    if word.len() < 2 || word.len() > 3 * LONGEST {
        return None;
    }
    let mut folded = [0_u8; LONGEST];
    let mut length = 0;
    for c in word.chars() {
        fold_char(c, |c| {
            if let Some(place) = folded.get_mut(length) {
                *place = u8::try_from(c).unwrap_or_default();
            }
            length += 1;
        });
    }
    Some(match folded.get(..length)? {
        b"khong" | b"zero" | b"oh" => '0',
        b"mot" | b"one" => '1',
        b"hai" | b"two" => '2',
        b"ba" | b"three" => '3',
        b"bon" | b"tu" | b"four" => '4',
        b"nam" | b"lam" | b"five" => '5',
        b"sau" | b"six" => '6',
        b"bay" | b"seven" => '7',
        b"tam" | b"eight" => '8',
        b"chin" | b"nine" => '9',
        _ => return None,
    })
}

/// Fewest digit words in a row that count. A few are ordinary words: `không` is "no", `năm` is "year".
const SPOKEN_RUN: usize = 4;

/// Digits that are said in words.
fn spoken_groups(text: &str) -> Vec<Group> {
    let mut found: Vec<Group> = Vec::new();
    // How many of the last words are digits that follow each other.
    let mut run = 0;
    let mut next = 0;
    for piece in text.split_inclusive(|c: char| !is_of_word(c)) {
        let start = next;
        next += piece.len();
        let word = piece.trim_end_matches(|c: char| !is_of_word(c));
        if word.is_empty() {
            continue;
        }
        let digit = spoken_digit(word);
        let follows = found
            .last()
            .is_some_and(|last| run > 0 && start - last.bytes.end <= 3);
        if !(follows && digit.is_some()) {
            if run < SPOKEN_RUN {
                found.truncate(found.len() - run);
            }
            run = 0;
        }
        if let Some(digit) = digit {
            run += 1;
            found.push(Group {
                digits: digit.to_string(),
                bytes: start..start + word.len(),
            });
        }
    }
    if run < SPOKEN_RUN {
        found.truncate(found.len() - run);
    }
    found
}

/// All runs of digits, in order.
pub(super) fn groups_of(text: &str) -> Vec<Group> {
    let mut groups = written_groups(text);
    let spoken = spoken_groups(text);
    if !spoken.is_empty() {
        groups.extend(spoken);
        groups.sort_by_key(|group| group.bytes.start);
    }
    groups
}

fn written_groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut before = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let open = groups.last().is_some_and(|group| group.bytes.end == at);
        let next = chars.peek().map(|(_, c)| *c);
        let next_digit = next.is_some_and(|c| digit(c).is_some());
        // The letter O for a zero: before digits where no word precedes it, between digits, or behind them.
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
