//! English: BERT's basic tokenizer and WordPiece, uncased.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use super::text::{is_cjk, lower, within};

/// `[UNK]`: a word that no pieces spell.
const UNKNOWN: u32 = 100;
/// Longer words, in characters, are unknown.
const MAX_WORD_CHARS: usize = 100;

/// The classes of characters that the standard library does not know, as sorted inclusive ranges.
#[derive(Debug, Default)]
pub(super) struct Classes {
    /// Non-spacing marks, which are stripped.
    pub(super) mark: Vec<(u32, u32)>,
    /// Punctuation, and ASCII symbols: each stands alone.
    pub(super) punctuation: Vec<(u32, u32)>,
    /// Control characters, which are dropped.
    pub(super) control: Vec<(u32, u32)>,
}

/// The vocabulary with the rules that split words into it.
#[derive(Debug)]
pub(super) struct WordPiece {
    pub(super) ids: HashMap<Box<str>, u32>,
    pub(super) classes: Classes,
}

impl WordPiece {
    pub(super) fn has(&self, token: &str) -> bool {
        self.ids.contains_key(token)
    }

    /// Appends the ids of a text, without `[CLS]` and `[SEP]`, until there are `limit` of them.
    pub(super) fn append(&self, text: &str, limit: usize, ids: &mut Vec<u32>) {
        for token in self.basic_tokens(text) {
            if ids.len() >= limit {
                break;
            }
            self.append_pieces(&token, ids);
        }
        ids.truncate(limit);
    }

    /// Words and signs: cleaned, without marks, in lower case.
    fn basic_tokens(&self, text: &str) -> Vec<String> {
        let mut spaced = String::with_capacity(text.len());
        for c in text.chars() {
            let line_or_tab = matches!(c, '\t' | '\n' | '\r');
            if c == '\u{FFFD}' || within(&self.classes.control, c) && !line_or_tab {
                // Dropped without a trace: what it stood between becomes one word.
            } else if c.is_whitespace() {
                spaced.push(' ');
            } else if is_cjk(c) {
                spaced.extend([' ', c, ' ']);
            } else {
                spaced.push(c);
            }
        }
        let mut tokens = Vec::new();
        let mut run = String::new();
        let unmarked = spaced.nfd().filter(|&c| !within(&self.classes.mark, c));
        for c in lower(unmarked) {
            let space = c.is_whitespace();
            if !space && !within(&self.classes.punctuation, c) {
                run.push(c);
                continue;
            }
            if !run.is_empty() {
                tokens.push(std::mem::take(&mut run));
            }
            if !space {
                tokens.push(c.to_string());
            }
        }
        if !run.is_empty() {
            tokens.push(run);
        }
        tokens
    }

    /// Appends the longest pieces from the left, or [`UNKNOWN`] for the whole word.
    fn append_pieces(&self, token: &str, ids: &mut Vec<u32>) {
        let before = ids.len();
        if token.chars().count() > MAX_WORD_CHARS {
            ids.push(UNKNOWN);
            return;
        }
        let mut rest = token;
        let mut piece = String::new();
        while !rest.is_empty() {
            let lead = if rest.len() < token.len() { "##" } else { "" };
            piece.clear();
            piece.push_str(lead);
            piece.push_str(rest);
            let found = loop {
                if let Some(&id) = self.ids.get(piece.as_str()) {
                    break Some(id);
                }
                piece.pop();
                if piece.len() <= lead.len() {
                    break None;
                }
            };
            let Some(id) = found else {
                ids.truncate(before);
                ids.push(UNKNOWN);
                return;
            };
            ids.push(id);
            rest = &rest[piece.len() - lead.len()..];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<u32> {
        let tokens = ["car", "##s", "s", "un", "##able", ",", "車", "cafe"];
        let english = WordPiece {
            ids: tokens.into_iter().map(Box::from).zip(1..).collect(),
            classes: Classes {
                mark: vec![(0x300, 0x36F)],
                punctuation: vec![(0x21, 0x2F)],
                control: vec![(0, 0x1F), (0x200B, 0x200F)],
            },
        };
        let mut ids = Vec::new();
        english.append(text, 10, &mut ids);
        ids
    }

    #[test]
    fn the_longest_pieces_are_taken_from_the_left() {
        let long = "car".repeat(34);
        for (text, expected) in [
            ("cars", [1, 2].as_slice()),
            ("Unable", &[4, 5]),
            ("Café,cars", &[8, 6, 1, 2]),
            ("cafe\u{301}", &[8]),
            ("carx", &[UNKNOWN]),
            ("x", &[UNKNOWN]),
            ("c\u{200B}a\0r", &[1]),
            ("car車s", &[1, 7, 3]),
            ("car\ts\u{B}", &[1, 3]),
            (long.as_str(), &[UNKNOWN]),
            ("s s s s s s s s s s s s", &[3, 3, 3, 3, 3, 3, 3, 3, 3, 3]),
            (" \t\n", &[]),
        ] {
            assert_eq!(pieces(text), expected, "{text}");
        }
    }
}
