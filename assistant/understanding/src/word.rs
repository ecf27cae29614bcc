//! A word in lower case with its fold, and the hash that lexicons are looked up by.

use std::hash::{BuildHasher, BuildHasherDefault, Hasher};

use datasets::text::fold;
use foldhash::fast::FixedState;

/// A word in lower case with its fold.
#[derive(Debug, Clone)]
pub(super) struct Word {
    lower: Box<str>,
    /// The fold, where it differs.
    folded: Option<Box<str>>,
    /// Hash of the fold.
    hash: u64,
}

impl Word {
    /// A word from its lower-case NFC spelling.
    pub(super) fn new(lower: String) -> Self {
        let lower = with_new_tone(lower);
        let folded = if lower.is_ascii() {
            None
        } else {
            Some(fold(&lower)).filter(|folded| *folded != lower)
        };
        Self {
            hash: hash(folded.as_deref().unwrap_or(&lower)),
            folded: folded.map(String::into_boxed_str),
            lower: lower.into_boxed_str(),
        }
    }

    pub(super) fn lower(&self) -> &str {
        &self.lower
    }

    /// Without diacritics.
    pub(super) fn plain(&self) -> &str {
        self.folded.as_deref().unwrap_or(&self.lower)
    }

    pub(super) fn is_plain(&self) -> bool {
        self.folded.is_none()
    }

    /// Hash of the word without diacritics.
    pub(super) fn hash(&self) -> u64 {
        self.hash
    }

    /// Whether both are the same word without diacritics.
    pub(super) fn has_fold_of(&self, other: &Self) -> bool {
        self.hash == other.hash && self.plain() == other.plain()
    }
}

/// The hash that a word without diacritics has.
pub(super) fn hash(word: &str) -> u64 {
    WordHasher::default().hash_one(word)
}

/// A hasher for the words of a table. The tables are ours, so nobody can choose words that collide.
pub(super) type WordHasher = FixedState;

/// A hasher for the hashes of words.
pub(super) type HashHasher = BuildHasherDefault<AsIs>;

/// Keys that are hashes already.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// Older and newer places of the tone mark on open syllables: `hoà` and `hòa`.
const TONES: &[(&str, &str)] = &[
    ("oà", "òa"),
    ("oá", "óa"),
    ("oả", "ỏa"),
    ("oã", "õa"),
    ("oạ", "ọa"),
    ("oè", "òe"),
    ("oé", "óe"),
    ("oẻ", "ỏe"),
    ("oẽ", "õe"),
    ("oẹ", "ọe"),
    ("uỳ", "ùy"),
    ("uý", "úy"),
    ("uỷ", "ủy"),
    ("uỹ", "ũy"),
    ("uỵ", "ụy"),
];

fn with_new_tone(word: String) -> String {
    if word.is_ascii() {
        return word;
    }
    for (older, newer) in TONES {
        if let Some(head) = word.strip_suffix(older) {
            return if head.ends_with('q') {
                word
            } else {
                format!("{head}{newer}")
            };
        }
    }
    word
}
