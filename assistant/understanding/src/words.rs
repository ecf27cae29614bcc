//! Lists of words that tell the languages apart.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::chat_spelling::ChatSpelling;
use super::word::WordHasher;

/// What the lists say of a word.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Listed {
    /// Among the frequent English words.
    pub(super) english: bool,
    /// Of a Vietnamese shape, but far more often English.
    pub(super) rather_english: bool,
    /// Of both trades and both languages, so that it says nothing.
    pub(super) neutral: bool,
}

static LISTED: LazyLock<HashMap<&'static str, Listed, WordHasher>> = LazyLock::new(|| {
    let mut listed: HashMap<&str, Listed, WordHasher> = HashMap::default();
    let english = include_str!("../data/english.txt").lines();
    let english = english.filter(|line| !line.starts_with('#'));
    for word in english.flat_map(str::split_whitespace) {
        listed.entry(word).or_default().english = true;
    }
    for word in RATHER_ENGLISH {
        listed.entry(word).or_default().rather_english = true;
    }
    for word in NEUTRAL {
        listed.entry(word).or_default().neutral = true;
    }
    listed
});

/// What the lists say of `word`, folded.
pub(super) fn listed(word: &str) -> Listed {
    LISTED.get(word).copied().unwrap_or_default()
}

/// Whether `word`, folded, is a frequent English word or a chat spelling.
pub(super) fn is_known(word: &str) -> bool {
    listed(word).english || ChatSpelling::embedded().knows(word)
}

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
