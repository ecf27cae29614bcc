//! Typo-tolerant suggestions: what a misspelt make or model may have meant, and completion while typing.

use super::entry::Make;
use super::scan::{Scan, key};
use super::{Catalogue, Model};

/// A make, or a model of a make, offered for a query.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Suggestion<'c> {
    /// The make.
    pub make: &'c Make,
    /// The model; `None` if the make itself is suggested.
    pub model: Option<&'c Model>,
}

/// A spelling under which a make or model is offered.
#[derive(Debug)]
pub(super) struct Entry {
    key: Box<str>,
    make: usize,
    model: Option<usize>,
    /// The key is a canonical name rather than an alias.
    canonical: bool,
}

/// How many alternatives the `suggest_…` functions give.
const ALTERNATIVES: usize = 3;

pub(super) fn entries(makes: &[Make]) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (make, entry) in makes.iter().enumerate() {
        let mut push = |name: &str, model, canonical| {
            entries.push(Entry {
                key: key(name).into(),
                make,
                model,
                canonical,
            });
        };
        push(&entry.name, None, true);
        entry
            .aliases
            .iter()
            .for_each(|name| push(name, None, false));
        for (place, model) in entry.models.iter().enumerate() {
            push(&model.name, Some(place), true);
            model
                .aliases
                .iter()
                .chain(&model.designations)
                .for_each(|name| push(name, Some(place), false));
        }
    }
    entries
}

/// Letters that may differ before a word is taken for another one.
fn tolerance(length: usize) -> usize {
    match length {
        0..=2 => 0,
        3..=4 => 1,
        _ => 2,
    }
}

/// Distance of two keys where it is small enough to be a misspelling.
fn misspelling(typed: &str, meant: &str) -> Option<usize> {
    let allowed = tolerance(typed.chars().count());
    if typed.len().abs_diff(meant.len()) > allowed {
        return None;
    }
    let distance = strsim::osa_distance(typed, meant);
    (distance <= allowed).then_some(distance)
}

/// How far `typed` is from the beginning of `meant`: 0 for a prefix, more for a misspelt one.
fn prefix_distance(typed: &str, meant: &str) -> Option<usize> {
    if meant.starts_with(typed) {
        return Some(0);
    }
    let allowed = tolerance(typed.len()).min(1 + typed.len() / 7);
    let same_start = meant.as_bytes().first() == typed.as_bytes().first();
    if allowed == 0 || !same_start || meant.len() + allowed < typed.len() {
        return None;
    }
    let longest = meant.len().min(typed.len() + allowed);
    (typed.len().saturating_sub(allowed)..=longest)
        .filter_map(|end| meant.get(..end))
        .map(|start| strsim::osa_distance(typed, start))
        .filter(|distance| *distance <= allowed)
        .min()
}

impl Catalogue {
    /// Makes that `text` may misspell, nearest first.
    pub fn suggest_make(&self, text: &str) -> Vec<&str> {
        let typed = key(text);
        let near = self
            .entries
            .iter()
            .filter(|entry| entry.model.is_none())
            .filter_map(|entry| Some((misspelling(&typed, &entry.key)?, entry)));
        self.nearest(near.collect())
    }

    /// Models of `make` that `text` may misspell, nearest first; of any make where `make` is unknown.
    pub fn suggest_model(&self, make: &str, text: &str) -> Vec<&str> {
        let typed = key(text);
        let make = self.make_position(make);
        let near = self
            .entries
            .iter()
            .filter(|entry| entry.model.is_some() && make.is_none_or(|make| make == entry.make))
            .filter_map(|entry| Some((misspelling(&typed, &entry.key)?, entry)));
        self.nearest(near.collect())
    }

    /// Names at the smallest distance: beside one letter that differs, two that differ say nothing.
    fn nearest(&self, mut near: Vec<(usize, &Entry)>) -> Vec<&str> {
        near.sort_by_key(|(distance, _)| *distance);
        if let Some((smallest, _)) = near.first().copied() {
            near.retain(|(distance, _)| *distance == smallest);
        }
        let mut names: Vec<&str> = Vec::new();
        for (_, entry) in near {
            let make = &self.makes[entry.make];
            let name = entry.model.map_or(&make.name, |m| &make.models[m].name);
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
            if names.len() == ALTERNATIVES {
                break;
            }
        }
        names
    }

    /// Makes and models that begin as `query` does, misspelt or not, best first and at most `limit`:
    /// `vio` offers the Vios, `huyndai tuc` the Tucson, `mec c` the C-Class.
    pub fn suggest(&self, query: &str, limit: usize) -> Vec<Suggestion<'_>> {
        let mut ranked: Vec<(usize, bool, &Entry)> = Vec::new();
        let typed = key(query);
        if typed.is_empty() {
            return Vec::new();
        }
        for entry in &self.entries {
            if let Some(distance) = prefix_distance(&typed, &entry.key) {
                ranked.push((rank(distance, &typed, entry), true, entry));
            }
        }
        for (make, rest, distance) in self.make_and_rest(query) {
            for entry in self.entries.iter().filter(|entry| entry.make == make) {
                let of_model = entry.model.is_some();
                if let Some(more) = prefix_distance(&rest, &entry.key).filter(|_| of_model) {
                    ranked.push((rank(distance + more, &rest, entry), false, entry));
                }
            }
        }
        // Equally good: the reading as make and model first, then the catalogue's order.
        ranked.sort_by_key(|(rank, whole, entry)| (*rank, *whole, entry.make, entry.model));
        let mut offered: Vec<(usize, Option<usize>)> = Vec::new();
        for (_, _, entry) in ranked {
            if offered.len() == limit {
                break;
            }
            if !offered.contains(&(entry.make, entry.model)) {
                offered.push((entry.make, entry.model));
            }
        }
        if offered.is_empty() {
            offered.extend(self.badge(query));
        }
        offered
            .into_iter()
            .take(limit)
            .map(|(make, model)| Suggestion {
                make: &self.makes[make],
                model: model.map(|model| &self.makes[make].models[model]),
            })
            .collect()
    }

    /// The model that a whole badge names, with its make or without: `LX570`, `bmw 520i`. Where makes share a badge, the
    /// first of them has it.
    fn badge(&self, query: &str) -> Option<(usize, Option<usize>)> {
        let scan = Scan::new(query);
        if let Some(make) = self.make_in(&scan)
            && let Some(model) = self.leading_model(make, query)
        {
            return Some((make, Some(model)));
        }
        (0..self.makes.len()).find_map(|make| {
            let model = self.leading_model(make, query)?;
            Some((make, Some(model)))
        })
    }

    /// Ways to read the query as a make followed by the beginning of a model.
    fn make_and_rest(&self, query: &str) -> Vec<(usize, String, usize)> {
        let words: Vec<&str> = query.split_whitespace().collect();
        let mut ways = Vec::new();
        for cut in 1..words.len().min(4) {
            let (head, rest) = (key(&words[..cut].concat()), key(&words[cut..].concat()));
            if rest.is_empty() {
                continue;
            }
            if let Some(make) = self.index.makes.get(head.as_str()) {
                ways.push((*make, rest, 0));
                continue;
            }
            let makes = self.entries.iter().filter(|entry| entry.model.is_none());
            let nearest = makes
                .filter_map(|entry| Some((misspelling(&head, &entry.key)?, entry.make)))
                .min();
            if let Some((distance, make)) = nearest {
                ways.push((make, rest, distance));
            }
        }
        ways
    }
}

/// Exact names first, then beginnings of names, then of aliases, then misspellings.
fn rank(distance: usize, typed: &str, entry: &Entry) -> usize {
    let exact = entry.key.as_ref() == typed;
    distance * 10 + usize::from(!entry.canonical) * 2 + usize::from(!exact) * 3
}
