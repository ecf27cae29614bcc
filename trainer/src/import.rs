//! `trainer import`: exports in, one clean Parquet file out.

use std::collections::BTreeMap;
use std::path::Path;

use datasets::clean::CleanReport;
use datasets::{Listing, store};
use serde::Serialize;

use crate::load::{self, FileReport, load_listings, print_reports, write_rejects};
use crate::{Error, Output, Result, cli::ImportArgs, format};

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    files: &'a [FileReport],
    dedupe: Option<&'a CleanReport>,
    rows_in: usize,
    written: Option<Written<'a>>,
}

#[derive(Serialize)]
struct Written<'a> {
    file: &'a Path,
    rows: usize,
    by_source: BTreeMap<&'a str, usize>,
}

impl<'a> Written<'a> {
    fn of(file: &'a Path, listings: &'a [Listing]) -> Self {
        let mut by_source = BTreeMap::new();
        for listing in listings {
            *by_source.entry(listing.source.as_str()).or_default() += 1;
        }
        Self {
            file,
            rows: listings.len(),
            by_source,
        }
    }
}

/// Loads the files, writes what is left, and reports what happened to every row.
///
/// Where nothing is left the report and the rejects are still given, and no listings are written.
///
/// # Errors
/// [`Error::NothingLeft`]; otherwise as [`load_listings`], and [`Error::Usage`], [`Error::Data`] and [`Error::Io`]
/// for outputs that cannot be written.
pub fn run(args: &ImportArgs, output: Output) -> Result<()> {
    load::check_output(&args.out, &["parquet"])?;
    if let Some(rejects) = &args.rejects {
        load::check_output(rejects, &["csv"])?;
    }
    if let Some(inventory) = &args.inventory {
        load::check_output(inventory, &["ndjson", "jsonl"])?;
    }
    let mut options = args.mapping.load_options(&args.cleaning)?;
    options.trace_rejects = args.rejects.is_some();
    options.append_to = (args.append && args.out.exists()).then(|| args.out.clone());
    let loaded = load_listings(&args.files, &options, output)?;
    let written = (!loaded.listings.is_empty()).then(|| Written::of(&args.out, &loaded.listings));
    if let Some(rejects) = &args.rejects {
        write_rejects(rejects, &loaded.rejects)?;
    }
    if written.is_some() {
        store::write_listings(&args.out, &loaded.listings)?;
        if let Some(inventory) = &args.inventory {
            store::write_inventory(inventory, &loaded.listings)?;
        }
    }
    if output.is_json() {
        output.json(&Report {
            files: &loaded.reports,
            dedupe: loaded.dedupe.as_ref(),
            rows_in: loaded.rows_in(),
            written,
        })?;
    } else {
        output.data(&print_reports(&loaded))?;
    }
    if loaded.listings.is_empty() {
        return Err(Error::NothingLeft {
            rows: loaded.rows_in(),
        });
    }
    output.note(format_args!(
        "{}: {} of {} rows written",
        args.out.display(),
        format::count(loaded.listings.len()),
        format::count(loaded.rows_in())
    ));
    Ok(())
}
