//! The catalogue's names as windows of tokens find them.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use datasets::Catalogue;
use datasets::text::key;
use serde::Deserialize;

/// A model under one of its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sense {
    pub(super) make: usize,
    pub(super) model: usize,
    /// The name is a badge, which says the trim as well (`C200`).
    pub(super) badge: bool,
    /// The name is the model's own, not an alias.
    pub(super) canonical: bool,
}

/// Names of one kind under a key.
#[derive(Debug, Default)]
pub(super) struct Named<T> {
    pub(super) senses: Vec<T>,
    /// Byte offsets within the key where some spelling has a blank, a hyphen or a new word.
    breaks: HashSet<usize>,
}

impl<T> Named<T> {
    /// Whether words may part at `offset` of the key: `santa fe`, but not `so na` for `Sona`.
    pub(super) fn parts_at(&self, offset: usize) -> bool {
        self.breaks.contains(&offset)
    }
}

/// All names.
#[derive(Debug)]
pub(super) struct Index {
    pub(super) makes: HashMap<String, Named<usize>>,
    pub(super) models: HashMap<String, Named<Sense>>,
    english: HashSet<String>,
    loans: HashSet<String>,
    beside_make: HashSet<String>,
    cars: HashSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Everyday {
    english: Vec<String>,
    loans: Vec<String>,
    beside_make: Vec<String>,
    cars: Vec<String>,
}

/// Names of the embedded catalogue.
pub(super) static INDEX: LazyLock<Index> = LazyLock::new(Index::new);

impl Index {
    fn new() -> Self {
        let everyday: Everyday = toml::from_str(include_str!("../../data/everyday.toml"))
            .expect("the embedded file is checked by this crate's tests");
        let keys = |words: Vec<String>| words.iter().map(|word| key(word)).collect();
        let mut index = Self {
            makes: HashMap::new(),
            models: HashMap::new(),
            english: keys(everyday.english),
            loans: keys(everyday.loans),
            beside_make: keys(everyday.beside_make),
            cars: keys(everyday.cars),
        };
        for (make, entry) in Catalogue::embedded().makes().iter().enumerate() {
            for name in std::iter::once(&entry.name).chain(&entry.aliases) {
                insert(&mut index.makes, name, make);
            }
            for (model, named) in entry.models.iter().enumerate() {
                let sense = |badge, canonical| Sense {
                    make,
                    model,
                    badge,
                    canonical,
                };
                insert(&mut index.models, &named.name, sense(false, true));
                for alias in &named.aliases {
                    insert(&mut index.models, alias, sense(false, false));
                }
                for badge in &named.designations {
                    insert(&mut index.models, badge, sense(true, false));
                }
            }
        }
        index
    }

    /// Whether the name is a word of English messages too.
    pub(super) fn is_english(&self, key: &str) -> bool {
        self.english.contains(key)
    }

    /// Whether the name is a word of messages in either language.
    pub(super) fn is_loan(&self, key: &str) -> bool {
        self.loans.contains(key)
    }

    /// Whether the name is a car only where its make is named.
    pub(super) fn needs_make(&self, key: &str) -> bool {
        self.beside_make.contains(key)
    }

    /// Whether the syllable is a car wherever it stands.
    pub(super) fn is_car(&self, key: &str) -> bool {
        self.cars.contains(key)
    }
}

fn insert<T>(names: &mut HashMap<String, Named<T>>, name: &str, sense: T) {
    let mut named_key = String::new();
    let mut breaks = HashSet::new();
    let mut previous: Option<char> = None;
    for c in name.chars() {
        let folded = key(&c.to_string());
        let camel = c.is_uppercase() && previous.is_some_and(char::is_lowercase);
        let parted = previous.is_some_and(|p| !p.is_alphanumeric());
        if !folded.is_empty() && (camel || parted) {
            breaks.insert(named_key.len());
        }
        named_key.push_str(&folded);
        previous = Some(c);
    }
    if named_key.is_empty() {
        return;
    }
    let entry = names.entry(named_key).or_insert_with(|| Named {
        senses: Vec::new(),
        breaks: HashSet::new(),
    });
    entry.senses.push(sense);
    entry.breaks.extend(breaks);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_part_where_a_spelling_does() {
        let santa = &INDEX.models["santafe"];
        assert!(santa.parts_at(5) && !santa.parts_at(3));
        assert!(INDEX.makes["vinfast"].parts_at(3));
        assert!(INDEX.models["crv"].parts_at(2));
    }
}
