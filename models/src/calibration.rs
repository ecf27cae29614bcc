//! How wide a range must be to hold its share of prices.
//!
//! Split conformal prediction (Vovk, Gammerman & Shafer 2005; Lei et al. 2018) with normalised scores: a car's score
//! is the distance of its log price from the estimate, in units of the spread that a second model expects of this
//! car. Scores come from models that never saw the car's group (cross-conformal, Vovk 2015). The quantiles are taken
//! within cells of source and estimated price (Mondrian), so that the share holds for each, not only over all.

use serde::{Deserialize, Serialize};

use crate::valuation::{Ground, LEVELS};

/// Fewest scores that a cell needs for quantiles of its own.
const MIN_SCORES: usize = 60;

/// Fewest held-out cars of one source that its own coverage is quoted from.
const MIN_MEASURED: u32 = 100;

/// One score of one car.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// Hash of the source.
    pub source: u64,
    /// Natural logarithm of the estimated price.
    pub ln_price: f32,
    /// |ln price − estimate| ÷ expected spread.
    pub score: f32,
}

/// Quantiles of scores by cell, and the coverage that held-out cars measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Upper edges of the lower two bands of estimated log price.
    edges: [f32; 2],
    /// The most specific cells first.
    cells: Vec<Cell>,
    /// Coverage on held-out cars, by source and over all; empty until measured.
    measured: Vec<Measured>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cell {
    ground: Ground,
    /// None: of any source.
    source: Option<u64>,
    /// None: of any price.
    band: Option<u8>,
    /// Score that the share [`LEVELS`] of cars stays within.
    quantiles: [f32; LEVELS.len()],
    n: u32,
}

/// What share of held-out cars fell into their ranges.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// Ground of the cars.
    pub ground: Ground,
    /// Hash of the source; none: of any source.
    pub source: Option<u64>,
    /// Share within the range of each of [`LEVELS`].
    pub coverage: [f64; LEVELS.len()],
    /// Held-out cars.
    pub n: u32,
}

impl Calibration {
    /// Takes the quantiles of `known` (cars of known models) and of `masked` (the same cars, scored as if their model
    /// were unknown).
    pub fn fit(known: &[Score], masked: &[Score]) -> Self {
        let mut sorted: Vec<f32> = known.iter().map(|score| score.ln_price).collect();
        sorted.sort_unstable_by(f32::total_cmp);
        let edge = |third: usize| sorted.get(sorted.len() * third / 3).copied().unwrap_or(0.0);
        let mut calibration = Self {
            edges: [edge(1), edge(2)],
            cells: Vec::new(),
            measured: Vec::new(),
        };
        let mut sources: Vec<u64> = known.iter().map(|score| score.source).collect();
        sources.sort_unstable();
        sources.dedup();
        let bands = [Some(0), Some(1), Some(2), None];
        for source in sources.into_iter().map(Some).chain([None]) {
            for band in bands {
                calibration.add_cell(Ground::KnownModel, source, band, known);
            }
        }
        for ground in [Ground::KnownMake, Ground::Unknown] {
            for band in bands {
                calibration.add_cell(ground, None, band, masked);
            }
        }
        calibration
    }

    fn add_cell(
        &mut self,
        ground: Ground,
        source: Option<u64>,
        band: Option<u8>,
        scores: &[Score],
    ) {
        let mut own: Vec<f32> = scores
            .iter()
            .filter(|score| source.is_none_or(|source| source == score.source))
            .filter(|score| band.is_none_or(|band| band == self.band(score.ln_price)))
            .map(|score| score.score)
            .collect();
        // The cell of everything is the last resort and stands however small it is.
        if own.is_empty() || (own.len() < MIN_SCORES && (source.is_some() || band.is_some())) {
            return;
        }
        own.sort_unstable_by(f32::total_cmp);
        let quantiles = LEVELS.map(|level| own[conformal_index(own.len(), level)]);
        self.cells.push(Cell {
            ground,
            source,
            band,
            quantiles,
            n: own.len() as u32,
        });
    }

    fn band(&self, ln_price: f32) -> u8 {
        self.edges
            .iter()
            .map(|edge| u8::from(ln_price >= *edge))
            .sum()
    }

    /// How many spreads each side of the estimate the ranges of [`LEVELS`] reach.
    pub fn reach(&self, ground: Ground, source: u64, ln_price: f32) -> [f32; LEVELS.len()] {
        let band = self.band(ln_price);
        self.cells
            .iter()
            .find(|cell| {
                cell.ground == ground
                    && cell.source.is_none_or(|own| own == source)
                    && cell.band.is_none_or(|own| own == band)
            })
            .map_or([f32::INFINITY; LEVELS.len()], |cell| cell.quantiles)
    }

    /// The coverage to quote for a car: its source's where enough held-out cars measured it, else everyone's.
    pub fn measured(&self, ground: Ground, source: u64) -> Option<&Measured> {
        let of_ground = || self.measured.iter().filter(move |own| own.ground == ground);
        of_ground()
            .find(|own| own.source == Some(source) && own.n >= MIN_MEASURED)
            .or_else(|| of_ground().find(|own| own.source.is_none()))
    }

    /// The coverage that held-out cars measured.
    pub fn all_measured(&self) -> &[Measured] {
        &self.measured
    }

    /// Sets the coverage that held-out cars measured.
    pub fn set_measured(&mut self, measured: Vec<Measured>) {
        self.measured = measured;
    }
}

/// Index of the conformal quantile among `n` sorted scores: ⌈(n + 1) · level⌉, counted from 1, at most n.
fn conformal_index(n: usize, level: f64) -> usize {
    (((n + 1) as f64 * level).ceil() as usize).clamp(1, n) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(source: u64, n: usize, factor: f32) -> Vec<Score> {
        (0..n)
            .map(|i| Score {
                source,
                ln_price: (i % 30) as f32,
                score: factor * (i + 1) as f32 / n as f32,
            })
            .collect()
    }

    #[test]
    fn quantiles_hold_their_share() {
        let calibration = Calibration::fit(&scores(1, 999, 1.0), &scores(1, 999, 3.0));
        let cell = calibration
            .cells
            .iter()
            .find(|cell| cell.source.is_none() && cell.band.is_none());
        let quantiles = cell.expect("the cell of everything").quantiles;
        for (quantile, level) in quantiles.iter().zip(LEVELS) {
            assert!(
                (f64::from(*quantile) - level).abs() < 0.002,
                "{quantile} at {level}"
            );
        }
    }

    #[test]
    fn a_car_takes_the_most_specific_cell() {
        let mut known = scores(1, 600, 1.0);
        known.extend(scores(2, 600, 2.0));
        known.extend(scores(3, 5, 9.0));
        let calibration = Calibration::fit(&known, &scores(1, 600, 5.0));
        let at = |ground, source| calibration.reach(ground, source, 10.0)[2];
        assert!(at(Ground::KnownModel, 1) < at(Ground::KnownModel, 2));
        // Too few of source 3: it has the quantiles of all.
        assert_eq!(at(Ground::KnownModel, 3), at(Ground::KnownModel, 99));
        assert!(at(Ground::KnownMake, 1) > at(Ground::KnownModel, 1));
    }

    #[test]
    fn ranges_of_higher_levels_hold_the_lower_ones() {
        let calibration = Calibration::fit(&scores(1, 70, 1.0), &[]);
        let reach = calibration.reach(Ground::KnownModel, 1, 0.0);
        assert!(reach.is_sorted(), "{reach:?}");
        assert!(calibration.reach(Ground::KnownMake, 1, 0.0)[0].is_infinite());
    }

    #[test]
    fn few_held_out_cars_do_not_speak_for_a_source() {
        let mut calibration = Calibration::fit(&scores(1, 70, 1.0), &[]);
        let of = |source, n| Measured {
            ground: Ground::KnownModel,
            source,
            coverage: [0.5, 0.8, 0.9],
            n,
        };
        calibration.set_measured(vec![of(Some(1), 99), of(Some(2), 100), of(None, 199)]);
        let n = |source| {
            calibration
                .measured(Ground::KnownModel, source)
                .expect("measured")
                .n
        };
        assert_eq!((n(1), n(2), n(3)), (199, 100, 199));
    }
}
