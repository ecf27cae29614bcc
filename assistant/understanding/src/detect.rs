//! Which of the two languages a message is written in.
//!
//! Diacritics decide where there are any. Without them, words are weighed: well-formed Vietnamese syllables and
//! chat spellings on one side, English words and words of a shape that no syllable has on the other. A word that
//! could be either (`can`, `to`, `long`) says little.

use datasets::text::fold;

use super::chat_spelling::ChatSpelling;
use super::names::is_name;
use super::places::Place;
use super::text::{Kind, Text, Token};
use super::words::listed;
use crate::Language;

/// The language of a message that names this place; Vietnamese where nothing tells.
pub(super) fn language(text: &Text, place: Option<&Place>) -> Language {
    let (mut vietnamese, mut english) = (0.0, 0.0);
    for (index, token) in text.tokens.iter().enumerate() {
        // `Da Nang` is no Vietnamese sentence.
        let in_place = place.is_some_and(|place| place.span.contains(&index));
        if token.kind != Kind::Word || in_place {
            continue;
        }
        let (vi, en) = weigh(text, index, token);
        vietnamese += vi;
        english += en;
    }
    if english > vietnamese + MARGIN {
        Language::English
    } else {
        Language::Vietnamese
    }
}

/// By how much English must prevail: a word that nobody knows is no English message.
const MARGIN: f64 = 0.25;

/// How much a word speaks for Vietnamese and for English.
fn weigh(text: &Text, index: usize, token: &Token) -> (f64, f64) {
    let word = token.plain();
    if !token.is_plain() {
        // An English message may name `Hà Nội`; a Vietnamese one has many such words.
        return if token.capital && index > 0 {
            (0.7, 0.0)
        } else {
            (1.8, 0.0)
        };
    }
    let behind_number = token.glued && index > 0 && text.is_number(index - 1);
    let apostrophe = token.glued && index > 0 && matches!(text.plain(index - 1), "'" | "’");
    if apostrophe && matches!(word, "s" | "t" | "m" | "re" | "ve" | "ll" | "d") {
        return (0.0, 1.5);
    }
    let listed = listed(word);
    if behind_number || listed.neutral || word.len() == 1 && !matches!(word, "a" | "i") {
        return (0.0, 0.0);
    }
    if !token.syllable && is_name(word) {
        return (0.0, 0.0);
    }
    match (token.syllable, listed.english) {
        (true, true) if listed.rather_english => (0.3, 0.6),
        (true, true) => (0.6, 0.3),
        (true, false) => (1.0, 0.0),
        (false, true) => (0.0, 1.2),
        (false, false) if ChatSpelling::embedded().knows(word) || is_chat(word) => (1.0, 0.0),
        // Names of cars and slips are no words of either, but English ones are more often not listed.
        (false, false) if token.capital && index > 0 => (0.0, 0.1),
        (false, false) => (0.0, 0.3),
    }
}

/// Chat spellings of a Vietnamese shape only: no vowel at all (`tr`, `dc`, `vs`).
fn is_chat(word: &str) -> bool {
    word.len() <= 3 && !fold(word).contains(['a', 'e', 'i', 'o', 'u', 'y'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places;

    fn detect(message: &str) -> Language {
        let text = Text::new(message);
        language(&text, places::province(&text).as_ref())
    }

    #[test]
    fn either_language_is_told_with_and_without_diacritics() {
        for (text, want) in [
            ("Định giá xe giúp mình", Language::Vietnamese),
            ("dinh gia xe giup minh", Language::Vietnamese),
            ("xe vios 2019 ban dc bn", Language::Vietnamese),
            ("mua xe tra gop can giay to gi", Language::Vietnamese),
            ("How much is my car worth?", Language::English),
            (
                "can i sell a car in Hà Nội without the original papers",
                Language::English,
            ),
            ("seller's phone number", Language::English),
            ("xpander 2021 AT 42k km price?", Language::English),
            ("Vios vs City", Language::Vietnamese),
            ("", Language::Vietnamese),
        ] {
            assert_eq!(detect(text), want, "{text}");
        }
    }
}
