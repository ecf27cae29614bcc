//! Splits of a listing set into training and test rows, as indices into it.
//!
//! Whatever the split, a training row that shows a test row's car (same [`CarKey`]) is dropped, and
//! with grouped splits every training row of a test row's seller too: a model that has seen the car has seen
//! its price. Rows may be given as `&[Listing]` or as `&[&Listing]`.

use std::{borrow::Borrow, collections::HashSet};

use chrono::{Datelike, NaiveDate};

use crate::{Error, Listing, Result, clean::listing_day, dedupe::CarKey, hash};

mod group;
mod holdout;
mod rolling;

pub use group::{GroupedHoldout, calibration, folds, grouped};
pub use holdout::Holdout;
pub use rolling::{Origin, rolling};

/// Indices of training, test and dropped rows; each row is in exactly one of them, in ascending order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Split {
    /// Rows to learn from.
    pub train: Vec<usize>,
    /// Rows to judge by.
    pub test: Vec<usize>,
    /// Rows that would tell the learner about a test row.
    pub dropped: Vec<usize>,
}

impl Split {
    /// Everything that is not a test row becomes a training row, unless it shares a seller (`sellers`) or a car
    /// with one.
    fn assemble<R: Borrow<Listing>>(rows: &[R], is_test: &[bool], sellers: bool) -> Self {
        let seller = |row: &Listing| row.seller_hash.clone().filter(|_| sellers);
        let mut test_cars = HashSet::new();
        let mut test_sellers = HashSet::new();
        for (row, _) in rows.iter().zip(is_test).filter(|(_, test)| **test) {
            test_cars.extend(CarKey::of(row.borrow()));
            test_sellers.extend(seller(row.borrow()));
        }
        let mut split = Self::default();
        for (index, (row, test)) in rows.iter().zip(is_test).enumerate() {
            let row = row.borrow();
            let side = if *test {
                &mut split.test
            } else if CarKey::of(row).is_some_and(|key| test_cars.contains(&key))
                || seller(row).is_some_and(|seller| test_sellers.contains(&seller))
            {
                &mut split.dropped
            } else {
                &mut split.train
            };
            side.push(index);
        }
        split
    }
}

/// Where a split by time cuts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cut {
    /// Rows of this day and later are the test rows.
    From(NaiveDate),
    /// At least this share of the dated rows, from the newest backwards in whole days; within (0, 1).
    NewestFraction(f64),
}

/// Splits by listing day. Rows without a day are training rows: nothing shows them to be new.
///
/// # Errors
/// [`Error::Value`] for a fraction outside (0, 1), and when no row is on the test side.
pub fn by_time<R: Borrow<Listing>>(rows: &[R], cut: Cut) -> Result<Split> {
    let from = match cut {
        Cut::From(day) => day,
        Cut::NewestFraction(fraction) => {
            check_fraction(fraction)?;
            let mut days: Vec<NaiveDate> = rows
                .iter()
                .filter_map(|row| listing_day(row.borrow()))
                .collect();
            days.sort_unstable();
            let older = (days.len() as f64 * (1.0 - fraction)).floor() as usize;
            *days
                .get(older)
                .ok_or_else(|| no_test_rows("no row has a listing day"))?
        }
    };
    let is_test: Vec<bool> = rows
        .iter()
        .map(|row| listing_day(row.borrow()).is_some_and(|day| day >= from))
        .collect();
    if !is_test.contains(&true) {
        return Err(no_test_rows(&format!("no row is of {from} or later")));
    }
    Ok(Split::assemble(rows, &is_test, false))
}

/// Splits by the hash of the car (its [`CarKey`], or [`hash::features`] where it has none): in every run and in
/// every file it falls on the same side, so no row has to be dropped.
///
/// # Errors
/// [`Error::Value`] for a fraction outside (0, 1).
pub fn by_hash<R: Borrow<Listing>>(rows: &[R], test_fraction: f64, seed: u64) -> Result<Split> {
    check_fraction(test_fraction)?;
    let below = test_fraction * 2_f64.powi(64);
    let is_test: Vec<bool> = rows
        .iter()
        .map(|row| (hash::seeded_number(Some(seed), &group::car(row.borrow())) as f64) < below)
        .collect();
    Ok(Split::assemble(rows, &is_test, false))
}

/// First day of the month of the newest listing; `None` if no row has a day.
pub fn newest_month<R: Borrow<Listing>>(rows: &[R]) -> Option<NaiveDate> {
    rows.iter()
        .filter_map(|row| listing_day(row.borrow()))
        .max()
        .and_then(|day| day.with_day(1))
}

fn check_fraction(fraction: f64) -> Result<()> {
    if fraction > 0.0 && fraction < 1.0 {
        return Ok(());
    }
    Err(Error::Value {
        place: "split".into(),
        field: "fraction".into(),
        value: fraction.to_string(),
        valid: "above 0 and below 1".into(),
    })
}

fn no_test_rows(why: &str) -> Error {
    Error::Value {
        place: "split".into(),
        field: "test rows".into(),
        value: format!("0 ({why})"),
        valid: "at least 1".into(),
    }
}

#[cfg(test)]
mod tests;
