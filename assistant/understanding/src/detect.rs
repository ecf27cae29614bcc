//! Which of the two languages a message is written in.
//!
//! Diacritics decide where there are any. Without them, words are weighed: well-formed Vietnamese syllables and
//! chat spellings on one side, English words and words of a shape that no syllable has on the other. A word that
//! could be either (`can`, `to`, `long`) says little.

use std::collections::HashSet;
use std::sync::LazyLock;

use datasets::text::fold;

use super::chat_spelling::ChatSpelling;
use super::names::is_name;
use super::places;
use super::syllable::is_syllable;
use super::text::{Kind, Text, Token};
use crate::Language;

static ENGLISH: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("../data/english.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
        .collect()
});

/// English words of a Vietnamese shape that are far more often English than Vietnamese, and so decide.
const RATHER_ENGLISH: &[&str] = &[
    "the", "my", "is", "i", "you", "can", "what", "how", "long", "than", "me", "no", "a", "so",
    "to", "do", "an", "on", "in", "go", "am", "then", "them", "men", "buy", "guy", "loan", "scam",
    "tax", "get", "un", "set", "sum", "sun", "they", "may", "say", "pay", "day", "way",
];

/// Words of both trades and both languages: they say nothing.
const NEUTRAL: &[&str] = &[
    "giaxe",
    "km",
    "suv",
    "sedan",
    "mpv",
    "otp",
    "zalo",
    "google",
    "apple",
    "facebook",
    "app",
    "email",
    "vnd",
    "k",
    "online",
    "sim",
    "gmail",
    "web",
    "hybrid",
    "showroom",
    "top",
    "video",
    "tin",
    "at",
    "mt",
    "odo",
    "website",
    "hatchback",
    "pickup",
    "chat",
    "vip",
    "id",
    "qr",
    "full",
    "test",
    "bank",
    "link",
    "spam",
    "crossover",
    "cvt",
    "coupe",
    "diesel",
    "model",
    "gps",
    "vs",
    "premium",
    "luxury",
    "deluxe",
    "turbo",
    "plus",
    "sport",
    "admin",
];

/// Whether `word`, folded, is a frequent English word or a chat spelling.
pub(super) fn is_known_word(word: &str) -> bool {
    ENGLISH.contains(word) || ChatSpelling::embedded().knows(word)
}

/// The language of `message`; Vietnamese where nothing tells.
pub fn detect(message: &str) -> Language {
    let text = Text::new(message);
    // `Da Nang` is no Vietnamese sentence.
    let place = places::province(&text);
    let (mut vietnamese, mut english) = (0.0, 0.0);
    for index in 0..text.len() {
        let token = &text.tokens[index];
        let in_place = place
            .as_ref()
            .is_some_and(|(_, span)| span.contains(&index));
        if token.kind != Kind::Word || in_place {
            continue;
        }
        let (vi, en) = weigh(&text, index, token);
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
    let word = token.plain.as_str();
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
    if behind_number || NEUTRAL.contains(&word) || word.len() == 1 && !matches!(word, "a" | "i") {
        return (0.0, 0.0);
    }
    let syllable = is_syllable(word);
    if !syllable && is_name(word) {
        return (0.0, 0.0);
    }
    let listed = ENGLISH.contains(word);
    match (syllable, listed) {
        (true, true) if RATHER_ENGLISH.contains(&word) => (0.3, 0.6),
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
