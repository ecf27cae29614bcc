//! Vietnamese text: canonical composition, diacritic folding and tokens.
//!
//! Sellers write the same word in composed and decomposed Unicode, with and without diacritics, in any case.
//! Everything that compares text compares its fold.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Canonical composition (NFC), outer white space dropped, inner white space collapsed to one blank.
pub fn clean(text: &str) -> String {
    let composed = text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes;
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        if composed {
            out.push_str(word);
        } else {
            out.extend(word.nfc());
        }
    }
    out
}

/// As [`clean`]; a text that is clean already stays where it is.
pub fn into_clean(text: String) -> String {
    let composed = text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes;
    let mut before = ' ';
    let mut spaced = true;
    for c in text.chars() {
        spaced &= c == ' ' || !c.is_whitespace();
        spaced &= c != ' ' || before != ' ';
        before = c;
    }
    if composed && spaced && before != ' ' {
        return text;
    }
    clean(&text)
}

/// The first 60 characters: as much of a caller's text as fits a message.
pub fn clipped(text: &str) -> String {
    cut(text, 60)
}

/// The first `length` characters, and an ellipsis in place of the rest.
pub fn cut(text: &str, length: usize) -> String {
    match text.char_indices().nth(length) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Lower case without diacritics or typographic variants: `Số tự động`, `so tu dong` and `𝐬𝐨 𝐭𝐮 𝐝𝐨𝐧𝐠` fold alike.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // Marks alone would have to be put in order for NFKD, and they go.
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        fold_char(c, |c| folded.push(c));
    }
    folded
}

/// The letters that one letter folds to, as [`fold`] has it; none of a combining mark.
pub fn fold_char(c: char, mut each: impl FnMut(char)) {
    if c.is_ascii() {
        each(c.to_ascii_lowercase());
        return;
    }
    decompose_compatible(c, |part| {
        if !is_combining_mark(part) {
            for lower in part.to_lowercase() {
                each(if lower == 'đ' { 'd' } else { lower });
            }
        }
    });
}

/// The fold with everything but letters and digits dropped: `CR-V`, `CR V` and `crv` share the key `crv`.
pub fn key(text: &str) -> String {
    let mut folded = fold(text);
    folded.retain(char::is_alphanumeric);
    folded
}

/// Folded words of letters, digits and inner decimal points: `Vios 1.5G (CVT)` gives `vios`, `1.5g`, `cvt`.
pub fn tokens(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut tokens = Vec::new();
    let mut current = String::new();
    let mut chars = folded.chars().peekable();
    while let Some(c) = chars.next() {
        let inner_point = matches!(c, '.' | ',')
            && current.ends_with(|d: char| d.is_ascii_digit())
            && chars.peek().is_some_and(char::is_ascii_digit);
        if c.is_alphanumeric() {
            current.push(c);
        } else if inner_point {
            current.push('.');
        } else if !current.is_empty() {
            tokens.push(std::mem::take(&mut current));
        }
    }
    if !current.is_empty() {
        tokens.push(current);
    }
    tokens
}

/// Digits with a comma between thousands: `1234567` is `1,234,567`.
pub fn grouped(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_ignores_case_diacritics_and_composition() {
        let decomposed: String = "Số tự động".nfd().collect();
        for text in [
            "Số tự động",
            "SỐ TỰ ĐỘNG",
            decomposed.as_str(),
            "so tu dong",
            "𝐒𝐨̂́ 𝐭𝐮̛̣ đ𝐨̣̂𝐧𝐠",
        ] {
            assert_eq!(fold(text), "so tu dong", "{text}");
            let mut by_letter = String::new();
            for c in text.chars() {
                fold_char(c, |folded| by_letter.push(folded));
            }
            assert_eq!(by_letter, "so tu dong", "{text}");
        }
    }

    #[test]
    fn folding_is_by_compatible_decomposition() {
        let by_definition = |text: &str| -> String {
            text.nfkd()
                .filter(|c| !is_combining_mark(*c))
                .flat_map(char::to_lowercase)
                .map(|c| if c == 'đ' { 'd' } else { c })
                .collect()
        };
        for start in (0..=0x2_ffff_u32).step_by(7) {
            let text: String = (start..start + 7).filter_map(char::from_u32).collect();
            assert_eq!(fold(&text), by_definition(&text), "{text:?}");
        }
    }

    #[test]
    fn a_long_text_is_clipped_by_characters() {
        let long = "ă".repeat(100_000);
        assert_eq!(clipped(&long), format!("{}…", "ă".repeat(60)));
        assert_eq!(clipped("Vios"), "Vios");
    }

    #[test]
    fn clean_composes_and_collapses() {
        assert_eq!(clean("  Tỷ \t250\u{a0}Triệu "), "Tỷ 250 Triệu");
        let decomposed: String = "Tỷ 250".nfd().collect();
        for text in [
            "",
            " ",
            "a",
            " a",
            "a ",
            "a  b",
            "a b",
            "a\tb",
            "a\u{a0}b",
            "Tỷ 250",
            decomposed.as_str(),
        ] {
            assert_eq!(into_clean(text.to_owned()), clean(text), "{text:?}");
        }
    }

    #[test]
    fn keys_ignore_punctuation() {
        assert_eq!(key("CR-V"), key("cr v"));
        assert_eq!(key("Mercedes-Benz"), "mercedesbenz");
    }

    #[test]
    fn tokens_keep_decimal_points_inside_numbers() {
        assert_eq!(tokens("Vios 1.5G (CVT)."), ["vios", "1.5g", "cvt"]);
        assert_eq!(tokens("Máy 2,0 AT."), ["may", "2.0", "at"]);
    }
}
