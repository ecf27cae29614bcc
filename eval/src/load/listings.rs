//! Listings as `trainer` reads them, so that the rows of a training run can be told from others.

use std::path::{Path, PathBuf};

use datasets::{
    Catalogue, Listing, Mapping,
    clean::{Rules, clean_rows},
    dedupe::dedupe,
    store::{self, Opened},
};
use rayon::prelude::*;

use super::{Error, Result};

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
/// Files that cannot be read, a mapping that is wrong or does not fit, and no row left.
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
    let (table, mapping) = match mapping {
        Some(name) => {
            let mapping = Mapping::load(name).map_err(Error::Mapping)?;
            (store::read_table(path)?, mapping)
        }
        None => match store::open(path)? {
            Opened::Own(mut listings) => {
                listings
                    .par_iter_mut()
                    .for_each(|listing| catalogue.resolve_again(listing));
                return Ok(listings);
            }
            Opened::Foreign(table) => {
                let mapping = Mapping::of_table(&table)?;
                (table, mapping)
            }
        },
    };
    let mut listings = mapping.apply(&table)?.listings;
    listings
        .par_iter_mut()
        .for_each(|listing| catalogue.resolve(listing));
    Ok(listings)
}
