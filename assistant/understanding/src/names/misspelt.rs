//! Names with a slip or two, where no other word is as near and the word is no Vietnamese or English one.

use super::index::{INDEX, Sense};
use super::{MakeHit, ModelHit};
use crate::detect::is_known_word;
use crate::syllable::is_syllable;
use crate::text::{Kind, Text};

/// The one model that a word misspells; where the make is known, among its models only.
pub(super) fn model(text: &Text, english: bool, make: Option<usize>) -> Option<ModelHit> {
    let mut best: Option<(usize, ModelHit)> = None;
    for (index, word) in strange_words(text) {
        // English has too many words to tell a slip from one that is merely not listed.
        let shortest = if english && make.is_none() { 6 } else { 5 };
        if word.len() < shortest {
            continue;
        }
        let near = nearest(
            word,
            INDEX
                .models
                .iter()
                .flat_map(|(name, named)| named.senses.iter().map(move |sense| (name, sense)))
                .filter(|(name, sense)| {
                    make.map_or(
                        !(INDEX.is_loan(name) || english && INDEX.is_english(name)),
                        |make| make == sense.make,
                    )
                }),
            |a: &Sense, b: &Sense| (a.make, a.model) == (b.make, b.model),
            usize::from(make.is_some()),
        );
        if let Some((distance, sense)) = near
            && best
                .as_ref()
                .is_none_or(|(smallest, _)| distance < *smallest)
        {
            best = Some((
                distance,
                ModelHit {
                    sense: *sense,
                    ambiguous: false,
                    span: index..index + 1,
                },
            ));
        }
    }
    best.map(|(_, hit)| hit)
}

/// The one make that a word misspells.
pub(super) fn make(text: &Text) -> Option<MakeHit> {
    strange_words(text)
        .into_iter()
        .filter(|(_, word)| word.len() >= 5)
        .find_map(|(index, word)| {
            let names = INDEX
                .makes
                .iter()
                .filter_map(|(name, named)| Some((name, named.senses.first()?)));
            let (_, make) = nearest(word, names, |a: &usize, b: &usize| a == b, 0)?;
            Some(MakeHit {
                make: *make,
                span: index..index + 1,
            })
        })
}

/// Words that are neither Vietnamese syllables nor known English words.
fn strange_words(text: &Text) -> Vec<(usize, &str)> {
    // A word that is a name was read as one already, or it was not meant as one.
    let name = |word: &str| INDEX.models.contains_key(word) || INDEX.makes.contains_key(word);
    let strange = |word: &str| !is_syllable(word) && !is_known_word(word) && !name(word);
    (0..text.len())
        .filter(|&index| text.kind(index) == Some(Kind::Word) && !text.glued(index))
        .map(|index| (index, text.plain(index)))
        .filter(|(_, word)| strange(word))
        .collect()
}

/// The sense of the name that `word` is nearest to, if it is near enough and alone so near.
fn nearest<'n, T>(
    word: &str,
    names: impl Iterator<Item = (&'n String, &'n T)>,
    same: impl Fn(&T, &T) -> bool,
    extra: usize,
) -> Option<(usize, &'n T)> {
    let allowed = match word.len() {
        0..=4 => 0,
        5 => 1,
        6 | 7 => 1 + extra,
        _ => 2,
    };
    let mut found: Option<(usize, &T)> = None;
    let mut tied = false;
    for (name, sense) in names {
        let comparable = name.len() >= 4
            && name.as_bytes()[0] == word.as_bytes()[0]
            && name.len().abs_diff(word.len()) <= allowed
            && name.bytes().all(|b| b.is_ascii_alphabetic());
        if !comparable {
            continue;
        }
        let distance = strsim::osa_distance(name, word);
        if distance > allowed {
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
