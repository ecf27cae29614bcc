//! Finds the entries that answer a question, and says whether any does.
//!
//! Four signals meet in one score: the cosine of the question with an entry's best phrasing and with its answer, and
//! the share of its words with both. What each counts for depends on the two languages and on whether there are
//! vectors at all; the weights come from data (`assistant tune`), never from a rule such as reciprocal ranks.

mod bm25;
mod glossary;
mod lexical;
mod terms;
pub mod tune;
pub mod weights;

use std::collections::{BTreeSet, HashMap};

use crate::store::{Hit, View};
use crate::{Corpus, Entry, Language};
use glossary::Glossary;
use lexical::Lexical;
use understanding::ChatSpelling;
use weights::{Calibration, Signals, Weights};

/// The entries of a corpus, ready to be asked.
#[derive(Debug)]
pub struct Retriever {
    corpus: Corpus,
    lexical: Lexical,
    weights: Weights,
    by_id: HashMap<String, usize>,
    /// The topic of each entry, as a number.
    topics: Vec<usize>,
}

/// An entry with its score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    /// Its index in the corpus.
    pub entry: usize,
    /// How well it fits; comparable within one ranking.
    pub score: f32,
    /// What the score is made of.
    pub signals: Signals,
}

/// The entries that fit a question best, one a topic, in its language where there is such a one.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// The best first.
    pub entries: Vec<Ranked>,
    /// Score of the nearest out-of-scope example; 0 if there are no such examples.
    pub outside: f32,
    /// Probability that the first one answers the question, by calibration.
    pub answerable: f32,
    /// Whether that is enough to answer.
    pub is_answerable: bool,
}

impl Retriever {
    /// A retriever over the active entries of `corpus`.
    pub fn new(corpus: &Corpus, weights: Weights) -> Self {
        let active = corpus.entries().iter().filter(|entry| entry.active);
        let active = active.cloned().map(spelled_out).collect();
        let corpus = Corpus::new(active);
        Self {
            lexical: Lexical::new(&corpus, Glossary::shipped()),
            by_id: corpus
                .entries()
                .iter()
                .enumerate()
                .map(|(index, entry)| (entry.id.clone(), index))
                .collect(),
            topics: topics(&corpus),
            weights,
            corpus,
        }
    }

    /// The active entries.
    pub fn corpus(&self) -> &Corpus {
        &self.corpus
    }

    /// Ranks the entries for `question`. `dense` are the vectors nearest to it; `None` without an embedder.
    pub fn rank(&self, question: &str, language: Language, dense: Option<&[Hit]>) -> Ranking {
        let signals = self.signals(question, language, dense);
        let weights = self.weights.of(dense.is_some());
        self.ranking(&signals, language, weights)
    }

    /// The signals of every entry, by its index.
    pub(crate) fn signals(
        &self,
        question: &str,
        language: Language,
        dense: Option<&[Hit]>,
    ) -> Vec<Signals> {
        let shared = self
            .lexical
            .shared(question, language, self.corpus.entries().len());
        let mut signals: Vec<Signals> = shared
            .into_iter()
            .map(|shared| Signals {
                lexical_question: shared.question,
                lexical_whole: shared.whole,
                ..Signals::default()
            })
            .collect();
        // What a store cut off at its limit is no nearer than the last that it gave.
        let floor = dense
            .unwrap_or_default()
            .iter()
            .map(|hit| hit.score)
            .fold(f32::INFINITY, f32::min);
        if floor.is_finite() {
            for own in &mut signals {
                (own.dense_question, own.dense_answer) = (floor, floor);
            }
        }
        for hit in dense.unwrap_or_default() {
            // An index that is a moment older than the corpus may name an entry that is gone.
            let Some(index) = self.by_id.get(&*hit.entry) else {
                continue;
            };
            let own = match hit.view {
                View::Question => &mut signals[*index].dense_question,
                View::Answer => &mut signals[*index].dense_answer,
            };
            *own = own.max(hit.score);
        }
        for (own, entry) in signals.iter_mut().zip(self.corpus.entries()) {
            if entry.outside {
                // It has no answer: its phrasings stand for both.
                own.dense_answer = own.dense_question;
            }
        }
        signals
    }

    /// Scores entries, and keeps the best of each topic.
    pub(crate) fn ranking(
        &self,
        signals: &[Signals],
        language: Language,
        weights: &weights::ByLanguage,
    ) -> Ranking {
        let entries = self.corpus.entries();
        let has_own_examples = entries
            .iter()
            .any(|entry| entry.outside && entry.language == language);
        // By topic: its entry in the question's language where there is one, else its best. Scores of the other language
        // are measured in other words, and only stand in for what is missing.
        let mut topics: Vec<Option<Ranked>> = vec![None; entries.len()];
        let mut outside = 0.0_f32;
        for (index, (entry, signals)) in entries.iter().zip(signals).enumerate() {
            let ranked = Ranked {
                entry: index,
                score: weights.fusion(language, entry.language).score(signals),
                signals: *signals,
            };
            let is_own = entry.language == language;
            if entry.outside {
                if is_own || !has_own_examples {
                    outside = outside.max(ranked.score);
                }
                continue;
            }
            let best = &mut topics[self.topics[index]];
            let is_better = best.is_none_or(|best| {
                let best_is_own = entries[best.entry].language == language;
                (is_own, ranked.score) > (best_is_own, best.score)
            });
            if is_better {
                *best = Some(ranked);
            }
        }
        let mut ranked: Vec<Ranked> = topics.into_iter().flatten().collect();
        ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.entry.cmp(&b.entry)));
        let answerable = match ranked.as_slice() {
            [] => 0.0,
            [first, others @ ..] => {
                let next = others.first().map_or(0.0, |second| second.score);
                weights
                    .calibration(language, entries[first.entry].language)
                    .probability(&Calibration::features(first, next, outside))
            }
        };
        Ranking {
            answerable,
            outside,
            is_answerable: answerable >= weights.threshold(language),
            entries: ranked,
        }
    }
}

/// The topic of each entry, as a number below the count of entries.
fn topics(corpus: &Corpus) -> Vec<usize> {
    let entries = corpus.entries();
    let names: BTreeSet<&str> = entries.iter().map(|entry| entry.topic.as_str()).collect();
    let numbers: HashMap<&str, usize> = names.into_iter().zip(0..).collect();
    let of = |entry: &Entry| numbers[entry.topic.as_str()];
    entries.iter().map(of).collect()
}

/// The entry with its other phrasings as questions are compared: in plain spelling.
fn spelled_out(mut entry: Entry) -> Entry {
    for phrasing in &mut entry.alternatives {
        *phrasing = plain(std::mem::take(phrasing), entry.language);
    }
    entry
}

/// A text in plain spelling. Only Vietnamese has chat spellings to write out.
fn plain(text: String, language: Language) -> String {
    match language {
        Language::Vietnamese => ChatSpelling::embedded().expand(&text),
        Language::English => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::shipped;

    #[test]
    fn without_vectors_the_words_decide() {
        let corpus = shipped();
        let retriever = Retriever::new(&corpus, Weights::shipped());
        let (mut asked, mut missed) = (0, Vec::new());
        for entry in corpus.entries().iter().filter(|entry| !entry.outside) {
            let plain = datasets::text::fold(&entry.question);
            for question in [&entry.question, &plain] {
                let ranking = retriever.rank(question, entry.language, None);
                let first = &retriever.corpus().entries()[ranking.entries[0].entry];
                asked += 1;
                if first.id != entry.id {
                    missed.push(question.clone());
                }
            }
        }
        // An entry of many phrasings may win over the one whose question it is.
        assert!(missed.len() * 10 <= asked, "of {asked}: {missed:?}");
    }

    #[test]
    fn a_topic_stands_once_and_in_the_language_of_the_question() {
        let retriever = Retriever::new(&shipped(), Weights::shipped());
        let ranking = retriever.rank("thời hạn vay mua xe", Language::Vietnamese, None);
        let entries = retriever.corpus().entries().iter();
        let answered = entries.filter(|entry| !entry.outside).count();
        assert_eq!(ranking.entries.len() * 2, answered);
        for ranked in &ranking.entries {
            assert_eq!(
                retriever.corpus().entries()[ranked.entry].language,
                Language::Vietnamese
            );
        }
    }

    #[test]
    fn an_entry_of_the_other_language_is_reached_through_the_glossary() {
        let english: Vec<_> = shipped()
            .entries()
            .iter()
            .filter(|entry| entry.language == Language::English)
            .cloned()
            .collect();
        let retriever = Retriever::new(&Corpus::new(english), Weights::shipped());
        let ranking = retriever.rank("phạt nguội ai trả", Language::Vietnamese, None);
        let first = &retriever.corpus().entries()[ranking.entries[0].entry];
        assert_eq!(first.topic, "papers-traffic-fines");
    }

    #[test]
    fn an_empty_corpus_answers_nothing() {
        let retriever = Retriever::new(&Corpus::new(vec![]), Weights::shipped());
        let ranking = retriever.rank("?", Language::English, None);
        assert!(ranking.entries.is_empty() && !ranking.is_answerable);
    }
}
