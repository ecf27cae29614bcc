//! Answers that were given already, for the very same question over the very same sources.
//!
//! Phone numbers in them are not masked: the guard lets through only those of the FAQ, and users are to see them.

use serde::{Serialize, de::DeserializeOwned};

use super::digest::digest;
use super::table::Table;
use crate::Language;

/// All that an answer depends on: where any of it changes, the answer is made anew.
#[derive(Debug, Clone, Copy)]
pub struct AnswerKey<'a> {
    /// The question, normalised.
    pub question: &'a str,
    /// Language of the answer.
    pub language: Language,
    /// Hash of the corpus.
    pub corpus: &'a str,
    /// Version of the prompt.
    pub prompt: &'a str,
    /// The model that writes.
    pub model: &'a str,
}

impl AnswerKey<'_> {
    /// The key as one text.
    pub fn digest(&self) -> String {
        digest(&[
            self.question,
            self.language.code(),
            self.corpus,
            self.prompt,
            self.model,
        ])
    }
}

/// The answer of this key, unless it is too old.
pub(super) fn read<T: DeserializeOwned>(
    table: &Table,
    key: &AnswerKey<'_>,
    now_s: u64,
) -> Option<T> {
    let value = table.get(&key.digest(), now_s)?;
    serde_json::from_str(value).ok()
}

/// Keeps an answer.
pub(super) fn keep(table: &mut Table, key: &AnswerKey<'_>, answer: &impl Serialize, now_s: u64) {
    if let Ok(value) = serde_json::to_string(answer) {
        table.put(&key.digest(), value, now_s);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::retention::Limit;

    #[test]
    fn an_answer_is_found_while_nothing_it_depends_on_changes() {
        let limit = Limit {
            max_bytes: 1 << 20,
            max_age_s: 24 * 3600,
        };
        let mut table = Table::new(limit, false, true, |_, _, _| None);
        let key = AnswerKey {
            question: "q",
            language: Language::English,
            corpus: "c",
            prompt: "p",
            model: "m",
        };
        keep(&mut table, &key, &"yes", 5);
        let found = |key: AnswerKey<'_>, now| read::<String>(&table, &key, now);
        assert_eq!(found(key, 5).as_deref(), Some("yes"));
        assert_eq!(found(key, 5 + 24 * 3600), None);
        for other in [
            AnswerKey {
                question: "r",
                ..key
            },
            AnswerKey {
                language: Language::Vietnamese,
                ..key
            },
            AnswerKey { corpus: "d", ..key },
            AnswerKey { prompt: "q", ..key },
            AnswerKey { model: "n", ..key },
            AnswerKey {
                question: "qe",
                language: Language::English,
                ..key
            },
        ] {
            assert_eq!(found(other, 5), None, "{other:?}");
        }
    }
}
