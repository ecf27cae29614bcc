//! Small cases of each split, and what holds for any rows.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

fn day(index: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2025, 1, 1).map(|first| first + chrono::Days::new(u64::from(index)))
}

fn row(seller: Option<&str>, km: Option<f64>, listed_on: Option<NaiveDate>) -> Listing {
    Listing {
        make: Some("Kia".into()),
        model: Some("Morning".into()),
        year: Some(2018),
        mileage_km: km,
        seller_hash: seller.map(Into::into),
        listed_on,
        ..Listing::default()
    }
}

/// `int(sha256(seller).hexdigest()[:16], 16) % 5`, computed with Python's hashlib.
const SELLERS_MOD_5: &[(&str, u64)] = &[
    ("syn0001", 4),
    ("a1b2", 4),
    ("kho xe", 3),
    ("dealer", 3),
    ("syn0010", 0),
    ("syn0011", 0),
    ("syn0012", 1),
    ("syn0013", 4),
    ("syn0014", 0),
    ("syn0015", 4),
    ("syn0016", 4),
    ("syn0017", 1),
    ("syn0018", 3),
    ("kho xe 7", 2),
    ("ô tô Hà Nội", 0),
];

#[test]
fn time_cuts_at_whole_days_and_drops_test_cars() {
    let rows = [
        row(None, Some(1.0), day(0)),
        row(None, Some(2.0), day(1)),
        row(None, Some(3.0), day(2)),
        row(None, Some(2.0), day(2)),
        row(None, Some(4.0), None),
    ];
    let want = Split {
        train: vec![0, 4],
        test: vec![2, 3],
        dropped: vec![1],
    };
    let day_two = day(2).expect("a date");
    for cut in [
        Cut::From(day_two),
        Cut::NewestFraction(0.5),
        Cut::NewestFraction(0.01),
    ] {
        assert_eq!(by_time(&rows, cut).expect("test rows"), want, "{cut:?}");
    }
}

#[test]
fn the_test_sellers_are_those_that_any_language_finds() {
    let sellers = SELLERS_MOD_5;
    let rows: Vec<Listing> = sellers
        .iter()
        .enumerate()
        .map(|(i, (seller, _))| row(Some(seller), Some(i as f64), day(40)))
        .collect();
    let split = grouped(&rows, &GroupedHoldout::default()).expect("test rows");
    let want: Vec<usize> = (0..sellers.len()).filter(|i| sellers[*i].1 == 0).collect();
    assert_eq!(split.test, want);
    assert_eq!(split.train.len() + split.test.len(), sellers.len());
}

#[test]
fn old_rows_of_test_sellers_and_rows_of_test_cars_are_dropped() {
    let (chosen, _) = SELLERS_MOD_5
        .iter()
        .find(|(_, bucket)| *bucket == 0)
        .expect("one is chosen");
    let (other, _) = SELLERS_MOD_5
        .iter()
        .find(|(_, bucket)| *bucket != 0)
        .expect("one is not");
    let rows = [
        row(Some(chosen), Some(10.0), day(40)),
        row(Some(chosen), Some(20.0), day(3)),
        row(Some(other), Some(10.0), day(40)),
        row(Some(other), Some(30.0), day(40)),
        row(None, Some(10.0), None),
        row(None, Some(40.0), day(40)),
        row(None, None, day(40)),
    ];
    let holdout = GroupedHoldout {
        since: newest_month(&rows),
        ..GroupedHoldout::default()
    };
    assert_eq!(holdout.since, NaiveDate::from_ymd_opt(2025, 2, 1));
    let split = grouped(&rows, &holdout).expect("test rows");
    assert_eq!(
        split,
        Split {
            train: vec![3, 5, 6],
            test: vec![0],
            dropped: vec![1, 2, 4]
        }
    );
}

#[test]
fn bad_parameters_are_named() {
    let rows = [row(None, None, day(0))];
    let bad = |error: Error| error.to_string();
    for fraction in [0.0, 1.0, -1.0, f64::NAN] {
        let error = by_hash(&rows, fraction, 1).expect_err("out of range");
        assert!(bad(error).contains("fraction"), "{fraction}");
        by_time(&rows, Cut::NewestFraction(fraction)).expect_err("out of range");
    }
    assert!(bad(folds(&rows, 1, 1).expect_err("one fold")).contains("folds"));
    let one_bucket = GroupedHoldout {
        buckets: 1,
        ..GroupedHoldout::default()
    };
    assert!(bad(grouped(&rows, &one_bucket).expect_err("one")).contains("buckets"));
    let none: [Listing; 0] = [];
    grouped(&none, &GroupedHoldout::default()).expect_err("no rows");
    by_time(&none, Cut::NewestFraction(0.2)).expect_err("no rows");
    let late = Cut::From(day(9).expect("a date"));
    by_time(&rows, late).expect_err("no row is that new");
}

#[test]
fn hash_takes_its_share_and_keeps_it_when_rows_come_and_go() {
    let rows: Vec<Listing> = (0..2000)
        .map(|i| row(None, Some(f64::from(i)), None))
        .collect();
    let split = by_hash(&rows, 0.2, 42).expect("valid");
    assert!(
        (350..450).contains(&split.test.len()),
        "{}",
        split.test.len()
    );
    let half = by_hash(&rows[..1000], 0.2, 42).expect("valid");
    let first: Vec<usize> = split.test.iter().copied().filter(|i| *i < 1000).collect();
    assert_eq!(half.test, first);
    assert_ne!(by_hash(&rows, 0.2, 43).expect("valid").test, split.test);
}

prop_compose! {
    fn any_row()(
        seller in proptest::option::of(0..30_u32),
        km in proptest::option::of(0..40_u32),
        listed in proptest::option::of(0..60_u32),
    ) -> Listing {
        let seller = seller.map(|seller| format!("seller {seller}"));
        row(seller.as_deref(), km.map(f64::from), listed.and_then(day))
    }
}

/// Every row is on one side, and no car (nor seller, if asked) is on both.
fn is_honest(rows: &[Listing], split: &Split, sellers: bool) -> bool {
    let mut all = [
        split.train.as_slice(),
        split.test.as_slice(),
        split.dropped.as_slice(),
    ]
    .concat();
    all.sort_unstable();
    let cars = |side: &[usize]| -> BTreeSet<CarKey> {
        side.iter().filter_map(|i| CarKey::of(&rows[*i])).collect()
    };
    let traders = |side: &[usize]| -> BTreeSet<String> {
        side.iter()
            .filter_map(|i| rows[*i].seller_hash.clone())
            .collect()
    };
    all == (0..rows.len()).collect::<Vec<_>>()
        && cars(&split.train).is_disjoint(&cars(&split.test))
        && (!sellers || traders(&split.train).is_disjoint(&traders(&split.test)))
}

proptest! {
    #[test]
    fn no_seller_and_no_car_is_on_both_sides(
        rows in proptest::collection::vec(any_row(), 1..80),
        seed in proptest::option::of(0..5_u64),
        newest in any::<bool>(),
    ) {
        let since = newest_month(&rows).filter(|_| newest);
        if let Ok(split) = grouped(&rows, &GroupedHoldout { seed, since, ..GroupedHoldout::default() }) {
            prop_assert!(is_honest(&rows, &split, true));
        }
        if let Ok(split) = calibration(&rows, 4, seed.unwrap_or(9)) {
            prop_assert!(is_honest(&rows, &split, true));
        }
        let split = by_hash(&rows, 0.3, 1).expect("valid fraction");
        prop_assert!(is_honest(&rows, &split, false) && split.dropped.is_empty());
        if let Ok(split) = by_time(&rows, Cut::NewestFraction(0.3)) {
            prop_assert!(is_honest(&rows, &split, false));
        }
    }

    #[test]
    fn folds_keep_sellers_and_their_cars_together(
        rows in proptest::collection::vec(any_row(), 1..80),
        k in 2..6_usize,
    ) {
        let folds = folds(&rows, k, 7).expect("two folds or more");
        let mut of_seller = BTreeMap::new();
        let mut of_car: BTreeMap<CarKey, (BTreeSet<usize>, BTreeSet<usize>)> = BTreeMap::new();
        for (row, fold) in rows.iter().zip(&folds) {
            prop_assert!(*fold < k);
            if let Some(seller) = &row.seller_hash {
                prop_assert_eq!(of_seller.entry(seller.clone()).or_insert(*fold), fold);
            }
            if let Some(key) = CarKey::of(row) {
                let (sold, unsigned) = of_car.entry(key).or_default();
                if row.seller_hash.is_some() { sold.insert(*fold) } else { unsigned.insert(*fold) };
            }
        }
        for (sold, unsigned) in of_car.values() {
            prop_assert!(unsigned.len() <= 1);
            prop_assert!(sold.is_empty() || unsigned.is_subset(sold));
        }
    }
}
