//! Median of make, model and year: what a price guide without a model would say, and the bar to beat.

use serde::{Deserialize, Serialize};

/// Medians by group, from the most specific grouping to the overall one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Medians {
    groupings: Vec<Grouping>,
    overall: f32,
}

/// The medians of one grouping.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Grouping {
    columns: Vec<usize>,
    /// Sorted by key, so that it is searched by halves and written in one order.
    medians: Vec<(Vec<f32>, f32)>,
}

impl Medians {
    /// The median of the most specific group that training rows filled.
    pub fn score(&self, row: &[f32]) -> f32 {
        self.groupings
            .iter()
            .find_map(|grouping| grouping.median(row))
            .unwrap_or(self.overall)
    }
}

impl Grouping {
    fn median(&self, row: &[f32]) -> Option<f32> {
        let key = self.columns.iter().map(|column| row[*column]);
        let found = self.medians.binary_search_by(|(own, _)| {
            own.iter()
                .copied()
                .zip(key.clone())
                .map(|(own, key)| own.total_cmp(&key))
                .find(|order| order.is_ne())
                .unwrap_or(std::cmp::Ordering::Equal)
        });
        found.ok().map(|index| self.medians[index].1)
    }
}

#[cfg(feature = "train")]
pub use fit::MediansParams;

#[cfg(feature = "train")]
mod fit {
    use linfa::{
        DatasetBase,
        traits::{Fit, PredictInplace},
    };
    use ndarray::{Array1, Array2};

    use super::{Grouping, Medians};
    use crate::{Error, Result};

    /// Which columns make a group, the most specific grouping first.
    #[derive(Debug, Clone, PartialEq)]
    pub struct MediansParams {
        /// Column indices of each grouping.
        pub groupings: Vec<Vec<usize>>,
    }

    impl Fit<Array2<f32>, Array1<f32>, Error> for MediansParams {
        type Object = Medians;

        fn fit(&self, dataset: &DatasetBase<Array2<f32>, Array1<f32>>) -> Result<Medians> {
            if dataset.targets.is_empty() {
                return Err(Error::parameter("rows", 0, "at least one"));
            }
            let all: Vec<usize> = (0..dataset.targets.len()).collect();
            let median_of = |rows: &[usize]| {
                let mut values: Vec<f32> = rows.iter().map(|row| dataset.targets[*row]).collect();
                let middle = values.len() / 2;
                *values.select_nth_unstable_by(middle, f32::total_cmp).1
            };
            let groupings = self
                .groupings
                .iter()
                .map(|columns| {
                    let key = |row: usize| -> Vec<f32> {
                        columns
                            .iter()
                            .map(|column| dataset.records[[row, *column]])
                            .collect()
                    };
                    let mut keyed: Vec<(Vec<f32>, usize)> =
                        all.iter().map(|row| (key(*row), *row)).collect();
                    keyed.sort_by(|a, b| compare(&a.0, &b.0).then(a.1.cmp(&b.1)));
                    let medians = keyed
                        .chunk_by(|a, b| compare(&a.0, &b.0).is_eq())
                        .map(|group| {
                            let rows: Vec<usize> = group.iter().map(|(_, row)| *row).collect();
                            (group[0].0.clone(), median_of(&rows))
                        })
                        // An unknown value must fall through to the next grouping, and NaN has no place in JSON.
                        .filter(|(key, _)| key.iter().all(|value| value.is_finite()))
                        .collect();
                    Grouping {
                        columns: columns.clone(),
                        medians,
                    }
                })
                .collect();
            Ok(Medians {
                groupings,
                overall: median_of(&all),
            })
        }
    }

    fn compare(a: &[f32], b: &[f32]) -> std::cmp::Ordering {
        a.iter()
            .zip(b)
            .map(|(a, b)| a.total_cmp(b))
            .find(|order| order.is_ne())
            .unwrap_or(std::cmp::Ordering::Equal)
    }

    impl PredictInplace<Array2<f32>, Array1<f32>> for Medians {
        fn predict_inplace(&self, rows: &Array2<f32>, targets: &mut Array1<f32>) {
            for (row, target) in rows.outer_iter().zip(targets.iter_mut()) {
                *target = self.score(&row.to_vec());
            }
        }

        fn default_target(&self, rows: &Array2<f32>) -> Array1<f32> {
            Array1::zeros(rows.nrows())
        }
    }

    #[cfg(test)]
    mod tests {
        use ndarray::array;

        use super::*;

        #[test]
        fn the_most_specific_known_group_speaks() {
            let rows = array![
                [1.0, 2019.0],
                [1.0, 2019.0],
                [1.0, 2019.0],
                [1.0, 2020.0],
                [2.0, 2020.0]
            ];
            let targets = array![1.0, 2.0, 9.0, 4.0, 8.0];
            let params = MediansParams {
                groupings: vec![vec![0, 1], vec![0]],
            };
            let medians = params.fit(&DatasetBase::new(rows, targets)).expect("a fit");
            for (row, want) in [
                ([1.0, 2019.0], 2.0),
                ([1.0, 2020.0], 4.0),
                ([1.0, 2001.0], 4.0),
                ([7.0, 2019.0], 4.0),
                ([f32::NAN, f32::NAN], 4.0),
                ([2.0, f32::NAN], 8.0),
            ] {
                assert_eq!(medians.score(&row), want, "{row:?}");
            }
        }
    }
}
