//! NDJSON in: one JSON object a line, columns in order of first appearance.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;

use serde_json::Value;

use super::{RawTable, RawValue};
use crate::{Error, Result};

/// Largest whole number that a float holds exactly; longer ones (ids) stay text.
const EXACT_MAX: f64 = 9_007_199_254_740_992.0;

/// Reads an NDJSON file; blank lines are passed over, and fields that hold lists or objects left out.
pub(super) fn read(path: &Path) -> Result<RawTable> {
    let bad = |line: usize, detail: String| Error::Format {
        path: path.to_owned(),
        format: "NDJSON",
        detail: format!("line {line}: {detail}"),
    };
    let mut names: Vec<String> = Vec::new();
    let mut index: BTreeMap<String, usize> = BTreeMap::new();
    let mut nested: BTreeMap<String, &'static str> = BTreeMap::new();
    let mut rows: Vec<Vec<Option<RawValue>>> = Vec::new();
    let mut reader = BufReader::new(super::open_file(path)?);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let start = if number == 1 { strip_bom(&line) } else { &line };
        let text = start.trim_ascii();
        if text.is_empty() {
            continue;
        }
        let object: serde_json::Map<String, Value> =
            serde_json::from_slice(text).map_err(|error| {
                bad(
                    number,
                    format!("column {}: {}", error.column(), cause(&error)),
                )
            })?;
        let mut row = vec![None; names.len()];
        for (name, value) in object {
            let cell = match value {
                Value::Null => None,
                Value::Bool(truth) => Some(RawValue::Bool(truth)),
                Value::String(text) => (!text.is_empty()).then_some(RawValue::Text(text)),
                Value::Number(number) => Some(number_cell(&number)),
                Value::Array(_) => {
                    nested.insert(name, "list");
                    continue;
                }
                Value::Object(_) => {
                    nested.insert(name, "object");
                    continue;
                }
            };
            let at = *index.entry(name).or_insert_with_key(|name| {
                names.push(name.clone());
                names.len() - 1
            });
            if at >= row.len() {
                row.resize(at + 1, None);
            }
            row[at] = cell;
        }
        rows.push(row);
    }
    let mut table = RawTable::with_columns(names);
    for row in rows {
        table.push_row(row);
    }
    for (name, type_name) in &nested {
        table.leave_out(name, type_name);
    }
    Ok(table)
}

fn strip_bom(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
}

fn number_cell(number: &serde_json::Number) -> RawValue {
    match number.as_f64() {
        Some(value) if value.abs() <= EXACT_MAX => RawValue::Number(value),
        _ => RawValue::Text(number.to_string()),
    }
}

/// The parser's message without its own position, which counts lines of one line.
fn cause(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

/// The first name that appears again; unnamed columns (row numbers of exporters) do not count.
pub(super) fn first_repeated(names: &[String]) -> Option<&String> {
    names
        .iter()
        .enumerate()
        .find_map(|(at, name)| (!name.is_empty() && names[..at].contains(name)).then_some(name))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn read_text(content: &str) -> Result<RawTable> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("cars.ndjson");
        fs_err::write(&path, content).unwrap();
        read(&path)
    }

    #[test]
    fn fields_may_come_late_and_in_any_order() {
        let table = read_text(concat!(
            "\u{feff}{\"make\":\"Kia\",\"year\":2019,\"photos\":[1]}\n\n",
            "{\"sold\":true,\"year\":null,\"make\":\"\",\"id\":12345678901234567890}\n",
        ))
        .unwrap();
        assert_eq!(table.columns().len(), 4);
        assert_eq!(table.rows(), 2);
        assert_eq!(table.left_out(), ["photos (list)"]);
        let cell = |name: &str, row: usize| table.column(name).unwrap()[row].clone();
        assert_eq!(cell("year", 0), Some(RawValue::Number(2019.0)));
        assert_eq!((cell("year", 1), cell("make", 1)), (None, None));
        assert_eq!(
            (cell("sold", 0), cell("sold", 1)),
            (None, Some(RawValue::Bool(true)))
        );
        assert_eq!(
            cell("id", 1),
            Some(RawValue::Text("12345678901234567890".into()))
        );
    }

    #[test]
    fn errors_name_the_line() {
        for (content, want) in [
            ("{\"a\":1}\n{\"a\":\n", "line 2: column"),
            ("{\"a\":1}\n[1]\n", "line 2: column"),
            ("{\"a\":NaN}\n", "line 1: column 6"),
        ] {
            let error = read_text(content).unwrap_err().to_string();
            assert!(error.contains(want), "{error}");
        }
    }
}
