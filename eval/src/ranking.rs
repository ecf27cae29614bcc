//! Scores of ranked lists: whether the right entries come, and how early.
//!
//! Relevance is yes or no. Definitions are those of trec_eval: reciprocal rank (Voorhees 1999), average precision
//! (Buckley & Voorhees 2000), discounted cumulative gain (Järvelin & Kekäläinen 2002) with `1 / log2(place + 1)`.

use serde::Serialize;

use crate::{Error, Result};

/// Depth of [`QueryScores::ndcg_10`].
const DEPTH: usize = 10;

/// Scores of one question's ranked list, or the means of several; all from 0 to 1, the higher the better.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct QueryScores {
    /// Whether the first entry is right.
    pub hit_1: f64,
    /// Whether one of the first three is.
    pub hit_3: f64,
    /// Whether one of the first five is.
    pub hit_5: f64,
    /// 1 over the place of the first right entry; 0 where none comes. The mean is the MRR.
    pub reciprocal_rank: f64,
    /// Gain of right entries among the first ten, over that of the best order.
    pub ndcg_10: f64,
    /// Mean, over all right entries, of the share of right entries down to it; the mean over questions is the MAP.
    pub average_precision: f64,
}

impl QueryScores {
    /// Scores a list by the `places` (from 1, in any order) where its right entries stand, of `relevant` in all.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] when no entry is right, for then there is nothing to find; [`Error::Parameter`] for more places
    /// than right entries, or a place 0.
    pub fn of(places: &[usize], relevant: usize) -> Result<Self> {
        if relevant == 0 {
            return Err(Error::Empty);
        }
        if places.len() > relevant {
            return Err(Error::Parameter {
                name: "places",
                value: places.len() as f64,
                valid: "at most as many as there are right entries",
            });
        }
        if places.contains(&0) {
            return Err(Error::Parameter {
                name: "place",
                value: 0.0,
                valid: "1 or more",
            });
        }
        let mut places = places.to_vec();
        places.sort_unstable();
        let hit = |depth: usize| f64::from(u8::from(places.first().is_some_and(|p| *p <= depth)));
        let gain = |place: usize| 1.0 / ((place + 1) as f64).log2();
        let found: f64 = places
            .iter()
            .filter(|p| **p <= DEPTH)
            .map(|p| gain(*p))
            .sum();
        let ideal: f64 = (1..=relevant.min(DEPTH)).map(gain).sum();
        let precision = places.iter().zip(1_usize..);
        let precision: f64 = precision.map(|(p, seen)| seen as f64 / *p as f64).sum();
        Ok(Self {
            hit_1: hit(1),
            hit_3: hit(3),
            hit_5: hit(5),
            reciprocal_rank: places.first().map_or(0.0, |place| 1.0 / *place as f64),
            ndcg_10: found / ideal,
            average_precision: precision / relevant as f64,
        })
    }

    /// The scores with the names that their means go by.
    pub fn named(&self) -> [(&'static str, f64); 6] {
        [
            ("hit_1", self.hit_1),
            ("hit_3", self.hit_3),
            ("hit_5", self.hit_5),
            ("mrr", self.reciprocal_rank),
            ("ndcg_10", self.ndcg_10),
            ("map", self.average_precision),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_right_entry() {
        for (places, hits, rank, ndcg) in [
            (&[1][..], [1.0, 1.0, 1.0], 1.0, 1.0),
            (&[2], [0.0, 1.0, 1.0], 0.5, 1.0 / 3_f64.log2()),
            (&[4], [0.0, 0.0, 1.0], 0.25, 1.0 / 5_f64.log2()),
            (&[11], [0.0, 0.0, 0.0], 1.0 / 11.0, 0.0),
            (&[], [0.0, 0.0, 0.0], 0.0, 0.0),
        ] {
            let scores = QueryScores::of(places, 1).expect("valid");
            assert_eq!([scores.hit_1, scores.hit_3, scores.hit_5], hits);
            assert_eq!((scores.reciprocal_rank, scores.ndcg_10), (rank, ndcg));
            assert_eq!(scores.average_precision, rank);
        }
    }

    #[test]
    fn several_right_entries_in_any_order() {
        let scores = QueryScores::of(&[5, 1], 3).expect("valid");
        assert!((scores.average_precision - (1.0 + 0.4) / 3.0).abs() < 1e-15);
        let ideal = 1.0 + 1.0 / 3_f64.log2() + 0.5;
        assert!((scores.ndcg_10 - (1.0 + 1.0 / 6_f64.log2()) / ideal).abs() < 1e-15);
    }

    #[test]
    fn what_cannot_be_scored_is_refused() {
        assert_eq!(QueryScores::of(&[], 0), Err(Error::Empty));
        assert!(QueryScores::of(&[1, 2], 1).is_err());
        assert!(QueryScores::of(&[0], 1).is_err());
    }
}
