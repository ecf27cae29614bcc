//! BM25 over a corpus that fits in memory (Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework").

use std::collections::HashMap;

/// How soon repetitions of a term stop to count.
const K1: f32 = 1.2;
/// How much long documents are held back.
const B: f32 = 0.6;

/// Term statistics of a set of documents.
#[derive(Debug, Default)]
pub(super) struct Bm25 {
    /// The postings of each term.
    terms: HashMap<String, Vec<Posting>>,
    documents: usize,
}

/// A document that has a term.
#[derive(Debug, Clone, Copy)]
struct Posting {
    document: u32,
    /// How often it has the term; damped, and held back by the document's length.
    damped: f32,
}

impl Bm25 {
    /// Counts the terms of `documents`.
    pub(super) fn new(documents: impl IntoIterator<Item = Vec<String>>) -> Self {
        let mut index = Self::default();
        let mut lengths = Vec::new();
        for (document, terms) in (0..).zip(documents) {
            lengths.push(terms.len() as f32);
            let mut counts: HashMap<String, f32> = HashMap::new();
            for term in terms {
                *counts.entry(term).or_default() += 1.0;
            }
            for (term, damped) in counts {
                let postings = index.terms.entry(term).or_default();
                postings.push(Posting { document, damped });
            }
        }
        index.documents = lengths.len();
        let mean_length = lengths.iter().sum::<f32>() / index.documents.max(1) as f32;
        for posting in index.terms.values_mut().flatten() {
            let count = posting.damped;
            let length = lengths[posting.document as usize] / mean_length.max(1.0);
            posting.damped = count * (K1 + 1.0) / (count + K1 * (1.0 - B + B * length));
        }
        index
    }

    /// Every document's share of the score that a document of average length made of the query would get: 0 where
    /// they share nothing, about 1 for the query itself, whatever the corpus.
    ///
    /// A term that no document has counts as the rarest: a question about something else scores low.
    pub(super) fn scores(&self, query: &[(&str, f32)]) -> Vec<f32> {
        let mut scores = vec![0.0; self.documents];
        let mut most = 0.0;
        for (term, weight) in query {
            let postings = self.terms.get(*term).map(Vec::as_slice);
            let postings = postings.unwrap_or_default();
            let idf = self.idf(postings.len()) * weight;
            most += idf;
            for posting in postings {
                scores[posting.document as usize] += idf * posting.damped;
            }
        }
        if most > 0.0 {
            for score in &mut scores {
                *score /= most;
            }
        }
        scores
    }

    fn idf(&self, documents: usize) -> f32 {
        let (all, having) = (self.documents as f32, documents as f32);
        ((all - having + 0.5) / (having + 0.5)).ln_1p()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    fn scores(query: &str) -> Vec<f32> {
        let index = Bm25::new(["pay the fee", "sell the car", "the the the"].map(terms));
        let query: Vec<_> = query.split(' ').map(|term| (term, 1.0)).collect();
        index.scores(&query)
    }

    #[test]
    fn rare_terms_count_for_more() {
        let scores = scores("fee the");
        assert!(scores[0] > scores[2] && scores[2] > scores[1], "{scores:?}");
    }

    #[test]
    fn a_document_scores_about_one_against_itself() {
        assert!(
            (scores("pay the fee")[0] - 1.0).abs() < 0.05,
            "{:?}",
            scores("pay the fee")
        );
    }

    #[test]
    fn unknown_terms_lower_the_share() {
        assert!(scores("pay fee")[0] > scores("pay fee boat trip")[0] * 1.5);
        assert_eq!(scores("boat"), [0.0; 3]);
        assert_eq!(Bm25::new([]).scores(&[("x", 1.0)]), [0.0; 0]);
    }
}
