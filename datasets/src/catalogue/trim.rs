//! Trim tokens: one vocabulary for version strings and free titles.
//!
//! A version string (`Vios 1.5G CVT`) is all trim once make and model are taken out; of a free title
//! (`bán vios g 2019 màu bạc, 1 chủ`) only the words that name trims, engines and gearboxes count.

use super::entry::Model;
use super::scan::{Kind, Scan};
use crate::vocabulary::Transmission;

/// How much of a text is about the car.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// A site's version string: every word describes the car.
    Version,
    /// A seller's title: most words do not.
    #[default]
    FreeText,
}

/// What an atom of a title was used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Nothing yet.
    Free,
    /// Make, model or a word that never describes the car.
    Taken,
    /// First atom of a badge that implied the model; it stays in the trim as one token.
    Badge,
    /// Another atom of such a badge.
    BadgeRest,
}

const AUTOMATIC: &[&str] = &[
    "at", "ath", "cvt", "dct", "amt", "dsg", "ivt", "gat", "gath", "dat", "dath", "sat", "sxat",
    "auto",
];
const MANUAL: &[&str] = &["mt", "gmt", "dmt", "smt", "exmt", "sxmt", "emt", "mtb"];

/// Words that describe a car of any make.
const WORDS: &[&str] = &[
    "l",
    "g",
    "e",
    "s",
    "v",
    "rs",
    "gt",
    "gtline",
    "xline",
    "line",
    "premium",
    "luxury",
    "deluxe",
    "standard",
    "signature",
    "limited",
    "platinum",
    "exclusive",
    "prestige",
    "sport",
    "plus",
    "eco",
    "special",
    "edition",
    "full",
    "base",
    "option",
    "titanium",
    "trend",
    "ambiente",
    "turbo",
    "hybrid",
    "hev",
    "phev",
    "ev",
    "tdi",
    "crdi",
    "gdi",
    "tgdi",
    "tfsi",
    "vtec",
    "mivec",
    "ecoboost",
    "sedan",
    "hatchback",
    "coupe",
    "cabriolet",
    "convertible",
    "van",
    "limousine",
    "4matic",
    "quattro",
    "xdrive",
    "awd",
    "2wd",
    "4wd",
    "fwd",
    "htrac",
    "std",
    "lux",
    "top",
    "amg",
    "v6",
    "v8",
    "facelift",
    "lci",
    "legender",
    "wildtrak",
    "raptor",
    "avantgarde",
    "elegance",
    "vip",
    "lwb",
    "autobiography",
    "hse",
    "dynamic",
    "inscription",
    "momentum",
    "ultimate",
];

/// Misspellings and abbreviations of trim words.
const SPELLINGS: &[(&str, &str)] = &[
    ("prenium", "premium"),
    ("prelium", "premium"),
    ("premiun", "premium"),
    ("primium", "premium"),
    ("pre", "premium"),
    ("luxyry", "luxury"),
    ("luxuri", "luxury"),
    ("luxurry", "luxury"),
    ("delux", "deluxe"),
    ("deluxer", "deluxe"),
    ("wildtrack", "wildtrak"),
    ("widtrak", "wildtrak"),
    ("titanum", "titanium"),
    ("titanim", "titanium"),
    ("tubro", "turbo"),
    ("tuabo", "turbo"),
    ("signatue", "signature"),
    ("limiter", "limited"),
    ("auto", "at"),
    ("fulloption", "full"),
];

/// Vietnamese phrases, folded, and what they become.
const PHRASES: &[(&[&str], &[&str])] = &[
    (&["so", "tu", "dong"], &["at"]),
    (&["tu", "dong"], &["at"]),
    (&["so", "san"], &["mt"]),
    (&["so", "tay"], &["mt"]),
    (&["2", "cau"], &["4x4"]),
    (&["hai", "cau"], &["4x4"]),
    (&["1", "cau"], &["4x2"]),
    (&["mot", "cau"], &["4x2"]),
    (&["tieu", "chuan"], &["tieu", "chuan"]),
    (&["dac", "biet"], &["dac", "biet"]),
    (&["cao", "cap"], &["cao", "cap"]),
    (&["nang", "cao"], &["nang", "cao"]),
    (&["the", "thao"], &["the", "thao"]),
    (&["ban", "du"], &["ban", "du"]),
    (&["ban", "thieu"], &["ban", "thieu"]),
    (&["high", "country"], &["high", "country"]),
];

/// Words before a make or model that no version string means.
const LEADS: &[&str] = &["xe", "ban", "oto"];

/// Folded words of a model's trims, for the free titles that name them.
pub(super) fn words_of(model: &Model) -> Vec<Box<str>> {
    let mut words: Vec<Box<str>> = Vec::new();
    for trim in model.trims.iter().chain(&model.designations) {
        let scan = Scan::new(trim);
        let uses = vec![Use::Free; scan.atoms.len()];
        for word in tokens(&scan, &uses, Shape::Version, &[]) {
            if !words.iter().any(|known| known.as_ref() == word) {
                words.push(word.into());
            }
        }
    }
    words
}

/// The gearbox that a trim token names.
pub(super) fn gearbox(token: &str) -> Option<Transmission> {
    if AUTOMATIC.contains(&token) {
        Some(Transmission::Automatic)
    } else if MANUAL.contains(&token) {
        Some(Transmission::Manual)
    } else {
        None
    }
}

/// The trim tokens of the atoms that `uses` leaves, in title order and each once.
pub(super) fn tokens(
    scan: &Scan,
    uses: &[Use],
    shape: Shape,
    model_words: &[Box<str>],
) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut keep = |token: &str| {
        if !found.iter().any(|known| known == token) {
            found.push(token.to_owned());
        }
    };
    // Whether the atom before `index` describes the car: single letters are trims only there.
    let mut beside = false;
    let mut index = 0;
    while index < uses.len() {
        if uses[index] == Use::Taken {
            beside = true;
            index += 1;
            continue;
        }
        if let Some((length, phrase)) = phrase_at(scan, uses, index) {
            for word in phrase {
                keep(word);
            }
            (beside, index) = (true, index + length);
            continue;
        }
        if scan.year(index).is_some() {
            // One site writes its titles as `Innova 2020 G 2.0 AT`.
            (beside, index) = (true, index + 1);
            continue;
        }
        if scan.atoms[index].noise {
            (beside, index) = (false, index + 1);
            continue;
        }
        let end = word_end(scan, uses, index);
        let word = if end == index + 1 {
            scan.token(index)
        } else {
            scan.key(index..end).into()
        };
        let word = SPELLINGS
            .iter()
            .find(|(wrong, _)| *wrong == word)
            .map_or(word.as_ref(), |(_, right)| *right);
        let wanted = match shape {
            Shape::Version => beside || !LEADS.contains(&word),
            Shape::FreeText => {
                let known = WORDS.contains(&word)
                    || gearbox(word).is_some()
                    || model_words.iter().any(|own| own.as_ref() == word);
                let place = word.len() > 1 || beside;
                let self_evident = uses[index] == Use::Badge
                    || scan.litres(index).is_some()
                    || scan.atoms[index].kind == Kind::Wheels;
                self_evident || (known && place)
            }
        };
        if wanted {
            keep(word);
        }
        beside = wanted;
        index = end;
        // The unit of an engine size: `2.2L`, but not the trim of `1.5 L`.
        let unit = scan.atoms[end - 1].kind == Kind::Decimal && scan.letters(end) == "l";
        if unit && scan.atoms[end].glued && uses[end] == Use::Free {
            index += 1;
        }
    }
    found
}

/// End of the word that begins at `start`: glued atoms stay together, but engine sizes, wheels and years
/// stand alone.
fn word_end(scan: &Scan, uses: &[Use], start: usize) -> usize {
    let alone = |index: usize| matches!(scan.atoms[index].kind, Kind::Decimal | Kind::Wheels);
    let mut end = start + 1;
    while end < uses.len() {
        let inside = uses[end] == Use::BadgeRest
            || (uses[end] == Use::Free
                && scan.atoms[end].glued
                && !alone(end)
                && !alone(end - 1)
                && scan.year(end).is_none());
        if !inside {
            break;
        }
        end += 1;
    }
    end
}

fn phrase_at(scan: &Scan, uses: &[Use], start: usize) -> Option<(usize, &'static [&'static str])> {
    let matches = |phrase: &[&str]| {
        let end = start + phrase.len();
        end <= uses.len()
            && (start..end).zip(phrase).all(|(index, word)| {
                uses[index] == Use::Free && scan.key(index..index + 1) == *word
            })
    };
    PHRASES
        .iter()
        .find(|(phrase, _)| matches(phrase))
        .map(|(phrase, becomes)| (phrase.len(), *becomes))
}
