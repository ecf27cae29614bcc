//! From a text to token ids, by whichever tokenizer a model has.

use tokenizers::{Tokenizer as Library, TruncationParams};

use super::bilingual::Bilingual;

/// A tokenizer that is ready for one text at a time.
#[derive(Debug)]
pub(super) enum Tokenizer {
    /// Ours.
    Bilingual(Box<Bilingual>),
    /// One that a `tokenizer.json` describes.
    Json(Box<Library>),
}

impl Tokenizer {
    /// Reads a `tokenizer.json`. What it says of padding and truncation is replaced: files are published with both
    /// pinned to some length, and a short query padded to 128 tokens costs six times as much.
    pub(super) fn from_json(bytes: &[u8], max_tokens: usize) -> Result<Self, String> {
        let mut library = Library::from_bytes(bytes).map_err(|error| error.to_string())?;
        library.with_padding(None);
        library
            .with_truncation(Some(TruncationParams {
                max_length: max_tokens,
                ..TruncationParams::default()
            }))
            .map_err(|error| error.to_string())?;
        Ok(Self::Json(Box::new(library)))
    }

    /// One more than the highest id that it makes.
    pub(super) fn tokens(&self) -> usize {
        match self {
            Self::Bilingual(bilingual) => bilingual.tokens(),
            Self::Json(library) => library
                .get_vocab(true)
                .values()
                .max()
                .map_or(0, |&id| id as usize + 1),
        }
    }

    /// The ids of a text with those that mark its ends, at most `max_tokens`.
    pub(super) fn ids(&self, text: &str, max_tokens: usize) -> Result<Vec<u32>, String> {
        match self {
            Self::Bilingual(bilingual) => Ok(bilingual.ids(text, max_tokens)),
            Self::Json(library) => library
                .encode_fast(text, true)
                .map(|encoding| encoding.get_ids().to_vec())
                .map_err(|error| error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tokenizer_json_cuts_a_long_text_at_the_most_tokens() {
        let json = r#"{"version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
            "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null, "decoder": null,
            "model": {"type": "WordLevel", "vocab": {"[UNK]": 0, "xe": 1}, "unk_token": "[UNK]"}}"#;
        let tokenizer = Tokenizer::from_json(json.as_bytes(), 512).expect("a tokenizer");
        let ids = |text: &str| tokenizer.ids(text, 512).expect("ids");
        assert_eq!(ids(&"xe ".repeat(3_334)), [1; 512]);
        assert_eq!(ids("xe"), [1]);
    }
}
