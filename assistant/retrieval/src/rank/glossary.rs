//! Domain terms in both languages, so that words meet entries of the other language.

use std::collections::HashMap;

use datasets::text;

use crate::Language;

/// Words of the longest term.
const LONGEST: usize = 6;

/// Pairs of terms.
#[derive(Debug)]
pub struct Glossary {
    /// Translations of a folded term, from each language.
    from_vietnamese: HashMap<String, Vec<String>>,
    from_english: HashMap<String, Vec<String>>,
}

impl Glossary {
    /// The shipped pairs.
    pub fn shipped() -> Self {
        Self::parse(include_str!("../../data/glossary.tsv"))
    }

    /// Pairs from lines `vi<TAB>en`, the first of which is a header.
    fn parse(text: &str) -> Self {
        let mut glossary = Self {
            from_vietnamese: HashMap::new(),
            from_english: HashMap::new(),
        };
        for (vietnamese, english) in text
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once('\t'))
        {
            let folded = |term: &str| text::tokens(term).join(" ");
            glossary
                .from_vietnamese
                .entry(folded(vietnamese))
                .or_default()
                .push(english.to_owned());
            glossary
                .from_english
                .entry(folded(english))
                .or_default()
                .push(vietnamese.to_owned());
        }
        glossary
    }

    /// Terms of the other language for the terms that `text`, in `language`, is made of; the longest match first.
    pub fn translate(&self, text: &str, language: Language) -> Vec<&str> {
        let table = match language {
            Language::Vietnamese => &self.from_vietnamese,
            Language::English => &self.from_english,
        };
        let words = text::tokens(text);
        let mut found = Vec::new();
        let mut start = 0;
        while start < words.len() {
            let longest = LONGEST.min(words.len() - start);
            let hit = (1..=longest).rev().find_map(|length| {
                Some((length, table.get(&words[start..start + length].join(" "))?))
            });
            let (length, terms) =
                hit.map_or((1, &[][..]), |(length, terms)| (length, terms.as_slice()));
            found.extend(terms.iter().map(String::as_str));
            start += length;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_pairs_are_many_and_translate_both_ways() {
        let glossary = Glossary::shipped();
        let pairs: usize = glossary.from_vietnamese.values().map(Vec::len).sum();
        assert!(pairs >= 600, "{pairs}");
        for (text, language, part) in [
            ("có được trả góp không", Language::Vietnamese, "instalment"),
            ("co duoc tra gop khong", Language::Vietnamese, "instalment"),
            (
                "How does the ownership transfer work?",
                Language::English,
                "sang tên",
            ),
        ] {
            let found = glossary.translate(text, language);
            assert!(
                found.iter().any(|term| term.contains(part)),
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn the_longest_term_wins() {
        let glossary = Glossary::parse("vi\ten\ntên\tname\nsang tên\townership transfer\n");
        assert_eq!(
            glossary.translate("Sang tên xe", Language::Vietnamese),
            ["ownership transfer"]
        );
        assert_eq!(
            glossary.translate("tên tôi", Language::Vietnamese),
            ["name"]
        );
    }
}
