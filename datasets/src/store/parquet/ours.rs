//! Parquet files of listings, in the columns of [`crate::schema`].

use std::io::Write;
use std::path::Path;

use chrono::{NaiveDate, TimeDelta};
use polars::prelude::{
    Column, DataFrame, DataType, IntoColumn, KeyValueMetadata, NamedFrom, ParquetCompression,
    ParquetWriter, PolarsError, Series,
};

use super::{Opened, bad};
use crate::schema::{self, Access, COLUMNS, RAW_FIELDS, VERSION, VERSION_KEY, raw_column};
use crate::store::atomic;
use crate::{Error, Listing, Result};

/// Rows of a row group. Fixed, so that the bytes do not hang on a default of the library.
const ROW_GROUP_ROWS: usize = 1 << 17;

/// Writes listings: zstd, one thread an encoder run, version in the metadata.
pub(in crate::store) fn write_listings(path: &Path, listings: &[Listing]) -> Result<()> {
    if listings.is_empty() {
        return Err(Error::Empty {
            path: path.to_owned(),
        });
    }
    let mut frame = to_frame(path, listings)?;
    atomic::write(path, |file| {
        let mut encoded = Vec::new();
        writer(&mut encoded)
            .finish(&mut frame)
            .map_err(|error| bad(path, &error.to_string()))?;
        Ok(file.write_all(&encoded)?)
    })
}

/// Writes listings batch by batch, a row group each, so that memory holds one batch. Answers how many there were.
pub(in crate::store) fn write_listing_batches<E: From<Error>>(
    path: &Path,
    batches: impl IntoIterator<Item = std::result::Result<Vec<Listing>, E>>,
) -> std::result::Result<usize, E> {
    let mut rows = 0;
    // `atomic::write` knows our errors alone; the caller's own is carried round it.
    let mut foreign = None;
    let written = atomic::write(path, |file| {
        let unreadable = |error: PolarsError| bad(path, &error.to_string());
        let mut encoder = writer(file)
            .batched(to_frame(path, &[])?.schema())
            .map_err(unreadable)?;
        for batch in batches {
            let batch = match batch {
                Ok(batch) if batch.is_empty() => continue,
                Ok(batch) => batch,
                Err(error) => {
                    foreign = Some(error);
                    return Err(Error::Io(std::io::Error::other("no more batches")));
                }
            };
            encoder
                .write_batch(&to_frame(path, &batch)?)
                .map_err(unreadable)?;
            rows += batch.len();
        }
        if rows == 0 {
            return Err(Error::Empty {
                path: path.to_owned(),
            });
        }
        encoder.finish().map_err(unreadable)?;
        Ok(())
    });
    match (written, foreign) {
        (_, Some(error)) => Err(error),
        (Err(error), None) => Err(error.into()),
        (Ok(()), None) => Ok(rows),
    }
}

fn writer<W: Write>(to: W) -> ParquetWriter<W> {
    ParquetWriter::new(to)
        .with_compression(ParquetCompression::Zstd(None))
        .with_row_group_size(Some(ROW_GROUP_ROWS))
        .with_key_value_metadata(Some(KeyValueMetadata::from_static(vec![(
            VERSION_KEY.to_owned(),
            VERSION.to_string(),
        )])))
        .set_parallel(false)
}

fn to_frame(path: &Path, listings: &[Listing]) -> Result<DataFrame> {
    check_writable(path, listings)?;
    let mut columns: Vec<Column> = COLUMNS
        .iter()
        .map(|column| to_column(column, listings))
        .collect();
    for field in RAW_FIELDS {
        let texts: Vec<Option<&str>> = listings
            .iter()
            .map(|listing| listing.raw.get(*field).map(String::as_str))
            .collect();
        columns.push(Column::new(raw_column(field).into(), texts));
    }
    DataFrame::new(listings.len(), columns).map_err(|error| bad(path, &error.to_string()))
}

/// Refuses what a file could not give back: numbers that are not finite, raw texts of unknown fields.
fn check_writable(path: &Path, listings: &[Listing]) -> Result<()> {
    let bad_value = |row: usize, field: &str, value: String, valid: String| Error::Value {
        place: format!("{}, row {}", path.display(), row + 1),
        field: field.to_owned(),
        value,
        valid,
    };
    for (row, listing) in listings.iter().enumerate() {
        for column in COLUMNS {
            if let Access::Float { get, .. } = column.access
                && let Some(value) = get(listing).filter(|value| !value.is_finite())
            {
                return Err(bad_value(
                    row,
                    column.name,
                    value.to_string(),
                    "a finite number".into(),
                ));
            }
        }
        let unknown = |field: &&String| !RAW_FIELDS.contains(&field.as_str());
        if let Some(field) = listing.raw.keys().find(unknown) {
            return Err(bad_value(row, "raw", field.clone(), RAW_FIELDS.join(", ")));
        }
    }
    Ok(())
}

fn to_column(column: &schema::Column, listings: &[Listing]) -> Column {
    let name = column.name.into();
    match column.access {
        Access::Text { get, .. } => Column::new(name, listings.iter().map(get).collect::<Vec<_>>()),
        Access::Float { get, .. } => {
            Column::new(name, listings.iter().map(get).collect::<Vec<_>>())
        }
        Access::Int { get, .. } => Column::new(name, listings.iter().map(get).collect::<Vec<_>>()),
        Access::Date { get, .. } => {
            let days: Vec<Option<i32>> = listings
                .iter()
                .map(|listing| get(listing).map(days_since_epoch))
                .collect();
            let days = Series::new(name, days);
            match days.i32() {
                Ok(days) => days.clone().into_date().into_column(),
                Err(_) => days.into_column(),
            }
        }
    }
}

fn days_since_epoch(day: NaiveDate) -> i32 {
    day.signed_duration_since(NaiveDate::default()).num_days() as i32
}

/// Reads a file that [`write_listings`] wrote; columns beyond the schema's are passed over.
pub(in crate::store) fn read_listings(path: &Path) -> Result<Vec<Listing>> {
    let mut opened = Opened::new(path)?;
    check_version(&mut opened)?;
    let present: Vec<String> = opened
        .step(polars::prelude::ParquetReader::schema)?
        .iter_names()
        .map(ToString::to_string)
        .collect();
    let wanted: Vec<String> = COLUMNS
        .iter()
        .map(|column| column.name.to_owned())
        .chain(RAW_FIELDS.iter().map(|field| raw_column(field)))
        .collect();
    if let Some(absent) = wanted.iter().find(|name| !present.contains(*name)) {
        return Err(Error::MissingColumn {
            path: path.to_owned(),
            column: absent.clone(),
            found: present.join(", "),
        });
    }
    let frame = opened.decode(wanted)?;
    if frame.height() == 0 {
        return Err(Error::Empty {
            path: path.to_owned(),
        });
    }
    let mut listings = vec![Listing::default(); frame.height()];
    for column in COLUMNS {
        let values = frame
            .column(column.name)
            .map_err(|error| bad(path, &error.to_string()))?;
        fill(path, column, values, &mut listings)?;
    }
    for field in RAW_FIELDS {
        let name = raw_column(field);
        let values = frame
            .column(&name)
            .and_then(|values| values.str())
            .map_err(|error| bad(path, &format!("column `{name}`: {error}")))?;
        for (listing, text) in listings.iter_mut().zip(values.iter()) {
            if let Some(text) = text {
                listing.raw.insert((*field).to_owned(), text.to_owned());
            }
        }
    }
    Ok(listings)
}

fn check_version(opened: &mut Opened<'_>) -> Result<()> {
    let path = opened.path.to_owned();
    let metadata = opened.step(|reader| reader.get_metadata().cloned())?;
    let found = metadata
        .key_value_metadata()
        .iter()
        .flatten()
        .find(|pair| pair.key == VERSION_KEY)
        .and_then(|pair| pair.value.clone());
    if found.as_deref() == Some(VERSION.to_string().as_str()) {
        return Ok(());
    }
    Err(Error::SchemaVersion {
        path,
        found: found.unwrap_or_else(|| "none".into()),
        expected: VERSION,
    })
}

/// Sets one column's values in all listings.
fn fill(
    path: &Path,
    column: &schema::Column,
    values: &Column,
    listings: &mut [Listing],
) -> Result<()> {
    let wrong_type = || {
        bad(
            path,
            &format!(
                "column `{}` is of type {}; expected {}",
                column.name,
                values.dtype(),
                column.access.type_name()
            ),
        )
    };
    let misfit = |row: usize, value: String| Error::Value {
        place: format!("{}, row {}", path.display(), row + 1),
        field: column.name.to_owned(),
        value,
        valid: if column.unit.is_empty() {
            column.access.type_name().to_owned()
        } else {
            column.unit.to_owned()
        },
    };
    match column.access {
        Access::Text { set, .. } => {
            let values = values.str().map_err(|_| wrong_type())?;
            for (row, (listing, value)) in listings.iter_mut().zip(values.iter()).enumerate() {
                if let Some(value) = value.filter(|value| !set(listing, value)) {
                    return Err(misfit(row, value.to_owned()));
                }
            }
        }
        Access::Float { set, .. } => {
            let values = values.f64().map_err(|_| wrong_type())?;
            for (row, (listing, value)) in listings.iter_mut().zip(values.iter()).enumerate() {
                if let Some(value) = value.filter(|value| !set(listing, *value)) {
                    return Err(misfit(row, value.to_string()));
                }
            }
        }
        Access::Int { set, .. } => {
            let values = values.i64().map_err(|_| wrong_type())?;
            for (row, (listing, value)) in listings.iter_mut().zip(values.iter()).enumerate() {
                if let Some(value) = value.filter(|value| !set(listing, *value)) {
                    return Err(misfit(row, value.to_string()));
                }
            }
        }
        Access::Date { set, .. } => {
            if values.dtype() != &DataType::Date {
                return Err(wrong_type());
            }
            let days = values.to_physical_repr();
            let days = days.i32().map_err(|error| bad(path, &error.to_string()))?;
            for (row, (listing, days)) in listings.iter_mut().zip(days.iter()).enumerate() {
                let Some(days) = days else { continue };
                let day = TimeDelta::try_days(days.into())
                    .and_then(|since| NaiveDate::default().checked_add_signed(since));
                if !day.is_some_and(|day| set(listing, day)) {
                    return Err(misfit(row, format!("day {days} since 1970")));
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "ours_tests.rs"]
mod tests;
