//! Each column of the schema: how much of it is filled, and with what.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use datasets::Listing;
use datasets::clean::Table;
use datasets::schema::{Access, COLUMNS, Column};
use serde::Serialize;

use crate::{format, table};

/// How many of a column's most common texts are given.
const TOP: usize = 5;
/// Longer texts are cut in the printed table.
const TEXT_SHOWN: usize = 24;

/// What one column holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct ColumnProfile {
    name: &'static str,
    #[serde(rename = "type")]
    type_name: &'static str,
    unit: &'static str,
    filled: usize,
    distinct: usize,
    #[serde(flatten)]
    values: Values,
}

/// The range of numbers and days; the most common of texts.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
enum Values {
    Numbers {
        min: f64,
        median: f64,
        max: f64,
    },
    Days {
        min: NaiveDate,
        median: NaiveDate,
        max: NaiveDate,
    },
    Texts {
        top: Vec<(String, usize)>,
    },
    None {},
}

/// The profile of every column of the schema, in its order.
pub(super) fn profile(listings: &[Listing]) -> Vec<ColumnProfile> {
    COLUMNS.iter().map(|column| of(column, listings)).collect()
}

fn of(column: &Column, listings: &[Listing]) -> ColumnProfile {
    let (filled, distinct, values) = match column.access {
        Access::Text { get, .. } => texts(listings.iter().filter_map(get)),
        Access::Float { get, .. } => numbers(listings.iter().filter_map(get).collect()),
        Access::Int { get, .. } => {
            let values = listings.iter().filter_map(get);
            numbers(values.map(|value| value as f64).collect())
        }
        Access::Date { get, .. } => days(listings.iter().filter_map(get).collect()),
    };
    ColumnProfile {
        name: column.name,
        type_name: column.access.type_name(),
        unit: column.unit,
        filled,
        distinct,
        values,
    }
}

fn texts<'a>(values: impl Iterator<Item = &'a str>) -> (usize, usize, Values) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for value in values.filter(|value| !value.is_empty()) {
        *counts.entry(value).or_default() += 1;
    }
    let (filled, distinct) = (counts.values().sum(), counts.len());
    let top = most_common(counts, TOP);
    let top = top.into_iter();
    let top = top.map(|(text, rows)| (text.to_owned(), rows)).collect();
    let values = if filled == 0 {
        Values::None {}
    } else {
        Values::Texts { top }
    };
    (filled, distinct, values)
}

fn numbers(mut values: Vec<f64>) -> (usize, usize, Values) {
    values.sort_by(f64::total_cmp);
    let filled = values.len();
    let (Some(&min), Some(&max)) = (values.first(), values.last()) else {
        return (0, 0, Values::None {});
    };
    let median = f64::midpoint(values[(filled - 1) / 2], values[filled / 2]);
    values.dedup();
    (filled, values.len(), Values::Numbers { min, median, max })
}

fn days(mut values: Vec<NaiveDate>) -> (usize, usize, Values) {
    values.sort_unstable();
    let filled = values.len();
    let (Some(&min), Some(&max)) = (values.first(), values.last()) else {
        return (0, 0, Values::None {});
    };
    let median = values[(filled - 1) / 2];
    values.dedup();
    (filled, values.len(), Values::Days { min, median, max })
}

/// The names with the largest counts, equal ones by name.
pub(super) fn most_common<K: Ord>(counts: BTreeMap<K, usize>, limit: usize) -> Vec<(K, usize)> {
    let mut counts: Vec<_> = counts.into_iter().collect();
    // Stable: names come in their order.
    counts.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
    counts.truncate(limit);
    counts
}

/// Names with their counts in one line.
pub(super) fn listed(names: &[(String, usize)]) -> String {
    let parts: Vec<String> = names
        .iter()
        .map(|(name, rows)| format!("{} ({})", cut(name.trim()), format::count(*rows)))
        .collect();
    parts.join(", ")
}

fn cut(text: &str) -> String {
    if text.is_empty() {
        return "none".into();
    }
    if text.chars().count() <= TEXT_SHOWN {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(TEXT_SHOWN - 1).collect();
    cut.push('…');
    cut
}

/// One row a column that holds something; the empty ones in one line at the end.
pub(super) fn table(columns: &[ColumnProfile], rows: usize) -> Table {
    let mut table = table::with_header(&["column", "filled", "distinct", "values"]);
    for column in columns.iter().filter(|column| column.filled > 0) {
        let range = |min: String, median: String, max: String| {
            let unit = column.unit;
            format!("{min} · median {median} · {max} {unit}")
                .trim_end()
                .to_owned()
        };
        let number = |value: f64| {
            if column.name == "year" {
                value.to_string()
            } else {
                format::number(value)
            }
        };
        let values = match &column.values {
            Values::Numbers { min, median, max } => {
                range(number(*min), number(*median), number(*max))
            }
            Values::Days { min, median, max } => {
                range(min.to_string(), median.to_string(), max.to_string())
            }
            Values::Texts { top } => listed(top),
            Values::None {} => String::new(),
        };
        table.rows.push(vec![
            column.name.to_owned(),
            format::percent(column.filled as f64 / rows.max(1) as f64),
            format::count(column.distinct),
            values,
        ]);
    }
    let empty: Vec<&str> = columns
        .iter()
        .filter(|column| column.filled == 0)
        .map(|column| column.name)
        .collect();
    if !empty.is_empty() {
        let row = ["(empty)", "0.0 %", "0", &empty.join(", ")];
        table.rows.push(row.map(str::to_owned).to_vec());
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_a_range_and_texts_a_top() {
        let car = |make: &str, year: i32| Listing {
            make: Some(make.into()),
            year: Some(year),
            ..Listing::default()
        };
        let columns = profile(&[car("Kia", 2019), car("Kia", 2016), car("Audi", 2021)]);
        let named = |name: &str| columns.iter().find(|column| column.name == name);
        let make = named("make").expect("a column");
        assert_eq!((make.filled, make.distinct), (3, 2));
        let top = vec![("Kia".to_owned(), 2), ("Audi".to_owned(), 1)];
        assert_eq!(make.values, Values::Texts { top });
        let year = named("year").expect("a column");
        let (min, median, max) = (2016.0, 2019.0, 2021.0);
        assert_eq!(year.values, Values::Numbers { min, median, max });
        assert_eq!(named("title").expect("a column").filled, 0);
        let printed = table::render(&table(&columns, 3));
        assert!(
            printed.contains("2016 · median 2019 · 2021 year"),
            "{printed}"
        );
        assert!(printed.contains("Kia (2), Audi (1)"), "{printed}");
    }

    #[test]
    fn medians_of_even_counts_lie_between() {
        let median = |values: &[f64]| match numbers(values.to_vec()).2 {
            Values::Numbers { median, .. } => median,
            other => panic!("{other:?}"),
        };
        assert_eq!(median(&[4.0, 1.0]).to_bits(), 2.5_f64.to_bits());
        assert_eq!(median(&[4.0, 1.0, 3.0]).to_bits(), 3.0_f64.to_bits());
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(cut("Vios"), "Vios");
        assert_eq!(cut(&"ô".repeat(30)).chars().count(), TEXT_SHOWN);
    }
}
