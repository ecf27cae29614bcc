//! A table into listings, row by row.

use std::borrow::Cow;

use super::cells::Bound;
use super::convert::Value;
use super::identity::Identities;
use super::unit::Unit;
use super::{Issue, Mapped, Mapping, header};
use crate::store::{RawTable, RawValue};
use crate::vocabulary::{Currency, Fuel};
use crate::{Error, Listing, Money, Result, schema};

impl Mapping {
    /// Turns every row of `table` into a listing. Make, model and title are taken as printed; the catalogue
    /// is the caller's next step. Rows are never dropped here: that is cleaning's part, which counts them.
    ///
    /// # Errors
    /// [`Error::MissingColumn`] where a required column is absent.
    pub fn apply(&self, table: &RawTable) -> Result<Mapped> {
        let headers: Vec<Cow<'_, str>> = table.columns().iter().map(|name| header(name)).collect();
        let find = |column: &str| {
            let at = headers.iter().position(|name| name == column)?;
            table.column(&table.columns()[at])
        };
        if let Some(absent) = self.required.iter().find(|column| find(column).is_none()) {
            let found = table.columns().iter().chain(table.left_out());
            return Err(Error::MissingColumn {
                path: table.origin().to_owned(),
                column: absent.clone(),
                found: found.cloned().collect::<Vec<_>>().join(", "),
            });
        }
        let mut bound: Vec<Bound<'_>> = self
            .rules
            .iter()
            .map(|rule| Bound::new(rule, &self.missing, find))
            .collect();
        let mut identities = Identities::default();
        let mut mapped = Mapped::default();
        mapped.listings.reserve(table.rows());
        for row in 0..table.rows() {
            let mut listing = self.listing(&mut bound, row, &mut mapped.issues);
            if listing.id.is_empty() {
                listing.id = identities.of(table, row);
            }
            mapped.listings.push(listing);
        }
        Ok(mapped)
    }

    /// Turns one row, given as column names with their texts, into a listing, so that a page read today and an
    /// export taken of it agree. The names are those of the mapping, letter by letter; required columns are not
    /// asked for, and a row without `id` keeps an empty one.
    pub fn row(&self, cells: Vec<(&'static str, String)>) -> (Listing, Vec<Issue>) {
        let cells: Vec<(&str, [Option<RawValue>; 1])> = cells
            .into_iter()
            .map(|(name, text)| (name, [Some(RawValue::Text(text))]))
            .collect();
        let find = |column: &str| {
            let cell = cells.iter().find(|(name, _)| *name == column);
            cell.map(|(_, cell)| cell.as_slice())
        };
        let mut bound: Vec<Bound<'_>> = self
            .rules
            .iter()
            .map(|rule| Bound::new(rule, &self.missing, find).once())
            .collect();
        let mut issues = Vec::new();
        let listing = self.listing(&mut bound, 0, &mut issues);
        (listing, issues)
    }

    fn listing(&self, bound: &mut [Bound<'_>], row: usize, issues: &mut Vec<Issue>) -> Listing {
        let mut listing = Listing::default();
        let issues_before = issues.len();
        let mut asked = Asked {
            amount: self.constants.get("price").cloned(),
            currency: self.constants.get("currency").cloned(),
            ..Asked::default()
        };
        for (field, value) in &self.constants {
            // Money is put together below; the others were checked when the mapping was read.
            if let Some(column) = schema::column(field).filter(|_| !Asked::takes(field)) {
                value.put(&mut listing, column);
            }
        }
        for bound in bound.iter_mut() {
            let rule = bound.rule;
            let field = rule.field.name;
            match bound.read(row) {
                Ok(None) => {}
                Ok(Some(value)) if Asked::takes(field) => asked.take(field, value, rule.unit),
                Ok(Some(value)) => {
                    value.put(&mut listing, rule.field);
                }
                Err((value, reason)) => {
                    asked.unknown_currency |= field == "currency";
                    issues.push(Issue {
                        row: row + 1,
                        field,
                        value,
                        reason,
                    });
                }
            }
            if let Some((field, text)) = bound.printed(row) {
                listing.raw.insert(field.to_owned(), text.to_owned());
            }
        }
        listing.price = asked.money();
        if listing.fuel == Some(Fuel::Electric) {
            // Exporters put motor figures there, which are no unreadable displacements.
            listing.engine_l = None;
            let of_row = issues.split_off(issues_before);
            issues.extend(of_row.into_iter().filter(|issue| issue.field != "engine_l"));
        }
        listing
    }
}

/// A price in the making: amount and currency come from different columns.
#[derive(Default)]
struct Asked {
    amount: Option<Value>,
    currency: Option<Value>,
    /// The currency that the amount's unit names; it outweighs a column.
    unit: Option<Currency>,
    /// A column names a currency that is not known.
    unknown_currency: bool,
}

impl Asked {
    fn takes(field: &str) -> bool {
        matches!(field, "price" | "currency")
    }

    fn take(&mut self, field: &str, value: Value, unit: Option<Unit>) {
        if field == "price" {
            self.amount = Some(value);
            self.unit = unit.and_then(Unit::currency);
        } else {
            self.currency = Some(value);
        }
    }

    fn money(&self) -> Option<Money> {
        let Some(Value::Float(amount)) = self.amount else {
            return None;
        };
        let named = match self.currency {
            _ if self.unknown_currency => None,
            Some(Value::Name(code)) => Currency::parse(code),
            _ => Some(Currency::Vnd),
        };
        let currency = self.unit.or(named)?;
        Some(Money { amount, currency })
    }
}
