//! The last turns of a conversation, so that a follow-up is understood.

use redb::TableDefinition;
use serde::{Deserialize, Serialize};

use super::{Memory, Result, Table};
use understanding::{Intent, Slots};

const CONVERSATIONS: Table = TableDefinition::new("conversations");

/// A question and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// As the user wrote it.
    pub question: String,
    /// As it was answered.
    pub answer: String,
    /// What it was taken for.
    pub intent: Intent,
}

/// What is known of a conversation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// The last turns, the oldest first.
    pub turns: Vec<Turn>,
    /// What is known of the car that is being valued.
    pub slots: Slots,
    /// Seconds since 1970 of the last turn.
    pub at_s: u64,
}

impl Memory {
    /// The conversation of this id; an empty one where there is none, or it is too old.
    ///
    /// # Errors
    /// [`super::MemoryError`] when the file cannot be read.
    pub fn conversation(&self, id: &str, now_s: u64) -> Result<Conversation> {
        let found: Option<Conversation> = self.get(CONVERSATIONS, id)?;
        let fresh = found.filter(|own| now_s.saturating_sub(own.at_s) < self.bounds.conversation_s);
        Ok(fresh.unwrap_or_default())
    }

    /// Adds a turn.
    ///
    /// # Errors
    /// [`super::MemoryError`] when the file cannot be written.
    pub fn remember(&self, id: &str, turn: Turn, slots: Slots, now_s: u64) -> Result<()> {
        let bounds = self.bounds;
        self.change(
            CONVERSATIONS,
            id,
            bounds.conversations,
            |own: &Conversation| own.at_s,
            |own| {
                let own = own.filter(|own| now_s.saturating_sub(own.at_s) < bounds.conversation_s);
                let mut turns = own.map(|own| own.turns).unwrap_or_default();
                turns.push(turn);
                let first = turns.len().saturating_sub(bounds.turns);
                turns.drain(..first);
                Conversation {
                    turns,
                    slots,
                    at_s: now_s,
                }
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Bounds;

    #[test]
    fn the_last_turns_are_kept_for_a_while() {
        let bounds = Bounds {
            turns: 2,
            conversation_s: 60,
            ..Bounds::default()
        };
        let memory = Memory::in_process(bounds).expect("a memory");
        for (index, now) in [0, 10, 20].into_iter().enumerate() {
            let turn = Turn {
                question: format!("q{index}"),
                answer: String::new(),
                intent: Intent::Faq,
            };
            memory
                .remember("c", turn, Slots::default(), now)
                .expect("remembered");
        }
        let questions = |now| -> Vec<String> {
            let own = memory.conversation("c", now).expect("read");
            own.turns.into_iter().map(|turn| turn.question).collect()
        };
        assert_eq!(questions(79), ["q1", "q2"]);
        assert_eq!(questions(80), [""; 0]);
        assert!(
            memory
                .conversation("other", 0)
                .expect("read")
                .turns
                .is_empty()
        );
    }
}
