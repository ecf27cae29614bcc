//! The catalogue's names as windows of tokens find them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use datasets::Catalogue;
use datasets::text::key;
use serde::Deserialize;

use crate::word::{self, HashHasher};

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

/// Names of one kind, in the order of their keys.
#[derive(Debug)]
pub(super) struct Names<T> {
    sorted: Vec<(String, Named<T>)>,
    /// Hashes of what keys begin with.
    beginnings: HashSet<u64, HashHasher>,
    /// Positions of names that can be misspelt, by first letter and length.
    by_shape: HashMap<(u8, usize), Vec<usize>>,
}

/// Letters of the shortest name that a misspelt word is taken for.
const SHORTEST_MISSPELT: usize = 4;

impl<T> Names<T> {
    fn new(names: BTreeMap<String, Named<T>>) -> Self {
        let names: Vec<_> = names.into_iter().collect();
        let mut by_shape: HashMap<(u8, usize), Vec<usize>> = HashMap::new();
        for (position, (name, _)) in names.iter().enumerate() {
            if name.len() >= SHORTEST_MISSPELT && name.bytes().all(|b| b.is_ascii_alphabetic()) {
                let shape = (name.as_bytes()[0], name.len());
                by_shape.entry(shape).or_default().push(position);
            }
        }
        let beginnings = names
            .iter()
            .flat_map(|(name, _)| (1..=name.len()).filter_map(|end| name.get(..end)))
            .map(word::hash)
            .collect();
        Self {
            sorted: names,
            beginnings,
            by_shape,
        }
    }

    /// Whether a key may begin with the word of this hash: few words of a message do.
    pub(super) fn may_begin_with(&self, hash: u64) -> bool {
        self.beginnings.contains(&hash)
    }

    /// The positions of all names.
    pub(super) fn all(&self) -> Range<usize> {
        0..self.sorted.len()
    }

    /// The name at a position.
    pub(super) fn get(&self, position: usize) -> (&str, &Named<T>) {
        let (name, named) = &self.sorted[position];
        (name, named)
    }

    /// The positions within `among` of the names whose keys begin with `prefix`.
    pub(super) fn beginning_with(&self, prefix: &str, among: Range<usize>) -> Range<usize> {
        let within = &self.sorted[among.clone()];
        let first = within.partition_point(|(name, _)| name.as_str() < prefix);
        let length = within[first..].partition_point(|(name, _)| name.starts_with(prefix));
        among.start + first..among.start + first + length
    }

    /// What the key names.
    pub(super) fn find(&self, key: &str) -> Option<&Named<T>> {
        let position = self
            .sorted
            .binary_search_by(|(name, _)| name.as_str().cmp(key));
        position.ok().map(|position| &self.sorted[position].1)
    }

    /// The names of letters alone that begin as `word` does and are at most `slips` letters longer or shorter.
    pub(super) fn like(&self, word: &str, slips: usize) -> impl Iterator<Item = (&str, &Named<T>)> {
        let first = word.as_bytes().first().copied().unwrap_or_default();
        let lengths = word.len().saturating_sub(slips)..=word.len() + slips;
        lengths
            .filter_map(move |length| self.by_shape.get(&(first, length)))
            .flatten()
            .map(|position| self.get(*position))
    }
}

/// All names.
#[derive(Debug)]
pub(super) struct Index {
    pub(super) makes: Names<usize>,
    pub(super) models: Names<Sense>,
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
        let (mut makes, mut models) = (BTreeMap::new(), BTreeMap::new());
        for (make, entry) in Catalogue::embedded().makes().iter().enumerate() {
            for name in std::iter::once(&entry.name).chain(&entry.aliases) {
                insert(&mut makes, name, make);
            }
            for (model, named) in entry.models.iter().enumerate() {
                let sense = |badge, canonical| Sense {
                    make,
                    model,
                    badge,
                    canonical,
                };
                insert(&mut models, &named.name, sense(false, true));
                for alias in &named.aliases {
                    insert(&mut models, alias, sense(false, false));
                }
                for badge in &named.designations {
                    insert(&mut models, badge, sense(true, false));
                }
            }
        }
        Self {
            makes: Names::new(makes),
            models: Names::new(models),
            english: keys(everyday.english),
            loans: keys(everyday.loans),
            beside_make: keys(everyday.beside_make),
            cars: keys(everyday.cars),
        }
    }

    /// Whether `word`, folded, is a make's or model's own name.
    pub(super) fn is_own_name(&self, word: &str) -> bool {
        let model = self.models.find(word);
        model.is_some_and(|named| named.senses.iter().any(|sense| sense.canonical))
            || self.makes.find(word).is_some()
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

fn insert<T>(names: &mut BTreeMap<String, Named<T>>, name: &str, sense: T) {
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
        let model = |key| INDEX.models.find(key).expect("a model");
        assert!(model("santafe").parts_at(5) && !model("santafe").parts_at(3));
        assert!(INDEX.makes.find("vinfast").expect("a make").parts_at(3));
        assert!(model("crv").parts_at(2));
    }
}
