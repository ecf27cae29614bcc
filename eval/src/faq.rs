//! Scores of answers from a FAQ: whether the right entries come first, and whether what nothing answers is refused.

mod ask;
mod questions;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub(crate) use ask::search_words;
pub use ask::{ask, open};
pub use questions::{Question, read_questions};

use crate::{
    QueryScores, Result, Segments,
    bootstrap::{self, Plan, Units},
    sheet::{ALL, Group, Score},
};

/// A question with what the assistant made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// Language, style and whatever else tells questions apart, by name.
    pub words: BTreeMap<String, String>,
    /// Scores of the ranked entries; none for a question that nothing answers.
    pub ranking: Option<QueryScores>,
    /// Whether it was refused.
    pub refused: bool,
    /// How long the search took.
    pub latency_ms: f64,
}

/// A question that went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missed {
    /// The question.
    pub text: String,
    /// Its language.
    pub language: String,
    /// What happened: `refused`, `not refused`, `right entry third`.
    pub what: String,
    /// Topic of the first entry.
    pub first: String,
}

/// Scores questions over all and by each of their words, folding segments of fewer than `min_n`.
///
/// # Errors
/// [`crate::Error::Empty`] for no question, [`crate::Error::Parameter`] for a plan out of range.
pub fn score(answered: &[Answered], plan: &Plan, min_n: usize) -> Result<Vec<Group>> {
    plan.check()?;
    let rows: Vec<usize> = (0..answered.len()).collect();
    if rows.is_empty() {
        return Err(crate::Error::Empty);
    }
    let mut groups = vec![group(answered, plan, (ALL, ALL, &[]), &rows)];
    let ways: BTreeSet<&String> = answered.iter().flat_map(|own| own.words.keys()).collect();
    for by in ways {
        let word = |own: &Answered| {
            own.words
                .get(by)
                .map_or("unknown", String::as_str)
                .to_owned()
        };
        let keys: Vec<String> = answered.iter().map(word).collect();
        for (segment, folded, rows) in Segments::of(&keys, min_n)?.iter() {
            groups.push(group(answered, plan, (by, segment, folded), rows));
        }
    }
    Ok(groups)
}

fn group(
    answered: &[Answered],
    plan: &Plan,
    (by, segment, folded): (&str, &str, &[String]),
    rows: &[usize],
) -> Group {
    let whole = values(answered, rows);
    let drawn = bootstrap::replicates(&Units::single(rows), plan, |rows| values(answered, rows));
    let scores = whole
        .iter()
        .enumerate()
        .filter_map(|(place, (name, value))| {
            let replicates: Vec<f64> = drawn.iter().map(|own| own[place].1).collect();
            let (low, high) = bootstrap::interval(&replicates, plan.confidence).unzip();
            let value = *value;
            value
                .is_finite()
                .then(|| ((*name).to_owned(), Score { value, low, high }))
        });
    Group {
        by: by.to_owned(),
        segment: segment.to_owned(),
        n: rows.len(),
        units: rows.len(),
        prices: None,
        folded: folded.to_vec(),
        scores: scores.collect(),
        against: BTreeMap::new(),
    }
}

/// Every score of the chosen questions; not a number where it is undefined.
fn values(answered: &[Answered], rows: &[usize]) -> Vec<(&'static str, f64)> {
    let mut sums = QueryScores::default().named();
    let (mut answerable, mut right, mut wrongly) = (0.0, 0.0, 0.0);
    let (mut others, mut rightly) = (0.0, 0.0);
    let mut latencies = Vec::with_capacity(rows.len());
    for row in rows {
        let own = &answered[*row];
        let refused = f64::from(u8::from(own.refused));
        latencies.push(own.latency_ms);
        if let Some(ranking) = own.ranking {
            answerable += 1.0;
            wrongly += refused;
            right += ranking.hit_1 * (1.0 - refused);
            for (sum, (_, score)) in sums.iter_mut().zip(ranking.named()) {
                sum.1 += score;
            }
        } else {
            others += 1.0;
            rightly += refused;
        }
    }
    latencies.sort_by(f64::total_cmp);
    let latency = |share: f64| {
        if latencies.is_empty() {
            f64::NAN
        } else {
            crate::bands::quantile(&latencies, share)
        }
    };
    // Nothing over nothing is not a number, which is what it is. Where only one kind was asked, precision says nothing.
    let mut values: Vec<(&'static str, f64)> = sums
        .iter()
        .map(|(name, sum)| (*name, sum / answerable))
        .collect();
    values.extend([
        ("answered_right", right / answerable),
        ("wrongly_refused", wrongly / answerable),
        (
            "refusal_precision",
            if others > 0.0 && answerable > 0.0 {
                rightly / (rightly + wrongly)
            } else {
                f64::NAN
            },
        ),
        ("refusal_recall", rightly / others),
        ("latency_p50_ms", latency(0.5)),
        ("latency_p95_ms", latency(0.95)),
    ]);
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(place: Option<usize>, refused: bool, language: &str) -> Answered {
        Answered {
            words: BTreeMap::from([("language".to_owned(), language.to_owned())]),
            ranking: place.map(|place| QueryScores::of(&[place], 1).expect("valid")),
            refused,
            latency_ms: 2.0,
        }
    }

    fn questions() -> Vec<Answered> {
        let mut all = vec![answered(Some(1), false, "vi"); 6];
        all.extend(vec![answered(Some(2), false, "vi"); 2]);
        all.extend(vec![answered(Some(1), true, "vi"); 2]);
        all.extend(vec![answered(None, true, "en"); 6]);
        all.extend(vec![answered(None, false, "en"); 4]);
        all
    }

    #[test]
    fn refusals_and_answers_are_counted() {
        let groups = score(&questions(), &Plan::default(), 5).expect("questions");
        let value = |name: &str| groups[0].value(name).unwrap_or_else(|| panic!("no {name}"));
        for (name, want) in [
            ("hit_1", 0.8),
            ("hit_3", 1.0),
            ("mrr", 0.9),
            ("answered_right", 0.6),
            ("wrongly_refused", 0.2),
            ("refusal_precision", 0.75),
            ("refusal_recall", 0.6),
            ("latency_p95_ms", 2.0),
        ] {
            assert!(
                (value(name) - want).abs() < 1e-12,
                "{name}: {}",
                value(name)
            );
        }
        let names: Vec<String> = groups.iter().map(Group::title).collect();
        assert_eq!(names, ["all rows", "language=en", "language=vi"]);
        // What a segment has no questions for is absent, not 0.
        assert_eq!(groups[1].value("hit_1"), None);
        assert_eq!(groups[2].value("refusal_recall"), None);
        assert_eq!(groups[2].value("refusal_precision"), None);
        assert_eq!(groups[1].value("refusal_precision"), None);
    }

    #[test]
    fn intervals_hold_the_value() {
        let groups = score(&questions(), &Plan::default(), 5).expect("questions");
        let hit = groups[0].scores["hit_1"];
        assert!(hit.low < Some(0.8) && hit.high > Some(0.8) && hit.high <= Some(1.0));
        assert_eq!(score(&[], &Plan::default(), 5), Err(crate::Error::Empty));
    }
}
