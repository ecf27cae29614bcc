//! Helpers of the tests: small tables of our own.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod files;
mod shipped;

use super::*;
use crate::store::{RawTable, RawValue};

fn table(names: &[&str], rows: &[&[&str]]) -> RawTable {
    let mut table = RawTable::with_columns(names.iter().map(|name| (*name).to_owned()).collect());
    for row in rows {
        table.push_row(
            row.iter()
                .map(|cell| (!cell.is_empty()).then(|| RawValue::Text((*cell).to_owned()))),
        );
    }
    table
}

fn mapping(text: &str) -> Result<Mapping> {
    Mapping::parse(Path::new("test.toml"), text)
}

fn apply(mapping: &Mapping, names: &[&str], rows: &[&[&str]]) -> Mapped {
    mapping.apply(&table(names, rows)).unwrap()
}

const BONBANH: &[&str] = &[
    "Tên xe",
    "Năm sản xuất",
    "Tình trạng",
    "Số km đã đi",
    "Xuất xứ",
    "Kiểu dáng",
    "Hộp số",
    "Động cơ",
    "Màu ngoại thất",
    "Màu nội thất",
    "Dẫn động",
    "Số chỗ",
    "Giá xe",
];
