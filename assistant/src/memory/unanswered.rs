//! Questions that nothing answered, for the editors of the FAQ.

use redb::TableDefinition;
use serde::{Deserialize, Serialize};

use super::{Memory, Result, Table};
use crate::Language;

const UNANSWERED: Table = TableDefinition::new("unanswered");

/// A question that was refused, with how often it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unanswered {
    /// As it came last.
    pub question: String,
    /// Its language.
    pub language: Language,
    /// Ids of the entries that were nearest.
    pub nearest: Vec<String>,
    /// How often it came.
    pub count: u64,
    /// Seconds since 1970 of the last time.
    pub at_s: u64,
}

impl Memory {
    /// Notes a refused question; `normalised` tells which questions are the same.
    ///
    /// # Errors
    /// [`super::MemoryError`] when the file cannot be written.
    pub fn note_unanswered(&self, normalised: &str, own: Unanswered) -> Result<()> {
        let key = format!("{}\n{normalised}", own.language);
        self.change(
            UNANSWERED,
            &key,
            self.bounds.notes,
            |own: &Unanswered| own.at_s,
            |before| Unanswered {
                count: before.map_or(0, |before: Unanswered| before.count) + own.count,
                ..own
            },
        )
    }

    /// Refused questions, the most frequent first.
    ///
    /// # Errors
    /// [`super::MemoryError`] when the file cannot be read.
    pub fn unanswered(&self) -> Result<Vec<Unanswered>> {
        let rows = self.all(UNANSWERED)?;
        let mut all: Vec<Unanswered> = rows.into_iter().map(|(_, own)| own).collect();
        all.sort_by(|a, b| (b.count, b.at_s, &a.question).cmp(&(a.count, a.at_s, &b.question)));
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Bounds;

    #[test]
    fn questions_are_counted_and_listed_by_frequency() {
        let memory = Memory::in_process(Bounds::default()).expect("a memory");
        for (question, at_s) in [("Boats?", 1), ("Bikes?", 2), ("BIKES", 3)] {
            let own = Unanswered {
                question: question.to_owned(),
                language: Language::English,
                nearest: vec![],
                count: 1,
                at_s,
            };
            let normalised = datasets::text::key(question);
            memory.note_unanswered(&normalised, own).expect("noted");
        }
        let listed: Vec<_> = memory
            .unanswered()
            .expect("read")
            .into_iter()
            .map(|own| (own.question, own.count))
            .collect();
        assert_eq!(listed, [("BIKES".to_owned(), 2), ("Boats?".to_owned(), 1)]);
    }
}
