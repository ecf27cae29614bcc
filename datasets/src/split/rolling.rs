//! Rolling origins: the past, cut again and again where a model would have been trained then.
//!
//! Evaluation on a rolling origin (Tashman 2000, *International Journal of Forecasting* 16) with an expanding window:
//! at each origin the rows up to it are split by the rule that sets the hold-out apart from all rows, so that
//! validation asks at every origin what the hold-out will ask at the end.

use std::borrow::Borrow;

use chrono::NaiveDate;

use super::{
    Cut, GroupedHoldout, Holdout, Split, by_time,
    group::{check_at_least_two, grouped},
    holdout::newest_months,
};
use crate::{Listing, Result, clean::listing_day};

/// One origin: its rows, split. Indices are those of all rows; rows listed after it are on no side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// First day of the period that test rows are of.
    pub since: NaiveDate,
    /// Newest day of the window.
    pub until: NaiveDate,
    /// Rows to learn from and rows to judge by.
    pub split: Split,
}

/// At most `most` origins, the newest first.
///
/// The period of an origin are the newest months that hold a twentieth of the window, as in [`Holdout::Grouped`]; the
/// window of the next ends before it. An origin needs rows that are older than its period; there are none, and no
/// origins, where all rows are of one period, where no row has a day, and for [`Holdout::Hash`], which knows no time.
/// Groups are drawn with `seed`, unlike those of the hold-out, which have left these rows already.
///
/// # Errors
/// [`crate::Error::Value`] for fewer than 2 buckets.
pub fn rolling<R: Borrow<Listing>>(
    rows: &[R],
    holdout: Holdout,
    most: usize,
    seed: u64,
) -> Result<Vec<Origin>> {
    if let Holdout::Grouped { buckets } = holdout {
        check_at_least_two("buckets", buckets)?;
    }
    let mut origins = Vec::new();
    let mut end: Option<NaiveDate> = None;
    while origins.len() < most {
        let is_inside =
            |row: &Listing| end.is_none_or(|end| listing_day(row).is_none_or(|day| day < end));
        let window: Vec<usize> = (0..rows.len())
            .filter(|row| is_inside(rows[*row].borrow()))
            .collect();
        let inside: Vec<&Listing> = window.iter().map(|row| rows[*row].borrow()).collect();
        let days = || inside.iter().filter_map(|row| listing_day(row));
        let Some((since, until)) = newest_months(&inside).zip(days().max()) else {
            break;
        };
        if days().all(|day| day >= since) {
            break;
        }
        let split = match holdout {
            Holdout::Grouped { buckets } => grouped(
                &inside,
                &GroupedHoldout {
                    buckets,
                    seed: Some(seed),
                    since: Some(since),
                },
            ),
            Holdout::Time { .. } => by_time(&inside, Cut::From(since)),
            Holdout::Hash { .. } => break,
        };
        end = Some(since);
        // Too few groups for one to be drawn.
        let Ok(split) = split else { continue };
        let back = |side: Vec<usize>| side.into_iter().map(|row| window[row]).collect();
        origins.push(Origin {
            since,
            until,
            split: Split {
                train: back(split.train),
                test: back(split.test),
                dropped: back(split.dropped),
            },
        });
    }
    Ok(origins)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, 15).expect("a date")
    }

    fn rows() -> Vec<Listing> {
        let months = [day(2023, 5), day(2024, 6), day(2025, 1)];
        let row = |i: u32| Listing {
            make: Some("Kia".into()),
            model: Some("Morning".into()),
            year: Some(2018),
            mileage_km: Some(f64::from(10_001 + 13 * i)),
            seller_hash: Some(format!("s{}", i % 31)),
            listed_on: Some(months[i as usize % 3]),
            ..Listing::default()
        };
        (0..300).map(row).collect()
    }

    const GROUPED: Holdout = Holdout::Grouped { buckets: 5 };

    #[test]
    fn windows_shrink_from_the_newest_origin_on() {
        let rows = rows();
        let origins = rolling(&rows, GROUPED, 9, 7).expect("origins");
        let since: Vec<NaiveDate> = origins.iter().map(|own| own.since).collect();
        // The oldest month has no past.
        assert_eq!(
            since,
            [day(2025, 1), day(2024, 6)].map(|day| day - chrono::Days::new(14))
        );
        for origin in &origins {
            let split = &origin.split;
            for row in split.train.iter().chain(&split.test).chain(&split.dropped) {
                assert!(rows[*row].listed_on <= Some(origin.until));
            }
            assert!(!split.test.is_empty());
            let sellers = |side: &[usize]| -> std::collections::BTreeSet<_> {
                side.iter()
                    .map(|row| rows[*row].seller_hash.clone())
                    .collect()
            };
            assert!(sellers(&split.train).is_disjoint(&sellers(&split.test)));
            assert!(
                split
                    .test
                    .iter()
                    .all(|row| rows[*row].listed_on >= Some(origin.since))
            );
        }
        assert_eq!(rolling(&rows, GROUPED, 1, 7).expect("one"), origins[..1]);
        assert_eq!(rolling(&rows, GROUPED, 9, 7).expect("the same"), origins);
        assert_ne!(rolling(&rows, GROUPED, 9, 8).expect("others"), origins);
    }

    #[test]
    fn by_time_everything_new_is_judged_by_everything_older() {
        let rows = rows();
        let origins = rolling(&rows, Holdout::Time { fraction: 0.2 }, 9, 7).expect("origins");
        assert_eq!(origins.len(), 2);
        assert_eq!(origins[0].split.test.len(), 100);
        assert_eq!(origins[1].split.train.len(), 100);
    }

    #[test]
    fn without_a_past_there_is_no_origin() {
        let none = |rows: &[Listing], holdout| {
            assert_eq!(rolling(rows, holdout, 9, 7).expect("none"), []);
        };
        let one_month: Vec<Listing> = rows().into_iter().step_by(3).collect();
        none(&one_month, GROUPED);
        none(&[], GROUPED);
        none(&rows(), Holdout::Hash { fraction: 0.2 });
        let undated: Vec<Listing> = rows()
            .into_iter()
            .map(|row| Listing {
                listed_on: None,
                ..row
            })
            .collect();
        none(&undated, GROUPED);
        assert!(rolling(&rows(), Holdout::Grouped { buckets: 1 }, 9, 7).is_err());
    }
}
