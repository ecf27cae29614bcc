//! Chooses weights and thresholds on labelled questions.
//!
//! The fusion of each pair of languages is the point of a grid over the weights that ranks best (mean reciprocal rank);
//! then a logistic model tells answered questions from those that nothing answers, and the threshold is the
//! highest probability at which no more answerable questions are refused than may be.

use std::path::Path;

use serde::Deserialize;

use super::weights::{ByLanguage, Calibration, Fusion, Signals, Weights};
use super::{Ranking, Retriever, plain};
use crate::store::Hit;
use crate::{Corpus, Error, Language, Result};

/// Share of answerable questions that may be refused: less than the 3 % that are aimed at, for other questions will be a
/// little harder than those that the threshold was chosen on.
const FALSE_REFUSALS: f32 = 0.022;
/// Steps of the grid from 0 to 1.
const STEPS: usize = 20;

/// A question and the topic of the entries that answer it, if any do.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Labelled {
    /// The question.
    pub text: String,
    /// Topic of the right entries; `None` if the corpus has no answer.
    #[serde(default)]
    pub topic: Option<String>,
    /// Language of the question.
    pub language: Language,
    /// How it is written, for reports.
    #[serde(default)]
    pub style: String,
}

/// Reads labelled questions, one JSON object a line, and writes out their chat spellings, as
/// [`FaqIndex::ask`](crate::FaqIndex::ask) does.
///
/// # Errors
/// [`Error::Io`], and [`Error::Corpus`] naming the line.
pub fn read(path: &Path) -> Result<Vec<Labelled>> {
    let text = fs_err::read_to_string(path)?;
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| {
            let mut question: Labelled =
                serde_json::from_str(line).map_err(|error| Error::Corpus {
                    file: path.to_owned(),
                    place: format!("line {}", index + 1),
                    message: error.to_string(),
                })?;
            question.text = plain(question.text, question.language);
            Ok(question)
        })
        .collect()
}

/// Questions beside the vectors found for each, if there are vectors.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    /// The questions.
    pub questions: &'a [Labelled],
    /// The nearest vectors of each, over all entries.
    pub dense: Option<&'a [Vec<Hit>]>,
}

/// Weights for `corpus`, beginning from `weights` and changing what the sample has questions for.
pub fn tune(corpus: &Corpus, sample: Sample<'_>, weights: &Weights) -> Weights {
    let mut weights = weights.clone();
    for question in Language::ALL {
        for entry in Language::ALL {
            let side: Vec<_> = corpus
                .entries()
                .iter()
                .filter(|own| own.language == entry)
                .cloned()
                .collect();
            let retriever = Retriever::new(&Corpus::new(side), weights.clone());
            let seen = seen(&retriever, sample, question);
            if !retriever.corpus().entries().is_empty()
                && seen.iter().any(|(_, topic)| topic.is_some())
            {
                choose(
                    &retriever,
                    &seen,
                    (question, entry),
                    weights.of_mut(sample.dense.is_some()),
                );
            }
        }
    }
    // The threshold is chosen as questions will meet it: over entries of both languages.
    let retriever = Retriever::new(corpus, weights.clone());
    for question in Language::ALL {
        let seen = seen(&retriever, sample, question);
        let by_language = weights.of_mut(sample.dense.is_some());
        if let Some(threshold) = threshold(&retriever, &seen, question, by_language) {
            *by_language.threshold_mut(question) = threshold;
        }
    }
    weights
}

/// A question as it was seen: the signals of every entry, and its topic.
type Seen<'a> = (Vec<Signals>, Option<&'a str>);

fn seen<'a>(retriever: &Retriever, sample: Sample<'a>, language: Language) -> Vec<Seen<'a>> {
    let questions = sample.questions.iter().enumerate();
    questions
        .filter(|(_, question)| question.language == language)
        .map(|(index, question)| {
            let dense = sample.dense.map(|dense| dense[index].as_slice());
            let signals = retriever.signals(&question.text, language, dense);
            (signals, question.topic.as_deref())
        })
        .collect()
}

fn choose(
    retriever: &Retriever,
    seen: &[Seen<'_>],
    pair: (Language, Language),
    weights: &mut ByLanguage,
) {
    let has_vectors = seen
        .iter()
        .any(|(signals, _)| signals.iter().any(|own| own.dense_question != 0.0));
    let mut best = f32::MIN;
    let mut chosen = weights.pair_mut(pair.0, pair.1).fusion;
    for fusion in grid(has_vectors) {
        weights.pair_mut(pair.0, pair.1).fusion = fusion;
        let mrr = mean_reciprocal_rank(retriever, seen, pair.0, weights);
        if mrr > best {
            (best, chosen) = (mrr, fusion);
        }
    }
    weights.pair_mut(pair.0, pair.1).fusion = chosen;
    let samples: Vec<([f32; 5], bool)> = seen
        .iter()
        .filter_map(|(signals, topic)| {
            let ranking = retriever.ranking(signals, pair.0, weights);
            let first = ranking.entries.first()?;
            let next = ranking.entries.get(1).map_or(0.0, |next| next.score);
            let right = *topic == Some(retriever.corpus().entries()[first.entry].topic.as_str());
            // A wrong first entry teaches nothing about whether there is a right one.
            (right || topic.is_none())
                .then(|| (Calibration::features(first, next, ranking.outside), right))
        })
        .collect();
    weights.pair_mut(pair.0, pair.1).calibration = logistic(&samples);
}

/// All weights on a grid that add up to 1; without vectors only those of words.
fn grid(has_vectors: bool) -> Vec<Fusion> {
    let part = |steps: usize| steps as f32 / STEPS as f32;
    let mut all = Vec::new();
    let dense = if has_vectors { STEPS } else { 0 };
    for question in 0..=dense {
        for answer in 0..=dense - question {
            for lexical in 0..=STEPS - question - answer {
                all.push(Fusion {
                    dense_question: part(question),
                    dense_answer: part(answer),
                    lexical_question: part(lexical),
                    lexical_whole: part(STEPS - question - answer - lexical),
                });
            }
        }
    }
    all
}

fn mean_reciprocal_rank(
    retriever: &Retriever,
    seen: &[Seen<'_>],
    language: Language,
    weights: &ByLanguage,
) -> f32 {
    let ranks = seen.iter().filter_map(|(signals, topic)| {
        let ranking = retriever.ranking(signals, language, weights);
        rank_of(retriever, &ranking, (*topic)?)
    });
    let answered = seen
        .iter()
        .filter(|(_, topic)| topic.is_some())
        .count()
        .max(1);
    ranks.map(|rank| 1.0 / rank as f32).sum::<f32>() / answered as f32
}

/// The place of a topic in a ranking, from 1.
pub fn rank_of(retriever: &Retriever, ranking: &Ranking, topic: &str) -> Option<usize> {
    let entries = retriever.corpus().entries();
    let place = ranking
        .entries
        .iter()
        .position(|ranked| entries[ranked.entry].topic == topic);
    place.map(|place| place + 1)
}

/// A logistic regression with a small penalty, by gradient descent on standardised features.
fn logistic(samples: &[([f32; 5], bool)]) -> Calibration {
    const ROUNDS: usize = 3_000;
    const RATE: f32 = 0.5;
    const PENALTY: f32 = 1e-3;
    let n = samples.len().max(1) as f32;
    let mean = |index: usize| {
        samples
            .iter()
            .map(|(features, _)| features[index])
            .sum::<f32>()
            / n
    };
    let means: [f32; 5] = std::array::from_fn(mean);
    let deviations: [f32; 5] = std::array::from_fn(|index| {
        let squares = samples
            .iter()
            .map(|(features, _)| (features[index] - means[index]).powi(2));
        (squares.sum::<f32>() / n).sqrt().max(1e-6)
    });
    let scaled = |features: &[f32; 5]| -> [f32; 5] {
        std::array::from_fn(|index| (features[index] - means[index]) / deviations[index])
    };
    // Both classes weigh the same, however many questions each has.
    let right = samples.iter().filter(|(_, right)| *right).count().max(1) as f32;
    let wrong = (n - right).max(1.0);
    let (mut intercept, mut weights) = (0.0_f32, [0.0_f32; 5]);
    for _ in 0..ROUNDS {
        let (mut of_intercept, mut of_weights) = (0.0, [0.0; 5]);
        for (features, label) in samples {
            let features = scaled(features);
            let sum: f32 = features.iter().zip(weights).map(|(a, b)| a * b).sum();
            let probability = 1.0 / (1.0 + (-(intercept + sum)).exp());
            let (target, share) = if *label {
                (1.0, 0.5 / right)
            } else {
                (0.0, 0.5 / wrong)
            };
            let error = (probability - target) * share;
            of_intercept += error;
            for (slope, feature) in of_weights.iter_mut().zip(features) {
                *slope += error * feature;
            }
        }
        intercept -= RATE * of_intercept;
        for (weight, slope) in weights.iter_mut().zip(of_weights) {
            *weight -= RATE * (slope + PENALTY * *weight);
        }
    }
    let own: [f32; 5] = std::array::from_fn(|index| weights[index] / deviations[index]);
    let shift: f32 = own
        .iter()
        .zip(means)
        .map(|(weight, mean)| weight * mean)
        .sum();
    Calibration {
        intercept: intercept - shift,
        score: own[0],
        lead: own[1],
        dense_question: own[2],
        lexical_question: own[3],
        inside: own[4],
    }
}

/// The highest threshold that refuses no more answerable questions than may be; none without questions of both kinds.
fn threshold(
    retriever: &Retriever,
    seen: &[Seen<'_>],
    language: Language,
    weights: &ByLanguage,
) -> Option<f32> {
    let probability =
        |signals: &[Signals]| retriever.ranking(signals, language, weights).answerable;
    let answerable: Vec<f32> = seen
        .iter()
        .filter(|(_, topic)| topic.is_some())
        .map(|(signals, _)| probability(signals))
        .collect();
    if answerable.is_empty() || answerable.len() == seen.len() {
        return None;
    }
    let refused = |threshold: f32| answerable.iter().filter(|own| **own < threshold).count();
    let allowed = (FALSE_REFUSALS * answerable.len() as f32) as usize;
    let steps = (1..1_000).map(|step| step as f32 / 1_000.0);
    steps
        .take_while(|threshold| refused(*threshold) <= allowed)
        .last()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::shipped;

    fn labelled(text: &str, topic: Option<&str>) -> Labelled {
        Labelled {
            text: text.to_owned(),
            topic: topic.map(str::to_owned),
            language: Language::English,
            style: String::new(),
        }
    }

    #[test]
    fn tuned_weights_tell_answerable_questions_from_others() {
        let corpus = shipped();
        let english = |entry: &&crate::Entry| entry.language == Language::English && !entry.outside;
        let entries: Vec<_> = corpus.entries().iter().filter(english).collect();
        let mut questions: Vec<_> = entries
            .iter()
            .map(|entry| labelled(&entry.question, Some(&entry.topic)))
            .collect();
        for text in [
            "What is the weather like?",
            "Who won the football match?",
            "How do I bake bread?",
            "Is it raining in Paris?",
        ] {
            questions.push(labelled(text, None));
        }
        let sample = Sample {
            questions: &questions,
            dense: None,
        };
        let weights = tune(&corpus, sample, &Weights::shipped());
        assert_eq!(
            weights.dense,
            Weights::shipped().dense,
            "no vectors were shown"
        );
        let retriever = Retriever::new(&corpus, weights);
        let wrong: Vec<_> = questions
            .iter()
            .filter(|question| {
                let ranking = retriever.rank(&question.text, Language::English, None);
                ranking.is_answerable != question.topic.is_some()
            })
            .map(|question| &question.text)
            .collect();
        assert!(wrong.len() * 33 < questions.len(), "{wrong:?}");
    }

    #[test]
    fn the_grid_covers_the_simplex() {
        let all = grid(true);
        assert_eq!(all.len(), (STEPS + 1) * (STEPS + 2) * (STEPS + 3) / 6);
        assert_eq!(grid(false).len(), STEPS + 1);
    }

    #[test]
    fn chat_spellings_of_labelled_questions_are_written_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("questions.jsonl");
        let lines =
            "{\"text\":\"xe ko\",\"language\":\"vi\"}\n{\"text\":\"ko\",\"language\":\"en\"}\n";
        fs_err::write(&path, lines).expect("written");
        let read = read(&path).expect("questions");
        let texts: Vec<_> = read.iter().map(|question| &*question.text).collect();
        assert_eq!(texts, ["xe không", "ko"]);
    }

    #[test]
    fn bad_lines_are_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("questions.jsonl");
        fs_err::write(
            &path,
            "{\"text\":\"a\",\"language\":\"en\"}\n\n{\"text\":1}\n",
        )
        .expect("written");
        let error = read(&path).expect_err("refused").to_string();
        assert!(error.contains("line 3"), "{error}");
    }
}
