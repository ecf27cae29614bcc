//! Everything that turns the facts of a car into an estimate and an expected spread.

use std::collections::BTreeMap;

use crate::{
    Error, Family, Result,
    artifact::Parts,
    calibration::Calibration,
    families::ridge::Ridge,
    features::{
        encoder::{COLUMNS, Encoder, KnownWords, SPREAD_COLUMNS, TermWeights},
        facts::Facts,
    },
    predictor::{Blend, Predictor},
    trees::{self, Trees},
    valuation::{Ground, LEVELS},
};

/// Training rows of a model from which it counts as known.
const MIN_ROWS_OF_A_MODEL: u32 = 3;

/// No believable spread is larger (a factor of e either way) or smaller, in log price.
const SPREAD: std::ops::RangeInclusive<f32> = 0.01..=1.0;

/// A fitted model with its ranges.
#[derive(Debug, Clone, PartialEq)]
pub struct Scorer {
    /// Encoder.
    pub encoder: Encoder,
    /// Ridge, which is a family and a feature of the others.
    pub ridge: Ridge,
    /// The family.
    pub predictor: Predictor,
    /// Trees that predict the logarithm of the spread.
    pub spread: Trees,
    /// Ranges.
    pub calibration: Calibration,
    /// The weights of `ridge`, laid out for scoring.
    weights: TermWeights,
}

/// The estimate for one car, in logarithms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Natural logarithm of the price.
    pub ln_price: f32,
    /// Expected distance of the log price from the estimate.
    pub spread: f32,
    /// How well training rows cover the car.
    pub ground: Ground,
}

/// How far, in log price and standard deviations, prices of a site drift in a year beyond the training rows.
const DRIFT_A_YEAR: f32 = 0.07;

/// The same of a site that no training row is of.
const DRIFT_TO_ANOTHER_SITE: f32 = 0.08;

/// Deviates of the normal distribution within which the shares [`LEVELS`] lie.
const DEVIATES: [f32; LEVELS.len()] = [0.674, 1.282, 1.645];

/// The expected drift of prices since a site was last seen: a random walk, so that its variance grows with time.
fn drift(years_since_seen: Option<f32>) -> f32 {
    years_since_seen.map_or(DRIFT_TO_ANOTHER_SITE, |years| DRIFT_A_YEAR * years.sqrt())
}

impl Scorer {
    /// Puts a scorer together from its fitted parts.
    pub(crate) fn new(
        encoder: Encoder,
        ridge: Ridge,
        predictor: Predictor,
        spread: Trees,
        calibration: Calibration,
    ) -> Self {
        Self {
            weights: encoder.term_weights(&ridge),
            encoder,
            ridge,
            predictor,
            spread,
            calibration,
        }
    }

    /// The estimated log price of a car, without its spread.
    pub fn ln_price(&self, facts: &Facts) -> f32 {
        self.encoded(facts, self.encoder.known(facts)).1
    }

    /// The estimate for a car.
    pub fn estimate(&self, facts: &Facts) -> Estimate {
        let words = self.encoder.known(facts);
        let (dense, ln_price) = self.encoded(facts, words);
        let row = self
            .encoder
            .spread_row_of(facts, words, &dense, ln_price, 0);
        Estimate {
            ln_price,
            spread: expected_spread(&self.spread, &row),
            ground: self.ground(facts),
        }
    }

    /// The dense row of a car and its estimated log price.
    fn encoded(&self, facts: &Facts, words: KnownWords) -> ([f32; COLUMNS.len()], f32) {
        let ridge = self.encoder.weighed(facts, words, &self.weights);
        let dense = self.encoder.dense_row_of(facts, words, ridge);
        let ln_price = self.predictor.ln_price(&dense, ridge);
        (dense, ln_price)
    }

    /// Lower and upper ends, in log price, of the ranges of [`LEVELS`].
    pub fn ranges(&self, facts: &Facts, estimate: Estimate) -> [(f32, f32); LEVELS.len()] {
        let reach = self
            .calibration
            .reach(estimate.ground, facts.source, estimate.ln_price);
        let drift = drift(self.encoder.years_since_seen(facts));
        std::array::from_fn(|level| {
            let half = (reach[level] * estimate.spread).hypot(drift * DEVIATES[level]);
            (estimate.ln_price - half, estimate.ln_price + half)
        })
    }

    fn ground(&self, facts: &Facts) -> Ground {
        if self.encoder.rows_of_model(facts) >= MIN_ROWS_OF_A_MODEL {
            Ground::KnownModel
        } else if self.encoder.knows_make(facts) {
            Ground::KnownMake
        } else {
            Ground::Unknown
        }
    }

    /// Puts a scorer together from the parts of an artifact.
    ///
    /// # Errors
    /// [`Error::Refused`] naming the part that is absent, unreadable or of the wrong width.
    pub fn from_parts(family: Family, parts: &Parts) -> Result<Self> {
        let encoder: Encoder = json(parts, ENCODER)?;
        let ridge: Ridge = json(parts, RIDGE)?;
        if ridge.weights.len() != encoder.n_terms() {
            let found = format!(
                "{} weights for {} terms",
                ridge.weights.len(),
                encoder.n_terms()
            );
            return Err(refused(RIDGE, &found));
        }
        let scorer = Self::new(
            encoder,
            ridge,
            predictor(family, parts)?,
            boosted(parts, SPREAD_MODEL)?,
            json(parts, CALIBRATION)?,
        );
        scorer.check_widths()?;
        Ok(scorer)
    }

    /// Trees that expect another number of columns would panic on the first car.
    fn check_widths(&self) -> Result<()> {
        let own = widths(&self.predictor)
            .into_iter()
            .map(|(part, found)| (part, found, COLUMNS.len()));
        let spread = (SPREAD_MODEL, self.spread.n_features(), SPREAD_COLUMNS);
        for (part, found, expected) in own.chain([spread]) {
            if found != expected {
                return Err(refused(
                    part,
                    &format!("{found} features, expected {expected}"),
                ));
            }
        }
        Ok(())
    }
}

/// The columns that each ensemble of a predictor expects.
fn widths(predictor: &Predictor) -> Vec<(&'static str, usize)> {
    match predictor {
        Predictor::RandomForest(trees) => vec![(FOREST, trees.n_features())],
        Predictor::GradientBoosting(trees) => vec![(BOOSTING, trees.n_features())],
        Predictor::Baseline(_) | Predictor::Ridge => Vec::new(),
        Predictor::Blend(blend) => {
            let members = blend.members.iter();
            members.flat_map(|(_, member)| widths(member)).collect()
        }
    }
}

/// The predictor of a family, from the parts of its own.
fn predictor(family: Family, parts: &Parts) -> Result<Predictor> {
    Ok(match family {
        Family::Baseline => Predictor::Baseline(json(parts, BASELINE)?),
        Family::Ridge => Predictor::Ridge,
        Family::RandomForest => Predictor::RandomForest(
            trees::read_compact(part(parts, FOREST)?).map_err(|error| refused(FOREST, &error))?,
        ),
        Family::GradientBoosting => Predictor::GradientBoosting(boosted(parts, BOOSTING)?),
        Family::Blend => {
            let weights: BTreeMap<Family, f32> = json(parts, BLEND)?;
            check_weights(&weights)?;
            let members = weights
                .into_iter()
                .map(|(family, weight)| Ok((weight, predictor(family, parts)?)))
                .collect::<Result<_>>()?;
            Predictor::Blend(Blend { members })
        }
    })
}

/// Weights that are none would price every car wrong by as much as they are off.
fn check_weights(weights: &BTreeMap<Family, f32>) -> Result<()> {
    const ROUNDING: f32 = 1e-4;
    if weights.contains_key(&Family::Blend) {
        return Err(refused(BLEND, &"a blend cannot hold a blend"));
    }
    let sum: f32 = weights.values().sum();
    let is_weight = |weight: &f32| (0.0..=1.0).contains(weight);
    if weights.values().all(is_weight) && (sum - 1.0).abs() <= ROUNDING {
        return Ok(());
    }
    let found = format!("weights {weights:?}; valid: 0 to 1, 1 in all");
    Err(refused(BLEND, &found))
}

fn boosted(parts: &Parts, name: &'static str) -> Result<Trees> {
    trees::xgboost::parse(part(parts, name)?).map_err(|error| refused(name, &error))
}

/// Names of the parts.
pub(crate) const ENCODER: &str = "encoder.json";
pub(crate) const RIDGE: &str = "ridge.json";
pub(crate) const BASELINE: &str = "baseline.json";
pub(crate) const FOREST: &str = "forest.bin";
pub(crate) const BOOSTING: &str = "boosting.xgboost.json";
pub(crate) const BLEND: &str = "blend.json";
pub(crate) const SPREAD_MODEL: &str = "spread.xgboost.json";
pub(crate) const CALIBRATION: &str = "calibration.json";

/// Prefix of the parts of a second fit, without the hold-out: the one that the metrics of the manifest were measured on,
/// where the artifact itself was fitted on all rows.
const MEASURED: &str = "measured.";

/// The parts of a fit on all rows, with those of the fit that was measured beside them.
#[cfg(feature = "train")]
pub fn with_measured(mut parts: Parts, measured: &Parts) -> Parts {
    for (name, bytes) in measured {
        // Parts of neither fit, as its parameters, are those of both.
        if parts.contains_key(name) {
            parts.insert(format!("{MEASURED}{name}"), bytes.clone());
        } else {
            parts.insert(name.clone(), bytes.clone());
        }
    }
    parts
}

/// The parts of the fit that was measured; none where the artifact is that fit.
pub(crate) fn measured(parts: &Parts) -> Option<Parts> {
    let own = parts.iter().filter_map(|(name, bytes)| {
        let name = name.strip_prefix(MEASURED)?;
        Some((name.to_owned(), bytes.clone()))
    });
    Some(own.collect()).filter(|parts: &Parts| !parts.is_empty())
}

/// The spread that `trees`, which predict its logarithm, expect.
pub(crate) fn expected_spread(trees: &Trees, row: &[f32]) -> f32 {
    trees.score(row).exp().clamp(*SPREAD.start(), *SPREAD.end())
}

fn part<'a>(parts: &'a Parts, name: &str) -> Result<&'a [u8]> {
    parts
        .get(name)
        .map(Vec::as_slice)
        .ok_or_else(|| refused(name, &"the part is absent"))
}

fn json<T: serde::de::DeserializeOwned>(parts: &Parts, name: &str) -> Result<T> {
    serde_json::from_slice(part(parts, name)?).map_err(|error| refused(name, &error))
}

fn refused(part: &str, reason: &dyn std::fmt::Display) -> Error {
    Error::Refused {
        path: part.into(),
        reason: reason.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_of_a_blend_are_checked() {
        let check = |weights: &[(Family, f32)]| check_weights(&weights.iter().copied().collect());
        let (ridge, forest) = (Family::Ridge, Family::RandomForest);
        check(&[(ridge, 0.25), (forest, 0.75)]).expect("sound");
        for wrong in [
            &[(ridge, 0.5), (forest, 0.4)][..],
            &[(ridge, 1.5), (forest, -0.5)],
            &[(ridge, f32::NAN), (forest, 1.0)],
            &[(Family::Blend, 1.0)],
            &[],
        ] {
            let error = check(wrong).expect_err("refused").to_string();
            assert!(error.contains("blend.json"), "{error}");
        }
    }
}
