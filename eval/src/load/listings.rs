//! Listings as `trainer` reads them, so that the rows of a training run can be told from others.

use std::path::{Path, PathBuf};

use datasets::{
    Catalogue, Listing, Mapping,
    clean::{Rules, clean_rows},
    dedupe::dedupe,
    store,
};
use rayon::prelude::*;

use crate::command::{Error, Result};

/// Listings that can be scored, and how many could not.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Loaded {
    /// Clean listings, each car once.
    pub listings: Vec<Listing>,
    /// Rows that came in.
    pub rows: usize,
    /// Rows that the cleaning rules dropped.
    pub unclean: usize,
    /// Relistings.
    pub repeated: usize,
}

/// Reads files of listings: our own Parquet, or exports that `mapping`, or the mapping that fits the header, reads.
/// Then makes and models are looked up, rows cleaned and relistings dropped, as before training.
///
/// # Errors
/// Files that cannot be read, a mapping that is wrong or none that fits, and nothing left.
pub fn read_listings(files: &[PathBuf], mapping: Option<&str>) -> Result<Loaded> {
    let mut loaded = Loaded::default();
    for path in files {
        let listings = read(path, mapping)?;
        loaded.rows += listings.len();
        let cleaned = clean_rows(listings, &Rules::default());
        loaded.listings.extend(cleaned.rows);
    }
    loaded.unclean = loaded.rows - loaded.listings.len();
    let clean = loaded.listings.len();
    loaded.listings = dedupe(loaded.listings).rows;
    loaded.repeated = clean - loaded.listings.len();
    if loaded.listings.is_empty() {
        let names: Vec<String> = files.iter().map(|f| f.display().to_string()).collect();
        return Err(Error::Nothing(format!(
            "{}: none of {} rows is left after cleaning",
            names.join(", "),
            loaded.rows
        )));
    }
    Ok(loaded)
}

fn read(path: &Path, mapping: Option<&str>) -> Result<Vec<Listing>> {
    let catalogue = Catalogue::embedded();
    if let Some(mut listings) = own(path, mapping)? {
        listings
            .par_iter_mut()
            .for_each(|listing| catalogue.resolve_again(listing));
        return Ok(listings);
    }
    let named = mapping.map(Mapping::load).transpose();
    let named = named.map_err(Error::Config)?;
    let table = store::read_table(path)?;
    let mapping = if let Some(mapping) = named {
        mapping
    } else {
        let name = Mapping::detect(table.columns()).ok_or_else(|| Error::NoMapping {
            path: path.to_owned(),
            columns: table.columns().join(", "),
        })?;
        Mapping::load(name)?
    };
    let mut listings = mapping.apply(&table)?.listings;
    listings
        .par_iter_mut()
        .for_each(|listing| catalogue.resolve(listing));
    Ok(listings)
}

/// The listings of a Parquet file that giaxe wrote; none for any other file.
fn own(path: &Path, mapping: Option<&str>) -> Result<Option<Vec<Listing>>> {
    let is_parquet = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("parquet") || extension == "pq");
    if mapping.is_some() || !is_parquet {
        return Ok(None);
    }
    match store::read_listings(path) {
        // A Parquet file that names no schema version is somebody else's.
        Err(datasets::Error::SchemaVersion { found, .. }) if found == "none" => Ok(None),
        Err(error) => Err(error.into()),
        Ok(listings) => Ok(Some(listings)),
    }
}
