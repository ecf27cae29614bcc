//! The number guard's measure: amounts, shares, years, spans and counts in a text, as values with kinds.
//!
//! `49.000 đ`, `VND 49,000`, `49k` and `bốn mươi chín nghìn đồng` are one quantity. Names that hold digits (`CX-5`, `i10`),
//! numbers of steps and of list items are none.

mod parse;
mod token;
mod value;
mod vocabulary;

pub(super) use parse::quantities;

/// What a number counts. The value is in the unit named here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// Đồng.
    Dong,
    /// Units of any other currency.
    Foreign,
    /// Hundredths.
    Percent,
    /// A calendar year.
    Year,
    /// A day of the calendar, as `yyyymmdd`, or a month as `yyyymm00`.
    Date,
    /// Minutes since midnight.
    Clock,
    /// Hours.
    Hours,
    /// Months.
    Months,
    /// Months somebody has lived. `18 tuổi` is `18` elsewhere.
    Age,
    /// Kilometres.
    Kilometres,
    /// Miles.
    Miles,
    /// Litres.
    Litres,
    /// Things, whichever.
    Count,
    /// Not said.
    Bare,
}

/// A number with what it counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Quantity {
    /// In the unit of `kind`.
    pub(super) value: f64,
    /// In the unit that is written: 7 for `7 năm`, whose value is 84 months.
    pub(super) written: f64,
    /// What it counts.
    pub(super) kind: Kind,
}

/// From here on equal values are no coincidence, whatever unit one side leaves out.
const TELLING: f64 = 1000.0;

impl Quantity {
    /// Whether `ground` says the same: the same value of the same kind, where a side that leaves the kind out follows
    /// the other.
    pub(super) fn rests_on(&self, ground: &Self) -> bool {
        let same = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(b.abs());
        let equal = same(self.value, ground.value);
        match (self.kind, ground.kind) {
            (mine, its) if mine == its => equal,
            (Kind::Age, Kind::Bare) => same(self.written, ground.written),
            (Kind::Bare, _) => equal || same(self.value, ground.written),
            (Kind::Count, Kind::Bare) | (Kind::Age, Kind::Months) | (Kind::Months, Kind::Age) => {
                equal
            }
            (Kind::Clock, Kind::Hours) => same(self.value, ground.value * 60.0),
            (Kind::Hours, Kind::Clock) => same(self.value * 60.0, ground.value),
            (_, Kind::Bare | Kind::Count) | (Kind::Count, Kind::Dong | Kind::Kilometres) => {
                equal && self.value >= TELLING
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests;
