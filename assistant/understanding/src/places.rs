//! Provinces and cities, under the names and abbreviations that people use for them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

use super::lexicon::Lexicon;
use super::text::Text;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    names: BTreeMap<String, Vec<String>>,
    cued: Cued,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cued {
    names: Vec<String>,
}

static PLACES: LazyLock<Places> = LazyLock::new(Places::new);

struct Places {
    provinces: Vec<String>,
    /// Position of the province, and whether the name needs a preposition in front.
    lexicon: Lexicon<(usize, bool)>,
}

static PREPOSITIONS: LazyLock<Lexicon<()>> = LazyLock::new(|| {
    let words = [
        "ở",
        "tại",
        "in",
        "from",
        "biển",
        "biển số",
        "khu vực",
        "tỉnh",
        "tp",
        "thành phố",
        "xe",
        "around",
        "near",
        "về",
        "đang ở",
        "tp .",
        ",",
        "quanh",
    ];
    Lexicon::new(words.map(|word| (word, ())))
});

impl Places {
    fn new() -> Self {
        let file: File = toml::from_str(include_str!("../data/provinces.toml"))
            .expect("the embedded file is checked by this crate's tests");
        let cued: Vec<String> = file
            .cued
            .names
            .iter()
            .map(|name| name.to_lowercase())
            .collect();
        let mut spelled: Vec<(String, (usize, bool))> = Vec::new();
        for (position, (name, aliases)) in file.names.iter().enumerate() {
            for spelling in std::iter::once(name).chain(aliases) {
                let lower = spelling.to_lowercase();
                let needs_cue = cued.contains(&lower);
                spelled.push((lower, (position, needs_cue)));
            }
        }
        let lexicon = Lexicon::new(
            spelled
                .iter()
                .map(|(name, meaning)| (name.as_str(), *meaning)),
        );
        Self {
            provinces: file.names.into_keys().collect(),
            lexicon,
        }
    }
}

/// A province that the message names.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    /// As listings print it.
    pub(super) name: &'static str,
    /// Its tokens.
    pub(super) span: Range<usize>,
}

/// The first province that the message names.
pub(super) fn province(text: &Text) -> Option<Place> {
    let found = PLACES.lexicon.all(text).into_iter();
    let mut sure = found.filter(|(span, (_, needs_cue))| {
        !needs_cue || PREPOSITIONS.before(text, span.start).is_some()
    });
    let (span, (position, _)) = sure.next()?;
    Some(Place {
        name: PLACES.provinces[position].as_str(),
        span,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn provinces_under_their_names_and_abbreviations() {
        for (text, want) in [
            ("xe ở Hà Nội", Some("Hà Nội")),
            ("o ha noi", Some("Hà Nội")),
            ("in Ho Chi Minh City", Some("TP Hồ Chí Minh")),
            ("biển Sài Gòn", Some("TP Hồ Chí Minh")),
            ("TP.HCM", Some("TP Hồ Chí Minh")),
            ("khu vực Khánh Hoà", Some("Khánh Hòa")),
            ("o hue", Some("Huế")),
            ("xe ở Đắc Lắc", Some("Đắk Lắk")),
            ("the hue of the car", None),
            ("bán xe", None),
        ] {
            assert_eq!(
                province(&Text::new(text)).map(|place| place.name),
                want,
                "{text}"
            );
        }
    }
}
