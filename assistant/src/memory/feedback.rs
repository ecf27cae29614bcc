//! What users think of answers.

use datasets::phones::scrub;
use serde::{Deserialize, Serialize};

use super::digest::digest;
use super::table::Table;

/// Whether an answer helped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It did.
    Helpful,
    /// It did not.
    NotHelpful,
}

/// A user's remark on an answer. Its texts are kept without phone numbers.
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

/// The key of a remark, and the remark without phone numbers.
pub(super) fn to_keep(mut own: Feedback) -> (String, Feedback) {
    let key = digest(&[&own.conversation, &own.question]);
    let texts = [&mut own.conversation, &mut own.question];
    for text in texts
        .into_iter()
        .chain(&mut own.comment)
        .chain(&mut own.citations)
    {
        *text = scrub(text).into_owned();
    }
    (key, own)
}

/// Keeps a remark; a second one on the same question of a conversation takes the first one's place.
pub(super) fn keep(table: &mut Table, key: &str, own: &Feedback) {
    if let Ok(value) = serde_json::to_string(own) {
        table.put(key, value, own.at_s);
    }
}

/// All remarks, the newest first.
pub(super) fn list<'v>(values: impl Iterator<Item = &'v str>) -> Vec<Feedback> {
    let mut all: Vec<Feedback> = values
        .filter_map(|value| serde_json::from_str(value).ok())
        .collect();
    all.sort_by(|a, b| (b.at_s, &a.question).cmp(&(a.at_s, &b.question)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::retention::Limit;

    fn feedback(verdict: Verdict, at_s: u64) -> Feedback {
        Feedback {
            conversation: "c".to_owned(),
            question: "q".to_owned(),
            citations: vec!["a.en".to_owned()],
            verdict,
            comment: Some("gọi 0912.345.678".to_owned()),
            at_s,
        }
    }

    #[test]
    fn a_second_thought_replaces_the_first_and_holds_no_phone_number() {
        let limit = Limit {
            max_bytes: 1 << 20,
            max_age_s: 60,
        };
        let mut table = Table::new(limit, false, true, |_, _, _| None);
        for (verdict, at_s) in [(Verdict::NotHelpful, 1), (Verdict::Helpful, 2)] {
            let (key, own) = to_keep(feedback(verdict, at_s));
            keep(&mut table, &key, &own);
        }
        let want = Feedback {
            comment: Some("gọi ☎".to_owned()),
            ..feedback(Verdict::Helpful, 2)
        };
        assert_eq!(list(table.values(3)), [want]);
    }
}
