//! Parquet files of any flat column types, as pandas, Spark or polars write them.

use std::path::Path;

use chrono::{DateTime, NaiveDate, TimeDelta};
use polars::prelude::{ArrowDataType, Column, DataType, TimeUnit};

use super::{Opened, bad};
use crate::Result;
use crate::store::{RawTable, RawValue};
use crate::vietnam;

/// Largest whole number that a float holds exactly; longer ones (ids) become text.
const EXACT_MAX: u64 = 1 << 53;

/// Reads every column that a cell type fits; nested, binary and decimal ones are left out by name.
pub(in crate::store) fn read_table(path: &Path) -> Result<RawTable> {
    let mut opened = Opened::new(path)?;
    let schema = opened.step(polars::prelude::ParquetReader::schema)?;
    let (fitting, others): (Vec<_>, Vec<_>) =
        schema.iter_values().partition(|field| fits(&field.dtype));
    let names: Vec<String> = fitting.iter().map(|field| field.name.to_string()).collect();
    let mut table = RawTable::default();
    for field in others {
        table.leave_out(&field.name, type_name(&field.dtype));
    }
    let frame = opened.decode(names)?;
    for column in frame.columns() {
        let cells = cells(column).ok_or_else(|| {
            let name = column.name();
            bad(
                path,
                &format!("column `{name}` cannot be read as {}", column.dtype()),
            )
        })?;
        table.push_column(column.name().to_string(), cells);
    }
    Ok(table)
}

fn fits(dtype: &ArrowDataType) -> bool {
    use ArrowDataType as A;
    match dtype {
        A::Dictionary(_, values, _) => matches!(**values, A::Utf8 | A::LargeUtf8 | A::Utf8View),
        A::Null
        | A::Boolean
        | A::Int8
        | A::Int16
        | A::Int32
        | A::Int64
        | A::UInt8
        | A::UInt16
        | A::UInt32
        | A::UInt64
        | A::Float32
        | A::Float64
        | A::Utf8
        | A::LargeUtf8
        | A::Utf8View
        | A::Date32
        | A::Date64
        | A::Timestamp(_, _) => true,
        _ => false,
    }
}

fn type_name(dtype: &ArrowDataType) -> &'static str {
    use ArrowDataType as A;
    match dtype {
        A::List(_) | A::LargeList(_) | A::FixedSizeList(_, _) => "list",
        A::Struct(_) => "struct",
        A::Map(_, _) => "map",
        A::Binary | A::LargeBinary | A::BinaryView | A::FixedSizeBinary(_) => "binary",
        A::Decimal(_, _) | A::Decimal256(_, _) => "decimal",
        A::Time32(_) | A::Time64(_) | A::Duration(_) | A::Interval(_) => "time",
        _ => "other",
    }
}

fn cells(column: &Column) -> Option<Vec<Option<RawValue>>> {
    let collect = |cells: &mut dyn Iterator<Item = Option<RawValue>>| Some(cells.collect());
    match column.dtype() {
        DataType::Null => Some(vec![None; column.len()]),
        DataType::Boolean => {
            let values = column.bool().ok()?;
            collect(&mut values.iter().map(|value| value.map(RawValue::Bool)))
        }
        DataType::Int64 => {
            let values = column.i64().ok()?;
            collect(&mut values.iter().map(|value| value.map(whole)))
        }
        DataType::UInt64 => {
            let values = column.u64().ok()?;
            collect(&mut values.iter().map(|value| {
                value.map(|value| match i64::try_from(value) {
                    Ok(value) => whole(value),
                    Err(_) => RawValue::Text(value.to_string()),
                })
            }))
        }
        dtype if dtype.is_primitive_numeric() => {
            let values = column.cast(&DataType::Float64).ok()?;
            let values = values.f64().ok()?;
            // Exporters write NaN where a number is missing.
            collect(
                &mut values
                    .iter()
                    .map(|value| value.filter(|value| !value.is_nan()).map(RawValue::Number)),
            )
        }
        DataType::Date => {
            let values = column.to_physical_repr();
            let values = values.i32().ok()?;
            collect(&mut values.iter().map(|days| {
                let since = TimeDelta::try_days(days?.into())?;
                NaiveDate::default()
                    .checked_add_signed(since)
                    .map(RawValue::Date)
            }))
        }
        DataType::Datetime(unit, zone) => {
            let values = column.to_physical_repr();
            let values = values.i64().ok()?;
            let per_second = match unit {
                TimeUnit::Nanoseconds => 1_000_000_000,
                TimeUnit::Microseconds => 1_000_000,
                TimeUnit::Milliseconds => 1_000,
            };
            // A stamp without a zone is on the site's clock already.
            let zoned = zone.is_some();
            collect(&mut values.iter().map(|stamp| {
                let instant = DateTime::from_timestamp_secs(stamp?.div_euclid(per_second))?;
                Some(RawValue::Date(if zoned {
                    instant.with_timezone(&vietnam::OFFSET).date_naive()
                } else {
                    instant.date_naive()
                }))
            }))
        }
        _ => {
            let values = column.cast(&DataType::String).ok()?;
            let values = values.str().ok()?;
            collect(&mut values.iter().map(|text| {
                text.filter(|text| !text.is_empty())
                    .map(|text| RawValue::Text(text.to_owned()))
            }))
        }
    }
}

fn whole(value: i64) -> RawValue {
    if value.unsigned_abs() <= EXACT_MAX {
        RawValue::Number(value as f64)
    } else {
        RawValue::Text(value.to_string())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use polars::prelude::{DataFrame, NamedFrom, ParquetWriter, Series};

    use super::*;

    #[test]
    fn every_flat_type_becomes_a_cell_and_the_others_are_named() {
        let day = NaiveDate::from_ymd_opt(2025, 11, 15).unwrap();
        let days = Series::new("day".into(), [20_407i32, 0]);
        let stamps = Series::new("stamp".into(), [1_763_251_199_000i64, -1]);
        let cast = |series: &Series, dtype: &DataType| Column::from(series.cast(dtype).unwrap());
        let words = Series::new("word".into(), ["Kia", ""]);
        let small = Series::new("small".into(), [5i64, 7]);
        let columns = vec![
            cast(&days, &DataType::Date),
            cast(&stamps, &DataType::Datetime(TimeUnit::Milliseconds, None)),
            cast(&small, &DataType::UInt8),
            words.into(),
            Column::new("truth".into(), [Some(true), None]),
            Column::new("float".into(), [1.5f32, f32::NAN]),
            Column::new("long".into(), [i64::MAX, 3]),
            Column::new("list".into(), [days.clone(), days]),
        ];
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("cars.parquet");
        let mut frame = DataFrame::new_infer_height(columns).unwrap();
        ParquetWriter::new(fs_err::File::create(&path).unwrap())
            .finish(&mut frame)
            .unwrap();
        let table = read_table(&path).unwrap();
        assert_eq!(table.left_out(), ["list (list)"]);
        let text = |text: &str| Some(RawValue::Text(text.into()));
        for (name, want) in [
            (
                "day",
                [
                    Some(RawValue::Date(day)),
                    Some(RawValue::Date(NaiveDate::default())),
                ],
            ),
            (
                "stamp",
                [
                    Some(RawValue::Date(day)),
                    NaiveDate::default().pred_opt().map(RawValue::Date),
                ],
            ),
            (
                "small",
                [Some(RawValue::Number(5.0)), Some(RawValue::Number(7.0))],
            ),
            ("word", [text("Kia"), None]),
            ("truth", [Some(RawValue::Bool(true)), None]),
            ("float", [Some(RawValue::Number(1.5)), None]),
            (
                "long",
                [text("9223372036854775807"), Some(RawValue::Number(3.0))],
            ),
        ] {
            assert_eq!(table.column(name), Some(&want[..]), "{name}");
        }
    }
}
