//! Lexicons of phrases that are looked up in a message.
//!
//! Half of all Vietnamese is typed without diacritics, so phrases are written with them and match both ways: see
//! [`Text::is`].

use std::collections::HashMap;
use std::ops::Range;

use super::text::Text;
use super::word::{HashHasher, Word};

/// A phrase with what it means.
type Phrase<T> = (Vec<Word>, T);

/// Phrases with what they mean; the longest one at a place wins.
#[derive(Debug)]
pub(super) struct Lexicon<T> {
    /// By the hash of the first word's fold; the longest first.
    by_first: HashMap<u64, Vec<Phrase<T>>, HashHasher>,
    /// Words of the longest phrase that [`Lexicon::before`] looks for.
    longest: usize,
}

/// Most words of a phrase that [`Lexicon::before`] looks for.
const LONGEST: usize = 5;

impl<T: Copy> Lexicon<T> {
    /// A lexicon of lower-case NFC phrases.
    pub(super) fn new<'p>(phrases: impl IntoIterator<Item = (&'p str, T)>) -> Self {
        let mut by_first: HashMap<u64, Vec<Phrase<T>>, HashHasher> = HashMap::default();
        let mut longest = 0;
        for (phrase, meaning) in phrases {
            let words: Vec<Word> = phrase
                .split(' ')
                .map(|word| Word::new(word.to_owned()))
                .collect();
            longest = longest.max(words.len());
            let list = by_first.entry(words[0].hash()).or_default();
            list.push((words, meaning));
        }
        for list in by_first.values_mut() {
            list.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        }
        Self {
            by_first,
            longest: longest.min(LONGEST),
        }
    }

    /// The phrases whose first word the token at `index` may be.
    fn beginning_at(&self, text: &Text, index: usize) -> &[Phrase<T>] {
        let token = text.get(index);
        token
            .and_then(|token| self.by_first.get(&token.word.hash()))
            .map_or(&[], Vec::as_slice)
    }

    /// The longest phrase that begins at `index`: how many tokens it takes, and its meaning.
    pub(super) fn at(&self, text: &Text, index: usize) -> Option<(usize, T)> {
        self.each_at(text, index).next()
    }

    /// What all phrases mean that begin at `index`, the longest first, with how many tokens each takes.
    pub(super) fn each_at(&self, text: &Text, index: usize) -> impl Iterator<Item = (usize, T)> {
        self.beginning_at(text, index)
            .iter()
            .filter(move |(words, _)| stand_at(words, text, index))
            .map(|(words, meaning)| (words.len(), *meaning))
    }

    /// The longest phrase that ends right before `index`: where it begins, and its meaning.
    pub(super) fn before(&self, text: &Text, index: usize) -> Option<(usize, T)> {
        (index.saturating_sub(self.longest)..index).find_map(|start| {
            self.beginning_at(text, start)
                .iter()
                .find(|(words, _)| words.len() == index - start && stand_at(words, text, start))
                .map(|(_, meaning)| (start, *meaning))
        })
    }

    /// Every phrase of the message from left to right, none inside another.
    pub(super) fn all(&self, text: &Text) -> Vec<(Range<usize>, T)> {
        let mut found = Vec::new();
        let mut index = 0;
        while index < text.len() {
            index += match self.at(text, index) {
                Some((length, meaning)) => {
                    found.push((index..index + length, meaning));
                    length
                }
                None => 1,
            };
        }
        found
    }
}

/// Whether `words` stand in the message from `index` on.
fn stand_at(words: &[Word], text: &Text, index: usize) -> bool {
    words
        .iter()
        .enumerate()
        .all(|(offset, word)| text.is(index + offset, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diacritics_decide_where_they_are_written() {
        let colours = Lexicon::new([("đen", 1), ("đỏ", 2), ("khánh hòa", 3)]);
        for (text, want) in [
            ("xe màu đen", Some(1)),
            ("xe đi đến nơi", None),
            ("xe mau den", Some(1)),
            ("lý do là gì", None),
            ("o Khánh Hoà", Some(3)),
            ("khanh hoa", Some(3)),
        ] {
            let found = colours.all(&Text::new(text));
            assert_eq!(found.first().map(|(_, meaning)| *meaning), want, "{text}");
        }
    }

    #[test]
    fn the_longest_phrase_wins_from_either_side() {
        let bounds = Lexicon::new([("từ", 1), ("tính từ", 2)]);
        let text = Text::new("tính từ 2018");
        assert_eq!(bounds.at(&text, 0), Some((2, 2)));
        assert_eq!(bounds.before(&text, 2), Some((0, 2)));
    }
}
