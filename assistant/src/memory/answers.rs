//! Answers that were given already, for the very same question over the very same sources.

use datasets::hash;
use redb::TableDefinition;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use super::{Memory, Result, Table};
use crate::Language;

const ANSWERS: Table = TableDefinition::new("answers");

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
        let mut hasher = Sha256::new();
        for part in [
            self.question,
            self.language.code(),
            self.corpus,
            self.prompt,
            self.model,
        ] {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        hash::hex(&hasher.finalize())
    }
}

#[derive(Serialize, Deserialize)]
struct Dated<T> {
    at_s: u64,
    answer: T,
}

impl Memory {
    /// The answer of this key, unless it is too old.
    ///
    /// # Errors
    /// [`super::MemoryError`] when the file cannot be read.
    pub fn answer<T: DeserializeOwned>(
        &self,
        key: &AnswerKey<'_>,
        now_s: u64,
    ) -> Result<Option<T>> {
        let found: Option<Dated<T>> = self.get(ANSWERS, &key.digest())?;
        let fresh = found.filter(|own| now_s.saturating_sub(own.at_s) < self.bounds.answer_s);
        Ok(fresh.map(|own| own.answer))
    }

    /// Keeps an answer.
    ///
    /// # Errors
    /// [`super::MemoryError`] when the file cannot be written.
    pub fn keep_answer<T: Serialize + DeserializeOwned>(
        &self,
        key: &AnswerKey<'_>,
        answer: T,
        now_s: u64,
    ) -> Result<()> {
        let dated = Dated {
            at_s: now_s,
            answer,
        };
        self.change(
            ANSWERS,
            &key.digest(),
            self.bounds.answers,
            |own: &Dated<T>| own.at_s,
            |_| dated,
        )?;
        self.sync()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Bounds;

    #[test]
    fn an_answer_is_found_while_nothing_it_depends_on_changes() {
        let memory = Memory::in_process(Bounds::default()).expect("a memory");
        let key = AnswerKey {
            question: "q",
            language: Language::English,
            corpus: "c",
            prompt: "p",
            model: "m",
        };
        memory.keep_answer(&key, "yes".to_owned(), 5).expect("kept");
        let found = |key: AnswerKey<'_>, now| memory.answer::<String>(&key, now).expect("read");
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
