//! The last turns of a conversation, so that a follow-up is understood.

use datasets::phones::scrub;
use serde::{Deserialize, Serialize};

use super::table::Table;
use understanding::{Intent, Slots};

/// Most turns kept of a conversation.
const MAX_TURNS: usize = 8;
/// Most characters kept of a conversation, questions and answers together.
const MAX_CHARACTERS: usize = 8_000;

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

impl Turn {
    /// Without phone numbers, and not longer than a whole conversation may be.
    pub(super) fn to_keep(&self) -> Self {
        Self {
            question: cut(&scrub(&self.question), MAX_CHARACTERS / 2),
            answer: cut(&scrub(&self.answer), MAX_CHARACTERS / 2),
            intent: self.intent,
        }
    }

    fn characters(&self) -> usize {
        self.question.chars().count() + self.answer.chars().count()
    }
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

/// The conversation of this key; an empty one if there is none, or it is too old.
pub(super) fn read(table: &Table, key: &str, now_s: u64) -> Conversation {
    let value = table.get(key, now_s);
    // What another version wrote and this one cannot read is as good as forgotten.
    value
        .and_then(|value| serde_json::from_str(value).ok())
        .unwrap_or_default()
}

/// Adds a turn, which is as [`Turn::to_keep`] gives it.
pub(super) fn add(table: &mut Table, key: &str, turn: Turn, slots: Slots, now_s: u64) {
    let mut own = read(table, key, now_s);
    own.turns.push(turn);
    let mut characters: usize = own.turns.iter().map(Turn::characters).sum();
    while own.turns.len() > MAX_TURNS || characters > MAX_CHARACTERS {
        characters -= own.turns.remove(0).characters();
    }
    own.slots = slots;
    own.at_s = now_s;
    if let Ok(value) = serde_json::to_string(&own) {
        table.put(key, value, now_s);
    }
}

/// The first characters of a text.
pub(super) fn cut(text: &str, max_characters: usize) -> String {
    let end = text.char_indices().nth(max_characters);
    let kept = end.map_or(text, |(end, _)| &text[..end]);
    kept.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::retention::Limit;

    fn table() -> Table {
        let limit = Limit {
            max_bytes: 1 << 20,
            max_age_s: 60,
        };
        Table::new(limit, false, true, |_, _, _| None)
    }

    fn turn(question: &str, answer: &str) -> Turn {
        Turn {
            question: question.to_owned(),
            answer: answer.to_owned(),
            intent: Intent::Faq,
        }
    }

    fn questions(table: &Table, now_s: u64) -> Vec<String> {
        let own = read(table, "c", now_s);
        own.turns.into_iter().map(|turn| turn.question).collect()
    }

    #[test]
    fn the_last_turns_are_kept_for_a_while() {
        let mut table = table();
        for index in 0..10 {
            let turn = turn(&format!("q{index}"), "");
            add(&mut table, "c", turn, Slots::default(), index);
        }
        assert_eq!(questions(&table, 68).len(), MAX_TURNS);
        assert_eq!(questions(&table, 68)[0], "q2");
        assert_eq!(questions(&table, 69), [""; 0]);
        assert!(read(&table, "other", 9).turns.is_empty());
    }

    #[test]
    fn long_turns_push_out_older_ones_and_are_cut() {
        let mut table = table();
        let long = "ữ".repeat(10_000);
        add(&mut table, "c", turn("short", ""), Slots::default(), 0);
        add(
            &mut table,
            "c",
            turn(&long, &long).to_keep(),
            Slots::default(),
            1,
        );
        let own = read(&table, "c", 1);
        assert_eq!(own.turns.len(), 1);
        assert_eq!(own.turns[0].characters(), MAX_CHARACTERS);
    }

    #[test]
    fn phone_numbers_are_not_kept() {
        let mut table = table();
        let own = turn("gọi tôi 0912 345 678", "Gọi 0912345678 nhé.");
        add(&mut table, "c", own.to_keep(), Slots::default(), 0);
        let kept = &read(&table, "c", 0).turns[0];
        assert_eq!(kept.question, "gọi tôi ☎");
        assert_eq!(kept.answer, "Gọi ☎ nhé.");
    }
}
