//! Questions that nothing answered, for the editors of the FAQ.

use datasets::phones::scrub;
use serde::{Deserialize, Serialize};

use super::digest::digest;
use super::table::Table;
use crate::Language;

/// A question that was refused, with how often it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unanswered {
    /// As it came last, without phone numbers.
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

/// The key of a question, and the question without phone numbers. `normalised` tells which questions are the same.
pub(super) fn to_keep(normalised: &str, mut own: Unanswered) -> (String, Unanswered) {
    let key = digest(&[own.language.code(), &scrub(normalised)]);
    own.question = scrub(&own.question).into_owned();
    (key, own)
}

/// Notes a refused question.
pub(super) fn note(table: &mut Table, key: &str, mut own: Unanswered) {
    let before = table.get(key, own.at_s).and_then(parse);
    own.count += before.map_or(0, |before| before.count);
    if let Ok(value) = serde_json::to_string(&own) {
        table.put(key, value, own.at_s);
    }
}

/// Refused questions, the most frequent first.
pub(super) fn list<'v>(values: impl Iterator<Item = &'v str>) -> Vec<Unanswered> {
    let mut all: Vec<Unanswered> = values.filter_map(parse).collect();
    all.sort_by(|a, b| (b.count, b.at_s, &a.question).cmp(&(a.count, a.at_s, &b.question)));
    all
}

/// Adds up what two processes counted since the row was last the same.
pub(super) fn merge(base: Option<&str>, ours: &str, theirs: &str) -> Option<String> {
    let (mut own, theirs) = (parse(ours)?, parse(theirs)?);
    let base = base.and_then(parse).map_or(0, |base| base.count);
    own.count = theirs.count + own.count.saturating_sub(base);
    serde_json::to_string(&own).ok()
}

fn parse(value: &str) -> Option<Unanswered> {
    serde_json::from_str(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::retention::Limit;

    fn asked(question: &str, at_s: u64) -> Unanswered {
        Unanswered {
            question: question.to_owned(),
            language: Language::English,
            nearest: vec![],
            count: 1,
            at_s,
        }
    }

    #[test]
    fn questions_are_counted_and_listed_by_frequency() {
        let limit = Limit {
            max_bytes: 1 << 20,
            max_age_s: 60,
        };
        let mut table = Table::new(limit, false, true, merge);
        for (question, at_s) in [("Boats?", 1), ("Bikes?", 2), ("BIKES", 3)] {
            let (key, own) = to_keep(&datasets::text::key(question), asked(question, at_s));
            note(&mut table, &key, own);
        }
        // The same question but for the number, which is not kept.
        for phone in ["0912345678", "0987654321"] {
            let question = format!("call {phone}");
            let (key, own) = to_keep(&question, asked(&question, 4));
            note(&mut table, &key, own);
        }
        let listed: Vec<_> = list(table.values(5))
            .into_iter()
            .map(|own| (own.question, own.count))
            .collect();
        let want = [("call ☎", 2), ("BIKES", 2), ("Boats?", 1)];
        assert_eq!(
            listed,
            want.map(|(question, count)| (question.to_owned(), count))
        );
    }

    #[test]
    fn counts_of_two_processes_add_up() {
        let row = |count| {
            let own = Unanswered {
                count,
                ..asked("Boats?", 1)
            };
            serde_json::to_string(&own).expect("JSON")
        };
        let merged = merge(Some(&row(5)), &row(7), &row(6)).expect("read");
        assert_eq!(parse(&merged).expect("read").count, 8);
        let merged = merge(None, &row(2), &row(6)).expect("read");
        assert_eq!(parse(&merged).expect("read").count, 8);
        assert_eq!(merge(None, &row(2), "{}"), None);
    }
}
