//! A number of a message with what it measures and how it limits.

use std::ops::Range;

/// How an amount limits what is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    /// The amount itself.
    Exact,
    /// Two amounts, both included.
    Between,
    /// Not more.
    AtMost,
    /// Not less.
    AtLeast,
    /// Earlier or less: a year itself is left out.
    Below,
    /// Later or more: a year itself is left out.
    Above,
    /// Ten per cent to either side.
    Around,
}

/// What a quantity measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Đồng.
    Vnd,
    /// Kilometres.
    Km,
    /// Model year.
    Year,
    /// Seats.
    Seats,
    /// Engine size in litres.
    Litres,
    /// A number that says nothing else; in a message about a price a plain hundred means a hundred million.
    Bare,
}

/// A quantity, or a span of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Quantity {
    /// What it measures.
    pub(crate) measure: Measure,
    /// The amount, or the smaller end of the span, in the measure's unit.
    pub(crate) low: f64,
    /// The amount, or the larger end.
    pub(crate) high: f64,
    /// How it limits.
    pub(crate) bound: Bound,
    /// How surely a year is the model year; larger is surer.
    pub(crate) certainty: Option<u8>,
    /// Its tokens.
    pub(crate) span: Range<usize>,
}

impl Quantity {
    /// Smallest and largest value that the quantity allows; `Around` is ten per cent to either side, and a
    /// year's `Below` and `Above` leave the year itself out.
    pub(crate) fn limits(&self) -> (Option<f64>, Option<f64>) {
        let step = if self.measure == Measure::Year {
            1.0
        } else {
            0.0
        };
        match self.bound {
            Bound::Exact | Bound::Between => (Some(self.low), Some(self.high)),
            Bound::AtMost => (None, Some(self.high)),
            Bound::AtLeast => (Some(self.low), None),
            Bound::Below => (None, Some(self.high - step)),
            Bound::Above => (Some(self.low + step), None),
            Bound::Around if self.measure == Measure::Year => (Some(self.low), Some(self.high)),
            Bound::Around => (
                Some((self.low * 0.9).round()),
                Some((self.high * 1.1).round()),
            ),
        }
    }

    /// The middle of the span.
    pub(crate) fn value(&self) -> f64 {
        f64::midpoint(self.low, self.high)
    }
}
