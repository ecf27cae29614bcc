//! How far a score would move with other rows: the seeded bootstrap.
//!
//! Percentile intervals of Efron (1979). Cars of one seller resemble each other, so that rows are not independent and
//! intervals from single rows come out too narrow; where sellers are known, whole sellers are drawn (the cluster
//! bootstrap; Davison & Hinkley 1997, section 3.8).

use std::collections::BTreeMap;

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};
use rayon::prelude::*;

use crate::{Error, Result};

/// How to resample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// Number of replicates, 100 to 100,000.
    pub replicates: usize,
    /// Same seed, same draws.
    pub seed: u64,
    /// Share of replicates that an interval holds, in (0, 1).
    pub confidence: f64,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            replicates: 2_000,
            seed: 42,
            confidence: 0.95,
        }
    }
}

impl Plan {
    /// Passes when the plan can be followed.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for a number out of its range.
    pub fn check(&self) -> Result<()> {
        if !(100..=100_000).contains(&self.replicates) {
            return Err(Error::Parameter {
                name: "replicates",
                value: self.replicates as f64,
                valid: "100 to 100000",
            });
        }
        if !(self.confidence > 0.0 && self.confidence < 1.0) {
            return Err(Error::Parameter {
                name: "confidence",
                value: self.confidence,
                valid: "above 0 and below 1",
            });
        }
        Ok(())
    }
}

/// What is drawn as one: rows, or the rows of one seller together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Units {
    rows: Vec<Vec<usize>>,
}

impl Units {
    /// Every row alone.
    pub fn single(rows: &[usize]) -> Self {
        Self {
            rows: rows.iter().map(|row| vec![*row]).collect(),
        }
    }

    /// The chosen rows, those of one cluster together; a row without a cluster stands alone. `clusters` has one entry
    /// for each row of the whole.
    pub fn clustered(rows: &[usize], clusters: &[Option<String>]) -> Self {
        let mut by_cluster: BTreeMap<&str, usize> = BTreeMap::new();
        let mut units: Vec<Vec<usize>> = Vec::new();
        for row in rows {
            let cluster = clusters.get(*row).and_then(Option::as_deref);
            let unit = cluster.map(|name| *by_cluster.entry(name).or_insert(units.len()));
            match unit.and_then(|unit| units.get_mut(unit)) {
                Some(unit) => unit.push(*row),
                None => units.push(vec![*row]),
            }
        }
        Self { rows: units }
    }

    /// Number of units.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// As many units as there are, drawn with replacement.
    fn draw(&self, plan: &Plan, replicate: usize) -> Vec<usize> {
        let mut random = ChaCha8Rng::seed_from_u64(plan.seed);
        // A stream each: the replicates come out the same on any number of threads.
        random.set_stream(replicate as u64);
        let mut rows = Vec::with_capacity(self.rows.iter().map(Vec::len).sum());
        for _ in 0..self.rows.len() {
            let unit = (u128::from(random.next_u64()) * self.rows.len() as u128) >> 64;
            rows.extend_from_slice(&self.rows[unit as usize]);
        }
        rows
    }
}

/// Fewest units that say how far a score would move: three sellers, drawn again and again, are still the same three, and
/// an interval from them would be far too narrow.
pub const MIN_UNITS: usize = 10;

/// What `score` says of each replicate, in their order; nothing of fewer than [`MIN_UNITS`].
pub fn replicates<T: Send>(
    units: &Units,
    plan: &Plan,
    score: impl Fn(&[usize]) -> T + Sync,
) -> Vec<T> {
    if units.len() < MIN_UNITS {
        return Vec::new();
    }
    (0..plan.replicates)
        .into_par_iter()
        .map(|replicate| score(&units.draw(plan, replicate)))
        .collect()
}

/// The middle `confidence` of the values, by linear interpolation between them; `None` if fewer than half of them are
/// numbers, for then the score is undefined more often than not.
pub fn interval(values: &[f64], confidence: f64) -> Option<(f64, f64)> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    if sorted.is_empty() || sorted.len() * 2 < values.len() {
        return None;
    }
    sorted.sort_unstable_by(f64::total_cmp);
    let tail = (1.0 - confidence) / 2.0;
    Some((
        crate::bands::quantile(&sorted, tail),
        crate::bands::quantile(&sorted, 1.0 - tail),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(values: &[f64], rows: &[usize]) -> f64 {
        rows.iter().map(|row| values[*row]).sum::<f64>() / rows.len() as f64
    }

    fn width(units: &Units, values: &[f64]) -> f64 {
        let means = replicates(units, &Plan::default(), |rows| mean(values, rows));
        let (low, high) = interval(&means, 0.95).expect("numbers");
        high - low
    }

    #[test]
    fn the_interval_of_a_mean_is_the_textbooks() {
        let values: Vec<f64> = (0..400).map(|i| f64::from(i % 20)).collect();
        let rows: Vec<usize> = (0..400).collect();
        // Two-sided 95 %: 2 × 1.96 standard errors.
        let deviation = ((0..20).map(|i| (f64::from(i) - 9.5).powi(2)).sum::<f64>() / 20.0).sqrt();
        let want = 2.0 * 1.96 * deviation / 20.0;
        let got = width(&Units::single(&rows), &values);
        assert!((got / want - 1.0).abs() < 0.06, "{got} {want}");
    }

    #[test]
    fn rows_that_resemble_each_other_widen_it() {
        // 40 sellers of 10 cars at one price each: as good as 40 rows.
        let values: Vec<f64> = (0..400).map(|i| f64::from(i / 10 % 20)).collect();
        let sellers: Vec<Option<String>> = (0..400).map(|i| Some((i / 10).to_string())).collect();
        let rows: Vec<usize> = (0..400).collect();
        let clustered = Units::clustered(&rows, &sellers);
        assert_eq!(clustered.len(), 40);
        let wider = width(&clustered, &values) / width(&Units::single(&rows), &values);
        assert!((2.8..3.5).contains(&wider), "{wider}, about √10 is right");
    }

    #[test]
    fn a_row_without_a_seller_stands_alone() {
        let sellers = [Some("a".to_owned()), None, Some("a".to_owned()), None];
        let units = Units::clustered(&[0, 1, 2, 3], &sellers);
        assert_eq!(units.rows, [vec![0, 2], vec![1], vec![3]]);
        assert_eq!(Units::clustered(&[1, 3], &sellers).len(), 2);
    }

    #[test]
    fn one_seed_gives_the_same_draws() {
        let rows: Vec<usize> = (3..15).collect();
        let units = Units::single(&rows);
        let draws = |seed| {
            let plan = Plan {
                seed,
                replicates: 100,
                ..Plan::default()
            };
            replicates(&units, &plan, <[usize]>::to_vec)
        };
        assert_eq!(draws(1), draws(1));
        assert_ne!(draws(1), draws(2));
        let drawn = draws(1);
        assert!(drawn.iter().flatten().all(|row| rows.contains(row)));
        assert!(drawn.iter().any(|rows| rows != &drawn[0]));
    }

    #[test]
    fn a_handful_says_nothing() {
        let rows: Vec<usize> = (0..MIN_UNITS).collect();
        let n = |rows: &[usize]| replicates(&Units::single(rows), &Plan::default(), |_| ()).len();
        assert_eq!((n(&rows), n(&rows[1..])), (2_000, 0));
        assert_eq!(interval(&[], 0.95), None);
    }

    #[test]
    fn what_is_undefined_too_often_has_no_interval() {
        assert_eq!(interval(&[f64::NAN, f64::NAN, 1.0], 0.9), None);
        assert_eq!(interval(&[], 0.9), None);
        let (low, high) = interval(&[1.0, f64::NAN, 3.0], 0.5).expect("two of three");
        assert_eq!((low, high), (1.5, 2.5));
    }

    #[test]
    fn plans_out_of_range_are_refused() {
        let plan = Plan {
            replicates: 99,
            ..Plan::default()
        };
        let error = plan.check().expect_err("too few").to_string();
        assert_eq!(error, "`replicates` is 99; valid: 100 to 100000");
        let plan = Plan {
            confidence: 1.0,
            ..Plan::default()
        };
        assert!(plan.check().is_err());
    }
}
