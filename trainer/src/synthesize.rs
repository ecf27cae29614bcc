//! `trainer synthesize`: invented listings, labelled as such.

use datasets::synthetic::{ModelFacts, SOURCE, Settings, generate};
use datasets::{Catalogue, store};
use serde::Serialize;

use crate::{Output, Result, cli::SynthesizeArgs, format, load};

#[derive(Serialize)]
struct Written<'a> {
    file: &'a std::path::Path,
    rows: usize,
    source: &'static str,
    seed: u64,
    until: chrono::NaiveDate,
}

/// Generates listings from the catalogue and writes them.
///
/// # Errors
/// [`crate::Error::Usage`] for an output that is no Parquet file, [`crate::Error::Data`] and
/// [`crate::Error::Io`] where it cannot be written.
pub fn run(args: &SynthesizeArgs, output: Output) -> Result<()> {
    load::check_output(&args.out, &["parquet"])?;
    if let Some(inventory) = &args.inventory {
        load::check_output(inventory, &["ndjson", "jsonl"])?;
    }
    let facts = ModelFacts::of_catalogue(Catalogue::embedded());
    let settings = Settings::new(args.rows, args.seed, args.until);
    let listings = generate(&facts, &settings)?;
    store::write_listings(&args.out, &listings)?;
    if let Some(inventory) = &args.inventory {
        store::write_inventory(inventory, &listings)?;
    }
    output.note(format_args!(
        "These {} listings are synthetic: invented from the catalogue and published facts of the market, no real \
         offers. Their source is `{SOURCE}`, and a model that is trained on them knows no real price.",
        format::count(listings.len()),
    ));
    let written = Written {
        file: &args.out,
        rows: listings.len(),
        source: SOURCE,
        seed: args.seed,
        until: args.until,
    };
    if output.is_json() {
        return Ok(output.json(&written)?);
    }
    Ok(output.data(&format!(
        "{}: {} synthetic listings up to {}\n",
        args.out.display(),
        format::count(written.rows),
        written.until
    ))?)
}
