//! What each signal counts for, and when the best entry is good enough: measured, and kept in a file.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Ranked;
use crate::{Error, Language, Result};

/// What an entry has in common with a question.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Signals {
    /// Cosine with its nearest phrasing; 0 where there is no vector.
    pub dense_question: f32,
    /// Cosine with its answer.
    pub dense_answer: f32,
    /// Share of words with its nearest phrasing.
    pub lexical_question: f32,
    /// Share of words with all its texts.
    pub lexical_whole: f32,
}

/// Weights of the signals; they add up to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fusion {
    /// Of [`Signals::dense_question`].
    pub dense_question: f32,
    /// Of [`Signals::dense_answer`].
    pub dense_answer: f32,
    /// Of [`Signals::lexical_question`].
    pub lexical_question: f32,
    /// Of [`Signals::lexical_whole`].
    pub lexical_whole: f32,
}

impl Fusion {
    /// The weighted sum.
    pub fn score(&self, signals: &Signals) -> f32 {
        self.dense_question * signals.dense_question
            + self.dense_answer * signals.dense_answer
            + self.lexical_question * signals.lexical_question
            + self.lexical_whole * signals.lexical_whole
    }
}

/// A logistic model of whether the first entry answers the question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Constant.
    pub intercept: f32,
    /// Of the first entry's score.
    pub score: f32,
    /// Of its lead over the next topic.
    pub lead: f32,
    /// Of its [`Signals::dense_question`].
    pub dense_question: f32,
    /// Of its [`Signals::lexical_question`].
    pub lexical_question: f32,
    /// Of its lead over the nearest out-of-scope example.
    pub inside: f32,
}

impl Calibration {
    /// What the model looks at: the first entry, the score of the next topic, and that of the nearest example of what is
    /// none of the FAQ's business.
    pub(super) fn features(first: &Ranked, next: f32, outside: f32) -> [f32; 5] {
        [
            first.score,
            first.score - next,
            first.signals.dense_question,
            first.signals.lexical_question,
            first.score - outside,
        ]
    }

    /// Probability, 0 to 1.
    pub(super) fn probability(&self, features: &[f32; 5]) -> f32 {
        let weights = [
            self.score,
            self.lead,
            self.dense_question,
            self.lexical_question,
            self.inside,
        ];
        let sum: f32 = features.iter().zip(weights).map(|(a, b)| a * b).sum();
        1.0 / (1.0 + (-(self.intercept + sum)).exp())
    }
}

/// Fusion and calibration of one pair of languages.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// How entries are ranked.
    pub fusion: Fusion,
    /// When the first one answers.
    pub calibration: Calibration,
}

/// Weights by the languages of question and entry.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByLanguage {
    /// Vietnamese question, Vietnamese entry.
    pub vi_vi: Pair,
    /// English question, English entry.
    pub en_en: Pair,
    /// Vietnamese question, English entry.
    pub vi_en: Pair,
    /// English question, Vietnamese entry.
    pub en_vi: Pair,
    /// Least probability with which a Vietnamese question is answered.
    pub threshold_vi: f32,
    /// Least probability with which an English question is answered.
    pub threshold_en: f32,
}

impl ByLanguage {
    fn pair(&self, question: Language, entry: Language) -> &Pair {
        match (question, entry) {
            (Language::Vietnamese, Language::Vietnamese) => &self.vi_vi,
            (Language::English, Language::English) => &self.en_en,
            (Language::Vietnamese, Language::English) => &self.vi_en,
            (Language::English, Language::Vietnamese) => &self.en_vi,
        }
    }

    pub(super) fn pair_mut(&mut self, question: Language, entry: Language) -> &mut Pair {
        match (question, entry) {
            (Language::Vietnamese, Language::Vietnamese) => &mut self.vi_vi,
            (Language::English, Language::English) => &mut self.en_en,
            (Language::Vietnamese, Language::English) => &mut self.vi_en,
            (Language::English, Language::Vietnamese) => &mut self.en_vi,
        }
    }

    /// How entries of a language are ranked.
    pub fn fusion(&self, question: Language, entry: Language) -> &Fusion {
        &self.pair(question, entry).fusion
    }

    /// When an entry of a language answers.
    pub fn calibration(&self, question: Language, entry: Language) -> &Calibration {
        &self.pair(question, entry).calibration
    }

    /// Least probability with which a question is answered.
    pub fn threshold(&self, question: Language) -> f32 {
        match question {
            Language::Vietnamese => self.threshold_vi,
            Language::English => self.threshold_en,
        }
    }

    pub(super) fn threshold_mut(&mut self, question: Language) -> &mut f32 {
        match question {
            Language::Vietnamese => &mut self.threshold_vi,
            Language::English => &mut self.threshold_en,
        }
    }
}

/// Weights with an embedder and without.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Fingerprint of the embedder that `dense` was measured with.
    pub embedder: String,
    /// With vectors.
    pub dense: ByLanguage,
    /// With words alone.
    pub lexical: ByLanguage,
}

impl Weights {
    /// Those that were measured with the shipped embedder on the shipped corpus.
    ///
    /// # Panics
    /// Never: a test reads the file.
    pub fn shipped() -> Self {
        toml::from_str(include_str!("../../data/weights.toml")).expect("a test reads the file")
    }

    /// Those of a file that `assistant tune` wrote.
    ///
    /// # Errors
    /// [`Error::Io`] and [`Error::Weights`], both naming the file.
    pub fn load(path: &Path) -> Result<Self> {
        let text = fs_err::read_to_string(path)?;
        toml::from_str(&text).map_err(|error| Error::Weights {
            file: path.to_owned(),
            detail: error.to_string(),
        })
    }

    /// With vectors or without.
    pub fn of(&self, has_vectors: bool) -> &ByLanguage {
        if has_vectors {
            &self.dense
        } else {
            &self.lexical
        }
    }

    pub(super) fn of_mut(&mut self, has_vectors: bool) -> &mut ByLanguage {
        if has_vectors {
            &mut self.dense
        } else {
            &mut self.lexical
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_file_reads_and_its_weights_add_up() {
        let weights = Weights::shipped();
        for by_language in [weights.dense, weights.lexical] {
            for pair in [
                by_language.vi_vi,
                by_language.en_en,
                by_language.vi_en,
                by_language.en_vi,
            ] {
                let all = pair.fusion;
                let sum = all.dense_question
                    + all.dense_answer
                    + all.lexical_question
                    + all.lexical_whole;
                assert!((sum - 1.0).abs() < 0.01, "{all:?}");
            }
            for threshold in [by_language.threshold_vi, by_language.threshold_en] {
                assert!((0.0..1.0).contains(&threshold));
            }
        }
        let own = weights.lexical.vi_vi.fusion;
        assert!(
            own.dense_question == 0.0 && own.dense_answer == 0.0,
            "words alone"
        );
    }

    #[test]
    fn a_file_that_does_not_fit_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("weights.toml");
        fs_err::write(&path, "embedder = 1").expect("written");
        let error = Weights::load(&path).expect_err("refused").to_string();
        assert!(error.contains("weights.toml"), "{error}");
    }
}
