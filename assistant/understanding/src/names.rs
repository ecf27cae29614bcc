//! Makes and models in running text.
//!
//! The catalogue knows the names; here is decided whether a word that is one means the car. A title is all
//! about a car, a message is not: `city`, `click` and `morning` need something beside them that speaks of one.

mod context;
mod index;
mod misspelt;

use std::ops::Range;

use datasets::Catalogue;
use datasets::catalogue::{Make, Model};

use super::text::{Kind, Text};
use context::Surroundings;
use index::{INDEX, Named, Sense};

/// A car named in a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Car {
    /// The make; none where two makes have a model of this name.
    pub make: Option<&'static Make>,
    /// The model.
    pub model: Option<&'static Model>,
    /// Tokens of the make's and the model's names.
    pub(super) span: Range<usize>,
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

#[derive(Debug, Clone)]
struct MakeHit {
    make: usize,
    span: Range<usize>,
}

#[derive(Debug, Clone)]
struct ModelHit {
    sense: Sense,
    /// Another make has a model of the same name.
    ambiguous: bool,
    span: Range<usize>,
}

/// Longest names, in tokens.
const WINDOW: usize = 6;

/// The cars of a message, in its order.
pub(super) fn cars(text: &Text, english: bool, known: Known<'_>) -> Vec<Car> {
    let surroundings = Surroundings {
        text,
        english,
        asked: known.asked,
    };
    let known_make = known.make.and_then(make_position);
    let makes = makes_in(&surroundings);
    let mut models = models_in(&surroundings, &makes, known_make);
    if models.is_empty() {
        models.extend(misspelt::model(
            text,
            english,
            makes.first().map(|hit| hit.make).or(known_make),
        ));
    }
    let mut makes = makes;
    if makes.is_empty() && models.is_empty() {
        makes.extend(misspelt::make(text));
        if let Some(hit) = makes.first() {
            models.extend(models_in(&surroundings, &makes, known_make));
            if models.is_empty() {
                models.extend(misspelt::model(text, english, Some(hit.make)));
            }
        }
    }
    join(&makes, &models)
}

/// Whether `word`, folded, is a make's or model's own name.
pub(super) fn is_name(word: &str) -> bool {
    let model = INDEX
        .models
        .get(word)
        .is_some_and(|named| named.senses.iter().any(|sense| sense.canonical));
    model || INDEX.makes.contains_key(word)
}

fn make_position(name: &str) -> Option<usize> {
    let makes = Catalogue::embedded().makes();
    makes.iter().position(|make| make.name == name)
}

/// Puts each model beside its make, and makes without a model of theirs on their own.
fn join(makes: &[MakeHit], models: &[ModelHit]) -> Vec<Car> {
    let entries = Catalogue::embedded().makes();
    let mut cars: Vec<Car> = Vec::new();
    let mut used = vec![false; makes.len()];
    for hit in models {
        let named: Vec<usize> = (0..makes.len())
            .filter(|&index| makes[index].make == hit.sense.make)
            .collect();
        let near = named
            .iter()
            .copied()
            .filter(|&index| {
                makes[index].span.end <= hit.span.start || makes[index].span.start >= hit.span.end
            })
            .min_by_key(|&index| makes[index].span.start.abs_diff(hit.span.start));
        let mut span = hit.span.clone();
        if let Some(index) = near {
            let make = &makes[index].span;
            if make.end == hit.span.start {
                span.start = make.start;
            }
        }
        for index in named {
            used[index] = true;
        }
        let make = (!hit.ambiguous || near.is_some()).then(|| &entries[hit.sense.make]);
        cars.push(Car {
            make,
            model: Some(&entries[hit.sense.make].models[hit.sense.model]),
            span,
            badge: hit.sense.badge.then(|| hit.span.clone()),
        });
    }
    for (index, hit) in makes.iter().enumerate() {
        let inside = models
            .iter()
            .any(|model| model.span.start <= hit.span.start && hit.span.end <= model.span.end);
        if !used[index] && !inside {
            cars.push(Car {
                make: Some(&entries[hit.make]),
                model: None,
                span: hit.span.clone(),
                badge: None,
            });
            for other in index + 1..makes.len() {
                used[other] |= makes[other].make == hit.make;
            }
        }
    }
    cars.sort_by_key(|car| car.span.start);
    cars
}

/// Windows of tokens that begin at `start`, longest first, with their keys and the offsets where words part.
fn windows(text: &Text, start: usize) -> Vec<(Range<usize>, String, Vec<usize>)> {
    let mut all = Vec::new();
    let (mut key, mut parted) = (String::new(), Vec::new());
    if !matches!(text.kind(start), Some(Kind::Word | Kind::Number)) {
        return all;
    }
    for end in start..text.len().min(start + WINDOW) {
        let token = &text.tokens[end];
        match token.kind {
            Kind::Mark => {
                // The hyphen of `CX-5` and the sign of `Lynk & Co`; other marks end a name.
                let hyphen = token.lower == "-" && token.glued && text.glued(end + 1);
                if hyphen || token.lower == "&" {
                    continue;
                }
                break;
            }
            Kind::Word | Kind::Number => {
                let previous = end.checked_sub(1).and_then(|before| text.get(before));
                let numeric =
                    token.kind == Kind::Number || previous.is_some_and(|p| p.kind != Kind::Word);
                if end > start && !token.glued && !numeric {
                    parted.push(key.len());
                }
                key.extend(token.plain.chars().filter(|c| c.is_alphanumeric()));
                all.push((start..end + 1, key.clone(), parted.clone()));
            }
        }
    }
    all.reverse();
    all
}

fn lookup<'i, T>(
    names: &'i std::collections::HashMap<String, Named<T>>,
    key: &str,
    parted: &[usize],
) -> Option<&'i Named<T>> {
    let named = names.get(key)?;
    parted
        .iter()
        .all(|offset| named.parts_at(*offset))
        .then_some(named)
}

fn makes_in(surroundings: &Surroundings<'_>) -> Vec<MakeHit> {
    let text = surroundings.text;
    let mut hits = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let hit = windows(text, start)
            .into_iter()
            .find_map(|(span, key, parted)| {
                let named = lookup(&INDEX.makes, &key, &parted)?;
                let make = *named.senses.first()?;
                surroundings
                    .speaks_of_make(&span, &key)
                    .then_some(MakeHit { make, span })
            });
        start = match hit {
            Some(hit) => {
                let end = hit.span.end;
                hits.push(hit);
                end
            }
            None => start + 1,
        };
    }
    hits
}

fn models_in(
    surroundings: &Surroundings<'_>,
    makes: &[MakeHit],
    known: Option<usize>,
) -> Vec<ModelHit> {
    let text = surroundings.text;
    let mut hits: Vec<ModelHit> = Vec::new();
    // Twice: a word of everyday use beside `hay` and `với` is a car where the other side is one.
    for round in 0..2 {
        let mut start = 0;
        while start < text.len() {
            if let Some(hit) = hits.iter().find(|hit| hit.span.contains(&start)) {
                start = hit.span.end;
                continue;
            }
            let found = windows(text, start)
                .into_iter()
                .find_map(|(span, key, parted)| {
                    if hits
                        .iter()
                        .any(|hit| hit.span.start < span.end && span.start < hit.span.end)
                    {
                        return None;
                    }
                    let named = lookup(&INDEX.models, &key, &parted)?;
                    let (sense, beside, ambiguous) = choose(&named.senses, makes, &span, known)?;
                    let coordinated = round == 1
                        && surroundings.stands_beside(&span, hits.iter().map(|hit| &hit.span));
                    let meant =
                        surroundings.speaks_of_model(&span, &key, beside, sense) || coordinated;
                    meant.then_some(ModelHit {
                        sense,
                        ambiguous,
                        span,
                    })
                });
            start = match found {
                Some(hit) => {
                    let end = hit.span.end;
                    hits.push(hit);
                    end
                }
                None => start + 1,
            };
        }
        hits.sort_by_key(|hit| hit.span.start);
    }
    hits
}

/// How a model stands to the makes of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Beside {
    /// Its make is not named.
    Unnamed,
    /// Its make is named somewhere.
    Named,
    /// Its make was named in an earlier turn.
    Known,
    /// Its make stands right before it.
    Adjacent,
}

/// Which of the models that share a name is meant: the one beside its make, else the make that has the name for
/// its own, else the first in the catalogue.
fn choose(
    senses: &[Sense],
    makes: &[MakeHit],
    span: &Range<usize>,
    known: Option<usize>,
) -> Option<(Sense, Beside, bool)> {
    let beside = |sense: &Sense| {
        let of_make = || makes.iter().filter(|hit| hit.make == sense.make);
        if of_make().any(|hit| {
            hit.span.end == span.start || (hit.span.start == span.start && hit.span.end < span.end)
        }) {
            Beside::Adjacent
        } else if known == Some(sense.make) {
            Beside::Known
        } else if of_make().any(|hit| hit.span != *span) {
            Beside::Named
        } else {
            Beside::Unnamed
        }
    };
    let sense = *senses.iter().max_by_key(|sense| {
        (
            beside(sense),
            sense.canonical,
            std::cmp::Reverse((sense.make, sense.model)),
        )
    })?;
    let best = beside(&sense);
    let rivals = senses
        .iter()
        .filter(|other| other.make != sense.make && other.canonical && !other.badge);
    let ambiguous = best == Beside::Unnamed && sense.canonical && rivals.count() > 0;
    Some((sense, best, ambiguous))
}

#[cfg(test)]
#[path = "names/tests.rs"]
mod tests;
