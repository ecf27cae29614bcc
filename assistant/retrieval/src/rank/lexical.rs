//! The lexical side: what an entry shares with a question in words, in its own language or through the glossary.

use super::bm25::Bm25;
use super::glossary::Glossary;
use super::terms::{distinct_terms, terms};
use crate::{Corpus, Entry, Language};

/// What a term found through the glossary counts for beside one that the user wrote.
const TRANSLATED: f32 = 0.7;

/// Term statistics of a corpus, by language.
#[derive(Debug)]
pub(super) struct Lexical {
    sides: Vec<Side>,
    glossary: Glossary,
}

#[derive(Debug)]
struct Side {
    language: Language,
    /// Indices of the entries in the corpus.
    entries: Vec<usize>,
    /// One document a phrasing.
    questions: Bm25,
    /// The entry (its place in `entries`) of each phrasing.
    owners: Vec<usize>,
    /// One document an entry: all its texts.
    whole: Bm25,
}

/// What one entry shares with a question: shares of the question's weight, 0 to about 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Shared {
    /// With its best phrasing.
    pub(super) question: f32,
    /// With all its texts.
    pub(super) whole: f32,
}

impl Lexical {
    /// Counts the terms of `corpus`.
    pub(super) fn new(corpus: &Corpus, glossary: Glossary) -> Self {
        let sides = Language::ALL.map(|language| Side::new(corpus, language));
        Self {
            sides: sides.into(),
            glossary,
        }
    }

    /// What every entry of the corpus shares with `question`, by its index.
    pub(super) fn shared(&self, question: &str, language: Language, entries: usize) -> Vec<Shared> {
        let mut shared = vec![Shared::default(); entries];
        for side in &self.sides {
            let own: Vec<String>;
            let query: Vec<(&str, f32)> = if side.language == language {
                own = distinct_terms(question, language);
                own.iter().map(|term| (term.as_str(), 1.0)).collect()
            } else {
                own = numbers(question, side.language);
                let mut terms = self.glossary.translate(question, language);
                terms.extend(own.iter().map(String::as_str));
                terms.sort_unstable();
                terms.dedup();
                terms.into_iter().map(|term| (term, TRANSLATED)).collect()
            };
            let whole = side.whole.scores(&query);
            for (place, entry) in side.entries.iter().enumerate() {
                shared[*entry].whole = whole[place];
            }
            for (score, place) in side.questions.scores(&query).into_iter().zip(&side.owners) {
                let best = &mut shared[side.entries[*place]].question;
                *best = best.max(score);
            }
        }
        shared
    }
}

/// The terms of `question` with a digit in them: names of models and numbers are the same in every language.
fn numbers(question: &str, language: Language) -> Vec<String> {
    // No fold or stem makes a digit of anything else.
    if !question.contains(char::is_numeric) {
        return Vec::new();
    }
    let mut terms = distinct_terms(question, language);
    terms.retain(|term| term.contains(|c: char| c.is_ascii_digit()));
    terms
}

impl Side {
    fn new(corpus: &Corpus, language: Language) -> Self {
        let entries: Vec<usize> = (0..corpus.entries().len())
            .filter(|index| corpus.entries()[*index].language == language)
            .collect();
        let mut owners = Vec::new();
        let mut questions = Vec::new();
        for (place, entry) in entries.iter().enumerate() {
            for phrasing in corpus.entries()[*entry].phrasings() {
                owners.push(place);
                questions.push(terms(phrasing, language));
            }
        }
        let whole = entries
            .iter()
            .map(|entry| all_terms(&corpus.entries()[*entry]));
        Self {
            language,
            owners,
            questions: Bm25::new(questions),
            whole: Bm25::new(whole),
            entries,
        }
    }
}

fn all_terms(entry: &Entry) -> Vec<String> {
    let keywords = entry.keywords.iter().map(String::as_str);
    let texts = entry
        .phrasings()
        .chain([entry.answer.as_str()])
        .chain(keywords);
    texts.flat_map(|text| terms(text, entry.language)).collect()
}
