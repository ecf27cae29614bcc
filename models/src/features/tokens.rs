//! The words of a title that say which version of a model is offered.
//!
//! Sellers' titles also hold prices, odometers, years and phone numbers; those are dropped, so that a free title and
//! a site's own version string (`Vios 1.5G`) meet in the same words.

use datasets::text;

/// Units that make the number before them a price or an odometer.
const NOISE_UNITS: &[&str] = &[
    "km", "kms", "vkm", "tr", "trieu", "ty", "ti", "cay", "k", "van",
];

/// A title as [`version_words`] reads it: folded, its thousands joined.
pub fn folded(title: &str) -> String {
    join_thousands(text::fold(title))
}

/// Splits a [`folded`] title into version words, each once, in order. Words for which `skip` holds (the make's own name)
/// are left out; all-digit words of four or more digits are years, odometers or phone numbers, unless `keep` (the model: a
/// Peugeot 3008) names them.
pub fn version_words<'t>(folded: &'t str, keep: &str, skip: impl Fn(&str) -> bool) -> Vec<&'t str> {
    let words = split(folded);
    let mut found: Vec<&str> = Vec::with_capacity(words.len());
    let mut index = 0;
    while index < words.len() {
        let word = words[index];
        index += 1;
        let is_number = word.starts_with(|c: char| c.is_ascii_digit());
        if is_number
            && words
                .get(index)
                .is_some_and(|unit| NOISE_UNITS.contains(unit))
        {
            // `450 tr 5`: what follows the unit belongs to the amount.
            index += 1;
            if words
                .get(index)
                .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()))
            {
                index += 1;
            }
            continue;
        }
        let litres = word == "l" && index >= 2 && words[index - 2].contains('.');
        let long_number =
            word.len() >= 4 && word.chars().all(|c| c.is_ascii_digit()) && word != keep;
        if litres || long_number || is_amount(word) || skip(word) {
            continue;
        }
        if !found.contains(&word) {
            found.push(word);
        }
    }
    found
}

/// The first engine size, in litres, among version words.
pub fn engine_l(words: &[&str]) -> Option<f32> {
    words
        .iter()
        .filter(|word| word.contains('.'))
        .filter_map(|word| word.parse().ok())
        .find(|litres| (0.6..=7.0).contains(litres))
}

/// `120.000` and `120,000` become `120000`; other commas between digits become points.
fn join_thousands(folded: String) -> String {
    if !folded.contains(['.', ',']) {
        return folded;
    }
    let bytes = folded.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut out = String::with_capacity(folded.len());
    for (at, c) in folded.char_indices() {
        if !matches!(c, '.' | ',') || at == 0 || !digit(at - 1) || !digit(at + 1) {
            out.push(if c == ',' { ' ' } else { c });
        } else if !(digit(at + 2) && digit(at + 3) && !digit(at + 4)) {
            out.push('.');
        }
    }
    out
}

/// Runs of letters and digits, with decimal numbers cut loose from the letters that follow: `2.0at` is `2.0`, `at`.
fn split(folded: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for run in folded.split(|c: char| !c.is_ascii_alphanumeric() && c != '.') {
        let mut rest = run;
        while !rest.is_empty() {
            let end = word_end(rest);
            let word = rest[..end].trim_matches('.');
            if !word.is_empty() {
                words.push(word);
            }
            rest = &rest[end..];
        }
    }
    words
}

fn word_end(run: &str) -> usize {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(run);
    if whole > 0 && run[whole..].starts_with('.') {
        let fraction = digits(&run[whole + 1..]);
        if fraction > 0 {
            return whole + 1 + fraction;
        }
    }
    match run.find('.') {
        Some(0) => 1,
        Some(at) => at,
        None => run.len(),
    }
}

/// `35000km`, `450tr`, `2l`: a number glued to a unit.
fn is_amount(word: &str) -> bool {
    let unit = word.trim_start_matches(|c: char| c.is_ascii_digit());
    unit.len() < word.len() && (NOISE_UNITS.contains(&unit) || (unit == "l" && word.len() <= 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_strings_and_free_titles_meet() {
        for (title, keep, want) in [
            ("Vios 1.5G", "vios", "vios 1.5 g"),
            (
                "Xe Vios 1.5 G số tự động 2019",
                "vios",
                "xe vios 1.5 g so tu dong",
            ),
            ("Accent 1.4 ATH", "accent", "accent 1.4 ath"),
            ("Ranger XLS 2.2L 4x2 AT", "ranger", "ranger xls 2.2 4x2 at"),
            ("CR V L 2022", "crv", "cr v l"),
            ("Peugeot 3008 1.6 AT 2019", "3008", "peugeot 3008 1.6 at"),
            ("Innova 2,0E 120.000 km 450tr", "innova", "innova 2.0 e"),
            ("E200 giá 1 tỷ 250 lh 0912345678", "eclass", "e200 gia lh"),
            ("Morning 4.5 vạn zin", "morning", "morning zin"),
            ("", "", ""),
        ] {
            let folded = folded(title);
            let words = version_words(&folded, keep, |_| false);
            assert_eq!(words.join(" "), want, "{title}");
        }
    }

    #[test]
    fn skipped_words_and_repeats_are_left_out() {
        let folded = folded("Toyota Vios Vios G");
        let words = version_words(&folded, "vios", |word| word == "toyota");
        assert_eq!(words, ["vios", "g"]);
    }

    #[test]
    fn engine_sizes_are_litres() {
        let engine = |title| engine_l(&version_words(&folded(title), "", |_| false));
        assert_eq!(engine("Vios 1.5G"), Some(1.5));
        assert_eq!(engine("Vios G"), None);
        assert_eq!(engine("bản 0.3 hay 2.4"), Some(2.4));
    }
}
