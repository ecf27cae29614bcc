//! Mappings: how the columns of a foreign export become listings.
//!
//! A mapping is a TOML file; those for the exports that giaxe knows are built in ([`Mapping::SHIPPED`]).
//!
//! ```toml
//! description = "what exports it fits"
//! required = ["brand", "price"]          # columns without which a file is refused; also finds the mapping
//! missing = ["?"]                        # texts that mean nothing, beside empty, `-`, `nan`, `Đang cập nhật`
//!
//! [constants]                            # any field, where the columns give none
//! source = "bonbanh"
//! listed_on = "2025-11"                  # a month stands for its 15th
//!
//! [fields.price]                         # any column of the schema but `price_vnd`
//! from = "price"                         # a column, or several: the first that holds something …
//! unit = "million_vnd"                   # what numbers without a unit count
//!
//! [fields.title]
//! from = ["brand", "version"]
//! combine = "join"                       # … or all of them, joined by blanks
//!
//! [fields.mileage_km]
//! from = "km"
//! parse = "number"                       # `98.000` is 98; `text`, the default, reads it as sites do: 98,000
//!
//! [fields.make]
//! from = "brand"
//! missing = ["hang khac"]                # for this field alone
//! values = { "vf" = "VinFast" }          # replaces printed values before they are read
//! raw = "brand_raw"                      # column with the printed text, where it is not `from` itself
//! ```
//!
//! Units: price `vnd`, `million_vnd`, `gbp` (they name the currency; without one the amount is in whole units
//! of the field `currency`, đồng by default); `mileage_km` `km`, `miles`; `engine_l` `litres`, `cc`;
//! `consumption_l_per_100km` `l_per_100km`, `mpg_uk`.

mod apply;
mod cells;
mod convert;
mod identity;
mod shipped;
mod spec;
mod unit;

#[cfg(test)]
mod shared_files;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::{Error, Listing, RawTable, Result, text};
use convert::{Kind, Value};
use spec::Rule;

/// A checked mapping.
#[derive(Debug, Clone)]
pub struct Mapping {
    name: String,
    description: String,
    required: Vec<String>,
    /// Folded keys of texts that mean nothing in any field.
    missing: Vec<String>,
    rules: Vec<Rule>,
    constants: BTreeMap<&'static str, Value>,
}

/// A value that is there and cannot be used; the field stays empty and the row stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Row of the table, from 1, the header not counted.
    pub row: usize,
    /// Field of the schema.
    pub field: &'static str,
    /// The value as it came.
    pub value: String,
    /// What is wrong and what is valid; one of a few fixed sentences.
    pub reason: &'static str,
}

/// What a mapping made of a table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mapped {
    /// One listing a row, in row order, whatever could be read of it.
    pub listings: Vec<Listing>,
    /// Every value that could not be read.
    pub issues: Vec<Issue>,
}

impl Mapped {
    /// Number of issues by field and reason.
    pub fn issue_counts(&self) -> BTreeMap<(&'static str, &'static str), usize> {
        let mut counts = BTreeMap::new();
        for issue in &self.issues {
            *counts.entry((issue.field, issue.reason)).or_default() += 1;
        }
        counts
    }
}

impl Mapping {
    /// Names of the built-in mappings.
    pub const SHIPPED: &'static [&'static str] = shipped::NAMES;

    /// The built-in mapping of that name, else the mapping in the file at that path.
    ///
    /// # Errors
    /// [`Error::Value`] for what is neither, [`Error::Format`] and [`Error::Value`] naming file and key for
    /// a file that is no mapping.
    pub fn load(name_or_path: &str) -> Result<Self> {
        if let Some(text) = shipped::text(name_or_path) {
            return Self::parse(Path::new(name_or_path), text);
        }
        let path = Path::new(name_or_path);
        if path.extension().is_none() && !path.exists() {
            return Err(Error::Value {
                place: "mapping".into(),
                field: "name".into(),
                value: name_or_path.into(),
                valid: format!("{}, or the path of a TOML file", Self::SHIPPED.join(", ")),
            });
        }
        if path.is_dir() {
            return Err(Error::NotAFile { path: path.into() });
        }
        Self::parse(path, &fs_err::read_to_string(path)?)
    }

    /// The mapping that `text` describes; `origin` stands in errors, and its stem is the name.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn parse(origin: &Path, text: &str) -> Result<Self> {
        spec::parse(origin, text)
    }

    /// The built-in mapping that fits a header best: all its required columns are there, and most of its
    /// others. `None` if none fits.
    pub fn detect<S: AsRef<str>>(columns: &[S]) -> Option<&'static str> {
        let present: Vec<Cow<'_, str>> = columns.iter().map(|c| header(c.as_ref())).collect();
        let has = |column: &str| present.iter().any(|other| other == column);
        let score = |name: &'static str| {
            let mapping = Self::load(name).ok()?;
            mapping.required.iter().all(|column| has(column)).then(|| {
                let used = mapping.rules.iter().flat_map(|rule| &rule.from);
                (used.filter(|column| has(column)).count(), name)
            })
        };
        // Of equals the first of the list.
        let best = Self::SHIPPED.iter().rev().filter_map(|name| score(name));
        best.max_by_key(|(columns, _)| *columns)
            .map(|(_, name)| name)
    }

    /// The built-in mapping that fits a table best.
    ///
    /// # Errors
    /// [`Error::NoMapping`] if none fits.
    pub fn of_table(table: &RawTable) -> Result<Self> {
        match Self::detect(table.columns()) {
            Some(name) => Self::load(name),
            None => Err(Error::NoMapping {
                path: table.origin().to_owned(),
                columns: table.columns().join(", "),
                valid: Self::SHIPPED.join(", "),
            }),
        }
    }

    /// Gives a field the value that it has where no column gives one, in place of the file's constant.
    ///
    /// # Errors
    /// [`Error::Value`] for an unknown field or an unreadable value.
    pub fn set(&mut self, field: &str, value: &str) -> Result<()> {
        let (field, value) = spec::constant(&PathBuf::from(&self.name), field, value)?;
        self.constants.insert(field, value);
        Ok(())
    }

    /// Name: that of the built-in mapping, or the file's stem.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What exports it fits.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Columns without which a table is refused.
    pub fn required(&self) -> &[String] {
        &self.required
    }
}

/// A column name as mappings compare it: composed, without outer white space.
fn header(name: &str) -> Cow<'_, str> {
    if name.is_ascii() && name.trim().len() == name.len() {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(text::clean(name))
    }
}

#[cfg(test)]
mod tests;
