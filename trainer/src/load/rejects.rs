//! The rows that were dropped: from which file and row, and why.
//!
//! Cleaning and deduplication count their drops but do not list them, so each step is asked again: cleaning about
//! the row alone, which is all it looks at; deduplication about the row together with those that stayed.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use datasets::Listing;
use datasets::clean::{CleanReport, Effect, Rules, clean_rows};
use datasets::dedupe::{CarKey, SAME_ID, dedupe};
use datasets::store::atomic;

use crate::Result;

/// A row that was dropped.
#[derive(Debug, Clone, PartialEq)]
pub struct Reject {
    /// The file that it stands in.
    pub file: PathBuf,
    /// Its row there, from 1, the header not counted.
    pub row: usize,
    /// Name of the rule that dropped it.
    pub reason: &'static str,
    /// What was read of it.
    pub listing: Listing,
}

/// Key among the printed texts of a listing under which its place is kept while it goes through the steps. No field
/// has this name, and a listing that still carried it could not be written.
const PLACE: &str = "#place";

/// Follows rows through the steps.
#[derive(Debug, Default)]
pub(super) struct Trace {
    /// File and row, by place.
    places: Vec<(PathBuf, usize)>,
    rejects: Vec<(usize, &'static str, Listing)>,
}

impl Trace {
    /// Gives each row of a file its place.
    pub(super) fn begin_file(&mut self, file: &Path, rows: &mut [Listing]) {
        for (index, row) in rows.iter_mut().enumerate() {
            row.raw.insert(PLACE.into(), self.places.len().to_string());
            self.places.push((file.to_owned(), index + 1));
        }
    }

    /// Notes the rows that cleaning is about to drop.
    pub(super) fn note_unclean(&mut self, rows: &[Listing], rules: &Rules) {
        for row in rows {
            let report = clean_rows(vec![row.clone()], rules).report;
            if let Some(reason) = reason_of_drop(&report) {
                self.rejects.push((place(row), reason, row.clone()));
            }
        }
    }

    /// Notes the rows that deduplication dropped.
    pub(super) fn note_repeats(&mut self, before: &[Listing], kept: &[Listing]) {
        let stayed: BTreeSet<usize> = kept.iter().map(place).collect();
        let mut cars: HashMap<CarKey, Vec<&Listing>> = HashMap::new();
        for row in kept {
            if let Some(key) = CarKey::of(row) {
                cars.entry(key).or_default().push(row);
            }
        }
        let mut ids: HashMap<(&str, &str), Vec<&Listing>> = HashMap::new();
        for row in before.iter().filter(|row| !row.id.is_empty()) {
            ids.entry((&row.source, &row.id)).or_default().push(row);
        }
        for row in before.iter().filter(|row| !stayed.contains(&place(row))) {
            let same_id = ids
                .get(&(row.source.as_str(), row.id.as_str()))
                .is_some_and(|sightings| !survives(row, sightings));
            let reason = if same_id {
                SAME_ID
            } else {
                let others = CarKey::of(row).and_then(|key| cars.get(&key));
                let mut rows: Vec<Listing> = others
                    .into_iter()
                    .flatten()
                    .map(|row| (*row).clone())
                    .collect();
                rows.push(row.clone());
                reason_of_drop(&dedupe(rows).report).unwrap_or("repeated")
            };
            self.rejects.push((place(row), reason, row.clone()));
        }
    }

    /// The dropped rows in the order of files and rows; takes the places off the rows that stay.
    pub(super) fn finish(mut self, kept: &mut [Listing]) -> Vec<Reject> {
        for row in kept {
            row.raw.remove(PLACE);
        }
        self.rejects.sort_by_key(|(place, ..)| *place);
        let places = self.places;
        self.rejects
            .into_iter()
            .map(|(place, reason, mut listing)| {
                listing.raw.remove(PLACE);
                let (file, row) = places[place].clone();
                Reject {
                    file,
                    row,
                    reason,
                    listing,
                }
            })
            .collect()
    }
}

fn place(row: &Listing) -> usize {
    row.raw
        .get(PLACE)
        .and_then(|place| place.parse().ok())
        .expect("every traced row was given a place")
}

/// Whether `row` is the one that stays of several sightings of one listing.
fn survives(row: &Listing, sightings: &[&Listing]) -> bool {
    let rows = sightings.iter().map(|row| (*row).clone()).collect();
    let stays = dedupe(rows).rows;
    stays.iter().any(|other| place(other) == place(row))
}

fn reason_of_drop(report: &CleanReport) -> Option<&'static str> {
    let counts = report.counts();
    counts
        .iter()
        .find(|count| count.effect == Effect::Dropped)
        .map(|count| count.reason)
}

/// Writes dropped rows as CSV, all or nothing.
///
/// # Errors
/// [`crate::Error::Data`] naming the file that could not be written.
pub fn write_rejects(path: &Path, rejects: &[Reject]) -> Result<()> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let bad = |error: csv::Error| std::io::Error::other(error);
    writer
        .write_record([
            "file",
            "row",
            "reason",
            "source",
            "id",
            "make",
            "model",
            "year",
            "mileage_km",
            "price",
            "currency",
            "title",
        ])
        .map_err(bad)?;
    for reject in rejects {
        let listing = &reject.listing;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let number = |number: Option<f64>| number.map_or_else(String::new, |n| n.to_string());
        writer
            .write_record([
                reject.file.display().to_string(),
                reject.row.to_string(),
                reject.reason.to_owned(),
                listing.source.clone(),
                listing.id.clone(),
                text(&listing.make),
                text(&listing.model),
                listing
                    .year
                    .map_or_else(String::new, |year| year.to_string()),
                number(listing.mileage_km),
                number(listing.price.map(|price| price.amount)),
                listing
                    .price
                    .map_or_else(String::new, |price| price.currency.to_string()),
                text(&listing.title),
            ])
            .map_err(bad)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| std::io::Error::other(error.to_string()))?;
    atomic::write(path, |file| Ok(std::io::Write::write_all(file, &bytes)?))?;
    Ok(())
}
