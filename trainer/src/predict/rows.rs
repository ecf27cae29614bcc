//! Every car of a file.

use std::path::Path;

use datasets::store::atomic;
use models::Valuer;
use rayon::prelude::*;

use super::valued::Valued;
use super::{Setting, print};
use crate::cli::{CleaningArgs, PredictArgs, RowFormat};
use crate::load::{LoadOptions, read_file};
use crate::{Output, Result, format, progress::progress};

/// Values the cars of a file in their order; one line a car, valued or not.
pub(super) fn run(
    file: &Path,
    args: &PredictArgs,
    valuer: &Valuer,
    setting: &Setting,
    output: Output,
) -> Result<()> {
    let options = LoadOptions::new(&args.mapping_args(), &CleaningArgs::default())?;
    let mut read = read_file(file, &options, output)?;
    let named = args.source.is_some();
    let bar = progress(output, read.listings.len() as u64, "valuing");
    let cars: Vec<Valued> = read
        .listings
        .par_drain(..)
        .map(|mut listing| {
            if named || listing.source.is_empty() || !knows(valuer, &listing.source) {
                listing.source.clone_from(&setting.source);
            }
            listing.listed_on = listing.listed_on.or(Some(setting.day));
            bar.inc(1);
            Valued::of(listing, valuer)
        })
        .collect();
    bar.finish_and_clear();
    let manifest = valuer.manifest();
    let wanted = args.format.unwrap_or_else(|| default_format(args, output));
    let bytes = match wanted {
        RowFormat::Csv => print::csv(&cars, manifest)?,
        RowFormat::Ndjson => print::ndjson(&cars, manifest)?,
    };
    match &args.out {
        Some(out) => atomic::write(out, |to| Ok(std::io::Write::write_all(to, &bytes)?))?,
        None => output.data(&String::from_utf8_lossy(&bytes))?,
    }
    let unreadable = read.issues.len();
    let valued = cars.iter().filter(|car| car.valuation.is_some()).count();
    output.note(format_args!(
        "{} of {} cars valued; {} values could not be read",
        format::count(valued),
        format::count(cars.len()),
        format::count(unreadable)
    ));
    Ok(())
}

/// Whether the model was trained on listings of this site.
fn knows(valuer: &Valuer, source: &str) -> bool {
    valuer.manifest().rows_by_source.contains_key(source)
}

fn default_format(args: &PredictArgs, output: Output) -> RowFormat {
    let csv = args.out.as_ref().is_some_and(|out| {
        out.extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("csv"))
    });
    if output.is_json() || (args.out.is_some() && !csv) {
        RowFormat::Ndjson
    } else {
        RowFormat::Csv
    }
}
