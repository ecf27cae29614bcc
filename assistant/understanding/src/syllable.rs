//! The rule by which Vietnamese syllables are built, without their diacritics.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::word::WordHasher;

/// Beginnings of syllables, longest first; `d` stands for `đ` too.
const ONSETS: &[&str] = &[
    "ngh", "ng", "nh", "ch", "gh", "gi", "kh", "ph", "qu", "th", "tr", "b", "c", "d", "g", "h",
    "k", "l", "m", "n", "r", "s", "t", "v", "x", "",
];

/// What may follow the onset.
const RIMES: &[&str] = &[
    "a", "ac", "ach", "ai", "am", "an", "ang", "anh", "ao", "ap", "at", "au", "ay", "e", "ec",
    "ech", "em", "en", "eng", "enh", "eo", "ep", "et", "eu", "i", "ia", "ich", "iec", "iem", "ien",
    "ieng", "iep", "iet", "ieu", "im", "in", "inh", "ip", "it", "iu", "o", "oa", "oac", "oach",
    "oai", "oam", "oan", "oang", "oanh", "oao", "oap", "oat", "oay", "oc", "oe", "oen", "oeo",
    "oet", "oi", "om", "on", "ong", "ooc", "oong", "op", "ot", "u", "ua", "uan", "uang", "uat",
    "uay", "uc", "ue", "uech", "uenh", "ui", "um", "un", "ung", "uoc", "uoi", "uom", "uon", "uong",
    "uop", "uot", "uou", "up", "ut", "uu", "uy", "uya", "uych", "uyen", "uyet", "uynh", "uyt",
    "uyu", "y", "yem", "yen", "yeng", "yet", "yeu", "uo",
];

/// Rimes that some onsets share a letter with: `gì`, `gìn`, `quốc`.
const SHORT_RIMES: &[&str] = &["", "n", "m", "eng", "et", "ech", "oc", "oi", "on", "ot"];

/// Every syllable that the rule makes.
static SYLLABLES: LazyLock<HashSet<String, WordHasher>> = LazyLock::new(|| {
    let of_onset = |onset: &'static str| {
        let rimes = RIMES.iter().chain(SHORT_RIMES);
        rimes
            .filter(move |rime| fits(onset, rime))
            .map(move |rime| format!("{onset}{rime}"))
    };
    ONSETS.iter().flat_map(|onset| of_onset(onset)).collect()
});

/// Letters of the longest syllable.
const LONGEST: usize = 7;

/// Whether `word`, folded, is a well-formed syllable; a foreign word may be one by chance (`can`, `to`).
pub(super) fn is_syllable(word: &str) -> bool {
    word.len() <= LONGEST && SYLLABLES.contains(word)
}

fn fits(onset: &str, rime: &str) -> bool {
    let front = rime.starts_with(['e', 'i', 'y']);
    match onset {
        "ngh" | "gh" => front && !rime.starts_with('y') && RIMES.contains(&rime),
        "k" => front && RIMES.contains(&rime),
        "c" | "g" | "ng" => !front && RIMES.contains(&rime),
        // `quý` is qu + y; `quốc` has lost the o of its rime uôc.
        "qu" => {
            matches!(rime, "oc" | "oi" | "on" | "ot")
                || (!rime.starts_with(['o', 'u']) && RIMES.contains(&rime))
        }
        // `gì` and `gìn` share their i with the onset.
        "gi" => {
            rime.is_empty()
                || matches!(rime, "n" | "m" | "eng" | "et" | "ech")
                || RIMES.contains(&rime)
        }
        "" => RIMES.contains(&rime) && !rime.starts_with("ie"),
        _ => {
            RIMES.contains(&rime)
                && !rime.starts_with("ye")
                && !(rime.starts_with("uy") && onset == "ph")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_makes_vietnamese_syllables_and_few_others() {
        for word in "dinh gia nghieng khuyu quoc gi giua xe muon bao nhieu duoc khong tra gop quyen y uy yeu oai nguyen"
            .split(' ')
        {
            assert!(is_syllable(word), "{word}");
        }
        for word in "price sell vios kk ngi ghanh what worth how my cars is of much".split(' ') {
            assert_eq!(is_syllable(word), word == "my", "{word}");
        }
    }

    #[test]
    fn there_are_enough_of_them() {
        assert!(SYLLABLES.len() >= 1500, "{}", SYLLABLES.len());
        assert!(SYLLABLES.iter().all(|word| word.len() <= LONGEST));
    }
}
