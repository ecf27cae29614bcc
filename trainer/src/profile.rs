//! `trainer profile`: what listings hold, and what cleaning would make of them.

mod columns;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use chrono::Datelike;
use datasets::clean::{CleanReport, Table, clean_rows};
use datasets::dedupe::dedupe;
use datasets::{Catalogue, Listing};
use serde::Serialize;

use crate::load::{FileReport, Unreadable, read_file};
use crate::{Output, Result, cli::ProfileArgs, format, table};
use columns::ColumnProfile;

/// How many unknown names are given.
const UNKNOWN_SHOWN: usize = 10;

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Profile {
    rows: usize,
    /// Rows by source and month (`YYYY-MM`, or `undated`).
    by_source: BTreeMap<String, BTreeMap<String, usize>>,
    columns: Vec<ColumnProfile>,
    catalogue: Coverage,
    unreadable: Vec<Unreadable>,
    cleaning: CleanReport,
    dedupe: Option<CleanReport>,
}

/// How many rows the catalogue knows the car of.
#[derive(Debug, Default, Serialize)]
struct Coverage {
    make_known: usize,
    model_known: usize,
    unknown_makes: Vec<(String, usize)>,
    unknown_models: Vec<(String, usize)>,
}

/// Reads the files and prints their profile.
///
/// # Errors
/// As [`read_file`] and [`read_rules`](crate::load::read_rules).
pub fn run(args: &ProfileArgs, output: Output) -> Result<()> {
    let options = args.mapping.load_options(&args.cleaning)?;
    let mut listings = Vec::new();
    let mut unreadable = Vec::new();
    for path in &args.files {
        let file = read_file(path, &options, output)?;
        unreadable.extend(FileReport::of(&file).unreadable);
        listings.extend(file.listings);
    }
    let mut profile = Profile {
        rows: listings.len(),
        by_source: by_source_and_month(&listings),
        columns: columns::profile(&listings),
        catalogue: Coverage::of(&listings, Catalogue::embedded()),
        unreadable,
        cleaning: CleanReport::default(),
        dedupe: None,
    };
    let cleaned = clean_rows(listings, &options.rules);
    profile.cleaning = cleaned.report;
    profile.dedupe = options.dedupe.then(|| dedupe(cleaned.rows).report);
    if output.is_json() {
        Ok(output.json(&profile)?)
    } else {
        Ok(output.data(&profile.print())?)
    }
}

fn by_source_and_month(listings: &[Listing]) -> BTreeMap<String, BTreeMap<String, usize>> {
    let mut counts: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for listing in listings {
        let day = listing
            .listed_on
            .or(listing.last_seen)
            .or(listing.first_seen);
        let month = day.map_or_else(
            || "undated".to_owned(),
            |day| format!("{:04}-{:02}", day.year(), day.month()),
        );
        let months = counts.entry(listing.source.clone()).or_default();
        *months.entry(month).or_default() += 1;
    }
    counts
}

impl Coverage {
    fn of(listings: &[Listing], catalogue: &Catalogue) -> Self {
        let mut coverage = Self::default();
        let mut makes: BTreeMap<String, usize> = BTreeMap::new();
        let mut models: BTreeMap<String, usize> = BTreeMap::new();
        for listing in listings {
            let make = listing.make.as_deref().unwrap_or_default();
            let model = listing.model.as_deref().unwrap_or_default();
            if catalogue.make(make).is_none() {
                *makes.entry(make.to_owned()).or_default() += 1;
                continue;
            }
            coverage.make_known += 1;
            if catalogue.model(make, model).is_some() {
                coverage.model_known += 1;
            } else {
                *models.entry(format!("{make} {model}")).or_default() += 1;
            }
        }
        coverage.unknown_makes = columns::most_common(makes, UNKNOWN_SHOWN);
        coverage.unknown_models = columns::most_common(models, UNKNOWN_SHOWN);
        coverage
    }
}

impl Profile {
    fn print(&self) -> String {
        let share = |rows: usize| format::percent(rows as f64 / self.rows.max(1) as f64);
        let mut text = format!("{} rows\n\n", format::count(self.rows));
        text.push_str(&table::render(&self.months_table()));
        text.push('\n');
        text.push_str(&table::render(&columns::table(&self.columns, self.rows)));
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "\ncatalogue: make known in {}, model in {} of the rows",
            share(self.catalogue.make_known),
            share(self.catalogue.model_known),
        );
        for (what, names) in [
            ("makes", &self.catalogue.unknown_makes),
            ("models", &self.catalogue.unknown_models),
        ] {
            if !names.is_empty() {
                let _ = writeln!(text, "unknown {what}: {}", columns::listed(names));
            }
        }
        if !self.unreadable.is_empty() {
            let mut table = table::with_header(&["unreadable", "reason", "source", "values"]);
            for entry in &self.unreadable {
                table.rows.push(vec![
                    entry.field.to_owned(),
                    entry.reason.to_owned(),
                    entry.source.clone(),
                    format::count(entry.values),
                ]);
            }
            text.push('\n');
            text.push_str(&table::render(&table));
        }
        text.push_str("\nwhat cleaning would do\n");
        text.push_str(&table::render(&self.cleaning.table()));
        if let Some(dedupe) = &self.dedupe {
            text.push_str("\none row a car\n");
            text.push_str(&table::render(&dedupe.table()));
        }
        text
    }

    /// One row a month, one column a source.
    fn months_table(&self) -> Table {
        let mut titles = vec!["month"];
        titles.extend(self.by_source.keys().map(String::as_str));
        titles.push("all");
        let mut table = table::with_header(&titles);
        let months: BTreeSet<&String> = self.by_source.values().flat_map(BTreeMap::keys).collect();
        for month in months {
            let counts: Vec<usize> = self
                .by_source
                .values()
                .map(|months| months.get(month).copied().unwrap_or_default())
                .collect();
            let mut row = vec![month.clone()];
            row.extend(counts.iter().map(|rows| format::count(*rows)));
            row.push(format::count(counts.iter().sum()));
            table.rows.push(row);
        }
        table
    }
}
