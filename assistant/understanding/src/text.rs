//! A message cut into words, numbers and marks.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::syllable;
use super::word::Word;

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
    pub(super) word: Word,
    /// Begins with a capital.
    pub(super) capital: bool,
    /// Nothing stands between this token and the one before.
    pub(super) glued: bool,
    /// Without diacritics it is a well-formed Vietnamese syllable.
    pub(super) syllable: bool,
}

impl Token {
    /// Lower case, NFC, tone marks where the newer spelling puts them.
    pub(super) fn lower(&self) -> &str {
        self.word.lower()
    }

    /// Lower case without diacritics.
    pub(super) fn plain(&self) -> &str {
        self.word.plain()
    }

    /// Whether the word is written without diacritics.
    pub(super) fn is_plain(&self) -> bool {
        self.word.is_plain()
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
        if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
            Self::of_composed(text)
        } else {
            Self::of_composed(&text.nfc().collect::<String>())
        }
    }

    fn of_composed(text: &str) -> Self {
        let mut tokens: Vec<Token> = Vec::with_capacity(text.len() / 4);
        let mut rest = text;
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
            let word = Word::new(run.to_lowercase());
            tokens.push(Token {
                kind,
                syllable: kind == Kind::Word && syllable::is_syllable(word.plain()),
                word,
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
        self.tokens.get(index).map_or("", Token::plain)
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
        let fits = token.kind == Kind::Number && token.plain().len() <= 4;
        fits.then(|| token.plain().parse().ok()).flatten()
    }

    /// Whether the token at `index` is the word `word`. One that carries diacritics must carry the right ones (`đến` is
    /// not `đen`). A plain one matches by its fold, unless the message as a whole is written with diacritics (`do` in
    /// such a message is not `đỏ`).
    pub(super) fn is(&self, index: usize, word: &Word) -> bool {
        self.tokens.get(index).is_some_and(|token| {
            token.word.has_fold_of(word)
                && (token.lower() == word.lower()
                    || (token.is_plain() && (!self.marked || word.is_plain())))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let tokens = Text::new(text).tokens;
        tokens.iter().map(|t| t.lower().to_owned()).collect()
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
}
