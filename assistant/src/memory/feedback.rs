//! What users think of answers.

use redb::TableDefinition;
use serde::{Deserialize, Serialize};

use super::{Memory, Result, Table};

const FEEDBACK: Table = TableDefinition::new("feedback");

/// Whether an answer helped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It did.
    Helpful,
    /// It did not.
    NotHelpful,
}

/// A user's remark on an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    /// Conversation that the answer stands in.
    pub conversation: String,
    /// The question.
    pub question: String,
    /// Ids of the entries that were cited.
    pub citations: Vec<String>,
    /// Whether it helped.
    pub verdict: Verdict,
    /// In the user's words.
    pub comment: Option<String>,
    /// Seconds since 1970.
    pub at_s: u64,
}

impl Memory {
    /// Keeps a remark; a second one on the same question of a conversation takes the first one's place.
    ///
    /// # Errors
    /// [`super::MemoryError`] when the file cannot be written.
    pub fn keep_feedback(&self, feedback: Feedback) -> Result<()> {
        let key = format!("{}\n{}", feedback.conversation, feedback.question);
        self.change(
            FEEDBACK,
            &key,
            self.bounds.notes,
            |own: &Feedback| own.at_s,
            |_| feedback,
        )?;
        self.sync()
    }

    /// All remarks, the newest first.
    ///
    /// # Errors
    /// [`super::MemoryError`] when the file cannot be read.
    pub fn feedback(&self) -> Result<Vec<Feedback>> {
        let rows = self.all(FEEDBACK)?;
        let mut all: Vec<Feedback> = rows.into_iter().map(|(_, own)| own).collect();
        all.sort_by(|a, b| (b.at_s, &a.question).cmp(&(a.at_s, &b.question)));
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Bounds;

    #[test]
    fn a_second_thought_replaces_the_first() {
        let memory = Memory::in_process(Bounds::default()).expect("a memory");
        for (verdict, at_s) in [(Verdict::NotHelpful, 1), (Verdict::Helpful, 2)] {
            let feedback = Feedback {
                conversation: "c".to_owned(),
                question: "q".to_owned(),
                citations: vec!["a.en".to_owned()],
                verdict,
                comment: None,
                at_s,
            };
            memory.keep_feedback(feedback).expect("kept");
        }
        let kept = memory.feedback().expect("read");
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].verdict, Verdict::Helpful);
    }
}
