//! The listing's columns, their units and the schema's version.
//!
//! Each column is declared once, in [`COLUMNS`]: files, mappings and documents all follow that table. A file
//! holds these columns and then `<field>_raw` for each of [`RAW_FIELDS`].

mod columns;

pub use columns::COLUMNS;

use chrono::NaiveDate;

use crate::Listing;

/// Version of the column set; written into every Parquet file and every model artifact.
pub const VERSION: u32 = 1;

/// Key of [`VERSION`] in a Parquet file's key-value metadata.
pub const VERSION_KEY: &str = "giaxe.schema_version";

/// Fields whose printed text is kept beside the typed value, in the column `<field>_raw`.
pub const RAW_FIELDS: &[&str] = &[
    "make",
    "model",
    "year",
    "mileage",
    "transmission",
    "fuel",
    "engine",
    "body",
    "seats",
    "drivetrain",
    "origin",
    "condition",
    "province",
    "price",
    "listed_on",
];

/// One column of a file of listings.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Name in files.
    pub name: &'static str,
    /// Unit of its numbers, or what its texts may be; empty where neither says anything.
    pub unit: &'static str,
    /// What it holds.
    pub description: &'static str,
    /// Its type and how it is read from and written to a [`Listing`].
    pub access: Access,
}

/// Type of a column, with the way from and to a [`Listing`].
///
/// Setters answer `false` where the value is not one that the column may hold.
#[derive(Debug, Clone, Copy)]
pub enum Access {
    /// UTF-8 text.
    Text {
        /// Reads the field.
        get: fn(&Listing) -> Option<&str>,
        /// Writes the field.
        set: fn(&mut Listing, &str) -> bool,
    },
    /// 64-bit float, finite.
    Float {
        /// Reads the field.
        get: fn(&Listing) -> Option<f64>,
        /// Writes the field.
        set: fn(&mut Listing, f64) -> bool,
    },
    /// 64-bit integer.
    Int {
        /// Reads the field.
        get: fn(&Listing) -> Option<i64>,
        /// Writes the field.
        set: fn(&mut Listing, i64) -> bool,
    },
    /// Calendar day.
    Date {
        /// Reads the field.
        get: fn(&Listing) -> Option<NaiveDate>,
        /// Writes the field.
        set: fn(&mut Listing, NaiveDate) -> bool,
    },
}

impl Access {
    /// Name of the type: `text`, `float`, `integer`, `date`.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Float { .. } => "float",
            Self::Int { .. } => "integer",
            Self::Date { .. } => "date",
        }
    }
}

/// The column called `name`, if the schema has it (raw columns are not in the table).
pub fn column(name: &str) -> Option<&'static Column> {
    COLUMNS.iter().find(|column| column.name == name)
}

/// Name of the column that keeps a field's printed text.
pub fn raw_column(field: &str) -> String {
    format!("{field}_raw")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_described() {
        let mut names = BTreeSet::new();
        for column in COLUMNS {
            assert!(names.insert(column.name.to_owned()), "{}", column.name);
            assert!(!column.description.is_empty(), "{}", column.name);
        }
        for field in RAW_FIELDS {
            assert!(names.insert(raw_column(field)), "{field}");
        }
        assert_eq!(column("mileage_km").map(|c| c.unit), Some("km"));
        assert!(column("mileage").is_none());
    }

    #[test]
    fn every_field_of_a_listing_has_a_column() -> Result<(), serde_json::Error> {
        let json = serde_json::to_value(Listing::default())?;
        let fields = json.as_object().map(|fields| fields.keys().cloned());
        for field in fields.into_iter().flatten().filter(|field| field != "raw") {
            assert!(column(&field).is_some(), "no column for `{field}`");
        }
        Ok(())
    }
}
