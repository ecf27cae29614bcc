//! Names with a slip or two, where no other word is as near and the word is no Vietnamese or English one.

use std::collections::HashSet;

use super::hit::{MakeHit, ModelHit};
use super::index::{INDEX, Sense};
use crate::text::{Kind, Text};
use crate::words;

/// Words that are looked at. A message with more strange ones is in neither of our languages.
const MOST_WORDS: usize = 64;

/// Letters of the shortest word that is looked at.
const SHORTEST: usize = 5;

/// The one model that a word misspells; where the make is known, among its models only.
pub(super) fn model(text: &Text, english: bool, make: Option<usize>) -> Option<ModelHit> {
    // English has too many words to tell a slip from one that is merely not listed.
    let shortest = if english && make.is_none() {
        6
    } else {
        SHORTEST
    };
    let mut best: Option<(usize, ModelHit)> = None;
    for (index, word) in strange_words(text, shortest) {
        let slips = slips_in(word, usize::from(make.is_some()));
        let names = INDEX.models.like(word, slips);
        let senses = names
            .flat_map(|(name, named)| named.senses.iter().map(move |sense| (name, sense)))
            .filter(|(name, sense)| {
                make.map_or(
                    !(INDEX.is_loan(name) || english && INDEX.is_english(name)),
                    |make| make == sense.make,
                )
            });
        let same = |a: &Sense, b: &Sense| (a.make, a.model) == (b.make, b.model);
        if let Some((distance, sense)) = nearest(word, slips, senses, same)
            && best.as_ref().is_none_or(|(least, _)| distance < *least)
        {
            let hit = ModelHit {
                sense: *sense,
                ambiguous: false,
                span: index..index + 1,
            };
            best = Some((distance, hit));
        }
    }
    best.map(|(_, hit)| hit)
}

/// The one make that a word misspells.
pub(super) fn make(text: &Text) -> Option<MakeHit> {
    strange_words(text, SHORTEST)
        .into_iter()
        .find_map(|(index, word)| {
            let slips = slips_in(word, 0);
            let names = INDEX.makes.like(word, slips);
            let makes = names.filter_map(|(name, named)| Some((name, named.senses.first()?)));
            let (_, make) = nearest(word, slips, makes, |a, b| a == b)?;
            Some(MakeHit {
                make: *make,
                span: index..index + 1,
            })
        })
}

/// The first different words of at least so many letters that are neither Vietnamese syllables nor known English words.
fn strange_words(text: &Text, shortest: usize) -> Vec<(usize, &str)> {
    let mut seen = HashSet::new();
    let candidates = text.tokens.iter().enumerate().filter(|(_, token)| {
        token.kind == Kind::Word
            && !token.glued
            && !token.syllable
            && token.plain().len() >= shortest
    });
    candidates
        .map(|(index, token)| (index, token.plain()))
        // A word that is a name was read as one already, or it was not meant as one.
        .filter(|(_, word)| {
            !words::is_known(word)
                && INDEX.models.find(word).is_none()
                && INDEX.makes.find(word).is_none()
        })
        .filter(|(_, word)| seen.insert(*word))
        .take(MOST_WORDS)
        .collect()
}

/// How many letters of a word may be wrong.
fn slips_in(word: &str, extra: usize) -> usize {
    match word.len() {
        0..=4 => 0,
        5 => 1,
        6 | 7 => 1 + extra,
        _ => 2,
    }
}

/// The sense of the name that `word` is nearest to, if it is near enough and alone so near.
fn nearest<'n, T>(
    word: &str,
    slips: usize,
    names: impl Iterator<Item = (&'n str, &'n T)>,
    same: impl Fn(&T, &T) -> bool,
) -> Option<(usize, &'n T)> {
    let mut found: Option<(usize, &T)> = None;
    let mut tied = false;
    for (name, sense) in names {
        let distance = strsim::osa_distance(name, word);
        if distance > slips {
            continue;
        }
        match found {
            Some((least, best)) if distance == least => tied |= !same(best, sense),
            Some((least, _)) if distance > least => {}
            _ => (found, tied) = (Some((distance, sense)), false),
        }
    }
    found.filter(|_| !tied)
}
