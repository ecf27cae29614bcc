//! Parquet in and out through polars: our own listings, and foreign tables of any flat column types.

mod foreign;
mod ours;

pub(super) use foreign::read_table;
pub(super) use ours::{read_listings, write_listing_batches, write_listings};

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use polars::prelude::{DataFrame, ParquetReader, SerReader};

use crate::{Error, Result};

type Reader = ParquetReader<Cursor<Vec<u8>>>;

/// A file in memory, not yet decoded. Not mapped: another process may replace it while we read.
struct Opened<'a> {
    path: &'a Path,
    reader: Reader,
}

impl<'a> Opened<'a> {
    fn new(path: &'a Path) -> Result<Self> {
        let bytes = fs_err::read(path)?;
        // `PAR1`, content, length of the footer, `PAR1`.
        if bytes.len() < 12 || !bytes.ends_with(b"PAR1") {
            return Err(bad(path, "its end is missing: the file is truncated"));
        }
        Ok(Self {
            path,
            reader: ParquetReader::new(Cursor::new(bytes)),
        })
    }

    /// Runs a step of the reader, which answers some damaged files with an error and others with a panic.
    fn step<T>(
        &mut self,
        step: impl FnOnce(&mut Reader) -> polars::prelude::PolarsResult<T>,
    ) -> Result<T> {
        let path = self.path;
        guarded(path, || step(&mut self.reader))
    }

    /// Decodes the named columns.
    fn decode(self, columns: Vec<String>) -> Result<DataFrame> {
        let Self { path, reader } = self;
        guarded(path, || reader.with_columns(Some(columns)).finish())
    }
}

fn guarded<T>(path: &Path, step: impl FnOnce() -> polars::prelude::PolarsResult<T>) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(step)) {
        Ok(outcome) => outcome.map_err(|error| bad(path, &error.to_string())),
        Err(_) => Err(bad(path, "its content is damaged")),
    }
}

fn bad(path: &Path, detail: &str) -> Error {
    Error::Format {
        path: path.to_owned(),
        format: "Parquet",
        detail: detail.to_owned(),
    }
}
