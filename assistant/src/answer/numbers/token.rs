//! Cuts a text into numbers, words and marks.

use unicode_normalization::UnicodeNormalization;

use super::super::words::visible;
use super::vocabulary::{currency, scale, unit};

/// A token, in lower case.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A number as written: digits with points and commas inside.
    Number(String),
    /// Hours and minutes, in minutes since midnight.
    Clock(f64),
    /// A date as `yyyymmdd`.
    Date(f64),
    /// A word; names with digits are words.
    Word(String),
    /// A mark that means something between numbers, as a word.
    Mark(char),
}

impl Token {
    /// The word or mark, for look-ups.
    pub(super) fn word(&self) -> Option<String> {
        match self {
            Self::Word(word) => Some(word.clone()),
            Self::Mark(mark) => Some(mark.to_string()),
            _ => None,
        }
    }
}

/// All tokens of `text`.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = visible(text)
        .nfkc()
        .flat_map(char::to_lowercase)
        .nfc()
        .collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        if c.is_ascii_digit() {
            at = number(&chars, at, &mut tokens);
        } else if c.is_alphanumeric() {
            at = word(&chars, at, &mut tokens);
        } else {
            if !c.is_whitespace() {
                tokens.push(Token::Mark(c));
            }
            at += 1;
        }
    }
    tokens
}

fn run(chars: &[char], from: usize, belongs: impl Fn(usize) -> bool) -> (String, usize) {
    let mut to = from;
    while to < chars.len() && belongs(to) {
        to += 1;
    }
    (chars[from..to].iter().collect(), to)
}

fn digit_at(chars: &[char], at: usize) -> bool {
    chars.get(at).is_some_and(char::is_ascii_digit)
}

fn number(chars: &[char], from: usize, tokens: &mut Vec<Token>) -> usize {
    if let Some((token, to)) = date(chars, from).or_else(|| clock(chars, from)) {
        tokens.push(token);
        return to;
    }
    let (digits, to) = run(chars, from, |at| {
        digit_at(chars, at)
            || (matches!(chars[at], '.' | ',') && digit_at(chars, at + 1) && at > from)
    });
    let (suffix, after) = run(chars, to, |at| chars[at].is_alphabetic());
    let known = suffix.is_empty() || unit(&suffix).is_some() || scale(&suffix).is_some();
    // `v` and `k` multiply a number; before a letter they belong to a name: `4x4`, `3v`.
    if known && (suffix != "v" || digit_at(chars, after)) {
        tokens.push(Token::Number(digits));
        if !suffix.is_empty() {
            tokens.push(Token::Word(suffix));
        }
        return after;
    }
    let (name, end) = run(chars, from, |at| {
        chars[at].is_alphanumeric() || (matches!(chars[at], '.' | ',') && digit_at(chars, at + 1))
    });
    tokens.push(Token::Word(name));
    end
}

fn word(chars: &[char], from: usize, tokens: &mut Vec<Token>) -> usize {
    let (letters, to) = run(chars, from, |at| {
        chars[at].is_alphanumeric() && !chars[at].is_ascii_digit()
    });
    let digits_follow = digit_at(chars, to);
    if digits_follow && currency(&letters).is_some() {
        tokens.push(Token::Word(letters));
        return to;
    }
    // `cx-5` and `c200` are names; `đến-5` would be a range, and no name is that long.
    let hyphen =
        chars.get(to) == Some(&'-') && digit_at(chars, to + 1) && letters.chars().count() <= 3;
    if digits_follow || (hyphen && letters.is_ascii()) {
        let (name, end) = run(chars, from, |at| {
            chars[at].is_alphanumeric() || (at == to && hyphen)
        });
        tokens.push(Token::Word(name));
        return end;
    }
    tokens.push(Token::Word(letters));
    to
}

/// Characters of the longest date.
const LONGEST_DATE: usize = "12/05/2026".len();

/// `12/05/2026`, `12.05.2026`, `2026-05-12`, `05/2026`.
fn date(chars: &[char], from: usize) -> Option<(Token, usize)> {
    // One more than a date has: what is longer is none, however long it is.
    let (text, to) = run(chars, from, |at| {
        at <= from + LONGEST_DATE
            && (digit_at(chars, at)
                || (matches!(chars[at], '/' | '-' | '.') && digit_at(chars, at + 1)))
    });
    if to - from > LONGEST_DATE {
        return None;
    }
    let parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    let (day, month, year) = match parts[..] {
        [year, month, day] if year.len() == 4 && text.contains('-') => (day, month, year),
        [day, month, year] if year.len() == 4 && day.len() <= 2 => (day, month, year),
        [month, year] if year.len() == 4 && month.len() <= 2 && text.contains('/') => {
            ("0", month, year)
        }
        _ => return None,
    };
    let (day, month, year): (u32, u32, u32) =
        (day.parse().ok()?, month.parse().ok()?, year.parse().ok()?);
    let valid = day <= 31 && (1..=12).contains(&month) && (1900..=2100).contains(&year);
    valid.then(|| {
        (
            Token::Date(f64::from(year * 10_000 + month * 100 + day)),
            to,
        )
    })
}

/// `08:00`, `8:30`, `8h30`.
fn clock(chars: &[char], from: usize) -> Option<(Token, usize)> {
    let (hours, to) = run(chars, from, |at| digit_at(chars, at));
    if !matches!(chars.get(to), Some(':' | 'h')) || !digit_at(chars, to + 1) {
        return None;
    }
    let (minutes, end) = run(chars, to + 1, |at| digit_at(chars, at));
    let (hours, minutes): (u32, u32) = (
        hours.parse().ok()?,
        minutes.parse().ok().filter(|_| minutes.len() == 2)?,
    );
    (hours <= 24 && minutes < 60).then(|| (Token::Clock(f64::from(hours * 60 + minutes)), end))
}
