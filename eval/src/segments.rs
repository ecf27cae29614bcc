//! Scores by segment (source, make, price band, age band), with small segments folded together.

use std::{collections::BTreeMap, fmt::Display};

use serde::Serialize;

use crate::{Coverage, Error, PriceScores, Ranges, Result, check, metrics};

/// Name of the segment that takes in the small ones.
pub const OTHER: &str = "other";

/// Rows told apart by a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segments {
    rows: usize,
    segments: Vec<Segment>,
}

/// The rows of one segment.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Segment {
    name: String,
    folded: Vec<String>,
    rows: Vec<usize>,
}

/// Scores of one segment, [`PriceScores`] or [`Coverage`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SegmentScores<S> {
    /// The key, or [`OTHER`].
    pub segment: String,
    /// Segments that were too small to stand alone and were scored together here; empty for all but [`OTHER`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub folded: Vec<String>,
    /// Their scores, `n` among them.
    #[serde(flatten)]
    pub scores: S,
}

impl Segments {
    /// Tells rows apart by `keys`, one a row. Segments of fewer than `min_n` rows go into [`OTHER`], which can itself
    /// be that small: no row is ever left out.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`].
    pub fn of<K: Ord + Display>(keys: &[K], min_n: usize) -> Result<Self> {
        if keys.is_empty() {
            return Err(Error::Empty);
        }
        let mut by_key: BTreeMap<&K, Vec<usize>> = BTreeMap::new();
        for (row, key) in keys.iter().enumerate() {
            by_key.entry(key).or_default().push(row);
        }
        let mut other = Segment {
            name: OTHER.to_owned(),
            folded: Vec::new(),
            rows: Vec::new(),
        };
        let mut segments = Vec::with_capacity(by_key.len());
        for (key, mut rows) in by_key {
            let name = key.to_string();
            if name == OTHER {
                other.rows.append(&mut rows);
            } else if rows.len() < min_n {
                other.folded.push(name);
                other.rows.append(&mut rows);
            } else {
                segments.push(Segment {
                    name,
                    folded: Vec::new(),
                    rows,
                });
            }
        }
        if !other.rows.is_empty() {
            segments.push(other);
        }
        Ok(Self {
            rows: keys.len(),
            segments,
        })
    }

    /// The segments: name, names of the small ones that are folded into it, rows. [`OTHER`] is last.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String], &[usize])> {
        self.segments.iter().map(|own| {
            (
                own.name.as_str(),
                own.folded.as_slice(),
                own.rows.as_slice(),
            )
        })
    }

    /// Scores every segment, in the order of the keys, [`OTHER`] last.
    ///
    /// # Errors
    ///
    /// Those of [`PriceScores::of`], naming rows of the whole.
    pub fn scores(
        &self,
        actual: &[f64],
        predicted: &[f64],
    ) -> Result<Vec<SegmentScores<PriceScores>>> {
        self.check_rows(actual)?;
        metrics::check_prices(actual, predicted)?;
        self.each(|rows| PriceScores::of(&pick(actual, rows), &pick(predicted, rows)))
    }

    /// Measures the ranges of every segment, in the order of the keys, [`OTHER`] last.
    ///
    /// # Errors
    ///
    /// Those of [`Coverage::of`], naming rows of the whole.
    pub fn coverage(&self, ranges: &Ranges<'_>) -> Result<Vec<SegmentScores<Coverage>>> {
        self.check_rows(ranges.actual)?;
        ranges.check()?;
        self.each(|rows| {
            Coverage::of(&Ranges {
                level: ranges.level,
                actual: &pick(ranges.actual, rows),
                predicted: &pick(ranges.predicted, rows),
                low: &pick(ranges.low, rows),
                high: &pick(ranges.high, rows),
            })
        })
    }

    fn check_rows(&self, actual: &[f64]) -> Result<()> {
        check::lengths(("actual", actual.len()), ("keys", self.rows))
    }

    fn each<S>(&self, score: impl Fn(&[usize]) -> Result<S>) -> Result<Vec<SegmentScores<S>>> {
        self.segments
            .iter()
            .map(|segment| {
                Ok(SegmentScores {
                    segment: segment.name.clone(),
                    folded: segment.folded.clone(),
                    scores: score(&segment.rows)?,
                })
            })
            .collect()
    }
}

fn pick(values: &[f64], rows: &[usize]) -> Vec<f64> {
    rows.iter().map(|&row| values[row]).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{AgeBand, Bands};

    const ACTUAL: [f64; 6] = [100.0, 200.0, 300.0, 400.0, 500.0, 600.0];
    const PREDICTED: [f64; 6] = [110.0, 200.0, 270.0, 400.0, 450.0, 660.0];

    /// Segments as `name n mae [folded]`.
    fn shown<K: Ord + Display>(keys: &[K], min_n: usize) -> Vec<String> {
        let scores =
            Segments::of(keys, min_n).and_then(|segments| segments.scores(&ACTUAL, &PREDICTED));
        scores
            .expect("valid rows")
            .iter()
            .map(|s| {
                format!(
                    "{} {} {} {:?}",
                    s.segment, s.scores.n, s.scores.mae, s.folded
                )
            })
            .collect()
    }

    #[test]
    fn small_segments_are_folded_and_named() {
        let makes = ["toyota", "kia", "toyota", "bmw", "toyota", "audi"];
        assert_eq!(
            shown(&makes, 2),
            ["toyota 3 30 []", r#"other 3 20 ["audi", "bmw", "kia"]"#]
        );
        assert_eq!(
            shown(&makes, 1),
            ["audi 1 60 []", "bmw 1 0 []", "kia 1 0 []", "toyota 3 30 []"]
        );
        assert_eq!(
            shown(&makes, 99),
            [r#"other 6 25 ["audi", "bmw", "kia", "toyota"]"#]
        );
    }

    #[test]
    fn a_key_called_other_joins_the_small_ones() {
        let makes = ["other", "kia", "kia", "bmw", "kia", "kia"];
        assert_eq!(shown(&makes, 2), ["kia 4 35 []", r#"other 2 5 ["bmw"]"#]);
    }

    #[test]
    fn bands_keep_their_order() {
        let ages = [12, 1, 4, 0, 16, 3].map(AgeBand::of);
        assert_eq!(
            shown(&ages, 1),
            [
                "0-2 years 2 0 []",
                "3-5 years 2 45 []",
                "10-14 years 1 10 []",
                "15+ years 1 50 []"
            ]
        );
        let halves = Bands::of(&ACTUAL, 2).and_then(|bands| bands.keys(&ACTUAL));
        assert_eq!(
            shown(&halves.expect("valid prices"), 1),
            [
                "1 of 2 3 13.333333333333334 []",
                "2 of 2 3 36.666666666666664 []"
            ]
        );
    }

    #[test]
    fn coverage_is_measured_by_segment() {
        let ranges = Ranges {
            level: 0.9,
            actual: &ACTUAL,
            predicted: &PREDICTED,
            low: &PREDICTED,
            high: &PREDICTED.map(|price| price * 1.5),
        };
        let halves = Bands::of(&ACTUAL, 2).and_then(|bands| bands.keys(&ACTUAL));
        let segments = Segments::of(&halves.expect("valid prices"), 1).expect("some rows");
        let measured = segments.coverage(&ranges).expect("valid ranges");
        let shown: Vec<(&str, f64, f64)> = measured
            .iter()
            .map(|s| (s.segment.as_str(), s.scores.coverage, s.scores.below))
            .collect();
        assert_eq!(
            shown,
            [
                ("1 of 2", 2.0 / 3.0, 1.0 / 3.0),
                ("2 of 2", 2.0 / 3.0, 1.0 / 3.0)
            ]
        );
    }

    #[test]
    fn errors_name_rows_of_the_whole() {
        let segments = Segments::of(&["a", "b", "a", "b"], 1).expect("some rows");
        let refuse = |actual: &[f64], predicted: &[f64], want: &str| {
            let error = segments.scores(actual, predicted).expect_err(want);
            assert_eq!(error.to_string(), want);
        };
        let rows = [1.0; 4];
        refuse(
            &rows[..3],
            &rows[..3],
            "`actual` has 3 values; `keys` has 4",
        );
        refuse(
            &rows,
            &rows[..3],
            "`predicted` has 3 values; `actual` has 4",
        );
        refuse(
            &rows,
            &[1.0, 1.0, 1.0, f64::NAN],
            "`predicted` of row 3 is NaN; valid: a finite number",
        );
        let ranges = Ranges {
            level: 0.5,
            actual: &rows,
            predicted: &rows,
            low: &rows,
            high: &[1.0, 1.0, 1.0, 0.5],
        };
        assert_eq!(
            segments.coverage(&ranges).expect_err("refused").to_string(),
            "`high` of row 3 is 0.5; valid: at least `low` of the same row"
        );
        assert_eq!(Segments::of::<String>(&[], 1), Err(Error::Empty));
    }

    #[test]
    fn a_segment_is_one_flat_object() {
        let segments = Segments::of(&["kia", "bmw", "kia"], 2).expect("some rows");
        let scores = segments.scores(&[100.0; 3], &[100.0, 110.0, 120.0]);
        let json = serde_json::to_value(scores.expect("valid rows")).expect("plain data");
        assert_eq!(json[0]["segment"], "kia");
        assert_eq!(json[0]["mae"], 10.0);
        assert_eq!(json[0]["r2"], serde_json::Value::Null);
        assert!(json[0].get("folded").is_none());
        assert_eq!(json[1]["folded"], serde_json::json!(["bmw"]));
        assert_eq!(json[1]["n"], 1);
    }

    proptest! {
        #[test]
        fn every_row_is_in_one_segment(keys in prop::collection::vec(0..12_u8, 1..80), min_n in 0..12_usize) {
            let prices: Vec<f64> = (1..=keys.len()).map(|row| row as f64).collect();
            let predicted = vec![1.0; prices.len()];
            let scored = Segments::of(&keys, min_n)?.scores(&prices, &predicted)?;
            prop_assert_eq!(scored.iter().map(|s| s.scores.n).sum::<usize>(), keys.len());
            prop_assert!(scored.iter().all(|s| s.segment == OTHER || s.scores.n >= min_n));
            let total: f64 = scored.iter().map(|s| s.scores.mae * s.scores.n as f64).sum();
            let whole = PriceScores::of(&prices, &predicted)?.mae * keys.len() as f64;
            prop_assert!((total - whole).abs() < 1e-9 * whole.max(1.0));
        }
    }
}
