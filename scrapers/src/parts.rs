//! Files for others: Parquet parts while a crawl runs, one Parquet file at its end, price history and rejects as NDJSON.
//!
//! ```text
//! OUT/bonbanh/bonbanh.parquet                every listing, as of the last compaction
//! OUT/bonbanh/parts/000000000001-….parquet   what is new or has changed since, oldest first: the last row of an id counts
//! OUT/bonbanh/price_history.ndjson           every price of every listing, with the day that first showed it
//! OUT/bonbanh/rejects.ndjson                 what could not be had, and why
//! OUT/bonbanh/crawl.sqlite                   what the crawler itself keeps
//! ```
//!
//! All of them can be made from the database again, and each appears whole or not at all.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use datasets::Listing;
use datasets::store::{self, atomic};
use serde::Serialize;

use crate::store::Store;
use crate::{Error, Result, clock};

/// Rows in memory while a file is written.
const BATCH: u32 = 8192;

/// What a compaction wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compacted {
    /// The Parquet file; none where there is no row.
    pub file: Option<PathBuf>,
    /// Its rows.
    pub rows: usize,
    /// Parts that it took the place of.
    pub parts: usize,
    /// Prices in the history.
    pub prices: usize,
    /// Rejects.
    pub rejects: usize,
}

/// A line of `price_history.ndjson`.
#[derive(Serialize)]
struct PriceLine<'a> {
    source: &'a str,
    id: &'a str,
    /// Day (UTC+7) on which the price was first seen.
    seen_on: chrono::NaiveDate,
    /// None where the seller asks to be called.
    price_vnd: Option<f64>,
    price_raw: Option<&'a str>,
}

/// A line of `rejects.ndjson`.
#[derive(Serialize)]
struct RejectLine<'a> {
    source: &'a str,
    id: Option<&'a str>,
    url: &'a str,
    reason: &'a str,
    detail: &'a str,
    at: chrono::DateTime<chrono::Utc>,
}

/// The file of all listings.
pub fn whole_file(directory: &Path, source: &str) -> PathBuf {
    directory.join(format!("{source}.parquet"))
}

/// Writes what no file holds yet as parts of at most [`BATCH`] rows, and the rejects.
pub(crate) fn flush(store: &mut Store, directory: &Path, source: &str) -> Result<()> {
    let parts = directory.join("parts");
    loop {
        let (_, exported) = store.versions()?;
        let kept = store.kept_after_version(exported, BATCH)?;
        if kept.listings.is_empty() {
            break;
        }
        fs_err::create_dir_all(&parts)?;
        // Named by what it holds: a part that was written and not noted is written again under the same name, or under
        // another one that sorts behind it.
        let name = format!("{:012}-{:012}.parquet", exported + 1, kept.last_version);
        store::write_listings(&parts.join(name), &kept.listings)?;
        store.exported(kept.last_version)?;
    }
    write_rejects(store, directory, source)?;
    Ok(())
}

/// Writes one file of all listings in place of the parts, price history and rejects.
pub(crate) fn compact(store: &mut Store, directory: &Path, source: &str) -> Result<Compacted> {
    let (newest, _) = store.versions()?;
    let file = whole_file(directory, source);
    let written = match store::write_listing_batches(&file, batches(store)) {
        Err(Error::Data(datasets::Error::Empty { .. })) => None,
        other => Some(other?),
    };
    store.exported(newest)?;
    let parts = remove_parts(&directory.join("parts"))?;
    Ok(Compacted {
        file: written.map(|_| file),
        rows: written.unwrap_or(0),
        parts,
        prices: write_prices(store, directory, source)?,
        rejects: write_rejects(store, directory, source)?,
    })
}

/// All rows, in order of their identities.
fn batches(store: &Store) -> impl Iterator<Item = Result<Vec<Listing>>> {
    let mut after = Some(String::new());
    std::iter::from_fn(move || {
        let id = after.take()?;
        let kept = match store.kept_after_id(&id, BATCH) {
            Ok(kept) => kept,
            Err(error) => return Some(Err(error)),
        };
        if kept.listings.len() == BATCH as usize {
            after = Some(kept.last_id);
        }
        Some(Ok(kept.listings))
    })
}

fn remove_parts(directory: &Path) -> Result<usize> {
    if !directory.is_dir() {
        return Ok(0);
    }
    let mut removed = 0;
    for entry in fs_err::read_dir(directory)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "parquet")
        {
            fs_err::remove_file(&path)?;
            removed += 1;
        }
    }
    Ok(removed)
}

fn write_prices(store: &Store, directory: &Path, source: &str) -> Result<usize> {
    let mut after = (String::new(), i64::MIN);
    write_lines(&directory.join("price_history.ndjson"), |out| {
        let points = store.prices_after(&after, BATCH)?;
        for point in &points {
            let line = PriceLine {
                source,
                id: &point.listing_id,
                seen_on: clock::day(clock::from_ms(point.seen_at)),
                price_vnd: point.price_vnd,
                price_raw: point.price_raw.as_deref(),
            };
            write_line(out, &line)?;
        }
        if let Some(last) = points.last() {
            after = (last.listing_id.clone(), last.seen_at);
        }
        Ok(points.len())
    })
}

fn write_rejects(store: &Store, directory: &Path, source: &str) -> Result<usize> {
    let mut after = String::new();
    write_lines(&directory.join("rejects.ndjson"), |out| {
        let rejects = store.rejects_after(&after, BATCH)?;
        for reject in &rejects {
            let line = RejectLine {
                source,
                id: reject.listing_id.as_deref(),
                url: &reject.url,
                reason: &reject.reason,
                detail: &reject.detail,
                at: reject.at,
            };
            write_line(out, &line)?;
        }
        if let Some(last) = rejects.last() {
            after.clone_from(&last.key);
        }
        Ok(rejects.len())
    })
}

fn write_line(out: &mut impl Write, line: &impl Serialize) -> Result<()> {
    serde_json::to_writer(&mut *out, line).map_err(std::io::Error::from)?;
    Ok(out.write_all(b"\n")?)
}

/// Writes a file of lines, all or nothing. `more` writes the next ones and answers how many they were, in the end 0.
fn write_lines(
    path: &Path,
    mut more: impl FnMut(&mut BufWriter<&mut fs_err::File>) -> Result<usize>,
) -> Result<usize> {
    let mut lines = 0;
    // `atomic::write` knows its own errors alone; ours is carried round it.
    let mut failed = None;
    let written = atomic::write(path, |file| {
        let mut out = BufWriter::new(file);
        loop {
            match more(&mut out) {
                Ok(0) => break,
                Ok(count) => lines += count,
                Err(error) => {
                    failed = Some(error);
                    return Err(std::io::Error::other("no more lines").into());
                }
            }
        }
        Ok(out.flush()?)
    });
    match failed {
        Some(error) => Err(error),
        None => written.map(|()| lines).map_err(Error::Data),
    }
}
