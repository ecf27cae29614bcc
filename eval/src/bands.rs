//! Bands of a number that make good segments: quantiles of a price, the age of a car.

use std::fmt;

use crate::{Error, Result, check};

/// Bands of about equal numbers of rows, cut at quantiles. Equal values always share a band, so bands can be fewer and
/// less equal than asked for; the cuts are those of pandas' `qcut(values, count, duplicates="drop")`.
#[derive(Debug, Clone, PartialEq)]
pub struct Bands {
    edges: Vec<f64>,
}

impl Bands {
    /// Cuts `values` into at most `count` bands (4 for quartiles).
    ///
    /// # Errors
    ///
    /// [`Error::Empty`]; [`Error::Value`] for a value that is not finite; [`Error::Parameter`] for a count of 0.
    pub fn of(values: &[f64], count: usize) -> Result<Self> {
        if values.is_empty() {
            return Err(Error::Empty);
        }
        check::values("banded", values, &check::FINITE)?;
        if count == 0 {
            return Err(Error::Parameter {
                name: "count",
                value: 0.0,
                valid: "at least 1",
            });
        }
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let mut edges: Vec<f64> = (0..=count)
            .map(|i| quantile(&sorted, i as f64 / count as f64))
            .collect();
        edges.dedup();
        Ok(Self { edges })
    }

    /// Smallest value, upper ends of the bands in ascending order: one more than there are bands, unless all values
    /// were equal.
    pub fn edges(&self) -> &[f64] {
        &self.edges
    }

    /// The band of each value. A value on an edge belongs to the band below it, one beyond the first or the last edge
    /// to the band next to it.
    ///
    /// # Errors
    ///
    /// [`Error::Value`] for a value that is not finite.
    pub fn keys(&self, values: &[f64]) -> Result<Vec<Band>> {
        check::values("banded", values, &check::FINITE)?;
        let inner = self.edges.get(1..self.edges.len() - 1).unwrap_or_default();
        let band = |value: &f64| Band {
            number: inner.partition_point(|edge| edge < value) + 1,
            of: inner.len() + 1,
        };
        Ok(values.iter().map(band).collect())
    }
}

/// Quantile of ascending values by linear interpolation, NumPy's default.
pub(crate) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let below = sorted[place.floor() as usize];
    let above = sorted[place.ceil() as usize];
    below + (above - below) * place.fract()
}

/// One of several [`Bands`], shown as `2 of 4`; 1 holds the lowest values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Band {
    /// Which, from 1.
    pub number: usize,
    /// Of how many.
    pub of: usize,
}

impl fmt::Display for Band {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.number, self.of)
    }
}

/// Age of a car when it was listed, in bands that are narrow where prices fall fastest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AgeBand {
    /// At most 2 years. Next year's model, sold early, is of age -1 and belongs here.
    UpTo2,
    /// 3 to 5 years.
    UpTo5,
    /// 6 to 9 years.
    UpTo9,
    /// 10 to 14 years.
    UpTo14,
    /// 15 years or more.
    Older,
}

impl AgeBand {
    /// The band of a car that is so many years old.
    pub fn of(years: i32) -> Self {
        match years {
            ..=2 => Self::UpTo2,
            3..=5 => Self::UpTo5,
            6..=9 => Self::UpTo9,
            10..=14 => Self::UpTo14,
            15.. => Self::Older,
        }
    }
}

impl fmt::Display for AgeBand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UpTo2 => "0-2 years",
            Self::UpTo5 => "3-5 years",
            Self::UpTo9 => "6-9 years",
            Self::UpTo14 => "10-14 years",
            Self::Older => "15+ years",
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(values: &[f64], count: usize, numbers: &[usize], edges: &[f64]) {
        let bands = Bands::of(values, count).expect("valid values");
        assert_eq!(bands.edges(), edges);
        let keys = bands.keys(values).expect("valid values");
        let got: Vec<usize> = keys.iter().map(|band| band.number).collect();
        assert_eq!(got, numbers);
        let of = (edges.len() - 1).max(1);
        assert!(keys.iter().all(|band| band.of == of), "{keys:?}");
    }

    // The first three as pandas 3.1.1 cuts them.
    #[test]
    fn cuts_are_those_of_pandas() {
        check(
            &[
                462.0, 318.5, 745.0, 1290.0, 95.0, 559.0, 3400.0, 231.0, 318.5, 318.5,
            ],
            4,
            &[3, 1, 4, 4, 1, 3, 4, 1, 1, 1],
            &[95.0, 318.5, 390.25, 698.5, 3400.0],
        );
        let tied = [
            100.0, 100.0, 100.0, 100.0, 100.0, 100.0, 200.0, 300.0, 300.0, 900.0,
        ];
        check(
            &tied,
            4,
            &[1, 1, 1, 1, 1, 1, 1, 2, 2, 2],
            &[100.0, 275.0, 900.0],
        );
        check(&[1.0, 2.0], 4, &[1, 4], &[1.0, 1.25, 1.5, 1.75, 2.0]);
        check(&[7.0; 3], 4, &[1, 1, 1], &[7.0]);
        check(&[3.0, 1.0], 1, &[1, 1], &[1.0, 3.0]);
    }

    #[test]
    fn values_beyond_the_edges_join_the_band_next_to_them() {
        let bands = Bands::of(&[1.0, 2.0, 3.0, 4.0], 2).expect("valid values");
        let keys = bands.keys(&[-9.0, 2.5, 2.6, 99.0]).expect("valid values");
        let shown: Vec<String> = keys.iter().map(Band::to_string).collect();
        assert_eq!(shown, ["1 of 2", "1 of 2", "2 of 2", "2 of 2"]);
    }

    #[test]
    fn what_cannot_be_cut_is_named() {
        let message =
            |values: &[f64], count| Bands::of(values, count).expect_err("refused").to_string();
        assert_eq!(message(&[], 4), "no rows to score; at least one is needed");
        assert_eq!(message(&[1.0], 0), "`count` is 0; valid: at least 1");
        let nan = "`banded` of row 1 is NaN; valid: a finite number";
        assert_eq!(message(&[1.0, f64::NAN], 4), nan);
        let bands = Bands::of(&[1.0, 2.0], 2).expect("valid values");
        assert_eq!(
            bands
                .keys(&[1.0, f64::NAN])
                .expect_err("refused")
                .to_string(),
            nan
        );
    }

    #[test]
    fn ages_fall_into_bands() {
        for (years, want) in [
            (-1, "0-2 years"),
            (2, "0-2 years"),
            (3, "3-5 years"),
            (9, "6-9 years"),
            (10, "10-14 years"),
            (15, "15+ years"),
            (90, "15+ years"),
        ] {
            assert_eq!(AgeBand::of(years).to_string(), want, "{years}");
        }
    }

    proptest! {
        #[test]
        fn bands_of_distinct_values_differ_by_at_most_one_row(rows in 4..200_usize, count in 1..5_usize) {
            let values: Vec<f64> = (0..rows).map(|i| ((i * 7919) % 10007) as f64).collect();
            let keys = Bands::of(&values, count)?.keys(&values)?;
            let sizes: Vec<usize> = (1..=count)
                .map(|number| keys.iter().filter(|band| band.number == number).count())
                .collect();
            let (least, most) = (sizes.iter().min(), sizes.iter().max());
            prop_assert!(most.zip(least).is_some_and(|(most, least)| most - least <= 1), "{sizes:?}");
        }
    }
}
