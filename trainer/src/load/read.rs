//! One file into listings that the catalogue has put names to.

use std::path::{Path, PathBuf};

use datasets::mapping::Issue;
use datasets::{Catalogue, Listing, Mapping, RawTable, store};
use rayon::prelude::*;

use super::LoadOptions;
use crate::{Error, Output, Result, format, progress::progress};

/// The listings of a file, not yet cleaned.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadFile {
    /// The file.
    pub path: PathBuf,
    /// Name of the mapping; none for our own Parquet.
    pub mapping: Option<String>,
    /// One listing a row, in row order.
    pub listings: Vec<Listing>,
    /// Values that could not be read.
    pub issues: Vec<Issue>,
    /// Columns that no cell type fits (`photos (list)`).
    pub left_out: Vec<String>,
}

/// Reads a file, maps its columns where it is not our own Parquet, and looks makes and models up.
///
/// # Errors
/// [`Error::Data`] for a file that cannot be read, [`Error::NoMapping`] for one that no mapping fits,
/// [`Error::Config`] for a mapping or a constant that is wrong, [`Error::Usage`] for constants that a file of our
/// own has no use for.
pub fn read_file(path: &Path, options: &LoadOptions, output: Output) -> Result<ReadFile> {
    Ok(resolved(read_rows(path, options, output)?, output))
}

/// Reads a file and maps its columns where it is not our own Parquet: makes, models and trims stay as printed.
///
/// # Errors
/// As [`read_file`].
pub fn read_rows(path: &Path, options: &LoadOptions, output: Output) -> Result<ReadFile> {
    match own_listings(path, options)? {
        Some(listings) => Ok(own(path, listings, output)),
        None => mapped(path, options, output),
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

/// The listings of a Parquet file that giaxe wrote; none for any other file.
fn own_listings(path: &Path, options: &LoadOptions) -> Result<Option<Vec<Listing>>> {
    let is_parquet = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("parquet") || extension == "pq");
    if options.mapping.is_some() || !is_parquet {
        return Ok(None);
    }
    match store::read_listings(path) {
        // A Parquet file that names no schema version is somebody else's.
        Err(datasets::Error::SchemaVersion { found, .. }) if found == "none" => Ok(None),
        Err(error) => Err(error.into()),
        Ok(_) if !options.constants.is_empty() => {
            let constant = &options.constants[0];
            Err(Error::Usage(format!(
                "`{}={}` cannot be set for {}: it is of giaxe's own schema, which no mapping reads",
                constant.field,
                constant.value,
                path.display()
            )))
        }
        Ok(listings) => Ok(Some(listings)),
    }
}

fn mapped(path: &Path, options: &LoadOptions, output: Output) -> Result<ReadFile> {
    // First what the user wrote: a wrong mapping should not wait for a large file.
    let named = options.mapping.as_deref().map(Mapping::load).transpose();
    let named = named.map_err(Error::Config)?;
    let table = store::read_table(path)?;
    let detected = named.is_none();
    let mut mapping = match named {
        Some(mapping) => mapping,
        None => detect(path, &table)?,
    };
    for constant in &options.constants {
        mapping
            .set(&constant.field, &constant.value)
            .map_err(Error::Config)?;
    }
    output.note(format_args!(
        "{}: {} rows, mapping `{}`{}",
        path.display(),
        format::count(table.rows()),
        mapping.name(),
        if detected {
            format!(" found by the header ({})", mapping.description())
        } else {
            String::new()
        }
    ));
    let mapped = mapping.apply(&table)?;
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

fn detect(path: &Path, table: &RawTable) -> Result<Mapping> {
    let Some(name) = Mapping::detect(table.columns()) else {
        return Err(Error::NoMapping {
            path: path.to_owned(),
            columns: table.columns().join(", "),
        });
    };
    Mapping::load(name).map_err(Error::Config)
}
