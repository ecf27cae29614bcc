//! Round trips, determinism and damaged files.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use super::*;
use crate::Money;
use crate::store::{read_listings, read_table};
use crate::vocabulary::{Currency, Fuel, Transmission};

type Draw = Option<(String, f64, i64, i32)>;

/// A listing whose columns hold what was drawn, as far as they may.
fn listing_of(draws: &[Draw], raw: &[Option<String>]) -> Listing {
    let mut listing = Listing::default();
    for (column, draw) in COLUMNS.iter().zip(draws) {
        let Some((text, float, int, day)) = draw else {
            continue;
        };
        match column.access {
            Access::Text { set, .. } => {
                let members: Vec<_> = column.unit.split(", ").filter(|m| !m.is_empty()).collect();
                let member = members.get(*int as usize % members.len().max(1));
                set(&mut listing, member.copied().unwrap_or(text));
            }
            Access::Float { set, .. } => {
                set(&mut listing, *float);
            }
            Access::Int { set, .. } => {
                set(&mut listing, int % 3000);
            }
            Access::Date { set, .. } => {
                let since = TimeDelta::days((*day % 100_000).into());
                set(&mut listing, NaiveDate::default() + since);
            }
        }
    }
    for (field, text) in RAW_FIELDS.iter().zip(raw) {
        if let Some(text) = text {
            listing.raw.insert((*field).to_owned(), text.clone());
        }
    }
    listing
}

fn listings() -> impl Strategy<Value = Vec<Listing>> {
    let finite = prop::num::f64::NORMAL | prop::num::f64::ZERO;
    let draw = prop::option::of((any::<String>(), finite, any::<i64>(), any::<i32>()));
    let raw = prop::collection::vec(any::<Option<String>>(), RAW_FIELDS.len());
    let listing = (prop::collection::vec(draw, COLUMNS.len()), raw)
        .prop_map(|(draws, raw)| listing_of(&draws, &raw));
    prop::collection::vec(listing, 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read(listings in listings()) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("cars.parquet");
        write_listings(&path, &listings).unwrap();
        prop_assert_eq!(read_listings(&path).unwrap(), listings);
    }
}

fn sample(rows: usize) -> Vec<Listing> {
    (0..rows)
        .zip((2015..2025).cycle())
        .map(|(row, year)| Listing {
            id: format!("{row}"),
            source: "bonbanh".into(),
            listed_on: NaiveDate::from_ymd_opt(2025, 11, 15),
            make: Some("Kia".into()),
            year: Some(year),
            mileage_km: Some(1000.0 * row as f64),
            transmission: Some(Transmission::Automatic),
            fuel: (row % 2 == 0).then_some(Fuel::Petrol),
            seats: Some(5),
            price: Some(if row % 3 == 0 {
                Money {
                    amount: 9_995.0,
                    currency: Currency::Gbp,
                }
            } else {
                Money::vnd(450e6 + row as f64)
            }),
            title: Some(format!("Kia Morning Si số {row}")),
            raw: [("price".to_owned(), "450 Triệu".to_owned())].into(),
            ..Listing::default()
        })
        .collect()
}

fn written(listings: &[Listing]) -> (tempfile::TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cars.parquet");
    write_listings(&path, listings).unwrap();
    (dir, path)
}

#[test]
fn the_same_listings_give_the_same_bytes() {
    let listings = sample(3000);
    let (_a, first) = written(&listings);
    let (_b, second) = written(&listings);
    assert_eq!(fs_err::read(first).unwrap(), fs_err::read(second).unwrap());
}

#[test]
fn others_see_typed_columns() {
    let (_dir, path) = written(&sample(4));
    let table = read_table(&path).unwrap();
    assert_eq!(table.columns().len(), COLUMNS.len() + RAW_FIELDS.len());
    let printed = |column: &str, row: usize| {
        let cell = table.column(column).unwrap()[row].clone();
        cell.map(|cell| cell.to_text().into_owned())
    };
    assert_eq!(printed("listed_on", 0).as_deref(), Some("2025-11-15"));
    assert_eq!(printed("price_vnd", 0), None);
    assert_eq!(printed("currency", 0).as_deref(), Some("GBP"));
    assert_eq!(printed("price_vnd", 1).as_deref(), Some("450000001"));
    assert_eq!(printed("price_raw", 1).as_deref(), Some("450 Triệu"));
}

#[test]
fn every_truncation_and_most_flips_are_errors_and_none_a_panic() {
    let (_dir, path) = written(&sample(40));
    let whole = fs_err::read(&path).unwrap();
    let step = (whole.len() / 97).max(1);
    for length in (1..whole.len()).step_by(step) {
        fs_err::write(&path, &whole[..length]).unwrap();
        assert!(
            read_listings(&path).is_err(),
            "{length} of {} bytes",
            whole.len()
        );
        assert!(
            read_table(&path).is_err(),
            "{length} of {} bytes",
            whole.len()
        );
    }
    for at in (0..whole.len()).step_by(step) {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x55;
        fs_err::write(&path, &flipped).unwrap();
        // A flip inside a page may go unseen, for Parquet has no checksum here; it must not bring us down.
        let _ = read_listings(&path);
    }
}

#[test]
fn what_a_file_cannot_hold_is_refused_and_nothing_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cars.parquet");
    let with = |change: fn(&mut Listing)| {
        let mut listings = sample(2);
        change(&mut listings[1]);
        write_listings(&path, &listings).unwrap_err().to_string()
    };
    for (error, want) in [
        (
            write_listings(&path, &[]).unwrap_err().to_string(),
            "holds no rows",
        ),
        (
            with(|l| l.price = Some(Money::vnd(f64::NAN))),
            "row 2: `price` is NaN",
        ),
        (
            with(|l| l.mileage_km = Some(f64::INFINITY)),
            "row 2: `mileage_km` is inf",
        ),
        (
            with(|l| drop(l.raw.insert("colour".into(), "đỏ".into()))),
            "`raw` is colour",
        ),
    ] {
        assert!(error.contains(want), "{error}");
    }
    assert!(!path.exists());
}

/// Writes a frame as a file that claims this schema version.
fn foreign(columns: Vec<Column>, version: Option<&str>) -> Error {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cars.parquet");
    let mut frame = DataFrame::new_infer_height(columns).unwrap();
    let metadata = version
        .map(|version| KeyValueMetadata::from_static(vec![(VERSION_KEY.into(), version.into())]));
    ParquetWriter::new(fs_err::File::create(&path).unwrap())
        .with_key_value_metadata(metadata)
        .finish(&mut frame)
        .unwrap();
    read_listings(&path).unwrap_err()
}

#[test]
fn files_of_another_schema_are_refused() {
    let ours = |replace: &str, with: Column| -> Vec<Column> {
        let all = COLUMNS.iter().map(|column| to_column(column, &sample(2)));
        let raw = RAW_FIELDS
            .iter()
            .map(|field| Column::new(raw_column(field).into(), vec![None::<&str>; 2]));
        let kept = all.chain(raw).filter(|column| column.name() != replace);
        kept.chain([with]).collect()
    };
    let spare = || Column::new("spare".into(), [1i64, 2]);
    for (error, want) in [
        (
            foreign(vec![spare()], None),
            "schema version none; this build reads version 1",
        ),
        (foreign(vec![spare()], Some("7")), "schema version 7"),
        (
            foreign(vec![spare()], Some("1")),
            "no column `id`; it has spare",
        ),
        (
            foreign(ours("seats", spare()), Some("1")),
            "no column `seats`",
        ),
        (
            foreign(
                ours("year", Column::new("year".into(), ["2019", "x"])),
                Some("1"),
            ),
            "column `year` is of type str; expected integer",
        ),
        (
            foreign(
                ours("listed_on", Column::new("listed_on".into(), [1i64, 2])),
                Some("1"),
            ),
            "column `listed_on` is of type i64; expected date",
        ),
        (
            foreign(
                ours("fuel", Column::new("fuel".into(), ["petrol", "water"])),
                Some("1"),
            ),
            "row 2: `fuel` is water; valid: petrol, diesel",
        ),
        (
            foreign(
                ours("seats", Column::new("seats".into(), [5i64, 500])),
                Some("1"),
            ),
            "row 2: `seats` is 500; valid: seats, 0 to 255",
        ),
        (
            foreign(
                ours("price", Column::new("price".into(), [1.0, f64::NAN])),
                Some("1"),
            ),
            "row 2: `price` is NaN",
        ),
    ] {
        assert!(error.to_string().contains(want), "{error}");
    }
}

#[test]
fn batches_make_one_file_and_a_failing_one_makes_none() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cars.parquet");
    let listing = |id: &str| Listing {
        id: id.into(),
        price: Some(Money::vnd(5e8)),
        ..Listing::default()
    };
    let (first, second) = (vec![listing("1"), listing("2")], vec![listing("3")]);
    let batches: [Result<Vec<Listing>>; 3] = [Ok(first.clone()), Ok(vec![]), Ok(second.clone())];
    assert_eq!(
        crate::store::write_listing_batches(&path, batches).unwrap(),
        3
    );
    assert_eq!(
        read_listings(&path).unwrap(),
        [first.clone(), second].concat()
    );

    let before = fs_err::read(&path).unwrap();
    let broken = || Error::Io(std::io::Error::other("the source is gone"));
    let batches: [Result<Vec<Listing>>; 2] = [Ok(first), Err(broken())];
    let error = crate::store::write_listing_batches(&path, batches).unwrap_err();
    assert!(error.to_string().contains("source is gone"), "{error}");
    let none: [Result<Vec<Listing>>; 0] = [];
    let error = crate::store::write_listing_batches(&path, none).unwrap_err();
    assert!(matches!(error, Error::Empty { .. }), "{error}");
    assert_eq!(fs_err::read(&path).unwrap(), before);
}
