//! Chat spelling written out: `ko`, `dc`, `bn`, `sđt`.
//!
//! The table is `data/chat_spelling.toml`. Numbers keep what stands right behind them (`45k`, `6v`, `500tr`), for
//! there the same letters are units.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::word::WordHasher;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    words: HashMap<String, String>,
    phrases: HashMap<String, String>,
}

/// Words of a phrase, and what it stands for.
type Phrase = (Vec<String>, String);

/// Chat spellings and what they stand for.
#[derive(Debug)]
pub struct ChatSpelling {
    words: HashMap<String, String, WordHasher>,
    /// By first word; longest first.
    phrases: HashMap<String, Vec<Phrase>, WordHasher>,
}

static EMBEDDED: LazyLock<ChatSpelling> = LazyLock::new(|| {
    ChatSpelling::from_toml(include_str!("../data/chat_spelling.toml"))
        .expect("the embedded file is checked by this crate's tests")
});

/// Words that abbreviate units of time, and only behind a number.
const AFTER_NUMBERS: &[&str] = &["t", "n", "th", "thg"];

/// A piece of the message: a word with its separators, or anything else.
struct Piece<'t> {
    text: &'t str,
    lower: Cow<'t, str>,
    word: bool,
}

impl ChatSpelling {
    /// The table that this crate ships.
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// A table from TOML with `[words]` and `[phrases]`, both from lower-case spelling to plain Vietnamese.
    ///
    /// # Errors
    /// Text that is not TOML of this shape.
    pub fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        let file: File = toml::from_str(text)?;
        let mut phrases: HashMap<String, Vec<Phrase>, WordHasher> = HashMap::default();
        for (phrase, meaning) in file.phrases {
            let words: Vec<String> = phrase.split_whitespace().map(str::to_owned).collect();
            if let Some(first) = words.first() {
                phrases
                    .entry(first.clone())
                    .or_default()
                    .push((words, meaning));
            }
        }
        for list in phrases.values_mut() {
            list.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        }
        Ok(Self {
            words: file.words.into_iter().collect(),
            phrases,
        })
    }

    /// Whether `word`, in lower case, is a chat spelling.
    pub fn knows(&self, word: &str) -> bool {
        self.words.contains_key(word)
    }

    /// The message with every chat spelling written out; anything else stays as it is (NFC).
    pub fn expand(&self, message: &str) -> String {
        let composed: String = message.nfc().collect();
        let pieces = pieces(&composed);
        let mut out = String::with_capacity(composed.len() + 16);
        let mut index = 0;
        while index < pieces.len() {
            if let Some((end, meaning)) = self.phrase_at(&pieces, index) {
                out.push_str(meaning);
                index = end;
                continue;
            }
            let piece = &pieces[index];
            match self.words.get(piece.lower.as_ref()) {
                Some(meaning) if piece.word && applies(&pieces, index) => {
                    out.push_str(meaning);
                }
                _ => out.push_str(piece.text),
            }
            index += 1;
        }
        out
    }

    fn phrase_at(&self, pieces: &[Piece<'_>], start: usize) -> Option<(usize, &str)> {
        let list = self
            .phrases
            .get(pieces[start].lower.as_ref())
            .filter(|_| pieces[start].word)?;
        list.iter().find_map(|(words, meaning)| {
            let mut at = start;
            for (position, word) in words.iter().enumerate() {
                if position > 0 {
                    if !pieces.get(at)?.text.chars().all(char::is_whitespace) {
                        return None;
                    }
                    at += 1;
                }
                if pieces.get(at)?.lower != *word {
                    return None;
                }
                at += 1;
            }
            Some((at, meaning.as_str()))
        })
    }
}

/// Whether the word at `index` is spelled out where it stands: not as a unit behind a number, and not where
/// digits or a hyphen tie it to a badge.
fn applies(pieces: &[Piece<'_>], index: usize) -> bool {
    let digit = |piece: Option<&Piece<'_>>, last: bool| {
        piece.is_some_and(|piece| {
            let edge = if last {
                piece.text.chars().next_back()
            } else {
                piece.text.chars().next()
            };
            edge.is_some_and(|c| c.is_ascii_digit())
        })
    };
    let before = index.checked_sub(1).and_then(|at| pieces.get(at));
    let glued = digit(before, true);
    let blank = before.is_some_and(|piece| piece.text == " ");
    let spaced = blank && digit(index.checked_sub(2).and_then(|at| pieces.get(at)), true);
    let behind_number = glued || spaced;
    let word = pieces[index].lower.as_ref();
    if AFTER_NUMBERS.contains(&word) {
        return behind_number;
    }
    let tied = digit(pieces.get(index + 1), false) || before.is_some_and(|piece| piece.text == "-");
    // `500 k` counts thousands, `4 ng` people.
    let unit =
        behind_number && matches!(word, "k" | "m" | "bn" | "cc" | "v") && (glued || word == "k");
    !unit && !glued && !tied
}

/// `text` in lower case; most of a message is.
fn lower(text: &str) -> Cow<'_, str> {
    let is_lower = text.chars().all(|c| c.is_lowercase() || !c.is_alphabetic());
    if is_lower {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.to_lowercase())
    }
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let class = |c: char| (c.is_alphabetic(), c.is_ascii_digit(), c.is_whitespace());
        let of_first = class(first);
        let end = if of_first == (false, false, false) {
            first.len_utf8()
        } else {
            rest.find(|c: char| class(c) != of_first)
                .unwrap_or(rest.len())
        };
        let (head, tail) = rest.split_at(end);
        pieces.push(Piece {
            text: head,
            lower: lower(head),
            word: of_first.0,
        });
        rest = tail;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_phrases_are_written_out() {
        for (text, want) in [
            ("xe dc bn tiền", "xe được bao nhiêu tiền"),
            ("Đặt cọc ntn ạ?", "Đặt cọc như thế nào ạ?"),
            ("bán dk ko", "bán được không"),
            ("có đk ko", "có được không"),
            ("đi 45k, giá 500tr", "đi 45k, giá 500tr"),
            ("vay 60 k được k", "vay 60 k được không"),
            ("audi tt 2015", "audi tt 2015"),
            ("xe ở hcm", "xe ở hồ chí minh"),
        ] {
            assert_eq!(ChatSpelling::embedded().expand(text), want, "{text}");
        }
    }

    #[test]
    fn expanding_twice_changes_nothing_more() {
        let table = ChatSpelling::embedded();
        for text in ["sđt ntn", "ko bt lm sao", "ck tiền cọc r"] {
            let once = table.expand(text);
            assert_eq!(table.expand(&once), once, "{text}");
        }
    }
}
