//! Whether price ranges hold what they promise, and how wide they are.

use serde::Serialize;

use crate::{Error, Result, check};

/// Ranges of one nominal level, row by row, beside the prices that they are to hold. All amounts are in one unit.
#[derive(Debug, Clone, Copy)]
pub struct Ranges<'a> {
    /// Share of prices that the ranges are to hold, in (0, 1).
    pub level: f64,
    /// Actual prices.
    pub actual: &'a [f64],
    /// Point estimates, which the width is measured against.
    pub predicted: &'a [f64],
    /// Lower ends, which belong to the range.
    pub low: &'a [f64],
    /// Upper ends, which belong to the range.
    pub high: &'a [f64],
}

/// What ranges of one level hold. Shares are fractions of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Coverage {
    /// Nominal level.
    pub level: f64,
    /// Number of rows.
    pub n: usize,
    /// Share of actual prices within their range.
    pub coverage: f64,
    /// Share of actual prices below their range.
    pub below: f64,
    /// Share of actual prices above their range.
    pub above: f64,
    /// Mean of `(high - low) / predicted`: how useful the ranges are, where coverage says how honest.
    pub mean_relative_width: f64,
    /// Mean [`pinball`] loss of the two ends, taken as the quantiles `(1 - level) / 2` and `(1 + level) / 2`: honesty
    /// and width in one amount, the smaller the better.
    pub pinball: f64,
}

impl Coverage {
    /// Measures ranges.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`], [`Error::Lengths`]; [`Error::Parameter`] for a level outside (0, 1); [`Error::Value`] for a
    /// number that is not finite, a prediction that is not above 0 or a range that ends before it begins;
    /// [`Error::Overflow`] where the width is not finite.
    pub fn of(ranges: &Ranges<'_>) -> Result<Self> {
        ranges.check()?;
        let n = ranges.actual.len();
        let (mut below, mut above, mut width, mut loss) = (0_usize, 0_usize, 0.0, 0.0);
        let tail = (1.0 - ranges.level) / 2.0;
        for i in 0..n {
            below += usize::from(ranges.actual[i] < ranges.low[i]);
            above += usize::from(ranges.actual[i] > ranges.high[i]);
            width += (ranges.high[i] - ranges.low[i]) / ranges.predicted[i];
            loss += row_loss(ranges.actual[i], ranges.low[i], tail)
                + row_loss(ranges.actual[i], ranges.high[i], 1.0 - tail);
        }
        let share = |count: usize| count as f64 / n as f64;
        let mean_relative_width = width / n as f64;
        check::score("mean_relative_width", mean_relative_width)?;
        let pinball = loss / (2 * n) as f64;
        check::score("pinball", pinball)?;
        Ok(Self {
            level: ranges.level,
            n,
            coverage: share(n - below - above),
            below: share(below),
            above: share(above),
            mean_relative_width,
            pinball,
        })
    }

    /// Measured less nominal coverage: below 0, the ranges promise too much.
    pub fn gap(&self) -> f64 {
        self.coverage - self.level
    }
}

/// Mean pinball (quantile) loss of `predicted` as the quantile `alpha` of `actual` (Koenker & Bassett 1978); in the
/// unit of the prices, and scikit-learn's `mean_pinball_loss` to the letter.
///
/// # Errors
///
/// [`Error::Empty`], [`Error::Lengths`], [`Error::Value`] for a number that is not finite; [`Error::Parameter`] for a
/// quantile outside \[0, 1\]; [`Error::Overflow`].
pub fn pinball(actual: &[f64], predicted: &[f64], alpha: f64) -> Result<f64> {
    if !(0.0..=1.0).contains(&alpha) {
        return Err(Error::Parameter {
            name: "alpha",
            value: alpha,
            valid: "0 to 1",
        });
    }
    check::lengths(("predicted", predicted.len()), ("actual", actual.len()))?;
    check::values("actual", actual, &check::FINITE)?;
    check::values("predicted", predicted, &check::FINITE)?;
    let rows = actual.iter().zip(predicted);
    let sum: f64 = rows.map(|(a, p)| row_loss(*a, *p, alpha)).sum();
    let loss = sum / actual.len() as f64;
    check::score("pinball", loss)?;
    Ok(loss)
}

fn row_loss(actual: f64, quantile: f64, alpha: f64) -> f64 {
    let error = actual - quantile;
    if error >= 0.0 {
        alpha * error
    } else {
        (alpha - 1.0) * error
    }
}

impl Ranges<'_> {
    /// Passes when the ranges can be measured.
    pub(crate) fn check(&self) -> Result<()> {
        if !(self.level > 0.0 && self.level < 1.0) {
            return Err(Error::Parameter {
                name: "level",
                value: self.level,
                valid: "above 0 and below 1",
            });
        }
        let rows = ("actual", self.actual.len());
        for (series, values, valid) in [
            ("actual", self.actual, &check::FINITE),
            ("predicted", self.predicted, &check::POSITIVE),
            ("low", self.low, &check::FINITE),
            ("high", self.high, &check::FINITE),
        ] {
            check::lengths((series, values.len()), rows)?;
            check::values(series, values, valid)?;
        }
        match self
            .low
            .iter()
            .zip(self.high)
            .position(|(low, high)| high < low)
        {
            None => Ok(()),
            Some(index) => Err(Error::Value {
                series: "high",
                index,
                value: self.high[index],
                valid: "at least `low` of the same row",
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ranges<'a>(
        actual: &'a [f64],
        predicted: &'a [f64],
        low: &'a [f64],
        high: &'a [f64],
    ) -> Ranges<'a> {
        Ranges {
            level: 0.8,
            actual,
            predicted,
            low,
            high,
        }
    }

    #[test]
    fn ends_belong_to_the_range() {
        let measured = Coverage::of(&ranges(
            &[90.0, 120.0, 89.9, 500.0, 100.0],
            &[100.0, 100.0, 100.0, 200.0, 50.0],
            &[90.0, 90.0, 90.0, 150.0, 100.0],
            &[120.0, 120.0, 120.0, 250.0, 100.0],
        ));
        let want = Coverage {
            level: 0.8,
            n: 5,
            coverage: 0.6,
            below: 0.2,
            above: 0.2,
            mean_relative_width: (0.3 + 0.3 + 0.3 + 0.5 + 0.0) / 5.0,
            pinball: 0.0,
        };
        let measured = measured.expect("valid ranges");
        // Tails of 10 %: 0 and 3, 3 and 0, .09 and 3.01, 35 and 225, 0 and 0.
        assert!((measured.pinball - 26.91).abs() < 1e-12, "{measured:?}");
        let pinball = want.pinball;
        assert_eq!(
            Coverage {
                pinball,
                ..measured
            },
            want
        );
        assert!((measured.gap() + 0.2).abs() < 1e-15);
    }

    #[test]
    fn what_cannot_be_measured_is_named() {
        let two = [1.0, 2.0];
        let refuse = |ranges: Ranges<'_>, want: &str| {
            assert_eq!(Coverage::of(&ranges).expect_err(want).to_string(), want);
        };
        refuse(
            ranges(&[], &[], &[], &[]),
            "no rows to score; at least one is needed",
        );
        refuse(
            ranges(&two, &two, &two[..1], &two),
            "`low` has 1 values; `actual` has 2",
        );
        refuse(
            ranges(&two, &[1.0, 0.0], &two, &two),
            "`predicted` of row 1 is 0; valid: a finite number above 0",
        );
        refuse(
            ranges(&two, &two, &two, &[f64::NAN, 2.0]),
            "`high` of row 0 is NaN; valid: a finite number",
        );
        refuse(
            ranges(&two, &two, &two, &[1.0, 1.5]),
            "`high` of row 1 is 1.5; valid: at least `low` of the same row",
        );
        refuse(
            ranges(&two, &[1e-300; 2], &two, &[1e300; 2]),
            "`mean_relative_width` of these rows is inf; the values are too large or too far apart",
        );
        for level in [0.0, 1.0, 80.0, f64::NAN] {
            let want = format!("`level` is {level}; valid: above 0 and below 1");
            refuse(
                Ranges {
                    level,
                    ..ranges(&two, &two, &two, &two)
                },
                &want,
            );
        }
    }

    proptest! {
        #[test]
        fn wider_ranges_hold_at_least_as_much(
            rows in prop::collection::vec((1.0..1e9_f64, 1.0..1e9_f64), 1..60),
            narrow in 0.0..0.5_f64,
            more in 0.0..0.5_f64,
        ) {
            let (actual, predicted): (Vec<f64>, Vec<f64>) = rows.into_iter().unzip();
            let measure = |half: f64| {
                let low: Vec<f64> = predicted.iter().map(|price| price * (1.0 - half)).collect();
                let high: Vec<f64> = predicted.iter().map(|price| price * (1.0 + half)).collect();
                Coverage::of(&ranges(&actual, &predicted, &low, &high))
            };
            let (tight, loose) = (measure(narrow)?, measure(narrow + more)?);
            prop_assert!(loose.coverage >= tight.coverage);
            prop_assert!((tight.mean_relative_width - 2.0 * narrow).abs() < 1e-9);
            prop_assert!((tight.coverage + tight.below + tight.above - 1.0).abs() < 1e-12);
        }
    }
}
