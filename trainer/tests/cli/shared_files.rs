//! Import of the real exports, where those are at hand.

use datasets::store::{read_listings, read_table};
use datasets::{Catalogue, Mapping, parse};

use crate::support::{Place, shared};

/// Imports a file; what goes in is known, and what goes out is what the report says.
fn check(test: &str, file: &str, mapping: &str, rows: usize, least_kept: f64) {
    let Some(path) = shared(file, test) else {
        return;
    };
    let place = Place::new();
    let ended = place
        .command("import --out o.parquet --json --listed-on 2023-11")
        .arg(std::path::absolute(&path).expect("a path"))
        .output()
        .expect("the program starts");
    assert_eq!(ended.status.code(), Some(0));
    let json: serde_json::Value = serde_json::from_slice(&ended.stdout).expect("JSON");
    let file = &json["files"][0];
    assert_eq!(file["mapping"], mapping);
    assert_eq!(file["rows"], rows);
    let total = &file["clean"]["total"];
    let count = |value: &serde_json::Value| value.as_u64().expect("a count") as usize;
    assert_eq!(count(&total["kept"]) + count(&total["dropped"]), rows);
    let repeated = count(&json["dedupe"]["total"]["dropped"]);
    let written = count(&json["written"]["rows"]);
    assert_eq!(written + repeated, count(&total["kept"]));
    let kept = written as f64 / rows as f64;
    assert!(
        kept >= least_kept,
        "{kept} kept, at least {least_kept} expected"
    );
    let listings = read_listings(&place.path("o.parquet")).expect("what was written");
    assert_eq!(listings.len(), written);
    assert!(
        listings
            .iter()
            .all(|l| l.make.is_some() && l.year.is_some() && l.price.is_some())
    );
}

#[test]
fn vietnamese_listings() {
    let file = "vn_listings.parquet";
    check("vietnamese_listings", file, "vn-listings", 67_685, 0.9);
}

#[test]
fn british_listings() {
    check(
        "british_listings",
        "uk_train.parquet",
        "uk-listings",
        77_905,
        0.99,
    );
}

#[test]
fn raw_bonbanh_rows() {
    let file = "raw/bonbanh_2023-11_raw_sample.csv";
    check("raw_bonbanh_rows", file, "bonbanh-raw", 4_000, 0.7);
}

#[test]
fn raw_chotot_rows() {
    let file = "raw/chotot_2023-11_raw_sample.csv";
    check("raw_chotot_rows", file, "chotot-raw", 4_000, 0.8);
}

/// Of the raw rows whose price column holds digits, 97 % give make, model, year and price, before any cleaning.
#[test]
fn raw_rows_with_a_price_are_read_whole() {
    for (name, file) in [
        ("bonbanh-raw", "raw/bonbanh_2023-11_raw_sample.csv"),
        ("chotot-raw", "raw/chotot_2023-11_raw_sample.csv"),
    ] {
        let Some(path) = shared(file, "raw_rows_with_a_price_are_read_whole") else {
            return;
        };
        let table = read_table(&path).expect("an export");
        let prices = table.column("Giá xe").expect("a price column");
        let mapped = Mapping::load(name)
            .and_then(|mapping| mapping.apply(&table))
            .expect("the mapping fits");
        let (mut priced, mut whole) = (0_u32, 0_u32);
        for (mut listing, price) in mapped.listings.into_iter().zip(prices) {
            let printed = price.as_ref().map(datasets::store::RawValue::to_text);
            if !printed.is_some_and(|text| text.contains(|c: char| c.is_ascii_digit())) {
                continue;
            }
            priced += 1;
            Catalogue::embedded().resolve(&mut listing);
            let known =
                |text: &Option<String>| text.as_deref().is_some_and(|t| !parse::is_blank(t));
            let read = known(&listing.make) && known(&listing.model);
            whole += u32::from(read && listing.year.is_some() && listing.price.is_some());
        }
        let share = f64::from(whole) / f64::from(priced);
        assert!(priced > 3_900, "{name}: {priced} rows carry a price");
        assert!(share >= 0.97, "{name}: {whole} of {priced} rows are whole");
        println_share(name, whole, priced);
    }
}

#[expect(
    clippy::print_stderr,
    reason = "the share is a figure that people ask for"
)]
fn println_share(name: &str, whole: u32, priced: u32) {
    eprintln!("{name}: {whole} of {priced} priced rows give make, model, year and price");
}
