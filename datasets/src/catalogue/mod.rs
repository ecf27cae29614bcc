//! Makes and models sold in Vietnam, under every spelling that sellers use.
//!
//! The data are TOML files by region of make, embedded in the binary. Names are compared by their key (lower
//! case, no diacritics, no punctuation), so that aliases list only what differs beyond that: misspellings, slang
//! (`Mec`) and other words. [`Catalogue::make`] and [`Catalogue::model`] are hash lookups; [`Catalogue::find`]
//! reads a title; [`Catalogue::resolve`] fills a listing.

mod entry;
mod find;
mod index;
mod known;
mod leading;
mod resolve;
mod scan;
mod suggest;
#[cfg(test)]
mod tests;
mod trim;

use std::sync::OnceLock;

use serde::Deserialize;

pub use entry::{Make, Model};
pub use find::Found;
pub use known::{KnownMake, KnownModel};
pub use suggest::Suggestion;
pub use trim::Shape;

use crate::{Error, Result};
use scan::key;

/// The embedded files, mass-market regions first: where two makes share a model name, the first one has it.
const FILES: &[(&str, &str)] = &[
    ("japan.toml", include_str!("data/japan.toml")),
    ("korea.toml", include_str!("data/korea.toml")),
    ("america.toml", include_str!("data/america.toml")),
    ("germany.toml", include_str!("data/germany.toml")),
    ("europe.toml", include_str!("data/europe.toml")),
    (
        "vietnam_china.toml",
        include_str!("data/vietnam_china.toml"),
    ),
];

/// What sites print where a make or model is not one of theirs, as keys.
const PLACEHOLDERS: &[&str] = &[
    "",
    "hangkhac",
    "dongkhac",
    "dong",
    "khac",
    "hang",
    "other",
    "others",
    "khong",
    "khongro",
    "nan",
    "none",
    "null",
    "na",
    "unknown",
    "dangcapnhat",
];

/// Whether a site's make or model column says nothing: empty, `-`, `Hãng khác`, `Dòng khác`.
pub fn is_placeholder(text: &str) -> bool {
    let key = key(text);
    // `Đồng`, bronze, is a colour and not the word `Dòng`, model.
    let is_bronze = key == "dong" && text.contains(['đ', 'Đ']);
    !is_bronze && PLACEHOLDERS.contains(&key.as_str())
}

/// Makes and models with their lookup tables.
#[derive(Debug)]
pub struct Catalogue {
    makes: Vec<Make>,
    index: index::Index,
    entries: Vec<suggest::Entry>,
    newest_year: i32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    make: Vec<Make>,
}

impl Catalogue {
    /// The catalogue that this crate ships; built on first use.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: OnceLock<Catalogue> = OnceLock::new();
        EMBEDDED.get_or_init(|| {
            Self::from_toml(FILES).expect("the embedded files are checked by this crate's tests")
        })
    }

    /// A catalogue from TOML texts, each with the name that errors call it.
    ///
    /// # Errors
    /// [`Error::Format`] where a text is not TOML of the catalogue's shape; [`Error::Value`] where one spelling
    /// stands for two makes, or for two models of a make.
    pub fn from_toml(files: &[(&str, &str)]) -> Result<Self> {
        let mut makes = Vec::new();
        for (name, text) in files {
            let file: File = toml::from_str(text).map_err(|error| Error::Format {
                path: (*name).into(),
                format: "TOML",
                detail: error.to_string(),
            })?;
            makes.extend(file.make);
        }
        let index = index::Index::new(&makes)?;
        let entries = suggest::entries(&makes);
        let spans = makes.iter().flat_map(|make| &make.models);
        let newest_year = spans.filter_map(|model| Some(model.sold?.1)).max();
        Ok(Self {
            newest_year: newest_year.unwrap_or(i32::MAX),
            makes,
            index,
            entries,
        })
    }

    /// Every make, mass-market regions first.
    pub fn makes(&self) -> &[Make] {
        &self.makes
    }

    /// The newest model year of any span of sale: spans that end there are still open.
    pub fn newest_year(&self) -> i32 {
        self.newest_year
    }

    /// The models of a make, the most common first; empty if the make is unknown.
    pub fn models(&self, make: &str) -> &[Model] {
        self.make(make).map_or(&[], |make| &make.models)
    }

    /// The make of this name or alias.
    pub fn make(&self, text: &str) -> Option<&Make> {
        self.make_position(text).map(|place| &self.makes[place])
    }

    /// The model of this name, alias or badge within a make; the make's name may stand before it (`MG5`).
    pub fn model(&self, make: &str, text: &str) -> Option<&Model> {
        let make = self.make_position(make)?;
        self.model_position(make, &key(text))
            .map(|model| &self.makes[make].models[model])
    }

    fn make_position(&self, text: &str) -> Option<usize> {
        self.index.makes.get(key(text).as_str()).copied()
    }

    fn model_position(&self, make: usize, key: &str) -> Option<usize> {
        let keys = &self.index.tables[make].keys;
        let sense = keys.get(key).or_else(|| {
            let make = self::key(&self.makes[make].name);
            keys.get(key.strip_prefix(make.as_str())?)
        });
        sense.map(|sense| sense.model)
    }
}
