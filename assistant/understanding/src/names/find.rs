//! Finds the names of makes and models that mean a car where they stand.

use std::cmp::Reverse;
use std::ops::Range;

use super::context::Surroundings;
use super::hit::{Beside, MakeHit, Makes, ModelHit, Models};
use super::index::{INDEX, Sense};
use super::windows::names_at;

/// The makes of a message, in its order.
pub(super) fn makes_in(surroundings: &Surroundings<'_>) -> Vec<MakeHit> {
    let text = surroundings.text;
    let mut hits = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let names = names_at(&INDEX.makes, text, start);
        let hit = names.into_iter().find_map(|name| {
            let make = *name.senses.first()?;
            let span = name.span;
            surroundings
                .speaks_of_make(&span, name.key)
                .then_some(MakeHit { make, span })
        });
        start = hit.as_ref().map_or(start + 1, |hit| hit.span.end);
        hits.extend(hit);
    }
    hits
}

/// The models of a message, in its order; `known` is the make of an earlier turn.
pub(super) fn models_in(
    surroundings: &Surroundings<'_>,
    makes: &Makes,
    known: Option<usize>,
) -> Vec<ModelHit> {
    let text = surroundings.text;
    let mut models = Models::new(text.len());
    // Twice: a word of everyday use beside `hay` and `với` is a car where the other side is one.
    for round in 0..2 {
        let mut start = 0;
        while start < text.len() {
            if models.covers(start) {
                start += 1;
                continue;
            }
            let names = names_at(&INDEX.models, text, start);
            let found = names.into_iter().find_map(|name| {
                let span = name.span;
                if models.overlaps(&span) {
                    return None;
                }
                let (sense, beside, ambiguous) = choose(name.senses, makes, &span, known)?;
                let meant = surroundings.speaks_of_model(&span, name.key, beside, sense)
                    || round == 1 && surroundings.stands_beside(&span, &models);
                meant.then_some(ModelHit {
                    sense,
                    ambiguous,
                    span,
                })
            });
            match found {
                Some(hit) => {
                    start = hit.span.end;
                    models.push(hit);
                }
                None => start += 1,
            }
        }
        if models.hits.is_empty() {
            break;
        }
    }
    models.hits.sort_by_key(|hit| hit.span.start);
    models.hits
}

/// Which of the models that share a name is meant: the one beside its make, else the make that has the name for
/// its own, else the first in the catalogue.
fn choose(
    senses: &[Sense],
    makes: &Makes,
    span: &Range<usize>,
    known: Option<usize>,
) -> Option<(Sense, Beside, bool)> {
    let beside = |sense: &Sense| makes.beside(sense.make, span, known);
    let sense = *senses
        .iter()
        .max_by_key(|own| (beside(own), own.canonical, Reverse((own.make, own.model))))?;
    let best = beside(&sense);
    let is_rival = |other: &Sense| other.make != sense.make && other.canonical && !other.badge;
    let ambiguous = best == Beside::Unnamed && sense.canonical && senses.iter().any(is_rival);
    Some((sense, best, ambiguous))
}
