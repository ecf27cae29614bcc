//! Files of listings in and out.
//!
//! Our own files are Parquet with the columns of [`crate::schema`]: [`write_listings`], [`read_listings`].
//! Other people's files, of any columns, come in as a [`RawTable`] by [`read_table`], which a
//! [`crate::Mapping`] turns into listings. [`open`] reads a file of either kind. [`write_inventory`] and [`read_inventory`] are for programs without Parquet.

pub mod atomic;
mod csv;
mod inventory;
mod ndjson;
#[cfg(feature = "parquet")]
mod parquet;
mod table;

pub use inventory::{read_inventory, write_inventory};
pub use table::{RawTable, RawValue};

use std::io::Read;
use std::path::Path;

#[cfg(feature = "parquet")]
use crate::Listing;
use crate::{Error, Result};

/// A file format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Parquet,
    Csv,
    Ndjson,
}

impl Format {
    const VALID: &'static str = ".parquet, .csv, .tsv, .ndjson, .jsonl";

    fn name(self) -> &'static str {
        match self {
            Self::Parquet => "Parquet",
            Self::Csv => "CSV",
            Self::Ndjson => "NDJSON",
        }
    }

    /// The format that the file's name promises.
    fn of_extension(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "parquet" | "pq" => Some(Self::Parquet),
            "csv" | "tsv" => Some(Self::Csv),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            _ => None,
        }
    }

    /// The format that the file's first bytes look like. CSV is any text that is not an object.
    fn of_content(head: &[u8]) -> Option<Self> {
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
        if head.starts_with(b"PAR1") {
            Some(Self::Parquet)
        } else if head.contains(&0) {
            None
        } else if first == Some(&b'{') {
            Some(Self::Ndjson)
        } else {
            Some(Self::Csv)
        }
    }
}

/// Checks that `path` is a file with content of the format that its extension promises.
fn checked_format(path: &Path) -> Result<Format> {
    let file = open_file(path)?;
    let promised = Format::of_extension(path).ok_or_else(|| Error::Value {
        place: path.display().to_string(),
        field: "extension".into(),
        value: path
            .extension()
            .map_or_else(|| "absent".into(), |e| e.display().to_string()),
        valid: Format::VALID.into(),
    })?;
    let mut head = Vec::with_capacity(512);
    file.take(512).read_to_end(&mut head)?;
    let bad = |detail: String| Error::Format {
        path: path.to_owned(),
        format: promised.name(),
        detail,
    };
    if head.is_empty() {
        return Err(Error::Empty {
            path: path.to_owned(),
        });
    }
    match Format::of_content(&head) {
        Some(found) if found == promised => Ok(promised),
        Some(found) => Err(bad(format!("its content looks like {}", found.name()))),
        None => Err(bad("its content is binary of another kind".into())),
    }
}

fn open_file(path: &Path) -> Result<fs_err::File> {
    let file = fs_err::File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(Error::NotAFile {
            path: path.to_owned(),
        });
    }
    Ok(file)
}

/// Reads a file of any columns; the extension names the format and the content must agree.
///
/// # Errors
/// [`Error::NotAFile`], [`Error::Empty`] (no byte or no row), [`Error::Format`] with the line or column,
/// [`Error::Value`] for an unknown extension.
pub fn read_table(path: &Path) -> Result<RawTable> {
    let mut table = match checked_format(path)? {
        Format::Parquet => read_parquet_table(path)?,
        Format::Csv => csv::read(path)?,
        Format::Ndjson => ndjson::read(path)?,
    };
    if table.rows() == 0 {
        return Err(Error::Empty {
            path: path.to_owned(),
        });
    }
    table.set_origin(path);
    Ok(table)
}

#[cfg(feature = "parquet")]
fn read_parquet_table(path: &Path) -> Result<RawTable> {
    parquet::read_table(path)
}

#[cfg(not(feature = "parquet"))]
fn read_parquet_table(path: &Path) -> Result<RawTable> {
    Err(Error::Format {
        path: path.to_owned(),
        format: "Parquet",
        detail: "this program was built without the feature `parquet` of `datasets`".into(),
    })
}

/// A file of listings, as it is stored.
#[cfg(feature = "parquet")]
#[derive(Debug, Clone, PartialEq)]
pub enum Opened {
    /// Listings that giaxe wrote.
    Own(Vec<Listing>),
    /// A file of any other columns, which needs a mapping.
    Foreign(RawTable),
}

/// Reads a file of listings, of giaxe's own schema or of any columns.
///
/// # Errors
/// As [`read_listings`] for a Parquet file that names a schema version, as [`read_table`] for any other file.
#[cfg(feature = "parquet")]
pub fn open(path: &Path) -> Result<Opened> {
    if Format::of_extension(path) == Some(Format::Parquet) {
        match read_listings(path) {
            // Only giaxe's own files name a schema version.
            Err(Error::SchemaVersion { found, .. }) if found == "none" => {}
            listings => return listings.map(Opened::Own),
        }
    }
    read_table(path).map(Opened::Foreign)
}

/// Reads a Parquet file of listings.
///
/// # Errors
/// As [`read_table`], and [`Error::SchemaVersion`], [`Error::MissingColumn`] and [`Error::Value`] where the
/// file is not of this build's schema.
#[cfg(feature = "parquet")]
pub fn read_listings(path: &Path) -> Result<Vec<Listing>> {
    match checked_format(path)? {
        Format::Parquet => parquet::read_listings(path),
        other => Err(Error::Format {
            path: path.to_owned(),
            format: "Parquet",
            detail: format!(
                "listings are kept in Parquet; import this {} file first",
                other.name()
            ),
        }),
    }
}

/// Writes listings as Parquet: all or nothing, and the same bytes for the same listings.
///
/// # Errors
/// [`Error::Empty`] for no listings, [`Error::Value`] for a number that is not finite or a raw text of an
/// unknown field, [`Error::Io`].
#[cfg(feature = "parquet")]
pub fn write_listings(path: &Path, listings: &[Listing]) -> Result<()> {
    parquet::write_listings(path, listings)
}

/// Writes batches of listings as one Parquet file, all or nothing, with no more than one batch in memory; answers how
/// many listings there were.
///
/// # Errors
/// As [`write_listings`], and the first error among the batches.
#[cfg(feature = "parquet")]
pub fn write_listing_batches<E: From<Error>>(
    path: &Path,
    batches: impl IntoIterator<Item = std::result::Result<Vec<Listing>, E>>,
) -> std::result::Result<usize, E> {
    parquet::write_listing_batches(path, batches)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    #[cfg(feature = "parquet")]
    use crate::synthetic;

    fn error_of(name: &str, content: &[u8]) -> String {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        fs_err::write(&path, content).unwrap();
        read_table(&path).unwrap_err().to_string()
    }

    #[test]
    fn files_that_are_not_what_they_say_are_refused() {
        for (name, content, want) in [
            ("a.csv", &b""[..], "holds no rows"),
            ("a.csv", b"a,b\n", "holds no rows"),
            ("a.ndjson", b"\n\n", "its content looks like CSV"),
            ("a.csv", b"{\"a\":1}\n", "its content looks like NDJSON"),
            ("a.csv", b"PAR1....", "its content looks like Parquet"),
            ("a.parquet", b"a,b\n1,2\n", "its content looks like CSV"),
            ("a.csv", b"PK\x03\x04\0\0", "binary of another kind"),
            ("a.xlsx", b"PK\x03\x04\0\0", "valid: .parquet, .csv"),
            ("a", b"a,b\n", "`extension` is absent"),
        ] {
            let error = error_of(name, content);
            assert!(error.contains(want), "{name}: {error}");
        }
    }

    #[cfg(feature = "parquet")]
    #[test]
    fn a_file_is_opened_as_ours_only_if_it_names_our_schema() {
        let dir = tempfile::tempdir().unwrap();
        let own = dir.path().join("own.parquet");
        let until = chrono::NaiveDate::from_ymd_opt(2025, 11, 1).unwrap();
        let models = synthetic::ModelFacts::of_catalogue(crate::Catalogue::embedded());
        let settings = synthetic::Settings::new(3, 1, until);
        let listings = synthetic::generate(&models, &settings).unwrap();
        write_listings(&own, &listings).unwrap();
        assert!(matches!(open(&own).unwrap(), Opened::Own(found) if found.len() == 3));
        let foreign = dir.path().join("a.csv");
        fs_err::write(&foreign, "a,b\n1,2\n").unwrap();
        assert!(matches!(open(&foreign).unwrap(), Opened::Foreign(table) if table.rows() == 1));
    }

    #[test]
    fn a_directory_and_an_absent_file_name_their_path() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("cars.csv");
        let absent = read_table(&path).unwrap_err().to_string();
        assert!(absent.contains("cars.csv"), "{absent}");
        fs_err::create_dir(&path).unwrap();
        let error = read_table(&path).unwrap_err();
        assert!(matches!(error, Error::NotAFile { .. }), "{error}");
    }
}
