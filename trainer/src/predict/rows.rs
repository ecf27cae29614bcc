//! Every car of a file.

use std::path::Path;

use datasets::store::atomic;
use models::quote::{CarQuery, Quoter};
use rayon::prelude::*;

use super::valued::Valued;
use super::{print, site};
use crate::cli::{CleaningArgs, PredictArgs, RowFormat};
use crate::load::read_rows;
use crate::{Output, Result, format, progress::progress};

/// Source of rows in our own columns that name no site. It is a price level only for a model that was trained on such rows.
const OWN: &str = "own";

/// Values the cars of a file in their order; one line a car, valued or not.
pub(super) fn run(
    file: &Path,
    args: &PredictArgs,
    quoter: &Quoter<'_>,
    output: Output,
) -> Result<()> {
    let options = args.mapping_args().load_options(&CleaningArgs::default())?;
    let read = read_rows(file, &options, output)?;
    let named = args.source.as_deref().map(site);
    let bar = progress(output, read.listings.len() as u64, "valuing");
    let known = &quoter.valuer.manifest().rows_by_source;
    let is_site = |source: &str| source != OWN || known.contains_key(source);
    let cars: Vec<Valued> = read
        .listings
        .par_iter()
        .map(|listing| {
            let query = CarQuery::of_listing(listing, quoter.catalogue);
            let query = CarQuery {
                listed_on: query.listed_on.or(args.listed_on),
                source: named
                    .clone()
                    .or(query.source.filter(|source| is_site(source))),
                ..query
            };
            bar.inc(1);
            Valued {
                id: listing.id.clone(),
                quote: quoter.quote(query),
            }
        })
        .collect();
    bar.finish_and_clear();
    let manifest = quoter.valuer.manifest();
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
    let valued = cars.iter().filter(|car| car.quote.price.is_ok()).count();
    output.note(format_args!(
        "{} of {} cars valued; {} values could not be read",
        format::count(valued),
        format::count(cars.len()),
        format::count(unreadable)
    ));
    Ok(())
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
