//! What happened to the rows of each file, as tables and as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use datasets::clean::{CleanReport, Table};
use serde::Serialize;

use super::{Loaded, ReadFile};
use crate::table;

/// Unreadable values of one field of one source, by reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unreadable {
    /// Field of the schema.
    pub field: &'static str,
    /// What is wrong with the values.
    pub reason: &'static str,
    /// The listings' source.
    pub source: String,
    /// How many.
    pub values: usize,
}

/// What happened to the rows of one file up to and with cleaning.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileReport {
    /// The file.
    pub file: PathBuf,
    /// Name of the mapping; none for our own Parquet.
    pub mapping: Option<String>,
    /// Rows in the file.
    pub rows: usize,
    /// Columns of the file that no cell type fits.
    pub left_out: Vec<String>,
    /// Rows with at least one unreadable value, by source. The row stays, the field is empty.
    pub rows_with_unreadable: BTreeMap<String, usize>,
    /// The unreadable values.
    pub unreadable: Vec<Unreadable>,
    /// What cleaning did.
    pub clean: CleanReport,
}

impl FileReport {
    /// The report of a file that was read and not yet cleaned.
    pub(crate) fn of(file: &ReadFile) -> Self {
        let mut values: BTreeMap<_, usize> = BTreeMap::new();
        let mut rows: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for issue in &file.issues {
            let source = file
                .listings
                .get(issue.row - 1)
                .map_or("", |listing| &listing.source);
            let key = (issue.field, issue.reason, source.to_owned());
            *values.entry(key).or_default() += 1;
            rows.entry(source.to_owned()).or_default().insert(issue.row);
        }
        let unreadable = values.into_iter();
        Self {
            file: file.path.clone(),
            mapping: file.mapping.clone(),
            rows: file.listings.len(),
            left_out: file.left_out.clone(),
            rows_with_unreadable: rows
                .into_iter()
                .map(|(source, rows)| (source, rows.len()))
                .collect(),
            unreadable: unreadable
                .map(|((field, reason, source), values)| Unreadable {
                    field,
                    reason,
                    source,
                    values,
                })
                .collect(),
            clean: CleanReport::default(),
        }
    }

    /// One row a reason and one column a source: unreadable values, drops, mends, then the totals.
    fn table(&self) -> Table {
        let sources: Vec<&String> = self.clean.by_source().keys().collect();
        let mut table = self.clean.table();
        let line = |effect: &str, reason: String, count: &dyn Fn(&str) -> usize| {
            let counts: Vec<usize> = sources.iter().map(|source| count(source)).collect();
            let sum: usize = counts.iter().sum();
            let mut cells = vec![effect.to_owned(), reason];
            cells.extend(counts.iter().map(ToString::to_string));
            cells.push(sum.to_string());
            cells
        };
        let reasons: BTreeSet<_> = self
            .unreadable
            .iter()
            .map(|u| (u.field, u.reason))
            .collect();
        let unreadable: Vec<_> = reasons
            .into_iter()
            .map(|(field, reason)| {
                line("unreadable", format!("{field} {reason}"), &|source| {
                    let same = |u: &&Unreadable| {
                        (u.field, u.reason, u.source.as_str()) == (field, reason, source)
                    };
                    self.unreadable.iter().filter(same).map(|u| u.values).sum()
                })
            })
            .collect();
        table.rows.splice(0..0, unreadable);
        table
    }

    fn title(&self) -> String {
        let mapping = self.mapping.as_deref();
        let how = mapping.map_or_else(
            || "giaxe's own schema".to_owned(),
            |name| format!("mapping `{name}`"),
        );
        let mut title = format!("{} ({how})\n", self.file.display());
        if !self.left_out.is_empty() {
            title.push_str("columns of no flat type, left out: ");
            title.push_str(&self.left_out.join(", "));
            title.push('\n');
        }
        title
    }
}

/// Every file's table, that of deduplication, and one line a file and source for all.
pub fn print_reports(loaded: &Loaded) -> String {
    let mut text = String::new();
    for report in &loaded.reports {
        text.push_str(&report.title());
        text.push_str(&table::render(&report.table()));
        text.push('\n');
    }
    if let Some(dedupe) = &loaded.dedupe {
        text.push_str("One row a car, over all files\n");
        text.push_str(&table::render(&dedupe.table()));
        text.push('\n');
    }
    text.push_str(&table::render(&summary(&loaded.reports)));
    text
}

fn summary(reports: &[FileReport]) -> Table {
    let mut table = table::with_header(&[
        "file",
        "mapping",
        "source",
        "rows in",
        "unreadable",
        "kept",
        "mended",
        "dropped",
    ]);
    for report in reports {
        let name = report.file.file_name().unwrap_or(report.file.as_os_str());
        for (source, totals) in report.clean.by_source() {
            let unreadable = report.rows_with_unreadable.get(source).copied();
            table.rows.push(vec![
                name.to_string_lossy().into_owned(),
                report.mapping.clone().unwrap_or_else(|| "-".into()),
                source.clone(),
                totals.rows_in.to_string(),
                unreadable.unwrap_or_default().to_string(),
                totals.kept.to_string(),
                totals.mended.to_string(),
                totals.dropped.to_string(),
            ]);
        }
    }
    table
}
