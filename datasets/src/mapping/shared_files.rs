//! The built-in mappings on real exports, where those are at hand.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

use std::path::PathBuf;

use super::*;
use crate::store::read_table;

/// The file under the directory of shared data; none, with a line that says so, where it is absent.
fn shared(file: &str, test: &str) -> Option<PathBuf> {
    let root = std::env::var_os("GIAXE_SHARED")
        .map_or_else(|| PathBuf::from("../../shared"), PathBuf::from);
    let path = root.join("data/listings").join(file);
    if path.is_file() {
        return Some(path);
    }
    eprintln!("skipped: {test} needs ../shared");
    None
}

struct Expected {
    file: &'static str,
    mapping: &'static str,
    rows: usize,
    /// Least share of rows in which a field is filled.
    filled: &'static [(&'static str, f64)],
    /// Fields in which unreadable values are known, with their number.
    issues: &'static [(&'static str, usize)],
}

fn check(test: &str, expected: &Expected) {
    let Some(path) = shared(expected.file, test) else {
        return;
    };
    let table = read_table(&path).unwrap();
    assert_eq!(Mapping::detect(table.columns()), Some(expected.mapping));
    let mapping = Mapping::load(expected.mapping).unwrap();
    let mapped = mapping.apply(&table).unwrap();
    assert_eq!(mapped.listings.len(), expected.rows);
    let ids: std::collections::BTreeSet<_> = mapped.listings.iter().map(|l| &l.id).collect();
    assert_eq!(ids.len(), expected.rows, "identities repeat");
    for (field, least) in expected.filled {
        let column = crate::schema::column(field).unwrap();
        let filled = mapped
            .listings
            .iter()
            .filter(|listing| has(listing, column))
            .count();
        let share = filled as f64 / expected.rows as f64;
        assert!(
            share >= *least,
            "{field}: {share} of rows filled, at least {least} expected"
        );
    }
    let printed = mapped
        .listings
        .iter()
        .filter(|listing| listing.raw.contains_key("price"));
    let (mut priced, mut whole) = (0, 0);
    for listing in printed {
        priced += 1;
        whole += usize::from(listing.price.is_some() && listing.year.is_some());
    }
    assert!(
        whole as f64 >= 0.97 * f64::from(priced),
        "{whole} of {priced} with price and year"
    );
    let mut issues: BTreeMap<&str, usize> = BTreeMap::new();
    for issue in &mapped.issues {
        *issues.entry(issue.field).or_default() += 1;
    }
    assert_eq!(
        issues,
        expected.issues.iter().copied().collect(),
        "{:#?}",
        mapped.issue_counts()
    );
}

fn has(listing: &Listing, column: &crate::schema::Column) -> bool {
    use crate::schema::Access;
    match column.access {
        Access::Text { get, .. } => get(listing).is_some(),
        Access::Float { get, .. } => get(listing).is_some(),
        Access::Int { get, .. } => get(listing).is_some(),
        Access::Date { get, .. } => get(listing).is_some(),
    }
}

#[cfg(feature = "parquet")]
#[test]
fn vietnamese_listings() {
    check(
        "vietnamese_listings",
        &Expected {
            file: "vn_listings.parquet",
            mapping: "vn-listings",
            rows: 67_685,
            filled: &[
                ("price_vnd", 1.0),
                ("year", 1.0),
                ("mileage_km", 1.0),
                ("listed_on", 1.0),
                ("source", 1.0),
                ("condition", 1.0),
                ("make", 0.99),
                ("transmission", 0.998),
                ("fuel", 0.98),
                ("origin", 0.91),
                ("body", 0.78),
                ("seats", 0.74),
                ("engine_l", 0.58),
                ("drivetrain", 0.22),
            ],
            issues: &[("seats", 1)],
        },
    );
}

#[cfg(feature = "parquet")]
#[test]
fn british_listings() {
    check(
        "british_listings",
        &Expected {
            file: "uk_train.parquet",
            mapping: "uk-listings",
            rows: 77_905,
            filled: &[
                ("price", 1.0),
                ("year", 1.0),
                ("mileage_km", 1.0),
                ("make", 1.0),
                ("model", 1.0),
                ("transmission", 0.999),
                ("fuel", 1.0),
                ("engine_l", 0.997),
                ("road_tax_per_year", 1.0),
                ("consumption_l_per_100km", 0.99),
            ],
            issues: &[("consumption_l_per_100km", 22)],
        },
    );
}

#[test]
fn raw_bonbanh_rows() {
    check(
        "raw_bonbanh_rows",
        &Expected {
            file: "raw/bonbanh_2023-11_raw_sample.csv",
            mapping: "bonbanh-raw",
            rows: 4_000,
            filled: &[
                ("price_vnd", 1.0),
                ("year", 1.0),
                ("title", 1.0),
                ("mileage_km", 0.75),
                ("transmission", 0.999),
                ("fuel", 0.999),
                ("engine_l", 0.96),
                ("body", 1.0),
                ("seats", 0.999),
                ("drivetrain", 0.999),
                ("origin", 1.0),
                ("condition", 1.0),
                ("color_exterior", 0.99),
            ],
            issues: &[("engine_l", 2)],
        },
    );
}

#[test]
fn raw_chotot_rows() {
    check(
        "raw_chotot_rows",
        &Expected {
            file: "raw/chotot_2023-11_raw_sample.csv",
            mapping: "chotot-raw",
            rows: 4_000,
            filled: &[
                ("price_vnd", 0.999),
                ("year", 0.998),
                ("title", 1.0),
                ("make", 0.99),
                ("model", 0.97),
                ("mileage_km", 0.85),
                ("transmission", 0.99),
                ("fuel", 1.0),
                ("origin", 0.73),
                ("condition", 1.0),
            ],
            issues: &[("transmission", 28), ("year", 5)],
        },
    );
}
