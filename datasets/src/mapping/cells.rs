//! A rule over the columns of one table: which cell it reads in a row, and what that cell says.

use std::borrow::Cow;
use std::collections::HashMap;

use super::convert::{Kind, Value};
use super::spec::{Combine, Rule, missing_key};
use crate::parse;
use crate::store::RawValue;
use crate::text;

type Column<'a> = &'a [Option<RawValue>];
type Read = Result<Option<Value>, &'static str>;

/// A cell that cannot be used: what it says, and why not.
pub(super) type Unusable = (String, &'static str);

/// A rule with the columns of one table.
pub(super) struct Bound<'a> {
    pub(super) rule: &'a Rule,
    /// Texts that mean nothing in any field of the mapping.
    missing: &'a [String],
    from: Vec<Column<'a>>,
    raw: Option<Column<'a>>,
    /// What texts of the column meant before: exports repeat a few of them in most columns.
    known: Option<HashMap<&'a str, Read>>,
}

impl<'a> Bound<'a> {
    /// Binds `rule` to the columns that `find` knows; absent ones are passed over.
    pub(super) fn new(
        rule: &'a Rule,
        missing: &'a [String],
        find: impl Fn(&str) -> Option<Column<'a>>,
    ) -> Self {
        Self {
            rule,
            missing,
            from: rule.from.iter().filter_map(|name| find(name)).collect(),
            raw: rule.raw.as_deref().and_then(&find),
            known: Some(HashMap::new()),
        }
    }

    /// The same for a table of one row, in which nothing repeats.
    pub(super) fn once(self) -> Self {
        Self {
            known: None,
            ..self
        }
    }

    /// What the rule reads in a row.
    pub(super) fn read(&mut self, row: usize) -> Result<Option<Value>, Unusable> {
        if let [column] = self.from[..]
            && let Some(RawValue::Text(text)) = &column[row]
            && !matches!(self.rule.kind, Kind::Text)
            && let Some(known) = &self.known
        {
            if let Some(read) = known.get(text.as_str()) {
                return read.clone().map_err(|reason| (text.clone(), reason));
            }
            let read = self.read_afresh(row);
            let plain = read.clone().map_err(|(_, reason)| reason);
            if let Some(known) = &mut self.known {
                known.insert(text, plain);
            }
            return read;
        }
        self.read_afresh(row)
    }

    fn read_afresh(&self, row: usize) -> Result<Option<Value>, Unusable> {
        let Some(cell) = self.cell(row) else {
            return Ok(None);
        };
        let rule = self.rule;
        rule.kind
            .read(&cell, rule.reading, rule.unit)
            .map_err(|reason| (cell.to_text().into_owned(), reason))
    }

    /// The cell of a row, replaced as the rule says; `None` if it means that there is no value.
    fn cell(&self, row: usize) -> Option<Cow<'a, RawValue>> {
        let mut cells = self
            .from
            .iter()
            .filter_map(|column| column[row].as_ref())
            .filter(|cell| !self.means_nothing(cell));
        let cell = match self.rule.combine {
            Combine::First => Cow::Borrowed(cells.next()?),
            Combine::Join => {
                let texts: Vec<_> = cells.map(RawValue::to_text).collect();
                if texts.is_empty() {
                    return None;
                }
                Cow::Owned(RawValue::Text(texts.join(" ")))
            }
        };
        if self.rule.values.is_empty() {
            return Some(cell);
        }
        match self.rule.values.get(&text::clean(&cell.to_text())) {
            Some(replacement) => Some(Cow::Owned(RawValue::Text(replacement.clone()))),
            None => Some(cell),
        }
    }

    fn means_nothing(&self, cell: &RawValue) -> bool {
        if let RawValue::Text(text) = cell
            && parse::is_blank(text)
        {
            return true;
        }
        if self.missing.is_empty() && self.rule.missing.is_empty() {
            return false;
        }
        let key = missing_key(&cell.to_text());
        self.missing.contains(&key) || self.rule.missing.contains(&key)
    }

    /// What the site printed in a row, where the rule's field keeps that. Numbers are no printed text.
    pub(super) fn printed(&self, row: usize) -> Option<(&'static str, &'a str)> {
        let field = self.rule.raw_field?;
        let columns = match &self.raw {
            Some(raw) => std::slice::from_ref(raw),
            None => &self.from,
        };
        columns.iter().find_map(|column| match &column[row] {
            Some(RawValue::Text(text)) if !text.trim().is_empty() => Some((field, text.as_str())),
            _ => None,
        })
    }
}
