//! The bilingual tokenizer of the embedded model: English as BERT splits it, Vietnamese by syllables and compounds.
//!
//! An exact port of `assistant/retrieval/embedder/tokenizer.py`, which the model was trained with; `TOKENIZER.md` beside it
//! defines both. A gate sends each text one way as a whole. Ids below [`ENGLISH_TOKENS`] are BERT's, those above are
//! Vietnamese tokens.

mod files;
mod gate;
mod text;
mod wordpiece;

use std::collections::HashMap;

use gate::Gate;
use wordpiece::WordPiece;

/// Tokens of the English vocabulary; Vietnamese ids begin here.
const ENGLISH_TOKENS: u32 = 30_522;
/// `[CLS]`, before every text.
const START: u32 = 101;
/// `[SEP]`, after every text.
const END: u32 = 102;
/// Longest English text, in tokens with both ends.
const MAX_ENGLISH: usize = 256;
/// Longest Vietnamese text, in tokens with both ends.
const MAX_VIETNAMESE: usize = 64;

/// The tokenizer with its vocabularies.
#[derive(Debug)]
pub(super) struct Bilingual {
    english: WordPiece,
    vietnamese: HashMap<Box<str>, u32>,
    gate: Gate,
}

impl Bilingual {
    /// Reads the contents of `vocab.txt`, `vocab_vi.txt` and `gate.tsv`; the error says what is wrong where.
    pub(super) fn read(english: &str, vietnamese: &str, gate: &str) -> Result<Self, String> {
        files::read(english, vietnamese, gate)
    }

    /// One more than the highest id.
    pub(super) fn tokens(&self) -> usize {
        ENGLISH_TOKENS as usize + self.vietnamese.len()
    }

    /// The ids of a text with both ends, at most `max_tokens` of them.
    pub(super) fn ids(&self, text: &str, max_tokens: usize) -> Vec<u32> {
        let words = text::words(text);
        let mut ids = vec![START];
        if self.gate.is_vietnamese(&words, &self.english) {
            self.append_vietnamese(&words, max_tokens.min(MAX_VIETNAMESE) - 1, &mut ids);
        } else {
            let limit = max_tokens.min(MAX_ENGLISH) - 1;
            self.english.append(text, limit, &mut ids);
        }
        ids.push(END);
        ids
    }

    /// From the left: a compound of two syllables, else a syllable, else pieces of an English word.
    fn append_vietnamese(&self, words: &[String], limit: usize, ids: &mut Vec<u32>) {
        let mut compound = String::new();
        let mut rest = words;
        while let [word, after @ ..] = rest
            && ids.len() < limit
        {
            if let [second, after @ ..] = after {
                compound.clear();
                compound.extend([word.as_str(), " ", second.as_str()]);
                if let Some(&id) = self.vietnamese.get(compound.as_str()) {
                    ids.push(id);
                    rest = after;
                    continue;
                }
            }
            match self.vietnamese.get(word.as_str()) {
                Some(&id) => ids.push(id),
                None => self.english.append(word, limit, ids),
            }
            rest = after;
        }
    }
}

#[cfg(test)]
mod tests;
