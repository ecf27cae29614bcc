//! The FAQ of a used-car marketplace that comes with the assistant, in Vietnamese and English.

use super::{Corpus, Entry};

/// One file a category, each line an entry; the last holds examples of out-of-scope questions.
const FILES: [&str; 14] = [
    include_str!("../../data/faq/getting-started.jsonl"),
    include_str!("../../data/faq/accounts.jsonl"),
    include_str!("../../data/faq/buying.jsonl"),
    include_str!("../../data/faq/selling.jsonl"),
    include_str!("../../data/faq/inspection.jsonl"),
    include_str!("../../data/faq/papers.jsonl"),
    include_str!("../../data/faq/payment.jsonl"),
    include_str!("../../data/faq/financing.jsonl"),
    include_str!("../../data/faq/promotion.jsonl"),
    include_str!("../../data/faq/safety.jsonl"),
    include_str!("../../data/faq/valuation.jsonl"),
    include_str!("../../data/faq/privacy.jsonl"),
    include_str!("../../data/faq/disputes.jsonl"),
    include_str!("../../data/faq/outside.jsonl"),
];

/// The shipped FAQ.
///
/// # Panics
/// Never: a test reads every line.
pub fn shipped() -> Corpus {
    let entries = FILES
        .iter()
        .flat_map(|file| file.lines())
        .map(|line| serde_json::from_str::<Entry>(line).expect("a test reads every line"))
        .collect();
    Corpus::new(entries)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::Language;

    #[test]
    fn every_topic_stands_in_both_languages_with_other_phrasings() {
        let corpus = shipped();
        let mut topics: BTreeMap<&str, BTreeSet<Language>> = BTreeMap::new();
        let mut ids = BTreeSet::new();
        for entry in corpus.entries().iter().filter(|entry| !entry.outside) {
            assert!(ids.insert(&entry.id), "{} twice", entry.id);
            assert!(
                topics
                    .entry(&entry.topic)
                    .or_default()
                    .insert(entry.language),
                "{}",
                entry.id
            );
            assert!(entry.alternatives.len() >= 3, "{}", entry.id);
            assert!(entry.active && !entry.keywords.is_empty(), "{}", entry.id);
            assert_eq!(entry.id, format!("{}.{}", entry.topic, entry.language));
        }
        assert!(topics.len() >= 120, "{} topics", topics.len());
        assert!(topics.values().all(|languages| languages.len() == 2));
        let categories: BTreeSet<_> = corpus
            .entries()
            .iter()
            .map(|entry| &entry.category)
            .collect();
        assert_eq!(categories.len(), 2 * (FILES.len() - 1) + 2);
    }

    #[test]
    fn no_entry_names_an_address_or_a_number_to_call() {
        for entry in shipped().entries() {
            for text in [&entry.question, &entry.answer] {
                assert!(
                    !text.contains("http") && !text.contains('@'),
                    "{}: {text}",
                    entry.id
                );
                let mut run = 0;
                for c in text.chars() {
                    run = if c.is_ascii_digit() { run + 1 } else { 0 };
                    assert!(run < 8, "{}: {text}", entry.id);
                }
            }
        }
    }
}
