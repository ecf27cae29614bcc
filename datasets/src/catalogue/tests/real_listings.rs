//! How much of the shared listings resolves; skipped where they are absent.

use std::collections::{BTreeMap, HashMap};
use std::io::Cursor;
use std::path::PathBuf;
use std::time::Instant;

use polars::prelude::{DataFrame, ParquetReader, SerReader};

use crate::catalogue::{Catalogue, Shape, is_placeholder};

/// Rows, rows whose make resolves, rows that name a model at all, rows whose model resolves.
#[derive(Default)]
struct Tally {
    rows: usize,
    makes: usize,
    named: usize,
    models: usize,
    unresolved: HashMap<String, usize>,
}

fn table(file: &str) -> Option<DataFrame> {
    let shared = std::env::var("GIAXE_SHARED").unwrap_or_else(|_| "../../shared".to_owned());
    let path = PathBuf::from(shared).join("data/listings").join(file);
    let Ok(bytes) = fs_err::read(&path) else {
        eprintln_skipped(file);
        return None;
    };
    let table = ParquetReader::new(Cursor::new(bytes)).finish();
    Some(table.expect("a shared set is readable Parquet"))
}

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn eprintln_skipped(name: &str) {
    eprintln!("skipped: {name} needs ../shared");
}

fn column(table: &DataFrame, name: &str) -> Vec<String> {
    let column = table.column(name).expect("the set has this column");
    let texts = column.str().expect("the column holds text");
    texts
        .iter()
        .map(|text| text.unwrap_or_default().to_owned())
        .collect()
}

#[expect(
    clippy::print_stdout,
    reason = "the table is what to improve the data by"
)]
fn report(source: &str, tally: &Tally) {
    let share = |part: usize, of: usize| 100.0 * part as f64 / of.max(1) as f64;
    println!(
        "{source}: {} rows, make {:.2} %, model {:.2} % of the {} rows that name one ({:.2} % of all)",
        tally.rows,
        share(tally.makes, tally.rows),
        share(tally.models, tally.named),
        tally.named,
        share(tally.models, tally.rows),
    );
    let mut worst: Vec<_> = tally.unresolved.iter().collect();
    worst.sort_by_key(|(text, count)| (std::cmp::Reverse(**count), *text));
    for (text, count) in worst.iter().take(40) {
        println!("  {count:5} {text}");
    }
}

fn tally(rows: impl Iterator<Item = [String; 4]>) -> BTreeMap<String, Tally> {
    let catalogue = Catalogue::embedded();
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for [source, make, model, title] in rows {
        let shape = if source == "chotot" {
            Shape::FreeText
        } else {
            Shape::Version
        };
        let found = catalogue.find(&title, Some(&make), Some(&model), shape);
        let tally = tallies.entry(source).or_default();
        // A row that prints neither model nor title, or a placeholder without a title, cannot be resolved.
        let named = !(is_placeholder(&model) && is_placeholder(&title));
        tally.rows += 1;
        tally.makes += usize::from(found.make.is_some());
        tally.named += usize::from(named);
        tally.models += usize::from(found.model.is_some());
        if named && found.model.is_none() {
            let short: String = title.chars().take(50).collect();
            let text = format!("{make} | {model} | {short}");
            *tally.unresolved.entry(text).or_default() += 1;
        }
    }
    tallies
}

fn assert_shares(tally: &Tally, makes: f64, models: f64, source: &str) {
    assert!(
        tally.makes as f64 >= makes * tally.rows as f64,
        "makes of {source}"
    );
    assert!(
        tally.models as f64 >= models * tally.named as f64,
        "models of {source}"
    );
}

#[test]
#[expect(clippy::print_stdout, reason = "the time is worth knowing")]
fn vietnamese_listings_resolve() {
    let Some(table) = table("vn_listings.parquet") else {
        return;
    };
    let columns = ["source", "brand", "model", "name_version"].map(|name| column(&table, name));
    let rows = (0..table.height()).map(|row| columns.each_ref().map(|column| column[row].clone()));
    let started = Instant::now();
    let tallies = tally(rows);
    let seconds = started.elapsed().as_secs_f64();
    let rows: usize = tallies.values().map(|tally| tally.rows).sum();
    let makes: usize = tallies.values().map(|tally| tally.makes).sum();
    for (source, tally) in &tallies {
        report(source, tally);
    }
    assert!(
        makes as f64 >= 0.995 * rows as f64,
        "{makes} of {rows} makes"
    );
    for (source, tally) in &tallies {
        assert_shares(tally, 0.99, 0.97, source);
    }
    println!("{rows} titles in {seconds:.2} s");
    assert!(seconds < 30.0, "{rows} titles took {seconds:.1} s");
}

#[test]
fn british_listings_resolve() {
    let Some(table) = table("uk_train.parquet") else {
        return;
    };
    let columns = ["make", "model"].map(|name| column(&table, name));
    let rows = (0..table.height()).map(|row| {
        let [make, model] = columns.each_ref().map(|column| column[row].clone());
        ["uk".to_owned(), make, model, String::new()]
    });
    for (source, tally) in &tally(rows) {
        report(source, tally);
        assert_shares(tally, 0.995, 0.97, source);
    }
}
