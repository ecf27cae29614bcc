//! Which way a text goes: evidence for Vietnamese, word by word.

use std::collections::HashMap;

use super::text::has_vietnamese_letter;
use super::wordpiece::WordPiece;

/// Weights of known words and what unknown ones count; a text is Vietnamese where the sum is above zero.
#[derive(Debug)]
pub(super) struct Gate {
    pub(super) weights: HashMap<Box<str>, i32>,
    pub(super) bias: i32,
    /// Of an unlisted word that is a whole English token of at least four ASCII letters.
    pub(super) english_word: i32,
    /// Of an unlisted word with a letter that only Vietnamese writes.
    pub(super) vietnamese_letter: i32,
}

impl Gate {
    pub(super) fn is_vietnamese(&self, words: &[String], english: &WordPiece) -> bool {
        let evidence: i32 = words.iter().map(|word| self.weight(word, english)).sum();
        self.bias + evidence > 0
    }

    fn weight(&self, word: &str, english: &WordPiece) -> i32 {
        if let Some(&known) = self.weights.get(word) {
            return known;
        }
        if has_vietnamese_letter(word) {
            return self.vietnamese_letter;
        }
        let letters = word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_lowercase());
        if letters && english.has(word) {
            return self.english_word;
        }
        0
    }
}
