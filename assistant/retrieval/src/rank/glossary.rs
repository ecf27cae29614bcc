//! Domain terms in both languages, so that words meet entries of the other language.

use std::collections::HashMap;

use datasets::text;

use super::terms::distinct_terms;
use crate::Language;

/// Words of the longest term.
const LONGEST: usize = 6;

/// Pairs of terms.
#[derive(Debug)]
pub(super) struct Glossary {
    /// Translations of a folded term, from each language; each as the terms that it is searched by.
    from_vietnamese: HashMap<String, Vec<String>>,
    from_english: HashMap<String, Vec<String>>,
}

impl Glossary {
    /// The shipped pairs.
    pub(super) fn shipped() -> Self {
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
                .extend(distinct_terms(english, Language::English));
            glossary
                .from_english
                .entry(folded(english))
                .or_default()
                .extend(distinct_terms(vietnamese, Language::Vietnamese));
        }
        glossary
    }

    /// What the terms that `text`, in `language`, is made of are searched by in the other language; the longest match
    /// first.
    pub(super) fn translate(&self, text: &str, language: Language) -> Vec<&str> {
        let table = match language {
            Language::Vietnamese => &self.from_vietnamese,
            Language::English => &self.from_english,
        };
        let words = text::tokens(text);
        let joined = words.join(" ");
        // Where each word ends in `joined`.
        let ends: Vec<usize> = words
            .iter()
            .scan(0, |end, word| {
                *end += word.len() + 1;
                Some(*end - 1)
            })
            .collect();
        let mut found = Vec::new();
        let (mut start, mut begin) = (0, 0);
        while start < words.len() {
            let last = words.len().min(start + LONGEST);
            let hit = (start..last)
                .rev()
                .find_map(|end| Some((end, table.get(&joined[begin..ends[end]])?)));
            let end = match hit {
                Some((end, terms)) => {
                    found.extend(terms.iter().map(String::as_str));
                    end
                }
                None => start,
            };
            begin = ends[end] + 1;
            start = end + 1;
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
            ("có được trả góp không", Language::Vietnamese, "instal"),
            ("co duoc tra gop khong", Language::Vietnamese, "instal"),
            (
                "How does the ownership transfer work?",
                Language::English,
                "sang ten",
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
            ["ownership", "transfer"]
        );
        assert_eq!(
            glossary.translate("tên tôi", Language::Vietnamese),
            ["name"]
        );
    }
}
