//! Make, model, trim, engine and gearbox in a title or version string.
//!
//! The longest name wins, and of equally long ones the first. Bare numbers and single letters (`3`, `323`, `E`)
//! are models only where the make is known: right behind it, or anywhere in a version string's first place.

use std::borrow::Cow;
use std::ops::Range;

use super::entry::{Make, Model};
use super::index::{Place, is_weak};
use super::scan::{Kind, Scan, key};
use super::trim::{self, Shape, Use};
use super::{Catalogue, is_placeholder};
use crate::vocabulary::Transmission;

/// What a text says of a car, in the catalogue's terms.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found<'c> {
    /// The make.
    pub make: Option<&'c Make>,
    /// The model, always one of `make`.
    pub model: Option<&'c Model>,
    /// Folded trim tokens, blank between them, in title order (`1.5 g cvt`).
    pub trim: Option<String>,
    /// Engine size in litres.
    pub engine_l: Option<f64>,
    /// Gearbox.
    pub transmission: Option<Transmission>,
    /// Model year.
    pub year: Option<i32>,
}

/// What a site's own column says of the model.
pub(super) struct Hint<'t> {
    /// The model that it names.
    pub(super) model: Option<usize>,
    /// Its key.
    pub(super) key: Cow<'t, str>,
}

/// A name found in the atoms.
pub(super) struct Hit {
    pub(super) model: usize,
    pub(super) window: Range<usize>,
    designation: bool,
    score: usize,
}

/// Longest windows of atoms that are looked up.
const WINDOW: usize = 7;

impl Catalogue {
    /// Finds the car that `text` describes.
    ///
    /// The hints are the site's own columns. A hint that names a make or model beats the text, except that the
    /// text may refine it (`Pajero` to `Pajero Sport`); a placeholder (`Dòng khác`) says nothing, and so does a
    /// hint that nothing matches.
    pub fn find(
        &self,
        text: &str,
        make_hint: Option<&str>,
        model_hint: Option<&str>,
        shape: Shape,
    ) -> Found<'_> {
        let scan = Scan::new(text);
        let make_hint = make_hint.filter(|hint| !is_placeholder(hint));
        let model_hint = model_hint.filter(|hint| !is_placeholder(hint));
        let make = make_hint
            .and_then(|hint| self.make_position(hint))
            .or_else(|| self.make_in(&scan))
            .or_else(|| self.make_in(&Scan::new(make_hint?)))
            .or_else(|| self.make_in(&Scan::new(model_hint?)));
        let Some(make) = make else {
            return self.describe(&scan, None, None, shape);
        };
        let hint = model_hint.map(|hint| self.hint(make, hint));
        self.found(make, &scan, hint, shape)
    }

    /// What a text says of a car of the make at `make`.
    pub(super) fn found(
        &self,
        make: usize,
        scan: &Scan,
        hint: Option<Hint<'_>>,
        shape: Shape,
    ) -> Found<'_> {
        let (model, hit) = self.model_in(make, scan, hint, shape);
        let place = model.map(|model| Place { make, model });
        let mut found = self.describe(scan, place.map(|place| (place, hit)), Some(make), shape);
        found.make = Some(&self.makes[make]);
        found
    }

    /// What a site's own column says of the model.
    fn hint<'t>(&self, make: usize, text: &str) -> Hint<'t> {
        let key = key(text);
        let model = self.model_position(make, &key).or_else(|| {
            let scan = Scan::new(text);
            let hit = self.model_hit(make, &scan, Shape::Version);
            hit.map(|hit| hit.model)
        });
        Hint {
            model,
            key: key.into(),
        }
    }

    fn model_in(
        &self,
        make: usize,
        scan: &Scan,
        hint: Option<Hint<'_>>,
        shape: Shape,
    ) -> (Option<usize>, Option<Hit>) {
        let hit = self.model_hit(make, scan, shape);
        let names = &self.index.tables[make].names;
        match (hint.as_ref().and_then(|hint| hint.model), hit) {
            (Some(hinted), Some(hit)) if hinted != hit.model => {
                let named = &names[hit.model];
                let refined = named.starts_with(&*names[hinted])
                    || hint.is_some_and(|hint| named.starts_with(&*hint.key));
                if refined {
                    (Some(hit.model), Some(hit))
                } else {
                    (Some(hinted), None)
                }
            }
            (None, None) => {
                let model = hint
                    .and_then(|hint| self.only_prefix(make, &hint.key))
                    .or_else(|| self.misspelt_model(make, scan));
                (model, None)
            }
            (hinted, hit) => (hinted.or(hit.as_ref().map(|hit| hit.model)), hit),
        }
    }

    /// The longest make named in the text, or the make of the longest model name that needs no make.
    pub(super) fn make_in(&self, scan: &Scan) -> Option<usize> {
        let mut best: Option<(usize, usize)> = None;
        let mut alone: Option<(usize, usize)> = None;
        for window in windows(scan, self.index.longest) {
            let key = scan.key(window);
            // Two letters are a make's name (`MG`), not somebody's abbreviation of one.
            let abbreviation = key.len() < 3 && !matches!(key, "mg" | "vw");
            if let Some(make) = self.index.makes.get(key).filter(|_| !abbreviation)
                && best.is_none_or(|(length, _)| key.len() > length)
            {
                best = Some((key.len(), *make));
            }
            if let Some(place) = self.index.alone.get(key)
                && alone.is_none_or(|(length, _)| key.len() > length)
            {
                alone = Some((key.len(), place.make));
            }
        }
        match (best, alone) {
            (Some((named, make)), Some((length, of_model))) if make != of_model => {
                let own = self.model_hit(make, scan, Shape::FreeText);
                let weaker = own.is_none_or(|hit| hit.score < length);
                Some(if weaker && named <= 3 { of_model } else { make })
            }
            (best, alone) => best.or(alone).map(|(_, make)| make),
        }
    }

    pub(super) fn model_hit(&self, make: usize, scan: &Scan, shape: Shape) -> Option<Hit> {
        let table = &self.index.tables[make];
        let mut best: Option<Hit> = None;
        for window in windows(scan, table.longest) {
            let key = scan.key(window.clone());
            let Some(sense) = table.keys.get(key) else {
                continue;
            };
            let mut score = key.len() * 2;
            if is_weak(key) {
                let first = shape == Shape::Version && leads(scan, window.start);
                let beside = first || self.ends_with_make(make, scan, window.start);
                let digits = key.bytes().all(|b| b.is_ascii_digit());
                if !beside && (!digits || sense.designation && key.len() < 3) {
                    continue;
                }
                score = if beside { score + 3 } else { 1 };
            }
            if best.as_ref().is_none_or(|hit| score > hit.score) {
                best = Some(Hit {
                    model: sense.model,
                    window,
                    designation: sense.designation,
                    score,
                });
            }
        }
        best
    }

    fn ends_with_make(&self, make: usize, scan: &Scan, at: usize) -> bool {
        (at.saturating_sub(WINDOW)..at)
            .any(|start| self.index.makes.get(scan.key(start..at)) == Some(&make))
    }

    /// The model whose names are the only ones of the make to begin with `prefix`, or the shortest of several
    /// when it begins them all: one export cut `Santa Fe` to `santa` and `Land Cruiser Prado` to `land`.
    fn only_prefix(&self, make: usize, prefix: &str) -> Option<usize> {
        let names = self.index.tables[make].names.iter().enumerate();
        let named: Vec<(usize, &str)> = names
            .map(|(place, name)| (place, &**name))
            .filter(|(_, name)| !prefix.is_empty() && name.starts_with(prefix))
            .collect();
        let (place, shortest) = named.iter().min_by_key(|(_, name)| name.len())?;
        let begins_all = named.iter().all(|(_, name)| name.starts_with(shortest));
        begins_all.then_some(*place)
    }

    /// The one model that a word of the text misspells by a single letter.
    fn misspelt_model(&self, make: usize, scan: &Scan) -> Option<usize> {
        let mut found = None;
        for index in 0..scan.atoms.len() {
            let word = scan.letters(index);
            if word.len() < 5 {
                continue;
            }
            for (key, sense) in &self.index.tables[make].keys {
                let near = key.len() >= 5
                    && key.len().abs_diff(word.len()) <= 1
                    && key.as_bytes()[0] == word.as_bytes()[0]
                    && strsim::osa_distance(key, word) == 1;
                if near && found.is_some_and(|model| model != sense.model) {
                    return None;
                }
                if near {
                    found = Some(sense.model);
                }
            }
        }
        found
    }

    /// Reads trim, engine, gearbox and year once make and model are known.
    fn describe(
        &self,
        scan: &Scan,
        place: Option<(Place, Option<Hit>)>,
        make: Option<usize>,
        shape: Shape,
    ) -> Found<'_> {
        let mut uses = vec![Use::Free; scan.atoms.len()];
        let mut words: &[Box<str>] = &[];
        let mut model = None;
        if let Some((place, hit)) = place {
            self.mark_model(&mut uses, scan, place, hit.as_ref());
            words = &self.index.tables[place.make].trim_words[place.model];
            model = Some(&self.makes[place.make].models[place.model]);
        }
        if let Some(make) = make {
            self.mark_make(&mut uses, scan, make);
        }
        let tokens = trim::tokens(scan, &uses, shape, words);
        let free = |index: &usize| uses[*index] == Use::Free;
        Found {
            make: None,
            model,
            engine_l: (0..scan.atoms.len()).find_map(|index| scan.litres(index)),
            transmission: tokens.iter().find_map(|token| trim::gearbox(token)),
            year: (0..scan.atoms.len())
                .filter(free)
                .find_map(|index| scan.year(index)),
            trim: (!tokens.is_empty()).then(|| tokens.join(" ")),
        }
    }

    /// Takes every spelling of the model out of the trim, and holds its badges together.
    fn mark_model(&self, uses: &mut [Use], scan: &Scan, place: Place, hit: Option<&Hit>) {
        let table = &self.index.tables[place.make];
        if let Some(hit) = hit {
            mark(uses, hit.window.clone(), hit.designation);
        }
        let mut start = 0;
        while start < uses.len() {
            let longest = windows_at(scan, start, table.longest)
                .filter(|window| uses[window.clone()].iter().all(|u| *u == Use::Free))
                .filter_map(|window| {
                    let key = scan.key(window.clone());
                    let sense = table.keys.get(key)?;
                    let weak = is_weak(key) && !(sense.designation && key.len() >= 3);
                    (sense.model == place.model && !weak).then_some((window, sense.designation))
                })
                .last();
            start = match longest {
                Some((window, designation)) => {
                    mark(uses, window.clone(), designation);
                    window.end
                }
                None => start + 1,
            };
        }
    }

    fn mark_make(&self, uses: &mut [Use], scan: &Scan, make: usize) {
        for start in 0..uses.len() {
            let named = windows_at(scan, start, self.index.longest)
                .filter(|window| uses[window.clone()].iter().all(|u| *u == Use::Free))
                .filter(|window| self.index.makes.get(scan.key(window.clone())) == Some(&make))
                .last();
            if let Some(window) = named {
                mark(uses, window, false);
            }
        }
    }
}

/// Whether nothing but `xe` stands before the atom.
fn leads(scan: &Scan, at: usize) -> bool {
    (0..at).all(|index| scan.letters(index) == "xe")
}

fn mark(uses: &mut [Use], window: Range<usize>, designation: bool) {
    let first = window.start;
    for index in window {
        uses[index] = match (designation, index == first) {
            (false, _) => Use::Taken,
            (true, true) => Use::Badge,
            (true, false) => Use::BadgeRest,
        };
    }
}

/// Windows of atoms whose key is at most `longest` bytes, without noise and without engine sizes in front.
fn windows(scan: &Scan, longest: usize) -> impl Iterator<Item = Range<usize>> {
    (0..scan.atoms.len()).flat_map(move |start| windows_at(scan, start, longest))
}

pub(super) fn windows_at(
    scan: &Scan,
    start: usize,
    longest: usize,
) -> impl Iterator<Item = Range<usize>> {
    let last = scan.atoms.len().min(start + WINDOW);
    let decimal = scan.atoms[start].kind == Kind::Decimal;
    (start + 1..=last)
        .map(move |end| start..end)
        .take_while(move |window| {
            let end = &scan.atoms[window.end - 1];
            !decimal && !end.noise && scan.key(window.clone()).len() <= longest
        })
}
