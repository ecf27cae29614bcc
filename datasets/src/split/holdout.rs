//! Which rows a training run keeps aside to judge its models by.

use std::borrow::Borrow;

use chrono::{Datelike as _, NaiveDate};

use super::{Cut, GroupedHoldout, Split, by_hash, by_time, grouped};
use crate::{Listing, Result};

/// The newest months that the grouped hold-out draws from hold at least this share of the rows: the first days of a
/// month alone would be too few to measure on.
const NEWEST_SHARE: f64 = 0.05;

/// How the hold-out is chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Holdout {
    /// One seller in `buckets` among the newest rows (whole months, at least a twentieth of all); no seller and
    /// no car stands on both sides.
    Grouped {
        /// One in so many, at least 2.
        buckets: u64,
    },
    /// The newest share of all rows.
    Time {
        /// Share, in (0, 1).
        fraction: f64,
    },
    /// A share of all cars, by hash.
    Hash {
        /// Share, in (0, 1).
        fraction: f64,
    },
}

impl Holdout {
    /// Splits `rows`.
    ///
    /// # Errors
    /// A share out of range, and a hold-out without rows.
    pub fn split<R: Borrow<Listing>>(self, rows: &[R], seed: u64) -> Result<Split> {
        Ok(match self {
            Self::Grouped { buckets } => {
                let since = newest_months(rows);
                // Unseeded: which sellers are held out must not move from run to run, or scores cannot be compared.
                grouped(
                    rows,
                    &GroupedHoldout {
                        buckets,
                        seed: None,
                        since,
                    },
                )?
            }
            Self::Time { fraction } => by_time(rows, Cut::NewestFraction(fraction))?,
            Self::Hash { fraction } => by_hash(rows, fraction, seed)?,
        })
    }
}

/// First day of the newest months that hold [`NEWEST_SHARE`] of the dated rows.
pub(super) fn newest_months<R: Borrow<Listing>>(rows: &[R]) -> Option<NaiveDate> {
    let mut days: Vec<NaiveDate> = rows
        .iter()
        .filter_map(|row| row.borrow().listed_on)
        .collect();
    days.sort_unstable();
    let wanted = (days.len() as f64 * NEWEST_SHARE).ceil() as usize;
    days.get(days.len().checked_sub(wanted)?)?.with_day(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_period_is_whole_months_with_enough_rows() {
        let day = |month, day| NaiveDate::from_ymd_opt(2025, month, day).expect("a date");
        let listed = |days: &[NaiveDate]| -> Vec<Listing> {
            let row = |day: &NaiveDate| Listing {
                listed_on: Some(*day),
                ..Listing::default()
            };
            days.iter().map(row).collect()
        };
        let mut days = vec![day(1, 5); 100];
        days.extend([day(10, 7); 6]);
        assert_eq!(newest_months(&listed(&days)), Some(day(10, 1)));
        days.push(day(11, 1));
        assert_eq!(newest_months(&listed(&days)), Some(day(10, 1)));
        assert_eq!(newest_months::<Listing>(&[]), None);
    }
}
