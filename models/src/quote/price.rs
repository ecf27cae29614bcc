//! The amounts of a quote, rounded as they are told to people.

use datasets::vocabulary::Currency;

use crate::valuation::{Ground, Interval, LEVELS, Valuation};

/// Level of the range that people are told.
const USUAL_LEVEL: f64 = 0.8;

/// A price with its ranges. Amounts are whole units of the model's currency; in đồng they are whole millions.
#[derive(Debug, Clone, PartialEq)]
pub struct Price {
    /// Estimated asking price, to the nearest step of the currency.
    pub amount: i64,
    /// Calibrated ranges, narrowest first, rounded outward.
    pub ranges: [Range; LEVELS.len()],
    /// How well the training rows cover the car.
    pub ground: Ground,
    /// Width of the 80 % range over the price, before rounding.
    pub relative_width: f64,
}

/// A range that holds the asking price of so many cars out of a hundred.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// The share that is aimed at.
    pub level: f64,
    /// Lower end.
    pub low: i64,
    /// Upper end.
    pub high: i64,
    /// The share that was measured on held-out cars.
    pub measured_coverage: f64,
    /// Number of those cars.
    pub n: u32,
}

impl Price {
    /// Rounds `valuation`.
    pub(crate) fn of(valuation: &Valuation, currency: Currency) -> Self {
        let usual = valuation.intervals.iter().find(|own| is_usual(own.level));
        let width = usual.map_or(f64::INFINITY, |own| own.high - own.low);
        Self {
            amount: rounded(valuation.price, currency),
            ranges: valuation
                .intervals
                .map(|interval| Range::of(interval, step(currency))),
            ground: valuation.ground,
            relative_width: width / valuation.price,
        }
    }

    /// The range that people are told: that of four cars out of five.
    pub fn usual_range(&self) -> &Range {
        let usual = self.ranges.iter().find(|range| is_usual(range.level));
        usual.expect("`LEVELS` holds 0.8")
    }
}

impl Range {
    /// Ranges are rounded outward, so that rounding never costs coverage.
    fn of(interval: Interval, step: f64) -> Self {
        Self {
            level: interval.level,
            low: (interval.low / step).floor().max(0.0) as i64 * step as i64,
            high: (interval.high / step).ceil() as i64 * step as i64,
            measured_coverage: interval.measured_coverage,
            n: interval.n,
        }
    }
}

fn is_usual(level: f64) -> bool {
    (level - USUAL_LEVEL).abs() < 1e-9
}

/// A price to the nearest step of its currency.
pub(super) fn rounded(price: f64, currency: Currency) -> i64 {
    let step = step(currency);
    (price / step).round() as i64 * step as i64
}

/// Prices are told in multiples of it: nobody prices a car in Vietnam to less than a million đồng.
fn step(currency: Currency) -> f64 {
    match currency {
        Currency::Vnd => 1e6,
        Currency::Gbp => 1.0,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A car of 462.4 million whose ranges reach 0.5, 1 and 1.5 times `half` of it to both sides.
    fn valuation(half: f64) -> Valuation {
        let price = 462_400_000.0;
        let mut reach = 0.0;
        let intervals = LEVELS.map(|level| {
            reach += 0.5;
            Interval {
                level,
                low: price * (1.0 - half * reach),
                high: price * (1.0 + half * reach),
                measured_coverage: level + 0.003,
                n: 4120,
            }
        });
        Valuation {
            price,
            intervals,
            ground: Ground::KnownModel,
        }
    }

    #[test]
    fn amounts_are_whole_millions_and_ranges_round_outward() {
        let price = Price::of(&valuation(0.07), Currency::Vnd);
        assert_eq!(price.amount, 462_000_000);
        assert_eq!(price.ranges.map(|range| range.level), LEVELS);
        let usual = price.usual_range();
        assert_eq!((usual.low, usual.high), (430_000_000, 495_000_000));
        assert!((price.relative_width - 0.14).abs() < 1e-12);
        assert!(Price::of(&valuation(3.0), Currency::Vnd).ranges[2].low >= 0);
    }

    #[test]
    fn pounds_are_whole_pounds() {
        let mut valuation = valuation(0.07);
        valuation.price = 9_950.4;
        assert_eq!(Price::of(&valuation, Currency::Gbp).amount, 9_950);
    }
}
