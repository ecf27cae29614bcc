//! Names: a bank, a model, a code that an answer speaks of must stand in the evidence or in the question.

use datasets::text::key;

use super::evidence::Evidence;
use super::words::words;

/// Names that every answer may use.
const OURS: [&str; 10] = [
    "giaxe", "viet", "nam", "vietnam", "vnd", "vn", "faq", "i", "ok", "km",
];

/// Whether all names of `sentence` are known. Where `translated`, the evidence is in another language and writes its names
/// differently; then only names in capitals or with digits are asked for.
pub(super) fn are_known(sentence: &str, evidence: &Evidence, translated: bool) -> bool {
    let mut begins = true;
    for word in sentence.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if is_name(bare, begins, translated) && !is_known(bare, sentence, evidence) {
            return false;
        }
        begins = word.ends_with([':', '.', '!', '?', '…', '"', '“', '(', '–', '-', '→'])
            || (begins && bare.is_empty());
    }
    true
}

fn is_name(word: &str, begins: bool, translated: bool) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    if digits > 0 && letters > 0 {
        // `49.000đ` and `45k` are quantities, which have a guard of their own.
        return word.starts_with(char::is_alphabetic) || capitals > 0;
    }
    if letters >= 2 && capitals == letters {
        return true;
    }
    // `pAsSwOrD`, `iPhone`
    let inside = word.chars().skip(1).any(char::is_uppercase);
    (inside && !word.contains(['-', '/', '\''])) || (capitals > 0 && !begins && !translated)
}

fn is_known(word: &str, sentence: &str, evidence: &Evidence) -> bool {
    if word.contains(|c: char| c.is_ascii_digit()) {
        // As one: `CX-9` is not known because `CX-5` and some nine are.
        return evidence.knows(&key(word), sentence);
    }
    words(word)
        .iter()
        .all(|part| evidence.knows(part, sentence) || OURS.contains(&part.as_str()))
}
