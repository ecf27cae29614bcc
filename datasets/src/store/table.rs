//! A foreign file in memory: named columns of loosely typed cells.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

/// One cell of a foreign file, as far as its format types it.
#[derive(Debug, Clone, PartialEq)]
pub enum RawValue {
    /// Text; everything that comes from CSV.
    Text(String),
    /// A number, finite or not.
    Number(f64),
    /// A truth value.
    Bool(bool),
    /// A calendar day.
    Date(NaiveDate),
}

impl RawValue {
    /// The cell as one would print it: `2019` for the number 2019.0.
    pub fn to_text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Bool(truth) => Cow::Borrowed(if *truth { "true" } else { "false" }),
            Self::Date(day) => Cow::Owned(day.to_string()),
        }
    }
}

/// A foreign file: columns of equal length, each with a unique name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RawTable {
    names: Vec<String>,
    cells: Vec<Vec<Option<RawValue>>>,
    rows: usize,
    left_out: Vec<String>,
    origin: PathBuf,
}

impl RawTable {
    /// A table of `names` without rows.
    pub fn with_columns(names: Vec<String>) -> Self {
        Self {
            cells: names.iter().map(|_| Vec::new()).collect(),
            names,
            ..Self::default()
        }
    }

    /// Appends a row; cells beyond the columns are dropped, missing ones are empty.
    pub fn push_row(&mut self, row: impl IntoIterator<Item = Option<RawValue>>) {
        self.rows += 1;
        let mut row = row.into_iter();
        for column in &mut self.cells {
            column.push(row.next().flatten());
        }
    }

    /// Appends a column. A shorter one is filled up with empty cells, and the other way round.
    pub fn push_column(&mut self, name: String, mut cells: Vec<Option<RawValue>>) {
        self.rows = self.rows.max(cells.len());
        cells.resize(self.rows, None);
        self.names.push(name);
        self.cells.push(cells);
        for column in &mut self.cells {
            column.resize(self.rows, None);
        }
    }

    /// Says which file the table came from, for errors.
    pub fn set_origin(&mut self, path: &Path) {
        path.clone_into(&mut self.origin);
    }

    /// The file that the table came from; empty for one made in memory.
    pub fn origin(&self) -> &Path {
        &self.origin
    }

    /// Notes a column that the file has and this table cannot hold, with its type.
    pub fn leave_out(&mut self, name: &str, type_name: &str) {
        self.left_out.push(format!("{name} ({type_name})"));
    }

    /// Names of the columns, in file order.
    pub fn columns(&self) -> &[String] {
        &self.names
    }

    /// Columns of the file that were left out because no cell type fits them (`photos (list)`).
    pub fn left_out(&self) -> &[String] {
        &self.left_out
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The column called `name`, compared exactly; one cell a row.
    pub fn column(&self, name: &str) -> Option<&[Option<RawValue>]> {
        let index = self.names.iter().position(|column| column == name)?;
        self.cells.get(index).map(Vec::as_slice)
    }

    /// The cells of one row, in column order.
    pub fn row(&self, row: usize) -> impl Iterator<Item = (&str, Option<&RawValue>)> {
        self.names
            .iter()
            .zip(&self.cells)
            .map(move |(name, cells)| (name.as_str(), cells.get(row).and_then(Option::as_ref)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_columns_stay_rectangular() {
        let mut table = RawTable::with_columns(vec!["a".into(), "b".into()]);
        table.push_row([Some(RawValue::Number(1.0))]);
        table.push_row([
            None,
            Some(RawValue::Bool(true)),
            Some(RawValue::Bool(false)),
        ]);
        table.push_column("c".into(), vec![Some(RawValue::Text("x".into()))]);
        assert_eq!(table.rows(), 2);
        assert_eq!(
            table.column("b"),
            Some(&[None, Some(RawValue::Bool(true))][..])
        );
        assert_eq!(table.column("c").map(<[_]>::len), Some(2));
        assert_eq!(table.column("d"), None);
        let row: Vec<_> = table.row(0).filter(|(_, cell)| cell.is_some()).collect();
        assert_eq!(row.len(), 2);
    }

    #[test]
    fn numbers_print_as_spreadsheets_show_them() {
        assert_eq!(RawValue::Number(2019.0).to_text(), "2019");
        assert_eq!(RawValue::Number(1.5).to_text(), "1.5");
    }
}
