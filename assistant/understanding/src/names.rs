//! Makes and models in running text.
//!
//! The catalogue knows the names; here is decided whether a word that is one means the car. A title is all
//! about a car, a message is not: `city`, `click` and `morning` need something beside them that speaks of one.

mod context;
mod find;
mod hit;
mod index;
mod misspelt;
mod windows;

use std::collections::HashSet;
use std::ops::Range;

use datasets::Catalogue;
use datasets::catalogue::{Make, Model};

use super::text::Text;
use context::Surroundings;
use find::{makes_in, models_in};
use hit::{Makes, ModelHit};
use index::{INDEX, Sense};

/// A car named in a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Car {
    /// The make; `None` if two makes have a model of this name.
    pub make: Option<&'static Make>,
    /// The model.
    pub model: Option<&'static Model>,
    /// Tokens of the make's and the model's names.
    pub(super) span: Range<usize>,
    /// Place of the model among its make's in the catalogue, and of the make.
    pub(super) position: Option<(usize, usize)>,
    /// Tokens of a badge that is part of the trim too.
    pub(super) badge: Option<Range<usize>>,
}

/// What the conversation knows already when a message is read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Known<'k> {
    /// Make that an earlier turn named: a bare `3` is then a model of it.
    pub(super) make: Option<&'k str>,
    /// The message answers a question about a car.
    pub(super) asked: bool,
}

/// The cars of a message, in its order.
pub(super) fn cars(text: &Text, english: bool, known: Known<'_>) -> Vec<Car> {
    let surroundings = Surroundings::new(text, english, known.asked);
    let known_make = known.make.and_then(make_position);
    let mut makes = Makes::new(makes_in(&surroundings));
    let mut models = models_in(&surroundings, &makes, known_make);
    if models.is_empty() {
        let first = makes.hits().first().map(|hit| hit.make);
        models.extend(misspelt::model(text, english, first.or(known_make)));
    }
    if makes.hits().is_empty()
        && models.is_empty()
        && let Some(hit) = misspelt::make(text)
    {
        let make = hit.make;
        makes = Makes::new(vec![hit]);
        models = models_in(&surroundings, &makes, known_make);
        if models.is_empty() {
            models.extend(misspelt::model(text, english, Some(make)));
        }
    }
    join(&makes, &models)
}

/// Whether `word`, folded, is a make's or model's own name.
pub(super) fn is_name(word: &str) -> bool {
    INDEX.is_own_name(word)
}

fn make_position(name: &str) -> Option<usize> {
    let makes = Catalogue::embedded().makes();
    makes.iter().position(|make| make.name == name)
}

/// Puts each model beside its make, and makes without a model of theirs on their own.
fn join(makes: &Makes, models: &[ModelHit]) -> Vec<Car> {
    let entries = Catalogue::embedded().makes();
    let mut cars: Vec<Car> = Vec::new();
    // Makes that stand beside a model of theirs, or are a car of their own.
    let mut used = HashSet::new();
    for hit in models {
        let Sense { make, model, .. } = hit.sense;
        let near = makes.nearest(make, &hit.span);
        let start = match near {
            Some(near) if near.end == hit.span.start => near.start,
            _ => hit.span.start,
        };
        used.insert(make);
        cars.push(Car {
            make: (!hit.ambiguous || near.is_some()).then(|| &entries[make]),
            model: Some(&entries[make].models[model]),
            span: start..hit.span.end,
            position: Some((make, model)),
            badge: hit.sense.badge.then(|| hit.span.clone()),
        });
    }
    for hit in makes.hits() {
        // Names of models do not overlap: only the last that begins no later may hold the make's.
        let later = models.partition_point(|model| model.span.start <= hit.span.start);
        let inside = later > 0 && hit.span.end <= models[later - 1].span.end;
        if !inside && used.insert(hit.make) {
            cars.push(Car {
                make: Some(&entries[hit.make]),
                model: None,
                span: hit.span.clone(),
                position: None,
                badge: None,
            });
        }
    }
    cars.sort_by_key(|car| car.span.start);
    cars
}

#[cfg(test)]
#[path = "names/tests.rs"]
mod tests;
