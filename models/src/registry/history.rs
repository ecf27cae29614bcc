//! Changes of aliases, and the file that keeps them.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A version became champion.
    Promote,
    /// The champion before came back.
    Rollback,
    /// A version became challenger.
    Challenge,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Promote => "promote",
            Self::Rollback => "rollback",
            Self::Challenge => "challenge",
        })
    }
}

/// One change of the aliases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Its number: 1 for the first, without gaps.
    pub seq: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// What was done.
    pub action: Action,
    /// Who did it.
    pub by: String,
    /// Why, in their words; may be empty.
    pub why: String,
    /// The champion before (for [`Action::Challenge`] the challenger), where there was one.
    pub from: Option<String>,
    /// The champion (the challenger) from then on.
    pub to: String,
}

/// What is known of the changes of a registry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Every change, oldest first.
    pub changes: Vec<Change>,
    /// Lines of the file that are no change, counted from 1: damage, not a writer that died.
    pub unreadable: Vec<usize>,
}

impl History {
    /// Reads the file's `text`, then `last`, which the file may not have yet. A last line without its end is what a
    /// writer that died left: it is passed over, and `last` is what it was going to say.
    pub(super) fn parse(text: &str, last: Option<&Change>) -> Self {
        let mut history = Self::default();
        for (number, line) in whole_lines(text).lines().enumerate() {
            match serde_json::from_str(line) {
                Ok(change) => history.changes.push(change),
                Err(_) => history.unreadable.push(number + 1),
            }
        }
        if let Some(last) = last
            && history.seq() < last.seq
        {
            history.changes.push(last.clone());
        }
        history
    }

    /// Number of the newest change; 0 where there is none.
    pub(super) fn seq(&self) -> u64 {
        self.changes
            .iter()
            .map(|change| change.seq)
            .max()
            .unwrap_or(0)
    }
}

/// `text` up to the end of its last whole line.
fn whole_lines(text: &str) -> &str {
    &text[..whole_bytes(text.as_bytes())]
}

/// Bytes up to the end of the last whole line.
pub(super) fn whole_bytes(text: &[u8]) -> usize {
    text.iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |end| end + 1)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn change(seq: u64) -> Change {
        Change {
            seq,
            at: DateTime::from_timestamp(1_763_000_000 + seq.cast_signed(), 0).expect("a time"),
            action: Action::Promote,
            by: "linh".to_owned(),
            why: "better by 3 %\nnot worse anywhere".to_owned(),
            from: None,
            to: format!("{seq:012x}"),
        }
    }

    fn line(seq: u64) -> String {
        serde_json::to_string(&change(seq)).expect("JSON") + "\n"
    }

    #[test]
    fn a_torn_last_line_loses_nothing() {
        let (one, two) = (line(1), line(2));
        // Wherever the writer of the second line died, the document that it had replaced before still knows it.
        for torn in 0..=two.len() {
            let text = format!("{one}{}", &two[..torn]);
            let history = History::parse(&text, Some(&change(2)));
            assert_eq!(history.changes, [change(1), change(2)], "{torn}");
            assert_eq!(history.unreadable, Vec::<usize>::new(), "{torn}");
        }
    }

    #[test]
    fn damage_is_named_by_its_line() {
        let text = format!("{}garbage\n{}", line(1), line(3));
        let history = History::parse(&text, Some(&change(3)));
        assert_eq!(history.changes, [change(1), change(3)]);
        assert_eq!(history.unreadable, [2]);
    }

    #[test]
    fn nothing_is_no_history() {
        for text in ["", "{\"seq\":1,"] {
            assert_eq!(History::parse(text, None), History::default());
        }
    }
}
