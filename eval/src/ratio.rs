//! Ratio statistics of mass appraisal: whether a model values cheap and dear cars alike.
//!
//! Definitions are those of the IAAO Standard on Ratio Studies (International Association of Assessing Officers,
//! approved April 2013, part 1, section 5 and appendices B to D), with the predicted price in the place of the appraisal
//! and the asking price in that of the sale.

use serde::Serialize;

#[cfg(doc)]
use crate::Error;
use crate::{Result, check, metrics};

/// Level, uniformity and vertical equity. A ratio is a predicted price over the actual one: 1.1 is 10 % too dear.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RatioScores {
    /// Number of rows.
    pub n: usize,
    /// Median ratio, the level of the predictions: 1 is right. The standard asks for 0.9 to 1.1.
    pub median_ratio: f64,
    /// Mean ratio.
    pub mean_ratio: f64,
    /// Sum of the predictions over that of the actual prices.
    pub weighted_mean_ratio: f64,
    /// Coefficient of dispersion: mean distance of the ratios from their median, in per cent of the median. The lower
    /// the more uniform; the standard asks for 5 to 15 for houses.
    pub cod: f64,
    /// Price-related differential: mean ratio over weighted mean ratio. Above 1.03 dear cars are valued too low beside
    /// cheap ones (regressive), below 0.98 too high (progressive). A few dear cars can rule it: read it beside `prb`.
    pub prd: f64,
    /// Coefficient of price-related bias: by which share of the median ratio a ratio changes when the value doubles.
    /// Within -0.05 to 0.05 is fair, beyond -0.1 or 0.1 is not. `None` where the values do not differ, or fewer than 3
    /// rows say nothing about a slope.
    pub prb: Option<f64>,
}

impl RatioScores {
    /// Scores `predicted` against `actual`, row by row.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`], [`Error::Lengths`]; [`Error::Value`] for a price that is not finite and above 0;
    /// [`Error::Overflow`] where a score is not finite.
    pub fn of(actual: &[f64], predicted: &[f64]) -> Result<Self> {
        check::lengths(("predicted", predicted.len()), ("actual", actual.len()))?;
        check::values("actual", actual, &check::POSITIVE)?;
        check::values("predicted", predicted, &check::POSITIVE)?;
        let n = actual.len() as f64;
        let ratios: Vec<f64> = actual.iter().zip(predicted).map(|(a, p)| p / a).collect();
        let median_ratio = metrics::median(&mut ratios.clone());
        let mean_ratio = ratios.iter().sum::<f64>() / n;
        let weighted_mean_ratio = predicted.iter().sum::<f64>() / actual.iter().sum::<f64>();
        let deviation = ratios.iter().map(|ratio| (ratio - median_ratio).abs());
        let scores = Self {
            n: actual.len(),
            median_ratio,
            mean_ratio,
            weighted_mean_ratio,
            cod: 100.0 * deviation.sum::<f64>() / n / median_ratio,
            prd: mean_ratio / weighted_mean_ratio,
            prb: prb(actual, predicted, &ratios, median_ratio),
        };
        let named = [
            ("median_ratio", median_ratio),
            ("mean_ratio", mean_ratio),
            ("cod", scores.cod),
            ("prd", scores.prd),
        ];
        named
            .into_iter()
            .try_for_each(|(name, value)| check::score(name, value))?;
        Ok(scores)
    }
}

/// Slope of `(ratio - median) / median` on the binary logarithm of the value, which is half the price and half the
/// prediction brought to the level of the prices (appendix D of the standard; Gloudemans 2011). Each alone would bend
/// the slope: an error in it stands on both sides.
fn prb(actual: &[f64], predicted: &[f64], ratios: &[f64], median: f64) -> Option<f64> {
    if ratios.len() < 3 {
        return None;
    }
    let n = ratios.len() as f64;
    let values: Vec<f64> = actual
        .iter()
        .zip(predicted)
        .map(|(a, p)| f64::midpoint(*a, p / median).log2())
        .collect();
    let mean_value = values.iter().sum::<f64>() / n;
    let mean_ratio = ratios.iter().sum::<f64>() / n;
    let (mut covariance, mut variance) = (0.0, 0.0);
    for (value, ratio) in values.iter().zip(ratios) {
        covariance += (value - mean_value) * (ratio - mean_ratio);
        variance += (value - mean_value).powi(2);
    }
    // Equal values come out as equal but for their last bits.
    let differs = variance > 1e-20 * n;
    let slope = covariance / variance / median;
    (differs && slope.is_finite()).then_some(slope)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Table 1-4 of the standard: 17 sales, `(appraised value, sale price)`.
    const TABLE_1_4: [(f64, f64); 17] = [
        (87_200.0, 138_720.0),
        (38_240.0, 59_700.0),
        (96_320.0, 146_400.0),
        (68_610.0, 99_000.0),
        (32_960.0, 47_400.0),
        (50_560.0, 70_500.0),
        (61_360.0, 78_000.0),
        (47_360.0, 60_000.0),
        (56_580.0, 69_000.0),
        (47_040.0, 55_500.0),
        (136_000.0, 154_500.0),
        (98_000.0, 109_500.0),
        (56_000.0, 60_000.0),
        (159_100.0, 168_000.0),
        (128_000.0, 124_500.0),
        (132_000.0, 127_500.0),
        (160_000.0, 150_000.0),
    ];
    /// Table D-2: appraisals 10 % below, at, and 10 % above the price in turn, and one dear house at 75 %.
    const TABLE_D_2: [(f64, f64); 16] = [
        (45_000.0, 50_000.0),
        (100_000.0, 100_000.0),
        (165_000.0, 150_000.0),
        (180_000.0, 200_000.0),
        (250_000.0, 250_000.0),
        (330_000.0, 300_000.0),
        (315_000.0, 350_000.0),
        (400_000.0, 400_000.0),
        (495_000.0, 450_000.0),
        (450_000.0, 500_000.0),
        (550_000.0, 550_000.0),
        (660_000.0, 600_000.0),
        (585_000.0, 650_000.0),
        (700_000.0, 700_000.0),
        (825_000.0, 750_000.0),
        (1_875_000.0, 2_500_000.0),
    ];

    fn of(table: &[(f64, f64)]) -> RatioScores {
        let (predicted, actual): (Vec<f64>, Vec<f64>) = table.iter().copied().unzip();
        RatioScores::of(&actual, &predicted).expect("valid prices")
    }

    fn near(got: f64, want: f64) {
        assert!((got - want).abs() < 1e-9, "{got} is not {want}");
    }

    // The standard prints .82, 14.5 and .98; the rest of the digits are NumPy's on the same rows.
    #[test]
    fn the_worked_example_of_the_standard() {
        let scores = of(&TABLE_1_4);
        near(scores.median_ratio, 0.82);
        near(scores.mean_ratio, 0.827_167_645_891_072_1);
        near(scores.weighted_mean_ratio, 0.846_998_638_125_502);
        near(scores.cod, 14.523_802_339_880_449);
        near(scores.prd, 0.976_586_748_382_124_9);
        near(scores.prb.expect("a slope"), 0.135_490_275_029_552_33);
    }

    /// What the standard shows by it: one dear sale lifts the PRD over its limit of 1.03, and the PRB stays near 0.
    #[test]
    fn one_dear_sale_misleads_prd_and_not_prb() {
        let scores = of(&TABLE_D_2);
        near(scores.prd, 1.055_796_529_968_454_2);
        near(scores.prb.expect("a slope"), -0.010_850_449_299_042_485);
        near(scores.cod, 7.8125);
    }

    #[test]
    fn a_slope_needs_three_rows_and_a_spread() {
        assert_eq!(of(&[(90.0, 100.0), (210.0, 200.0)]).prb, None);
        assert_eq!(of(&[(90.0, 100.0); 5]).prb, None);
    }

    #[test]
    fn what_cannot_be_scored_is_named() {
        let error = |actual: &[f64], predicted: &[f64]| {
            RatioScores::of(actual, predicted)
                .expect_err("refused")
                .to_string()
        };
        assert!(error(&[], &[]).contains("no rows"));
        let want = "`predicted` of row 1 is 0; valid: a finite number above 0";
        assert_eq!(error(&[1.0, 1.0], &[1.0, 0.0]), want);
    }
}
