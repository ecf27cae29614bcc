//! Scores of predicted prices against actual ones.

use serde::Serialize;

#[cfg(doc)]
use crate::Error;
use crate::{Result, check};

/// How far predicted prices lie from actual ones. Amounts are in the unit of the prices; shares and percentage errors
/// are fractions (0.061 is 6.1 %). Definitions and conventions are scikit-learn's where it has the score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PriceScores {
    /// Number of rows.
    pub n: usize,
    /// Mean absolute error: mean of `|predicted - actual|`.
    pub mae: f64,
    /// Median absolute error. An even number of rows averages the two in the middle, as for every median here.
    pub median_ae: f64,
    /// Root of the mean squared error.
    pub rmse: f64,
    /// Root of the mean squared difference of `ln(1 + price)`: the relative error that a few dear cars do not rule.
    /// `None` where a prediction is -1 or less, which has no such logarithm.
    pub rmsle: Option<f64>,
    /// Coefficient of determination: 1 less the squared errors over those of the mean of the actual prices; 1 is
    /// perfect, 0 no better than that mean. `None` where all actual prices are equal, which leaves it undefined.
    pub r2: Option<f64>,
    /// Mean absolute percentage error: mean of `|predicted - actual| / actual`. A few absurd prices can rule it; read
    /// it beside [`mdape`](Self::mdape).
    pub mape: f64,
    /// Median absolute percentage error.
    pub mdape: f64,
    /// Share of rows at most 5 % off the actual price.
    pub within_5: f64,
    /// Share of rows at most 10 % off.
    pub within_10: f64,
    /// Share of rows at most 20 % off.
    pub within_20: f64,
}

impl PriceScores {
    /// Scores `predicted` against `actual`, row by row.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`], [`Error::Lengths`]; [`Error::Value`] for an actual price that is not finite and above 0 (no
    /// percentage of it exists) or a prediction that is not finite; [`Error::Overflow`] where a score is not finite.
    pub fn of(actual: &[f64], predicted: &[f64]) -> Result<Self> {
        check_prices(actual, predicted)?;
        let rows = actual.len();
        let n = rows as f64;
        let mut absolute = Vec::with_capacity(rows);
        let mut relative = Vec::with_capacity(rows);
        let (mut absolute_sum, mut relative_sum, mut squared_sum, mut log_sum) =
            (0.0, 0.0, 0.0, 0.0);
        let mut within = [0_usize; 3];
        for (&a, &p) in actual.iter().zip(predicted) {
            let error = (p - a).abs();
            let share = error / a;
            absolute_sum += error;
            relative_sum += share;
            squared_sum += error * error;
            // Not a number from here on where a prediction is -1 or less.
            log_sum += (p.ln_1p() - a.ln_1p()).powi(2);
            for (count, limit) in within.iter_mut().zip([0.05, 0.1, 0.2]) {
                *count += usize::from(share <= limit);
            }
            absolute.push(error);
            relative.push(share);
        }
        let spread = spread(actual);
        let [within_5, within_10, within_20] = within.map(|count| count as f64 / n);
        let scores = Self {
            n: rows,
            mae: absolute_sum / n,
            median_ae: median(&mut absolute),
            rmse: (squared_sum / n).sqrt(),
            rmsle: Some((log_sum / n).sqrt()).filter(|root| root.is_finite()),
            r2: (spread > 0.0).then(|| 1.0 - squared_sum / spread),
            mape: relative_sum / n,
            mdape: median(&mut relative),
            within_5,
            within_10,
            within_20,
        };
        scores
            .named()
            .try_for_each(|(name, value)| check::score(name, value))?;
        Ok(scores)
    }

    /// The scores by their field names, in the order of a leaderboard; without `n`, and without what is undefined.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, f64)> + use<> {
        [
            ("mae", Some(self.mae)),
            ("median_ae", Some(self.median_ae)),
            ("rmse", Some(self.rmse)),
            ("rmsle", self.rmsle),
            ("r2", self.r2),
            ("mape", Some(self.mape)),
            ("mdape", Some(self.mdape)),
            ("within_5", Some(self.within_5)),
            ("within_10", Some(self.within_10)),
            ("within_20", Some(self.within_20)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
    }
}

/// Passes when the two series can be scored.
pub(crate) fn check_prices(actual: &[f64], predicted: &[f64]) -> Result<()> {
    check::lengths(("predicted", predicted.len()), ("actual", actual.len()))?;
    check::values("actual", actual, &check::POSITIVE)?;
    check::values("predicted", predicted, &check::FINITE)
}

/// Sum of squared distances from the mean. Taken from the first value on: prices that are large and close together
/// lose no digits, and equal ones come out as exactly 0.
fn spread(values: &[f64]) -> f64 {
    let first = values[0];
    let mean = values.iter().map(|value| value - first).sum::<f64>() / values.len() as f64;
    values
        .iter()
        .map(|value| (value - first - mean).powi(2))
        .sum()
}

/// Median of at least one value, in linear time; leaves `values` in another order.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    let middle = values.len() / 2;
    let even = values.len().is_multiple_of(2);
    let (below, &mut upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    if even {
        let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        f64::midpoint(lower, upper)
    } else {
        upper
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ACTUAL: [f64; 8] = [462.0, 318.5, 745.0, 1290.0, 95.0, 559.0, 3400.0, 231.0];
    const PREDICTED: [f64; 8] = [450.5, 340.0, 745.0, 1175.0, 131.0, 578.25, 3899.0, 222.0];
    /// Prices of one model in whole đồng: large and close together.
    const CLOSE: [f64; 5] = [
        5_000_000_001.0,
        5_000_000_002.0,
        5_000_000_004.0,
        5_000_000_003.0,
        5_000_000_007.0,
    ];

    fn check(actual: &[f64], predicted: &[f64], want: &[(&str, f64)]) {
        let scores = PriceScores::of(actual, predicted).expect("valid rows");
        assert_eq!(scores.n, actual.len());
        for (name, want) in want {
            let got = scores
                .named()
                .find_map(|(key, value)| (key == *name).then_some(value));
            let got = got.unwrap_or_else(|| panic!("no {name} in {scores:?}"));
            assert!(
                (got - want).abs() <= 1e-9 * want.abs().max(1.0),
                "{name}: {got} is not {want}"
            );
        }
    }

    fn refuse(actual: &[f64], predicted: &[f64], want: &str) {
        let error = PriceScores::of(actual, predicted).expect_err(want);
        assert_eq!(error.to_string(), want);
    }

    // Figures of scikit-learn 1.9.1 and NumPy 2.4.6 on the same rows.
    #[test]
    fn scores_agree_with_scikit_learn() {
        let all = [
            ("mae", 88.90625),
            ("median_ae", 20.375),
            ("rmse", 181.8543587943385),
            ("r2", 0.9676042044664674),
            ("mape", 0.09758157417044074),
            ("mdape", 0.053232481803910374),
            ("within_5", 0.5),
            ("within_10", 0.75),
            ("within_20", 0.875),
        ];
        check(&ACTUAL, &PREDICTED, &all);
        let odd = [
            ("mae", 100.32142857142857),
            ("median_ae", 21.5),
            ("rmse", 194.3807245367415),
            ("r2", 0.9655350332116402),
            ("mape", 0.10595593634321242),
            ("mdape", 0.06750392464678179),
            ("within_5", 0.42857142857142855),
            ("within_10", 0.7142857142857143),
            ("within_20", 0.8571428571428571),
        ];
        check(&ACTUAL[..7], &PREDICTED[..7], &odd);
        let predicted = CLOSE.map(|price| 10_000_000_006.0 - price);
        let close = [
            ("mae", 3.2),
            ("rmse", 4.1952353926806065),
            ("r2", -3.150943396226273),
        ];
        check(&CLOSE, &predicted, &close);
    }

    #[test]
    fn a_share_counts_the_limit_itself() {
        let predicted = [105.0, 95.0, 110.0, 90.0, 120.0, 80.0, 120.5, 79.5];
        check(
            &[100.0; 8],
            &predicted,
            &[("within_5", 0.25), ("within_10", 0.5), ("within_20", 0.75)],
        );
    }

    #[test]
    fn the_logarithm_of_a_price_below_none_is_undefined() {
        let rmsle = |predicted: &[f64]| PriceScores::of(&[1.0; 2], predicted).expect("valid").rmsle;
        assert_eq!(rmsle(&[1.0, -1.0]), None);
        assert_eq!(rmsle(&[1.0, -3.0]), None);
        assert_eq!(rmsle(&[1.0, 1.0]), Some(0.0));
    }

    #[test]
    fn r2_of_equal_prices_is_undefined() {
        for (actual, predicted) in [(&[5.0][..], &[6.0][..]), (&[5.0; 3], &[5.0, 4.0, 5.5])] {
            let scores = PriceScores::of(actual, predicted).expect("valid rows");
            assert_eq!(scores.r2, None);
            assert!(scores.named().all(|(name, _)| name != "r2"));
        }
    }

    #[test]
    fn what_cannot_be_scored_is_named() {
        let finite = "valid: a finite number";
        refuse(&[], &[], "no rows to score; at least one is needed");
        refuse(
            &[1.0, 2.0],
            &[1.0],
            "`predicted` has 1 values; `actual` has 2",
        );
        refuse(&[], &[1.0], "`predicted` has 1 values; `actual` has 0");
        for (value, text) in [
            (f64::NAN, "NaN"),
            (f64::INFINITY, "inf"),
            (0.0, "0"),
            (-7.0, "-7"),
        ] {
            let want = format!("`actual` of row 1 is {text}; {finite} above 0");
            refuse(&[1.0, value, 3.0], &[1.0, 2.0, 3.0], &want);
        }
        for (value, text) in [(f64::NAN, "NaN"), (f64::NEG_INFINITY, "-inf")] {
            let want = format!("`predicted` of row 2 is {text}; {finite}");
            refuse(&[1.0, 2.0, 3.0], &[1.0, 2.0, value], &want);
        }
        let far = "the values are too large or too far apart";
        refuse(
            &[1.0],
            &[1e200],
            &format!("`rmse` of these rows is inf; {far}"),
        );
        refuse(
            &[1e-300],
            &[1e100],
            &format!("`mape` of these rows is inf; {far}"),
        );
    }

    fn rows() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
        prop::collection::vec((1.0..1e10_f64, 0.0..1e10_f64), 1..60)
            .prop_map(|rows| rows.into_iter().unzip())
    }

    proptest! {
        #[test]
        fn a_perfect_prediction_has_no_error((actual, _) in rows()) {
            let scores = PriceScores::of(&actual, &actual).expect("valid rows");
            for error in [scores.mae, scores.median_ae, scores.rmse, scores.mape, scores.mdape] {
                prop_assert_eq!(error.to_bits(), 0.0_f64.to_bits());
            }
            for share in [scores.within_5, scores.within_10, scores.within_20, scores.r2.unwrap_or(1.0)] {
                prop_assert_eq!(share.to_bits(), 1.0_f64.to_bits());
            }
        }

        /// In another currency amounts grow with the rate, and nothing else changes. Powers of two keep it exact.
        #[test]
        fn relative_scores_ignore_the_currency((actual, predicted) in rows(), power in -20..20_i32) {
            let rate = 2.0_f64.powi(power);
            let scale = |prices: &[f64]| prices.iter().map(|price| price * rate).collect::<Vec<_>>();
            let here = PriceScores::of(&actual, &predicted).expect("valid rows");
            let there = PriceScores::of(&scale(&actual), &scale(&predicted)).expect("valid rows");
            let amounts = PriceScores {
                // It adds 1 to every price, whatever the currency.
                rmsle: there.rmsle,
                mae: here.mae * rate,
                median_ae: here.median_ae * rate,
                rmse: here.rmse * rate,
                ..here
            };
            prop_assert_eq!(there, amounts);
        }

        #[test]
        fn scores_keep_their_order((actual, predicted) in rows()) {
            let scores = PriceScores::of(&actual, &predicted).expect("valid rows");
            prop_assert!(scores.mae <= scores.rmse * (1.0 + 1e-12));
            prop_assert!(scores.within_5 <= scores.within_10 && scores.within_10 <= scores.within_20);
            prop_assert!(scores.r2.is_none_or(|r2| r2 <= 1.0));
            prop_assert!(scores.mdape > 0.1 || scores.within_10 >= 0.5);
        }

        #[test]
        fn medians_are_those_of_the_sorted_rows((actual, predicted) in rows()) {
            let mut errors: Vec<f64> = actual.iter().zip(&predicted).map(|(a, p)| (p - a).abs()).collect();
            errors.sort_by(f64::total_cmp);
            let middle = f64::midpoint(errors[(errors.len() - 1) / 2], errors[errors.len() / 2]);
            let scores = PriceScores::of(&actual, &predicted).expect("valid rows");
            prop_assert_eq!(scores.median_ae.to_bits(), middle.to_bits());
        }
    }
}
