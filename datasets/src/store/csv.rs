//! CSV in: a header, any column order, `,`, `;` or tab between cells, UTF-8 with or without BOM.

use std::io::{BufRead, BufReader};
use std::path::Path;

use super::{RawTable, RawValue};
use crate::{Error, Result};

/// Reads a CSV file; every cell is text, an empty cell is `None`.
pub(super) fn read(path: &Path) -> Result<RawTable> {
    let mut input = BufReader::new(super::open_file(path)?);
    let delimiter = delimiter(input.fill_buf()?);
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_reader(input);
    let bad = |detail: String| Error::Format {
        path: path.to_owned(),
        format: "CSV",
        detail,
    };
    let header = reader.headers().map_err(|error| bad(detail(&error)))?;
    let names: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
    if let Some(name) = super::ndjson::first_repeated(&names) {
        return Err(bad(format!("line 1: column `{name}` appears twice")));
    }
    let mut table = RawTable::with_columns(names);
    let mut record = ::csv::StringRecord::new();
    while reader
        .read_record(&mut record)
        .map_err(|error| bad(detail(&error)))?
    {
        table.push_row(
            record
                .iter()
                .map(|cell| (!cell.is_empty()).then(|| RawValue::Text(cell.to_owned()))),
        );
    }
    Ok(table)
}

/// The separator that the header line has most of; a comma where it has none.
fn delimiter(head: &[u8]) -> u8 {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or(head);
    let count = |separator: u8| line.split(|byte| *byte == separator).count();
    [b';', b'\t'].into_iter().fold(b',', |best, other| {
        if count(other) > count(best) {
            other
        } else {
            best
        }
    })
}

fn detail(error: &::csv::Error) -> String {
    let line = error.position().map_or_else(String::new, |position| {
        format!("line {}: ", position.line())
    });
    match error.kind() {
        ::csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => format!("{line}{len} cells where the header has {expected_len}"),
        ::csv::ErrorKind::Utf8 { err, .. } => {
            format!("{line}cell {} is not UTF-8", err.field() + 1)
        }
        _ => format!("{line}{error}"),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn read_bytes(content: &[u8]) -> Result<RawTable> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("cars.csv");
        fs_err::write(&path, content).unwrap();
        read(&path)
    }

    fn text(table: &RawTable, column: &str, row: usize) -> Option<String> {
        let cell = table.column(column).unwrap()[row].as_ref();
        cell.map(|cell| cell.to_text().into_owned())
    }

    #[test]
    fn bom_quotes_separators_and_empty_cells() {
        for content in [
            "\u{feff}Hãng, Giá xe\nKia,\"1,5 tỷ\"\n\"\",x\n",
            "Hãng;Giá xe\r\nKia;1,5 tỷ\r\n;x",
            "Hãng\tGiá xe\nKia\t1,5 tỷ\n\tx\n",
        ] {
            let table = read_bytes(content.as_bytes()).unwrap();
            assert_eq!(table.columns(), ["Hãng", "Giá xe"], "{content}");
            assert_eq!(text(&table, "Giá xe", 0).as_deref(), Some("1,5 tỷ"));
            assert_eq!(text(&table, "Hãng", 1), None);
        }
    }

    #[test]
    fn errors_name_the_line() {
        for (content, want) in [
            (
                &b"a,b\n1,2\n1,2,3\n"[..],
                "line 3: 3 cells where the header has 2",
            ),
            (b"a,b\n1,\xff\n", "line 2: cell 2 is not UTF-8"),
            (b"a,a\n1,2\n", "line 1: column `a` appears twice"),
        ] {
            let error = read_bytes(content).unwrap_err().to_string();
            assert!(error.contains(want), "{error}");
        }
    }
}
