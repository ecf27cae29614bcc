//! Characters and words: what both paths of the tokenizer are defined over.

use unicode_normalization::UnicodeNormalization;

/// The letters that Vietnamese writes and ASCII lacks, in lower case.
const VIETNAMESE_LETTERS: &str =
    "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ";

/// Characters that make up a word on the Vietnamese path, after NFC and in lower case.
const WORD: &[(u32, u32)] = &[
    (0x30, 0x39),
    (0x41, 0x5A),
    (0x5F, 0x5F),
    (0x61, 0x7A),
    (0xC0, 0xD6),
    (0xD8, 0xF6),
    (0xF8, 0x24F),
    (0x300, 0x36F),
    (0x1E00, 0x1EFF),
];

/// CJK ideographs as BERT lists them: each is a word of its own.
const CJK: &[(u32, u32)] = &[
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF),
    (0x2F800, 0x2FA1F),
];

/// Whether sorted, inclusive `ranges` hold `c`.
pub(super) fn within(ranges: &[(u32, u32)], c: char) -> bool {
    let c = u32::from(c);
    let after = ranges.partition_point(|&(first, _)| first <= c);
    after > 0 && c <= ranges[after - 1].1
}

/// Whether `c` stands alone in an English text because it is an ideograph.
pub(super) fn is_cjk(c: char) -> bool {
    within(CJK, c)
}

/// Whether a word has a letter that only Vietnamese writes.
pub(super) fn has_vietnamese_letter(word: &str) -> bool {
    word.chars()
        .any(|c| !c.is_ascii() && VIETNAMESE_LETTERS.contains(c))
}

/// Each character in lower case by itself: without context, so that Σ is always σ.
pub(super) fn lower(chars: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    chars.flat_map(char::to_lowercase)
}

/// The words of a text: NFC, lower case, then runs of word characters; any other visible character stands alone.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut run = String::new();
    for c in lower(text.nfc()) {
        if within(WORD, c) {
            run.push(c);
            continue;
        }
        if !run.is_empty() {
            words.push(std::mem::take(&mut run));
        }
        if !c.is_whitespace() {
            words.push(c.to_string());
        }
    }
    if !run.is_empty() {
        words.push(run);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_composed_lower_case_runs() {
        for (text, expected) in [
            ("", &[] as &[&str]),
            (
                "Trả góp, 0% lãi?",
                &["trả", "góp", ",", "0", "%", "lãi", "?"],
            ),
            // Decomposed: one syllable, as if it had come composed.
            ("tra\u{309}", &["trả"]),
            ("ĐỜI_2019", &["đời_2019"]),
            ("a\u{a0}b\u{200b}c", &["a", "b", "\u{200b}", "c"]),
            ("車2", &["車", "2"]),
            // Full mapping: two characters, of which the second joins the word.
            ("İstanbul", &["i\u{307}stanbul"]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn ranges_are_sorted_and_inclusive() {
        for ranges in [WORD, CJK] {
            assert!(ranges.windows(2).all(|pair| pair[0].1 < pair[1].0));
        }
        for (c, expected) in [
            ('0', true),
            ('9', true),
            (':', false),
            ('_', true),
            ('×', false),
            ('ỹ', true),
        ] {
            assert_eq!(within(WORD, c), expected, "{c}");
        }
    }

    #[test]
    fn only_vietnamese_letters_count_as_such() {
        for (word, expected) in [("đời", true), ("xe", false), ("über", false), ("ô", true)] {
            assert_eq!(has_vietnamese_letter(word), expected, "{word}");
        }
    }
}
