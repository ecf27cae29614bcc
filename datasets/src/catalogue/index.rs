//! Lookup tables built once from the entries: folded keys to makes and models.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::entry::Make;
use super::scan::key;
use super::trim;
use crate::{Error, Result};

/// Position of a make and of a model of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) make: usize,
    pub(super) model: usize,
}

/// A table by folded key. Its keys are the catalogue's own, so a hash that anybody can compute does no harm.
pub(super) type Keys<T> = HashMap<Box<str>, T, FixedState>;

/// What a key stands for within a make.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sense {
    pub(super) model: usize,
    /// The key is a badge that the trim keeps.
    pub(super) designation: bool,
}

/// The models of one make.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) keys: Keys<Sense>,
    /// Key of each model's name.
    pub(super) names: Vec<Box<str>>,
    /// Bytes of the longest key.
    pub(super) longest: usize,
    /// Folded trim words of each model.
    pub(super) trim_words: Vec<Vec<Box<str>>>,
}

/// All tables.
#[derive(Debug)]
pub(super) struct Index {
    pub(super) makes: Keys<usize>,
    pub(super) tables: Vec<Table>,
    /// Model keys that name a model without its make; the make that comes first in the catalogue wins.
    pub(super) alone: Keys<Place>,
    /// Bytes of the longest key of `makes` and `alone`.
    pub(super) longest: usize,
}

/// Model names that are words of everyday titles: they need their make beside them.
const EVERYDAY: &[&str] = &[
    "adam",
    "bus",
    "box",
    "can",
    "century",
    "city",
    "click",
    "cooper",
    "coupe",
    "cross",
    "crown",
    "eco",
    "element",
    "express",
    "family",
    "fit",
    "fox",
    "gold",
    "grand",
    "hatch",
    "honor",
    "huge",
    "legend",
    "mage",
    "march",
    "mark",
    "note",
    "one",
    "panda",
    "pick",
    "pickup",
    "pride",
    "prince",
    "range",
    "roadster",
    "samsung",
    "santa",
    "solo",
    "soul",
    "star",
    "super",
    "today",
    "up",
    "victor",
    "viva",
    "wagon",
    "wind",
    "window",
    "wish",
    "land",
    "tran",
    "track",
    "town",
    "tower",
    "mini",
    "pana",
    "cargo",
    "carry",
    "daily",
    "limo",
    "spider",
    "race",
    "racer",
    "combi",
    "fusion",
    "focu",
    "surf",
    "tena",
    "gest",
    "gets",
    "get",
    "dawn",
    "tang",
    "seal",
    "han",
    "500kg",
    "5ta",
    "5tan",
    "runner",
    "copper",
    "hatchback",
    "convertible",
    "cabrio",
    "reno",
    "vio",
    "inno",
    "b10",
    "b70",
    "c10",
    "d90",
    "g10",
    "l07",
    "q60",
    "rd6",
    "s05",
    "s07",
    "t03",
    "t60",
    "t77",
    "t99",
    "v23",
    "x70",
];

/// Whether `key` names its model only beside the make: bare numbers, single letters.
pub(super) fn is_weak(key: &str) -> bool {
    key.len() < 2 || key.bytes().all(|b| b.is_ascii_digit()) || key == "xe"
}

impl Index {
    /// Builds the tables.
    ///
    /// # Errors
    /// A key that stands for two makes, or for two models of a make.
    pub(super) fn new(makes: &[Make]) -> Result<Self> {
        let mut index = Self {
            makes: Keys::default(),
            tables: Vec::with_capacity(makes.len()),
            alone: Keys::default(),
            longest: 0,
        };
        for (place, make) in makes.iter().enumerate() {
            for name in std::iter::once(&make.name).chain(&make.aliases) {
                let holder = *index.makes.entry(key(name).into()).or_insert(place);
                if holder != place {
                    return Err(clash("makes", name, &makes[holder].name));
                }
            }
            index.tables.push(Table::new(make)?);
        }
        for (make, table) in index.tables.iter().enumerate() {
            for (key, sense) in &table.keys {
                let short = key.len() < 3 || EVERYDAY.contains(&key.as_ref());
                if short || is_weak(key) {
                    continue;
                }
                let model = sense.model;
                let place = index
                    .alone
                    .entry(key.clone())
                    .or_insert(Place { make, model });
                if make < place.make {
                    *place = Place { make, model };
                }
            }
        }
        let keys = index.makes.keys().chain(index.alone.keys());
        index.longest = keys.map(|key| key.len()).max().unwrap_or(0);
        Ok(index)
    }
}

impl Table {
    fn new(make: &Make) -> Result<Self> {
        let mut keys: Keys<Sense> = Keys::default();
        for (model, entry) in make.models.iter().enumerate() {
            let plain = std::iter::once(&entry.name).chain(&entry.aliases);
            let names = plain
                .map(|name| (name, false))
                .chain(entry.designations.iter().map(|name| (name, true)));
            for (name, designation) in names {
                let key = key(name);
                if key.is_empty() {
                    return Err(clash(
                        &make.name,
                        name,
                        "nothing: it has no letter or digit",
                    ));
                }
                let sense = Sense { model, designation };
                let holder = keys.entry(key.into()).or_insert(sense).model;
                if holder != model {
                    return Err(clash(&make.name, name, &make.models[holder].name));
                }
            }
        }
        Ok(Self {
            longest: keys.keys().map(|key| key.len()).max().unwrap_or(0),
            keys,
            names: make
                .models
                .iter()
                .map(|model| key(&model.name).into())
                .collect(),
            trim_words: make.models.iter().map(trim::words_of).collect(),
        })
    }
}

fn clash(place: &str, name: &str, holder: &str) -> Error {
    Error::Value {
        place: format!("catalogue, {place}"),
        field: "aliases".to_owned(),
        value: format!("`{name}`"),
        valid: format!("a spelling that no other entry has; this one stands for {holder}"),
    }
}
