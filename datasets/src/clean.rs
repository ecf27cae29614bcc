//! Cleaning: every row that is dropped or mended is counted under the name of the rule that did it.
//!
//! [`clean_rows`] looks at one row at a time and may be applied to any rows; [`drop_price_outliers`] compares
//! rows with each other, so a trainer applies it to training rows only: a test row must not be thrown away
//! because the model would miss it.

mod checked;
mod limits;
mod outliers;
mod report;
mod rules;

use chrono::NaiveDate;

use crate::Listing;

pub use checked::Rules;
pub use limits::{Limits, Range};
pub use outliers::{PriceLevels, drop_price_outliers};
pub use report::{CleanReport, Count, Effect, Table, Totals};
use rules::Known;
pub use rules::{Outcome, PRICE_OUTLIER, RULES, Rule, is_filler};

/// What is left of a listing set, and what happened to the rest.
#[derive(Debug, Clone, PartialEq)]
pub struct Cleaned {
    /// The kept rows in the order they came in, mended where a rule says so.
    pub rows: Vec<Listing>,
    /// Counts by rule and source.
    pub report: CleanReport,
}

/// Applies [`RULES`] to each row in their order; the first rule that drops a row is the one that is counted.
pub fn clean_rows(rows: Vec<Listing>, rules: &Rules) -> Cleaned {
    let active: Vec<&Rule> = RULES
        .iter()
        .filter(|rule| rules.is_active(rule.name))
        .collect();
    let known = Known {
        limits: rules.limits(),
        undated_since: undated_since(&rows),
    };
    let mut report = CleanReport::default();
    let mut kept = Vec::with_capacity(rows.len());
    'rows: for mut row in rows {
        let mut mended_by = Vec::new();
        for rule in &active {
            match rule.apply(&mut row, &known) {
                Outcome::Keep => {}
                Outcome::Mend => mended_by.push(rule.name),
                Outcome::Drop => {
                    report.drop_row(rule.name, &row.source);
                    continue 'rows;
                }
            }
        }
        report.keep_row(&row.source, &mended_by);
        kept.push(row);
    }
    Cleaned { rows: kept, report }
}

/// Rows without a date were listed in the year of the newest cars among them, or later. One row in a hundred has to be of
/// that year: a single one may be mistyped.
fn undated_since(rows: &[Listing]) -> Option<i32> {
    let undated = rows.iter().filter(|row| listing_day(row).is_none());
    let mut years: Vec<i32> = undated.filter_map(|row| row.year).collect();
    let newest = years.len().checked_sub(1 + years.len() / 100)?;
    Some(*years.select_nth_unstable(newest).1)
}

/// The day that a listing's age and prices refer to: when it was posted, else when it was last or first seen.
pub(crate) fn listing_day(row: &Listing) -> Option<NaiveDate> {
    row.listed_on.or(row.last_seen).or(row.first_seen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Money;

    fn row(source: &str, price: Option<f64>, mileage_km: f64) -> Listing {
        Listing {
            source: source.into(),
            make: Some("Toyota".into()),
            year: Some(2015),
            listed_on: NaiveDate::from_ymd_opt(2025, 11, 1),
            mileage_km: Some(mileage_km),
            price: price.map(Money::vnd),
            ..Listing::default()
        }
    }

    #[test]
    fn every_row_is_accounted_for() {
        let rows = vec![
            row("chotot", Some(4e8), 45.0),
            row("chotot", None, 60_000.0),
            row("bonbanh", Some(5e8), 60_000.0),
            row("bonbanh", Some(1e6), 60_000.0),
        ];
        let cleaned = clean_rows(rows, &Rules::default());
        assert_eq!(cleaned.rows.len(), 2);
        assert_eq!(cleaned.rows[0].mileage_km, None);
        let total = cleaned.report.total();
        assert_eq!(
            (total.rows_in, total.kept, total.mended, total.dropped),
            (4, 2, 1, 2)
        );
        assert_eq!(cleaned.report.count("price_missing", "chotot"), 1);
        assert_eq!(cleaned.report.count("price_too_low", "bonbanh"), 1);
        assert_eq!(cleaned.report.count("mileage_tiny", "chotot"), 1);
        assert_eq!(cleaned.report.count("mileage_tiny", "bonbanh"), 0);
    }

    #[test]
    fn rows_without_a_date_are_as_old_as_the_newest_cars_beside_them_say() {
        let undated = |year, mileage_km| Listing {
            year: Some(year),
            listed_on: None,
            ..row("bonbanh", Some(4e8), mileage_km)
        };
        let mut rows = vec![undated(1993, 0.0), undated(2022, 0.0), undated(2015, 45.0)];
        rows.extend((0..150).map(|_| undated(2023, 9_000.0)));
        rows.push(undated(2029, 9_000.0));
        let cleaned = clean_rows(rows, &Rules::default());
        assert_eq!(cleaned.report.count("mileage_zero", "bonbanh"), 1);
        assert_eq!(cleaned.report.count("mileage_tiny", "bonbanh"), 1);
        let kept: Vec<_> = cleaned.rows.iter().map(|row| row.mileage_km).collect();
        assert_eq!(kept[..3], [None, Some(0.0), None]);
        assert_eq!(undated_since(&[]), None);
    }

    #[test]
    fn a_skipped_rule_does_nothing() {
        let limits = Limits {
            skip: vec!["price_too_low".into()],
            ..Limits::default()
        };
        let rules = Rules::new(limits).expect("the rule exists");
        let cleaned = clean_rows(vec![row("bonbanh", Some(1e6), 60_000.0)], &rules);
        assert_eq!(cleaned.rows.len(), 1);
    }
}
