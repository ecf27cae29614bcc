//! The lexical side: what an entry shares with a question in words, in its own language or through the glossary.

use super::bm25::Bm25;
use super::glossary::Glossary;
use super::terms::terms;
use crate::{Corpus, Entry, Language};

/// What a term found through the glossary counts for beside one that the user wrote.
const TRANSLATED: f32 = 0.7;

/// Term statistics of a corpus, by language.
#[derive(Debug)]
pub struct Lexical {
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
pub struct Shared {
    /// With its best phrasing.
    pub question: f32,
    /// With all its texts.
    pub whole: f32,
}

impl Lexical {
    /// Counts the terms of `corpus`.
    pub fn new(corpus: &Corpus, glossary: Glossary) -> Self {
        let sides = Language::ALL.map(|language| Side::new(corpus, language));
        Self {
            sides: sides.into(),
            glossary,
        }
    }

    /// What every entry of the corpus shares with `question`, by its index.
    pub fn shared(&self, question: &str, language: Language, entries: usize) -> Vec<Shared> {
        let mut shared = vec![Shared::default(); entries];
        for side in &self.sides {
            let query = if side.language == language {
                weighted(question, language, 1.0)
            } else {
                self.translated(question, language, side.language)
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

    /// The terms that the glossary has for `question`, and its own words: names and numbers are the same everywhere.
    fn translated(&self, question: &str, from: Language, to: Language) -> Vec<(String, f32)> {
        let mut query: Vec<(String, f32)> = Vec::new();
        for term in self.glossary.translate(question, from) {
            query.extend(weighted(term, to, TRANSLATED));
        }
        let own = weighted(question, to, TRANSLATED);
        query.extend(
            own.into_iter()
                .filter(|(term, _)| term.chars().any(|c| c.is_ascii_digit())),
        );
        query.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        query.dedup_by(|a, b| a.0 == b.0);
        query
    }
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

/// Terms of a query, each once.
fn weighted(text: &str, language: Language, weight: f32) -> Vec<(String, f32)> {
    let mut terms = terms(text, language);
    terms.sort();
    terms.dedup();
    terms.into_iter().map(|term| (term, weight)).collect()
}
