//! Files of predictions, of our models or of anybody's.
//!
//! Columns: `actual` and `predicted` (or with the currency's suffix, `actual_vnd`); optional `id`, `low_80` and `high_80`
//! for each level, `age_years`, `mileage_km`, `seller`; every other column of words tells segments apart.

use std::path::Path;

use datasets::{
    RawTable,
    store::{self, RawValue, atomic},
};

use super::{Error, Predicted, Result};
use crate::{
    Predictions,
    predictions::{Column, Level},
};

/// Reads predictions from Parquet, CSV or NDJSON. Amounts are in `currency`.
///
/// # Errors
/// A file that cannot be read or is empty, a column that is missing or whose values are none, naming column and row.
pub fn read_predictions(path: &Path, currency: &str) -> Result<Predicted> {
    let table = store::read_table(path)?;
    let reader = Reader {
        path,
        table: &table,
    };
    let suffix = format!("_{}", currency.to_lowercase());
    let name = |plain: &str| {
        let suffixed = format!("{plain}{suffix}");
        if table.column(&suffixed).is_some() {
            suffixed
        } else {
            plain.to_owned()
        }
    };
    let mut used = vec![name("actual"), name("predicted")];
    let mut rows = Predictions {
        actual: reader.needed(&used[0])?,
        predicted: reader.needed(&used[1])?,
        ..Predictions::default()
    };
    for column in table.columns() {
        let plain = column.strip_suffix(&suffix).unwrap_or(column);
        let Some(percent) = plain.strip_prefix("low_") else {
            continue;
        };
        let level = percent.parse::<f64>().ok().map(|percent| percent / 100.0);
        let Some(level) = level.filter(|level| *level > 0.0 && *level < 1.0) else {
            continue;
        };
        let high = name(&format!("high_{percent}"));
        rows.ranges.push(Level {
            level,
            low: reader.needed(column)?,
            high: reader.needed(&high)?,
        });
        used.extend([column.clone(), high]);
    }
    rows.ranges.sort_by(|a, b| a.level.total_cmp(&b.level));
    rows.ids = reader
        .words("id")
        .map(|ids| plain_ids(&ids))
        .unwrap_or_default();
    rows.age_years = reader.numbers("age_years")?;
    rows.mileage_km = reader.numbers("mileage_km")?;
    rows.sellers = reader.words("seller").unwrap_or_default();
    used.extend(["id", "age_years", "mileage_km", "seller"].map(str::to_owned));
    for column in table.columns().iter().filter(|name| !used.contains(name)) {
        rows.columns.push(Column {
            name: column.clone(),
            words: reader.words(column).unwrap_or_default(),
        });
    }
    rows.check().map_err(|error| Error::Predictions {
        path: path.to_owned(),
        error,
    })?;
    let mut facts = std::collections::BTreeMap::from([
        ("predictions".to_owned(), path.display().to_string()),
        ("currency".to_owned(), currency.to_owned()),
    ]);
    let is_synthetic = |word: &Option<String>| word.as_deref() == Some(datasets::synthetic::SOURCE);
    if rows
        .column("source")
        .is_some_and(|own| own.words.iter().any(is_synthetic))
    {
        facts.insert(
            "synthetic".to_owned(),
            "scored on synthetic listings".to_owned(),
        );
    }
    Ok(Predicted {
        rows,
        name: path
            .file_stem()
            .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned()),
        currency: currency.to_owned(),
        facts,
    })
}

/// Ids where every row has one; none otherwise.
fn plain_ids(ids: &[Option<String>]) -> Vec<String> {
    ids.iter()
        .cloned()
        .collect::<Option<Vec<_>>>()
        .unwrap_or_default()
}

struct Reader<'a> {
    path: &'a Path,
    table: &'a RawTable,
}

impl Reader<'_> {
    /// A column of numbers in which none may be missing.
    fn needed(&self, name: &str) -> Result<Vec<f64>> {
        let cells = self
            .table
            .column(name)
            .ok_or_else(|| datasets::Error::MissingColumn {
                path: self.path.to_owned(),
                column: name.to_owned(),
                found: self.table.columns().join(", "),
            })?;
        let cells = cells.iter().enumerate();
        cells
            .map(|(row, cell)| {
                let missing = || self.bad(name, row, "empty");
                self.number(name, row, cell.as_ref())?.ok_or_else(missing)
            })
            .collect()
    }

    /// A column of numbers; empty where the file has no such column.
    fn numbers(&self, name: &str) -> Result<Vec<Option<f64>>> {
        let cells = self
            .table
            .column(name)
            .unwrap_or_default()
            .iter()
            .enumerate();
        cells
            .map(|(row, cell)| self.number(name, row, cell.as_ref()))
            .collect()
    }

    fn number(&self, name: &str, row: usize, cell: Option<&RawValue>) -> Result<Option<f64>> {
        let number = match cell {
            None => return Ok(None),
            Some(RawValue::Number(number)) => Some(*number),
            Some(RawValue::Text(text)) if text.trim().is_empty() => return Ok(None),
            Some(RawValue::Text(text)) => text.trim().parse().ok(),
            Some(_) => None,
        };
        let shown = cell.map_or_else(String::new, |cell| cell.to_text().into_owned());
        let number = number.filter(|number: &f64| number.is_finite());
        number.map(Some).ok_or_else(|| self.bad(name, row, &shown))
    }

    fn bad(&self, name: &str, row: usize, value: &str) -> Error {
        Error::Data(datasets::Error::Value {
            place: format!("{}, row {}", self.path.display(), row + 1),
            field: name.to_owned(),
            value: value.to_owned(),
            valid: "a finite number".to_owned(),
        })
    }

    /// A column of words; `None` if the file has no such column.
    fn words(&self, name: &str) -> Option<Vec<Option<String>>> {
        let word = |cell: &Option<RawValue>| {
            let text = cell.as_ref()?.to_text().trim().to_owned();
            Some(text).filter(|text| !text.is_empty())
        };
        Some(self.table.column(name)?.iter().map(word).collect())
    }
}

/// Writes predictions as NDJSON that [`read_predictions`] reads: all or nothing.
///
/// # Errors
/// A file that cannot be written.
pub fn write_predictions(path: &Path, predicted: &Predicted) -> Result<()> {
    use serde_json::{Map, Value, json};
    let rows = &predicted.rows;
    let suffix = predicted.currency.to_lowercase();
    let line = |row: usize| {
        let mut line = Map::new();
        let mut put = |name: String, value: Value| {
            if !value.is_null() {
                line.insert(name, value);
            }
        };
        put("id".to_owned(), json!(rows.ids.get(row)));
        put(format!("actual_{suffix}"), json!(rows.actual[row]));
        put(format!("predicted_{suffix}"), json!(rows.predicted[row]));
        for Level { level, low, high } in &rows.ranges {
            let percent = crate::scores::levelled("", *level);
            put(format!("low_{percent}_{suffix}"), json!(low[row]));
            put(format!("high_{percent}_{suffix}"), json!(high[row]));
        }
        put("age_years".to_owned(), json!(rows.age_years.get(row)));
        put("mileage_km".to_owned(), json!(rows.mileage_km.get(row)));
        put("seller".to_owned(), json!(rows.sellers.get(row)));
        for column in &rows.columns {
            put(column.name.clone(), json!(column.words[row]));
        }
        Value::Object(line)
    };
    atomic::write(path, |file| {
        use std::io::Write as _;
        let mut out = std::io::BufWriter::new(file);
        for row in 0..rows.len() {
            writeln!(out, "{}", line(row))?;
        }
        Ok(out.flush()?)
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, text: &str) -> Result<Predicted> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        fs_err::write(&path, text).expect("written");
        read_predictions(&path, "VND")
    }

    #[test]
    fn what_was_written_is_read() {
        let text = "id,actual_vnd,predicted_vnd,low_80_vnd,high_80_vnd,make,age_years,seller\n\
                    a,100,110,90,130,Kia,3,s1\nb,200,190,150,220,,,\n";
        let first = read("a.csv", text).expect("read");
        assert_eq!(first.rows.actual, [100.0, 200.0]);
        assert_eq!(first.rows.ranges[0].level, 0.8);
        assert_eq!(first.rows.age_years, [Some(3.0), None]);
        assert_eq!(first.rows.column("make").expect("makes").words[1], None);
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("b.ndjson");
        write_predictions(&path, &first).expect("written");
        let second = read_predictions(&path, "VND").expect("read");
        assert_eq!(second.rows, first.rows);
    }

    #[test]
    fn other_models_need_two_columns_only() {
        let read = read("a.csv", "actual,predicted\n100,110\n").expect("read");
        assert_eq!((read.rows.len(), read.rows.ids.len()), (1, 0));
    }

    #[test]
    fn synthetic_rows_are_called_so() {
        let read = read("a.csv", "actual,predicted,source\n100,110,synthetic\n").expect("read");
        assert!(read.facts.contains_key("synthetic"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, want) in [
            ("actual\n1\n", "no column `predicted`"),
            ("actual,predicted\n1,x\n", "row 1: `predicted` is x"),
            ("actual,predicted\n1,2\n3,\n", "row 2: `predicted` is empty"),
            ("actual,predicted\n1,NaN\n", "`predicted` is NaN"),
            ("actual,predicted\n0,1\n", "`actual` of row 0 is 0"),
            ("actual,predicted,low_80\n1,1,1\n", "no column `high_80`"),
            (
                "actual,predicted,low_80,high_80\n1,1,2,1\n",
                "`high` of row 0",
            ),
            ("actual,predicted\n", "holds no rows"),
        ] {
            let error = read("a.csv", text).expect_err(want).to_string();
            assert!(error.contains(want), "{text}: {error}");
        }
    }
}
