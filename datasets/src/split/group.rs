//! Splits that keep a seller's cars, and one car's listings, together.

use std::{borrow::Borrow, collections::HashMap};

use chrono::NaiveDate;

use super::{Split, no_test_rows};
use crate::{Error, Listing, Result, clean::listing_day, dedupe::CarKey, hash};

/// Which rows a grouped hold-out takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupedHoldout {
    /// One seller in so many is a test seller; at least 2.
    pub buckets: u64,
    /// Changes the choice of sellers; without a seed a seller is chosen when the first eight bytes of the SHA-256
    /// of its hash, as a big-endian number, divide by `buckets`, which any language computes in one line.
    pub seed: Option<u64>,
    /// Only rows of this day and later become test rows ([`super::newest_month`]); without it, rows of any day.
    pub since: Option<NaiveDate>,
}

impl Default for GroupedHoldout {
    fn default() -> Self {
        Self {
            buckets: 5,
            seed: None,
            since: None,
        }
    }
}

/// The grouped hold-out: test rows are those of the test sellers in the period.
///
/// Dropped are the test sellers' older rows and every row that shows a test row's car. Rows without a seller are
/// training rows, unless no row of the period has one: then one *car* in `buckets` is a test car, and a row
/// whose car has no key counts as a car of its own.
///
/// # Errors
/// [`Error::Value`] for fewer than 2 buckets, and when no row is on the test side.
pub fn grouped<R: Borrow<Listing>>(rows: &[R], holdout: &GroupedHoldout) -> Result<Split> {
    check_at_least_two("buckets", holdout.buckets)?;
    let in_period = |row: &Listing| {
        holdout
            .since
            .is_none_or(|since| listing_day(row).is_some_and(|day| day >= since))
    };
    let by_seller = rows.iter().any(|row| {
        let row = row.borrow();
        row.seller_hash.is_some() && in_period(row)
    });
    let is_test: Vec<bool> = rows
        .iter()
        .map(Borrow::borrow)
        .map(|row| {
            let chosen = |group: &str| {
                hash::seeded_number(holdout.seed, group).is_multiple_of(holdout.buckets)
            };
            in_period(row)
                && if by_seller {
                    row.seller_hash.as_deref().is_some_and(chosen)
                } else {
                    chosen(&car(row))
                }
        })
        .collect();
    if !is_test.contains(&true) {
        return Err(no_test_rows(
            "no seller or car of the period falls into the test bucket",
        ));
    }
    Ok(Split::assemble(rows, &is_test, true))
}

/// Sets calibration rows (`test`) apart from the rows to fit on: one group in `buckets`, where a group is a seller
/// or, without one, a car; rows with a seller and rows without one are both represented.
///
/// # Errors
/// [`Error::Value`] for fewer than 2 buckets, and when no row is set apart.
pub fn calibration<R: Borrow<Listing>>(rows: &[R], buckets: u64, seed: u64) -> Result<Split> {
    check_at_least_two("buckets", buckets)?;
    let is_test: Vec<bool> = assign(rows, buckets, seed)
        .into_iter()
        .map(|bucket| bucket == 0)
        .collect();
    if !is_test.contains(&true) {
        return Err(no_test_rows("too few groups"));
    }
    Ok(Split::assemble(rows, &is_test, true))
}

/// The fold, `0..k`, of each row for cross-validation.
///
/// A seller's rows share a fold, always. A row without a seller joins the fold of the first row that shows its
/// car, so a car's rows share a fold unless two sellers in different folds offer it: round odometers tie so
/// many sellers' cars together that joining these too would leave one fold with nearly everything. Folds are
/// drawn by hash, so they are of about, not exactly, equal size, and a row keeps its fold when others come or go.
///
/// # Errors
/// [`Error::Value`] for fewer than 2 folds.
pub fn folds<R: Borrow<Listing>>(rows: &[R], k: usize, seed: u64) -> Result<Vec<usize>> {
    check_at_least_two("folds", k as u64)?;
    Ok(assign(rows, k as u64, seed)
        .into_iter()
        .map(|bucket| bucket as usize)
        .collect())
}

fn assign<R: Borrow<Listing>>(rows: &[R], buckets: u64, seed: u64) -> Vec<u64> {
    let bucket = |group: &str| hash::seeded_number(Some(seed), group) % buckets;
    let mut of_car: HashMap<CarKey, u64> = HashMap::new();
    for row in rows {
        let row = row.borrow();
        if let (Some(seller), Some(key)) = (&row.seller_hash, CarKey::of(row)) {
            of_car.entry(key).or_insert_with(|| bucket(seller));
        }
    }
    rows.iter()
        .map(|row| {
            let row = row.borrow();
            match &row.seller_hash {
                Some(seller) => bucket(seller),
                None => CarKey::of(row)
                    .and_then(|key| of_car.get(&key).copied())
                    .unwrap_or_else(|| bucket(&car(row))),
            }
        })
        .collect()
}

/// The car as a group's name: its key, or its description where it has none.
pub(super) fn car(row: &Listing) -> String {
    CarKey::of(row).map_or_else(|| hash::features(row), |key| key.to_string())
}

pub(super) fn check_at_least_two(field: &str, value: u64) -> Result<()> {
    if value >= 2 {
        return Ok(());
    }
    Err(Error::Value {
        place: "split".into(),
        field: field.into(),
        value: value.to_string(),
        valid: "2 and more".into(),
    })
}
