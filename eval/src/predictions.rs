//! Predicted prices beside actual ones, with what tells rows apart.

use crate::{Error, Ranges, Result, check};

/// Ranges of one level, a pair of ends a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// Nominal level, in (0, 1).
    pub level: f64,
    /// Lower ends.
    pub low: Vec<f64>,
    /// Upper ends.
    pub high: Vec<f64>,
}

/// A column of words that rows are told apart by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// `make`, `source`, …
    pub name: String,
    /// One value for each row; `None` if it is not known.
    pub words: Vec<Option<String>>,
}

/// Predictions of one model. Every series but the optional ones has one entry a row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Predictions {
    /// Identity of the rows, which pairs two models' predictions; empty where rows have none.
    pub ids: Vec<String>,
    /// Actual prices.
    pub actual: Vec<f64>,
    /// Point estimates, in the same currency.
    pub predicted: Vec<f64>,
    /// Ranges by level, in ascending order.
    pub ranges: Vec<Level>,
    /// What segments are made of.
    pub columns: Vec<Column>,
    /// Age of the car when it was listed, in years; empty where no row has one.
    pub age_years: Vec<Option<f64>>,
    /// Odometer; empty where no row has one.
    pub mileage_km: Vec<Option<f64>>,
    /// Seller, whose rows are drawn together; empty where none is known.
    pub sellers: Vec<Option<String>>,
}

impl Predictions {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.actual.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.actual.is_empty()
    }

    /// Passes when all series fit together and every number is one that can be scored.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`], [`Error::Lengths`]; [`Error::Value`] for a price, actual or predicted, that is not finite and
    /// above 0, or a range that ends before it begins; [`Error::Parameter`] for a level outside (0, 1).
    pub fn check(&self) -> Result<()> {
        let rows = ("actual", self.len());
        check::lengths(("predicted", self.predicted.len()), rows)?;
        check::values("actual", &self.actual, &check::POSITIVE)?;
        check::values("predicted", &self.predicted, &check::POSITIVE)?;
        for level in &self.ranges {
            self.ranges_of(level).check()?;
        }
        for column in &self.columns {
            check::lengths(("column", column.words.len()), rows)?;
        }
        for (name, length) in [
            ("ids", self.ids.len()),
            ("age_years", self.age_years.len()),
            ("mileage_km", self.mileage_km.len()),
            ("sellers", self.sellers.len()),
        ] {
            if length > 0 {
                check::lengths((name, length), rows)?;
            }
        }
        Ok(())
    }

    /// The ranges of one level beside the prices.
    pub fn ranges_of<'a>(&'a self, level: &'a Level) -> Ranges<'a> {
        Ranges {
            level: level.level,
            actual: &self.actual,
            predicted: &self.predicted,
            low: &level.low,
            high: &level.high,
        }
    }

    /// The column called `name`.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The chosen rows, in the order given.
    #[must_use]
    pub fn pick(&self, rows: &[usize]) -> Self {
        fn of<T: Clone>(values: &[T], rows: &[usize]) -> Vec<T> {
            rows.iter()
                .filter_map(|row| values.get(*row).cloned())
                .collect()
        }
        Self {
            ids: of(&self.ids, rows),
            actual: of(&self.actual, rows),
            predicted: of(&self.predicted, rows),
            ranges: self
                .ranges
                .iter()
                .map(|level| Level {
                    level: level.level,
                    low: of(&level.low, rows),
                    high: of(&level.high, rows),
                })
                .collect(),
            columns: self
                .columns
                .iter()
                .map(|column| Column {
                    name: column.name.clone(),
                    words: of(&column.words, rows),
                })
                .collect(),
            age_years: of(&self.age_years, rows),
            mileage_km: of(&self.mileage_km, rows),
            sellers: of(&self.sellers, rows),
        }
    }

    /// Brings the rows of `other` into the order of these, by id where both have ids.
    ///
    /// # Errors
    ///
    /// [`Error::Unpaired`] where a row has no partner, an id stands twice, or the actual prices of a pair differ: only
    /// the same rows can be compared.
    pub fn pair(&self, other: &Self) -> Result<Self> {
        let paired = if self.ids.is_empty() || other.ids.is_empty() {
            check::lengths(("champion", other.len()), ("challenger", self.len()))?;
            other.clone()
        } else {
            let mut places = std::collections::HashMap::new();
            for (row, id) in other.ids.iter().enumerate() {
                if places.insert(id.as_str(), row).is_some() {
                    return Err(Error::Unpaired(format!("id `{id}` stands twice")));
                }
            }
            let place = |id: &String| {
                let missing = || Error::Unpaired(format!("id `{id}` is in one of them only"));
                places.remove(id.as_str()).ok_or_else(missing)
            };
            let rows: Vec<usize> = self.ids.iter().map(place).collect::<Result<_>>()?;
            if let Some(id) = places.keys().min() {
                return Err(Error::Unpaired(format!("id `{id}` is in one of them only")));
            }
            other.pick(&rows)
        };
        let mut prices = self.actual.iter().zip(&paired.actual);
        if let Some(row) = prices.position(|(own, others)| own != others) {
            let (own, others) = (self.actual[row], paired.actual[row]);
            let what =
                format!("the actual price of row {row} is {own} in one and {others} in the other");
            return Err(Error::Unpaired(what));
        }
        Ok(paired)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(ids: &[&str], actual: &[f64]) -> Predictions {
        Predictions {
            ids: ids.iter().map(|id| (*id).to_owned()).collect(),
            actual: actual.to_vec(),
            predicted: actual.iter().map(|price| price * 1.1).collect(),
            ..Predictions::default()
        }
    }

    #[test]
    fn rows_are_paired_by_id() {
        let own = rows(&["a", "b", "c"], &[1.0, 2.0, 3.0]);
        let paired = own.pair(&rows(&["c", "a", "b"], &[3.0, 1.0, 2.0]));
        assert_eq!(paired.expect("the same rows"), own);
        for (other, want) in [
            (rows(&["c", "a"], &[3.0, 1.0]), "id `b`"),
            (rows(&["c", "a", "a"], &[3.0, 1.0, 1.0]), "stands twice"),
            (rows(&["c", "a", "b", "d"], &[3.0, 1.0, 2.0, 4.0]), "id `d`"),
            (rows(&["c", "a", "b"], &[3.0, 1.0, 2.5]), "row 1 is 2 in"),
            (rows(&[], &[1.0, 2.0]), "`champion` has 2 values"),
        ] {
            let error = own.pair(&other).expect_err(want).to_string();
            assert!(error.contains(want), "{error}");
        }
    }

    #[test]
    fn what_does_not_fit_together_is_named() {
        let refuse = |broken: Predictions, want: &str| {
            let error = broken.check().expect_err(want).to_string();
            assert!(error.contains(want), "{error}");
        };
        refuse(Predictions::default(), "no rows");
        let mut broken = rows(&["a", "b"], &[1.0, 2.0]);
        broken.predicted[1] = 0.0;
        refuse(broken, "`predicted` of row 1 is 0");
        let mut broken = rows(&["a", "b"], &[1.0, 2.0]);
        broken.sellers = vec![None];
        refuse(broken, "`sellers` has 1 values");
        let mut broken = rows(&["a"], &[1.0]);
        broken.ranges.push(Level {
            level: 0.8,
            low: vec![2.0],
            high: vec![1.0],
        });
        refuse(broken, "`high` of row 0 is 1");
    }
}
