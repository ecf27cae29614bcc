//! Whether new rows still look like those that a model learned from.
//!
//! The population stability index (Karakoulas 2004; Siddiqi 2006) by bins of the reference, the two-sample
//! Kolmogorov-Smirnov distance, and the share of words that the reference never had. The usual limits of the index (0.1,
//! 0.25) are convention. How large it comes out by chance alone follows from the sizes of the samples: it is then about
//! `(1/n + 1/m)` times a chi-squared number of `bins - 1` degrees (Yurdakul & Naranjo 2020), and small samples reach
//! 0.25 easily; so that level is given beside it.

use std::collections::BTreeMap;
use std::f64::consts::PI;

use serde::Serialize;

use crate::{Error, Result, bands, check};

/// Bins of a number.
const BINS: usize = 10;
/// Most words that get a bin of their own; the rarer share one.
const WORDS: usize = 20;
/// Least share of a bin: an empty one would make the index infinite.
const FLOOR: f64 = 1e-4;
/// One-sided 95 % quantile of the normal distribution.
const Z_95: f64 = 1.644_853_626_951_472_2;

/// How far one feature moved.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Drift {
    /// Population stability index over the bins, with one for missing values where there are any.
    pub psi: f64,
    /// The index that samples of these sizes stay below in 95 % of cases when nothing moved.
    pub psi_by_chance: f64,
    /// Kolmogorov-Smirnov distance; numbers only.
    pub ks: Option<f64>,
    /// Probability of such a distance when nothing moved, by Kolmogorov's limiting distribution; numbers only.
    pub ks_p_value: Option<f64>,
    /// Share of the current rows whose word the reference never had; words only.
    pub unknown_rate: Option<f64>,
    /// The rate that so many new rows stay below in 95 % of cases when nothing moved: words that the reference has once
    /// tell how many it lacks (Good 1953); words only.
    pub unknown_by_chance: Option<f64>,
    /// Those words with their rows, the most frequent first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<(String, usize)>,
    /// Share of missing values in the reference.
    pub missing_reference: f64,
    /// Share of missing values in the current rows.
    pub missing_current: f64,
    /// The bins.
    pub bins: Vec<Bin>,
}

/// One bin, as shares of all rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bin {
    /// What falls into it.
    pub label: String,
    /// Share of the reference.
    pub reference: f64,
    /// Share of the current rows.
    pub current: f64,
}

/// Compares a feature of numbers. Bins end at the deciles of the reference.
///
/// # Errors
///
/// [`Error::Empty`] where either side has no row or the reference no number; [`Error::Value`] for a number that is not
/// finite.
pub fn numbers(reference: &[Option<f64>], current: &[Option<f64>]) -> Result<Drift> {
    let present = |side: &[Option<f64>]| -> Vec<f64> { side.iter().copied().flatten().collect() };
    let (known, new) = (present(reference), present(current));
    if known.is_empty() || current.is_empty() {
        return Err(Error::Empty);
    }
    check::values("current", &new, &check::FINITE)?;
    let bands = bands::Bands::of(&known, BINS)?;
    let edges = bands.edges();
    let n_bins = edges.len().saturating_sub(1).max(1);
    let count = |values: &[f64]| -> Result<Vec<usize>> {
        let mut counts = vec![0; n_bins];
        for band in bands.keys(values)? {
            counts[band.number - 1] += 1;
        }
        Ok(counts)
    };
    let label = |bin: usize| match (bin, edges.get(bin), edges.get(bin + 1)) {
        (0, _, Some(high)) if n_bins > 1 => format!("≤ {high}"),
        (_, Some(low), Some(_)) if bin + 1 == n_bins => format!("> {low}"),
        (_, Some(low), Some(high)) => format!("{low} – {high}"),
        _ => "all".to_owned(),
    };
    let mut bins = Counts::default();
    let pairs = count(&known)?.into_iter().zip(count(&new)?);
    for (bin, (before, now)) in pairs.enumerate() {
        bins.push(label(bin), before, now);
    }
    let missing = [reference.len() - known.len(), current.len() - new.len()];
    let ks = (!new.is_empty()).then(|| ks_distance(&known, &new));
    let mut drift = bins.finish(missing, [reference.len(), current.len()]);
    drift.ks = ks;
    drift.ks_p_value = ks.map(|distance| {
        let (n, m) = (known.len() as f64, new.len() as f64);
        kolmogorov((n * m / (n + m)).sqrt() * distance)
    });
    Ok(drift)
}

/// Compares a feature of words. The commonest words of the reference have a bin each, the rest and what is new share one.
///
/// # Errors
///
/// [`Error::Empty`] where either side has no row.
pub fn words(reference: &[Option<String>], current: &[Option<String>]) -> Result<Drift> {
    if reference.is_empty() || current.is_empty() {
        return Err(Error::Empty);
    }
    let count = |side: &[Option<String>]| {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for word in side.iter().flatten() {
            *counts.entry(word.clone()).or_default() += 1;
        }
        counts
    };
    let (known, mut new) = (count(reference), count(current));
    let once = known.values().filter(|n| **n == 1).count();
    let mut common: Vec<(&String, usize)> = known.iter().map(|(word, n)| (word, *n)).collect();
    common.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let missing = [
        reference.len() - known.values().sum::<usize>(),
        current.len() - new.values().sum::<usize>(),
    ];
    let mut bins = Counts::default();
    let (mut rare, mut rare_new) = (0, 0);
    for (place, (word, n)) in common.into_iter().enumerate() {
        let now = new.remove(word).unwrap_or(0);
        if place < WORDS {
            bins.push(word.clone(), n, now);
        } else {
            rare += n;
            rare_new += now;
        }
    }
    let unknown_rows: usize = new.values().sum();
    // One bin for both: of thousands of models some are new in every sample, and a bin that was empty before would rule the
    // index. The rate below is what tells of them.
    if rare + unknown_rows > 0 {
        bins.push("rarer or unknown".to_owned(), rare, rare_new + unknown_rows);
    }
    let mut unknown: Vec<(String, usize)> = new.into_iter().collect();
    unknown.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut drift = bins.finish(missing, [reference.len(), current.len()]);
    drift.unknown_rate = Some(unknown_rows as f64 / current.len() as f64);
    drift.unknown_by_chance = Some({
        let rate = once as f64 / reference.len() as f64;
        rate + Z_95 * (rate * (1.0 - rate) / current.len() as f64).sqrt()
    });
    drift.unknown = unknown;
    Ok(drift)
}

#[derive(Default)]
struct Counts {
    bins: Vec<(String, usize, usize)>,
}

impl Counts {
    fn push(&mut self, label: String, reference: usize, current: usize) {
        self.bins.push((label, reference, current));
    }

    fn finish(mut self, missing: [usize; 2], rows: [usize; 2]) -> Drift {
        if missing != [0, 0] {
            self.push("missing".to_owned(), missing[0], missing[1]);
        }
        let [n, m] = rows.map(|rows| rows as f64);
        let bins: Vec<Bin> = self
            .bins
            .into_iter()
            .map(|(label, reference, current)| Bin {
                label,
                reference: reference as f64 / n,
                current: current as f64 / m,
            })
            .collect();
        let degrees = bins.len().saturating_sub(1) as f64;
        Drift {
            psi: psi(&bins),
            psi_by_chance: (1.0 / n + 1.0 / m) * chi_squared_95(degrees),
            ks: None,
            ks_p_value: None,
            unknown_rate: None,
            unknown_by_chance: None,
            unknown: Vec::new(),
            missing_reference: missing[0] as f64 / n,
            missing_current: missing[1] as f64 / m,
            bins,
        }
    }
}

/// Sum of `(current - reference) ln(current / reference)` over the bins; a share below 0.0001 counts as that.
fn psi(bins: &[Bin]) -> f64 {
    bins.iter()
        .map(|bin| (bin.reference.max(FLOOR), bin.current.max(FLOOR)))
        .map(|(reference, current)| (current - reference) * (current / reference).ln())
        .sum()
}

/// 95 % quantile of chi-squared by the cube-root approximation of Wilson & Hilferty (1931), within 1 % from 2 degrees on.
fn chi_squared_95(degrees: f64) -> f64 {
    if degrees < 1.0 {
        return 0.0;
    }
    let part = 2.0 / (9.0 * degrees);
    degrees * (1.0 - part + Z_95 * part.sqrt()).powi(3)
}

/// Largest distance between the two empirical distributions.
fn ks_distance(reference: &[f64], current: &[f64]) -> f64 {
    let sorted = |values: &[f64]| {
        let mut values = values.to_vec();
        values.sort_unstable_by(f64::total_cmp);
        values
    };
    let (a, b) = (sorted(reference), sorted(current));
    let (mut i, mut j, mut distance) = (0, 0, 0.0_f64);
    while i < a.len() && j < b.len() {
        let value = a[i].min(b[j]);
        while i < a.len() && a[i] <= value {
            i += 1;
        }
        while j < b.len() && b[j] <= value {
            j += 1;
        }
        let gap = i as f64 / a.len() as f64 - j as f64 / b.len() as f64;
        distance = distance.max(gap.abs());
    }
    distance
}

/// Probability that a number of Kolmogorov's limiting distribution is larger (Kolmogorov 1933); two series of it, each
/// where it converges in a few terms.
pub fn kolmogorov(x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let terms = |term: fn(f64, f64) -> f64| (1..=20).map(|k| term(f64::from(k), x)).sum::<f64>();
    let tail = if x < 1.0 {
        let sum = terms(|k, x| (-((2.0 * k - 1.0) * PI / x).powi(2) / 8.0).exp());
        1.0 - (2.0 * PI).sqrt() / x * sum
    } else {
        2.0 * terms(|k, x| {
            let sign = if k % 2.0 == 1.0 { 1.0 } else { -1.0 };
            sign * (-2.0 * (k * x).powi(2)).exp()
        })
    };
    tail.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(values: impl IntoIterator<Item = f64>) -> Vec<Option<f64>> {
        values.into_iter().map(Some).collect()
    }

    fn named(words: &[(&str, usize)]) -> Vec<Option<String>> {
        let repeat = |(word, n): &(&str, usize)| vec![Some((*word).to_owned()); *n];
        words.iter().flat_map(repeat).collect()
    }

    #[test]
    fn the_same_rows_have_not_moved() {
        let rows = some((0..500).map(f64::from));
        let drift = numbers(&rows, &rows).expect("rows");
        assert_eq!((drift.psi, drift.ks), (0.0, Some(0.0)));
        assert_eq!((drift.ks_p_value, drift.bins.len()), (Some(1.0), 10));
        let shares: f64 = drift.bins.iter().map(|bin| bin.current).sum();
        assert!((shares - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_shift_is_seen_and_noise_is_not() {
        let draw = |n: u64, salt: u64| (0..n).map(move |i| (((i + salt) * 7919) % 10_007) as f64);
        let reference = some(draw(4_000, 0));
        let noise = numbers(&reference, &some(draw(300, 5_000))).expect("rows");
        assert!(noise.psi < noise.psi_by_chance, "{noise:?}");
        let shifted = draw(300, 5_000).map(|value| value * 0.6 + 4_000.0);
        let moved = numbers(&reference, &some(shifted)).expect("rows");
        assert!(moved.psi > 0.25 && moved.psi > moved.psi_by_chance);
        assert!(moved.ks.is_some_and(|ks| ks > 0.3));
    }

    #[test]
    fn the_index_is_its_definition() {
        let drift = words(
            &named(&[("a", 60), ("b", 40)]),
            &named(&[("a", 45), ("b", 55)]),
        );
        let want = -0.15 * (0.45_f64 / 0.6).ln() + 0.15 * (0.55_f64 / 0.4).ln();
        let drift = drift.expect("rows");
        assert!((drift.psi - want).abs() < 1e-12);
        // (1/100 + 1/100) × 3.841, the quantile of one degree, which the approximation misses by 3 %.
        assert!((drift.psi_by_chance - 0.0768).abs() < 0.003);
    }

    #[test]
    fn unknown_words_and_gaps_are_counted() {
        let mut current = named(&[("kia", 6), ("vinfast", 3), ("byd", 1)]);
        current.extend([None, None]);
        let drift = words(&named(&[("kia", 10)]), &current).expect("rows");
        assert_eq!(drift.unknown_rate, Some(4.0 / 12.0));
        let unknown = [("vinfast".to_owned(), 3), ("byd".to_owned(), 1)];
        assert_eq!(drift.unknown, unknown);
        assert_eq!(drift.missing_current, 2.0 / 12.0);
        let labels: Vec<&str> = drift.bins.iter().map(|bin| bin.label.as_str()).collect();
        assert_eq!(labels, ["kia", "rarer or unknown", "missing"]);
    }

    #[test]
    fn rare_words_tell_how_many_are_unknown_by_chance() {
        // Of 100 rows 20 have a word of their own: about one new row in five will have one too.
        let mut reference = named(&[("kia", 80)]);
        reference.extend((0..20).map(|i| Some(format!("rare {i}"))));
        let mut current = named(&[("kia", 80)]);
        current.extend((0..20).map(|i| Some(format!("other {i}"))));
        let drift = words(&reference, &current).expect("rows");
        assert!((drift.unknown_by_chance.expect("words") - 0.266).abs() < 1e-3);
        assert!(drift.unknown_rate < drift.unknown_by_chance);
    }

    #[test]
    fn nothing_to_compare_is_an_error() {
        assert_eq!(words(&[], &named(&[("a", 1)])), Err(Error::Empty));
        assert_eq!(numbers(&[None], &some([1.0])), Err(Error::Empty));
        assert!(numbers(&some([1.0]), &some([f64::NAN])).is_err());
        let gone = numbers(&some([1.0, 2.0]), &[None]).expect("all missing is a drift");
        assert_eq!((gone.ks, gone.missing_current), (None, 1.0));
    }

    #[test]
    fn both_series_meet() {
        let (below, above) = (kolmogorov(1.0 - 1e-12), kolmogorov(1.0));
        assert!((below - above).abs() < 1e-9, "{below} {above}");
        assert_eq!((kolmogorov(0.0), kolmogorov(9.0) < 1e-60), (1.0, true));
    }
}
