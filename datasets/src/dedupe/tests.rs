//! Cases of relisted cars, and what holds for any rows.

use proptest::prelude::*;

use super::*;
use crate::{
    Money,
    vocabulary::{Fuel, Transmission},
};

fn day(day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2025, 1, 1).map(|first| first + chrono::Days::new(u64::from(day)))
}

fn car(id: &str) -> Listing {
    Listing {
        id: id.into(),
        source: "bonbanh".into(),
        make: Some("Toyota".into()),
        model: Some("Vios".into()),
        year: Some(2019),
        mileage_km: Some(63_200.0),
        listed_on: day(0),
        price: Some(Money::vnd(400e6)),
        title: Some("Vios 1.5G".into()),
        seller_hash: Some("a1".into()),
        ..Listing::default()
    }
}

/// The reason for which the second of two listings goes, or `kept`.
fn check(change: impl FnOnce(&mut Listing, &mut Listing)) -> &'static str {
    let (mut a, mut b) = (car("1"), car("2"));
    change(&mut a, &mut b);
    let report = dedupe(vec![a, b]).report;
    let counts = report.counts();
    counts.first().map_or("kept", |count| count.reason)
}

#[test]
fn one_sites_relistings() {
    assert_eq!(check(|_, _| {}), RELISTED);
    assert_eq!(check(|a, b| b.id = a.id.clone()), SAME_ID);
    assert_eq!(check(|_, b| b.seller_hash = Some("b2".into())), "kept");
    assert_eq!(check(|_, b| b.price = Some(Money::vnd(380e6))), RELISTED);
    assert_eq!(check(|_, b| b.price = Some(Money::vnd(300e6))), "kept");
    assert_eq!(check(|_, b| b.price = None), "kept");
    assert_eq!(check(|_, b| b.mileage_km = Some(63_300.0)), "kept");
    assert_eq!(check(|_, b| b.mileage_km = None), "kept");
    assert_eq!(check(|_, b| b.year = Some(2020)), "kept");
    assert_eq!(check(|_, b| b.model = Some("VIOS".into())), RELISTED);
    assert_eq!(check(|_, b| b.listed_on = day(300)), "kept");
    assert_eq!(check(|_, b| b.listed_on = None), RELISTED);
}

#[test]
fn stated_facts_must_agree() {
    let colours = |x: &str, y: Option<&str>| {
        check(|a, b| {
            a.color_exterior = Some(x.into());
            b.color_exterior = y.map(Into::into);
        })
    };
    assert_eq!(colours("Trắng", Some("Đen")), "kept");
    assert_eq!(colours("Trắng", Some("trang")), RELISTED);
    assert_eq!(colours("Trắng", None), RELISTED);
    let gears = check(|a, b| {
        a.transmission = Some(Transmission::Manual);
        b.transmission = Some(Transmission::Automatic);
    });
    assert_eq!(gears, "kept");
    let fuels = check(|a, b| {
        a.fuel = Some(Fuel::Petrol);
        b.fuel = Some(Fuel::Hybrid);
    });
    assert_eq!(fuels, "kept");
}

#[test]
fn round_odometers_need_the_same_words() {
    let round = |title: &str| {
        check(|a, b| {
            a.mileage_km = Some(50_000.0);
            b.mileage_km = Some(50_000.0);
            b.title = Some(title.into());
        })
    };
    assert_eq!(round("Vios 1.5G"), RELISTED);
    assert_eq!(round("Vios 1.5E"), "kept");
}

#[test]
fn without_a_seller_title_and_price_decide() {
    let anonymous = |km: f64, title: &str, price: f64| {
        check(|a, b| {
            for row in [a, b] {
                row.seller_hash = None;
                row.mileage_km = Some(km);
                row.title = Some(title.into());
            }
        }) == RELISTED
            && check(|a, b| {
                a.seller_hash = None;
                b.seller_hash = None;
                b.price = Some(Money::vnd(price));
            }) == RELISTED
    };
    assert!(anonymous(63_200.0, "Vios 1.5G", 400e6));
    assert!(!anonymous(63_200.0, "Vios 1.5G", 399e6));
    assert!(!anonymous(60_000.0, "Vios 1.5G", 400e6));
    let free = "Chính chủ cần bán Vios số sàn giá tốt xe đẹp";
    assert!(anonymous(60_000.0, free, 400e6));
}

#[test]
fn other_sites() {
    let other = |km: f64, price: f64| {
        check(|a, b| {
            b.source = "chotot".into();
            b.seller_hash = Some("b2".into());
            b.title = Some("bán Vios chính chủ".into());
            b.color_exterior = Some("trắng ngọc trai".into());
            a.color_exterior = Some("Trắng".into());
            a.mileage_km = Some(km);
            b.mileage_km = Some(km);
            b.price = Some(Money::vnd(price));
        })
    };
    for (km, price, want) in [
        (63_200.0, 400e6, OTHER_SITE),
        (63_200.0, 370e6, OTHER_SITE),
        (63_200.0, 350e6, "kept"),
        (63_000.0, 400e6, OTHER_SITE),
        (63_000.0, 380e6, "kept"),
        (60_000.0, 400e6, "kept"),
        (123_456.0, 400e6, "kept"),
        (63.0, 400e6, "kept"),
    ] {
        assert_eq!(other(km, price), want, "{km} km at {price}");
    }
}

#[test]
fn the_latest_stays_and_remembers_when_it_was_seen() {
    let sighting = |first, last, million: f64| Listing {
        first_seen: day(first),
        last_seen: day(last),
        listed_on: None,
        price: Some(Money::vnd(million * 1e6)),
        ..car("1")
    };
    let rows = dedupe(vec![
        sighting(10, 20, 410.0),
        sighting(30, 40, 390.0),
        sighting(5, 6, 420.0),
    ])
    .rows;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].price_vnd(), Some(390e6));
    assert_eq!((rows[0].first_seen, rows[0].last_seen), (day(5), day(40)));
}

#[test]
fn of_equally_recent_rows_the_most_complete_stays() {
    let complete = Listing {
        province: Some("Hà Nội".into()),
        ..car("2")
    };
    let rows = dedupe(vec![car("1"), complete]).rows;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].id, "2");
}

#[test]
fn a_row_without_a_colour_does_not_join_two_cars() {
    let painted = |id: &str, colour: &str| Listing {
        color_exterior: Some(colour.into()),
        listed_on: day(3),
        ..car(id)
    };
    let rows = dedupe(vec![painted("1", "Trắng"), car("2"), painted("3", "Đen")]).rows;
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ids, ["1", "3"]);
}

prop_compose! {
    /// Rows from so few values that many collide.
    fn any_row()(
        id in 0..6_u8,
        source in 0..2_u8,
        model in 0..2_u8,
        km in proptest::option::of(0..4_usize),
        price in proptest::option::of(0..4_u32),
        colour in proptest::option::of(0..2_u8),
        seller in proptest::option::of(0..2_u8),
        days in proptest::array::uniform3(proptest::option::of(0..400_u32)),
    ) -> Listing {
        Listing {
            id: if id == 0 { String::new() } else { id.to_string() },
            source: format!("site{source}"),
            model: Some(format!("model {model}")),
            mileage_km: km.map(|km| [50_000.0, 63_000.0, 63_210.0, 99_999.0][km]),
            price: price.map(|price| Money::vnd(400e6 + f64::from(price) * 30e6)),
            color_exterior: colour.map(|colour| colour.to_string()),
            seller_hash: seller.map(|seller| seller.to_string()),
            listed_on: days[0].and_then(day),
            first_seen: days[1].and_then(day),
            last_seen: days[2].and_then(day),
            ..car("")
        }
    }
}

proptest! {
    #[test]
    fn a_second_pass_drops_nothing(rows in proptest::collection::vec(any_row(), 0..40)) {
        let n = rows.len();
        let once = dedupe(rows);
        let total = once.report.total();
        prop_assert_eq!((total.rows_in, total.kept), (n, once.rows.len()));
        prop_assert_eq!(&dedupe(once.rows.clone()).rows, &once.rows);
    }

    #[test]
    fn no_identity_is_kept_twice(rows in proptest::collection::vec(any_row(), 0..40)) {
        let mut ids: Vec<_> = dedupe(rows).rows.into_iter()
            .filter(|row| !row.id.is_empty())
            .map(|row| (row.source, row.id))
            .collect();
        let n = ids.len();
        ids.sort();
        ids.dedup();
        prop_assert_eq!(ids.len(), n);
    }
}
