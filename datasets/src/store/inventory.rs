//! Listings for programs that are built without Parquet: the service searches among them.
//!
//! Lines of JSON; the first names the schema's version, each other one holds a listing.

use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::atomic;
use crate::{Error, Listing, Result, schema};

/// The first line.
#[derive(Serialize, Deserialize)]
struct Head {
    giaxe_listings: u32,
}

/// Writes listings as lines: all or nothing.
///
/// # Errors
/// [`Error::Io`] naming the path.
pub fn write_inventory(path: &Path, listings: &[Listing]) -> Result<()> {
    atomic::write(path, |file| {
        let mut out = std::io::BufWriter::new(file);
        let mut line = |value: Vec<u8>| -> Result<()> {
            out.write_all(&value)?;
            Ok(out.write_all(b"\n")?)
        };
        let head = Head {
            giaxe_listings: schema::VERSION,
        };
        line(serde_json::to_vec(&head).map_err(std::io::Error::from)?)?;
        for listing in listings {
            line(serde_json::to_vec(listing).map_err(std::io::Error::from)?)?;
        }
        Ok(out.flush()?)
    })
}

/// Reads what [`write_inventory`] wrote.
///
/// # Errors
/// [`Error::Io`]; [`Error::Format`] naming the line; [`Error::SchemaVersion`] for a file of another version.
pub fn read_inventory(path: &Path) -> Result<Vec<Listing>> {
    let text = fs_err::read_to_string(path)?;
    let bad = |line: usize, detail: String| Error::Format {
        path: path.to_owned(),
        format: "listings",
        detail: format!("line {line}: {detail}"),
    };
    let mut lines = text.lines().zip(1..);
    let (first, _) = lines.next().ok_or_else(|| Error::Empty {
        path: path.to_owned(),
    })?;
    let head: Head = serde_json::from_str(first).map_err(|error| {
        bad(
            1,
            format!("{error}; `trainer import --inventory` writes such files"),
        )
    })?;
    if head.giaxe_listings != schema::VERSION {
        return Err(Error::SchemaVersion {
            path: path.to_owned(),
            found: head.giaxe_listings.to_string(),
            expected: schema::VERSION,
        });
    }
    lines
        .map(|(line, number)| {
            serde_json::from_str(line).map_err(|error| bad(number, error.to_string()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_and_anything_else_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("listings.ndjson");
        let listing = Listing {
            id: "1".to_owned(),
            source: "synthetic".to_owned(),
            year: Some(2019),
            ..Listing::default()
        };
        write_inventory(&path, std::slice::from_ref(&listing)).expect("written");
        assert_eq!(read_inventory(&path).expect("read"), [listing]);
        for (content, part) in [
            ("", "holds no rows"),
            ("{\"id\":\"1\"}\n", "line 1"),
            ("{\"giaxe_listings\":99}\n", "schema version 99"),
            ("{\"giaxe_listings\":1}\n{\"year\":\"x\"}\n", "line 2"),
        ] {
            fs_err::write(&path, content).expect("written");
            let error = read_inventory(&path).expect_err(content).to_string();
            assert!(error.contains(part), "{part} is not in {error}");
        }
    }
}
