//! One file into listings that the catalogue has put names to.

use std::path::{Path, PathBuf};

use datasets::mapping::Issue;
use datasets::{
    Catalogue, Listing, Mapping, RawTable,
    store::{self, Opened},
};
use rayon::prelude::*;

use super::{Constant, LoadOptions};
use crate::{Error, Output, Result, format, progress::progress};

/// The listings of a file, not yet cleaned.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadFile {
    /// The file.
    pub path: PathBuf,
    /// Name of the mapping; `None` for our own Parquet.
    pub mapping: Option<String>,
    /// One listing a row, in row order.
    pub listings: Vec<Listing>,
    /// Values that could not be read.
    pub issues: Vec<Issue>,
    /// Columns that no cell type fits (`photos (list)`).
    pub left_out: Vec<String>,
}

/// Reads a file, maps its columns unless it is our own Parquet, and looks makes and models up.
///
/// # Errors
/// [`Error::Data`] for a file that cannot be read or that no mapping fits, [`Error::Config`] for a mapping or a constant
/// that is wrong, [`Error::Usage`] for constants that a file of our own has no use for.
pub fn read_file(path: &Path, options: &LoadOptions, output: Output) -> Result<ReadFile> {
    Ok(resolved(read_rows(path, options, output)?, output))
}

/// Reads a file and maps its columns unless it is our own Parquet: makes, models and trims stay as printed.
///
/// # Errors
/// As [`read_file`].
pub fn read_rows(path: &Path, options: &LoadOptions, output: Output) -> Result<ReadFile> {
    // A mapping that is named is checked first, so that a mistake in it does not wait for a large file; and whoever names
    // one wants it applied, even to a file of our own.
    if let Some(name) = options.mapping.as_deref() {
        let mapping = Mapping::load(name).map_err(Error::Config)?;
        return mapped(&store::read_table(path)?, mapping, options, output);
    }
    match store::open(path)? {
        Opened::Own(listings) => {
            refuse_constants(path, options)?;
            Ok(own(path, listings, output))
        }
        Opened::Foreign(table) => {
            let mapping = Mapping::of_table(&table)?;
            mapped(&table, mapping, options, output)
        }
    }
}

/// Reads a Parquet file that giaxe wrote.
///
/// # Errors
/// [`Error::Data`] for any other file.
pub(super) fn read_own(path: &Path, output: Output) -> Result<ReadFile> {
    let listings = store::read_listings(path)?;
    Ok(resolved(own(path, listings, output), output))
}

fn own(path: &Path, listings: Vec<Listing>, output: Output) -> ReadFile {
    output.note(format_args!(
        "{}: {} listings of giaxe's own schema",
        path.display(),
        format::count(listings.len())
    ));
    ReadFile {
        path: path.to_owned(),
        mapping: None,
        listings,
        issues: Vec::new(),
        left_out: Vec::new(),
    }
}

/// Looks makes and models up.
fn resolved(mut file: ReadFile, output: Output) -> ReadFile {
    let bar = progress(output, file.listings.len() as u64, "catalogue");
    let catalogue = Catalogue::embedded();
    let is_own = file.mapping.is_none();
    file.listings.par_iter_mut().for_each(|listing| {
        if is_own {
            catalogue.resolve_again(listing);
        } else {
            catalogue.resolve(listing);
        }
        bar.inc(1);
    });
    bar.finish_and_clear();
    file
}

/// No mapping reads a file of giaxe's own schema, so nothing could set a constant in it.
fn refuse_constants(path: &Path, options: &LoadOptions) -> Result<()> {
    let Some(Constant { field, value }) = options.constants.first() else {
        return Ok(());
    };
    Err(Error::Usage(format!(
        "`{field}={value}` cannot be set for {}: it is of giaxe's own schema, which no mapping reads",
        path.display()
    )))
}

fn mapped(
    table: &RawTable,
    mut mapping: Mapping,
    options: &LoadOptions,
    output: Output,
) -> Result<ReadFile> {
    for Constant { field, value } in &options.constants {
        mapping.set(field, value).map_err(Error::Config)?;
    }
    let path = table.origin();
    let found = match options.mapping {
        None => format!(" found by the header ({})", mapping.description()),
        Some(_) => String::new(),
    };
    output.note(format_args!(
        "{}: {} rows, mapping `{}`{found}",
        path.display(),
        format::count(table.rows()),
        mapping.name(),
    ));
    let mapped = mapping.apply(table)?;
    for issue in &mapped.issues {
        output.detail(format_args!(
            "{}, row {}: `{}` is `{}`, which {}",
            path.display(),
            issue.row,
            issue.field,
            issue.value,
            issue.reason
        ));
    }
    Ok(ReadFile {
        path: path.to_owned(),
        mapping: Some(mapping.name().to_owned()),
        listings: mapped.listings,
        issues: mapped.issues,
        left_out: table.left_out().to_vec(),
    })
}
