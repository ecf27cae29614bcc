//! A message cut into words, numbers and marks, and lexicons of phrases that are looked up in it.
//!
//! Half of all Vietnamese is typed without diacritics, so phrases are written with them and match both ways: a
//! word that carries diacritics must carry the right ones (`đến` is not `đen`), a plain word matches by its fold
//! unless the message as a whole is written with diacritics (`do` in such a message is not `đỏ`).

use std::collections::HashMap;
use std::ops::Range;

use datasets::text::fold;
use unicode_normalization::UnicodeNormalization;

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters.
    Word,
    /// Digits, with separators only between digits.
    Number,
    /// Any other sign.
    Mark,
}

/// A run of letters, a number or a sign.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Lower case, NFC, tone marks where the newer spelling puts them.
    pub(super) lower: String,
    /// Without diacritics.
    pub(super) plain: String,
    /// Begins with a capital.
    pub(super) capital: bool,
    /// Nothing stands between this token and the one before.
    pub(super) glued: bool,
}

impl Token {
    /// Whether the word is written without diacritics.
    pub(super) fn is_plain(&self) -> bool {
        self.lower == self.plain
    }
}

/// A message.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) tokens: Vec<Token>,
    /// The message as a whole carries diacritics: plain words are meant plain.
    pub(super) marked: bool,
}

/// Share of words with diacritics from which a message counts as written with them.
const MARKED: f64 = 0.25;

impl Text {
    pub(super) fn new(text: &str) -> Self {
        let composed: String = text.nfc().collect();
        let mut tokens: Vec<Token> = Vec::new();
        let mut rest = composed.as_str();
        let mut glued = false;
        while let Some(first) = rest.chars().next() {
            let length = run_length(rest, first);
            let (run, tail) = rest.split_at(length);
            rest = tail;
            if first.is_whitespace() {
                glued = false;
                continue;
            }
            let kind = if first.is_ascii_digit() {
                Kind::Number
            } else if first.is_alphabetic() {
                Kind::Word
            } else {
                Kind::Mark
            };
            let lower = with_new_tone(run.to_lowercase());
            let plain = fold(&lower);
            tokens.push(Token {
                kind,
                lower,
                plain,
                capital: first.is_uppercase(),
                glued: glued && !tokens.is_empty(),
            });
            glued = true;
        }
        let words = tokens.iter().filter(|token| token.kind == Kind::Word);
        let (count, accented) = words.fold((0_usize, 0_usize), |(count, accented), token| {
            (count + 1, accented + usize::from(!token.is_plain()))
        });
        let marked = accented as f64 >= MARKED * count.max(1) as f64;
        Self { tokens, marked }
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(super) fn get(&self, index: usize) -> Option<&Token> {
        self.tokens.get(index)
    }

    /// The token's letters or digits without diacritics; empty past the end.
    pub(super) fn plain(&self, index: usize) -> &str {
        self.tokens.get(index).map_or("", |token| &token.plain)
    }

    pub(super) fn kind(&self, index: usize) -> Option<Kind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    pub(super) fn is_number(&self, index: usize) -> bool {
        self.kind(index) == Some(Kind::Number)
    }

    pub(super) fn glued(&self, index: usize) -> bool {
        self.tokens.get(index).is_some_and(|token| token.glued)
    }

    /// The value of a number of one to four digits without separators.
    pub(super) fn small_integer(&self, index: usize) -> Option<u32> {
        let token = self.tokens.get(index)?;
        let fits = token.kind == Kind::Number && token.plain.len() <= 4;
        fits.then(|| token.plain.parse().ok()).flatten()
    }

    /// Whether the token at `index` is the word `word`.
    pub(super) fn is(&self, index: usize, word: &Word) -> bool {
        self.tokens.get(index).is_some_and(|token| {
            token.lower == word.lower
                || (token.plain == word.plain
                    && token.is_plain()
                    && (!self.marked || word.is_plain()))
        })
    }
}

/// Bytes of the run of like characters at the start of `rest`.
fn run_length(rest: &str, first: char) -> usize {
    if first.is_ascii_digit() {
        let bytes = rest.as_bytes();
        let mut end = 0;
        while end < bytes.len() {
            let inner = matches!(bytes[end], b'.' | b',' | b'\'')
                && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
            if !bytes[end].is_ascii_digit() && !inner {
                break;
            }
            end += 1;
        }
        return end;
    }
    if first.is_alphabetic() {
        return rest
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(rest.len());
    }
    first.len_utf8()
}

/// Older and newer places of the tone mark on open syllables: `hoà` and `hòa`.
const TONES: &[(&str, &str)] = &[
    ("oà", "òa"),
    ("oá", "óa"),
    ("oả", "ỏa"),
    ("oã", "õa"),
    ("oạ", "ọa"),
    ("oè", "òe"),
    ("oé", "óe"),
    ("oẻ", "ỏe"),
    ("oẹ", "ọe"),
    ("uỳ", "ùy"),
    ("uý", "úy"),
    ("uỷ", "ủy"),
    ("uỹ", "ũy"),
    ("uỵ", "ụy"),
];

fn with_new_tone(word: String) -> String {
    if word.is_ascii() {
        return word;
    }
    for (older, newer) in TONES {
        if let Some(head) = word.strip_suffix(older) {
            return if head.ends_with('q') {
                word
            } else {
                format!("{head}{newer}")
            };
        }
    }
    word
}

/// A word of a phrase.
#[derive(Debug, Clone)]
pub(super) struct Word {
    lower: String,
    plain: String,
}

impl Word {
    fn new(word: &str) -> Self {
        let lower = with_new_tone(word.to_owned());
        let plain = fold(&lower);
        Self { lower, plain }
    }

    fn is_plain(&self) -> bool {
        self.lower == self.plain
    }
}

/// Phrases with what they mean; the longest one at a place wins.
#[derive(Debug)]
pub(super) struct Lexicon<T> {
    by_first: HashMap<String, Vec<(Vec<Word>, T)>>,
}

impl<T: Copy> Lexicon<T> {
    /// A lexicon of lower-case NFC phrases.
    pub(super) fn new<'p>(phrases: impl IntoIterator<Item = (&'p str, T)>) -> Self {
        let mut by_first: HashMap<String, Vec<(Vec<Word>, T)>> = HashMap::new();
        for (phrase, meaning) in phrases {
            let words: Vec<Word> = phrase.split(' ').map(Word::new).collect();
            let first = words[0].plain.clone();
            by_first.entry(first).or_default().push((words, meaning));
        }
        for list in by_first.values_mut() {
            list.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        }
        Self { by_first }
    }

    /// The longest phrase that begins at `index`: how many tokens it takes, and its meaning.
    pub(super) fn at(&self, text: &Text, index: usize) -> Option<(usize, T)> {
        let list = self.by_first.get(text.plain(index))?;
        list.iter().find_map(|(words, meaning)| {
            let matches = words
                .iter()
                .enumerate()
                .all(|(offset, word)| text.is(index + offset, word));
            matches.then_some((words.len(), *meaning))
        })
    }

    /// The longest phrase that ends right before `index`: where it begins, and its meaning.
    pub(super) fn before(&self, text: &Text, index: usize) -> Option<(usize, T)> {
        (index.saturating_sub(LONGEST)..index).find_map(|start| {
            let (length, meaning) = self.exactly(text, start..index)?;
            (start + length == index).then_some((start, meaning))
        })
    }

    fn exactly(&self, text: &Text, range: Range<usize>) -> Option<(usize, T)> {
        let list = self.by_first.get(text.plain(range.start))?;
        list.iter().find_map(|(words, meaning)| {
            let matches = words.len() == range.len()
                && words
                    .iter()
                    .zip(range.clone())
                    .all(|(word, index)| text.is(index, word));
            matches.then_some((words.len(), *meaning))
        })
    }

    /// Every phrase of the message from left to right, none inside another.
    pub(super) fn all(&self, text: &Text) -> Vec<(Range<usize>, T)> {
        let mut found = Vec::new();
        let mut index = 0;
        while index < text.len() {
            index += match self.at(text, index) {
                Some((length, meaning)) => {
                    found.push((index..index + length, meaning));
                    length
                }
                None => 1,
            };
        }
        found
    }
}

/// Words of the longest phrase that [`Lexicon::before`] looks for.
const LONGEST: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        Text::new(text)
            .tokens
            .into_iter()
            .map(|t| t.lower)
            .collect()
    }

    #[test]
    fn words_numbers_and_marks_part() {
        assert_eq!(
            words("CX-5 odo 4v5, 45.000km!"),
            [
                "cx", "-", "5", "odo", "4", "v", "5", ",", "45.000", "km", "!"
            ]
        );
    }

    #[test]
    fn diacritics_decide_where_they_are_written() {
        let colours = Lexicon::new([("đen", 1), ("đỏ", 2), ("khánh hòa", 3)]);
        for (text, want) in [
            ("xe màu đen", Some(1)),
            ("xe đi đến nơi", None),
            ("xe mau den", Some(1)),
            ("lý do là gì", None),
            ("o Khánh Hoà", Some(3)),
            ("khanh hoa", Some(3)),
        ] {
            let found = colours.all(&Text::new(text));
            assert_eq!(found.first().map(|(_, meaning)| *meaning), want, "{text}");
        }
    }

    #[test]
    fn the_longest_phrase_wins_from_either_side() {
        let bounds = Lexicon::new([("từ", 1), ("tính từ", 2)]);
        let text = Text::new("tính từ 2018");
        assert_eq!(bounds.at(&text, 0), Some((2, 2)));
        assert_eq!(bounds.before(&text, 2), Some((0, 2)));
    }
}
