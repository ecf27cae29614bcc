//! Names of sellers in texts that they wrote themselves: titles above all.

use std::borrow::Cow;
use std::ops::Range;

use datasets::{Catalogue, province, text};

/// What stands in a name's place.
const SIGN: &str = "…";

/// Fewest letters of a name of one word that is looked for: `An` and `Hà` are words of many texts.
const SHORTEST_WORD: usize = 4;

/// Names to look for, folded.
#[derive(Debug, Default)]
pub(crate) struct Names(Vec<Vec<char>>);

impl Names {
    /// Takes a name up, unless it is a word that says something of cars: a make, a model, a province.
    pub(crate) fn add(&mut self, name: &str) {
        let folded = text::fold(&text::clean(name));
        let letters = folded.chars().filter(|c| c.is_alphanumeric()).count();
        let one_word = !folded.contains(' ');
        let common = (one_word && letters < SHORTEST_WORD)
            || letters < 2
            || province::whole(name).is_some()
            || names_a_car(name);
        let name: Vec<char> = folded.chars().collect();
        if !common && !self.0.contains(&name) {
            self.0.push(name);
        }
    }

    /// The text with a sign in the place of every name, in whatever case and composition it stands there.
    pub(crate) fn scrub<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let shortest = self.0.iter().map(Vec::len).min();
        if shortest.is_none_or(|shortest| text.len() < shortest) {
            return Cow::Borrowed(text);
        }
        let letters = folded_letters(text);
        let mut places: Vec<Range<usize>> = Vec::new();
        for name in &self.0 {
            let mut at = 0;
            while at + name.len() <= letters.len() {
                let end = at + name.len();
                let same = letters[at..end].iter().map(|letter| letter.folded).eq(name.iter().copied());
                if same && apart(&letters, at, end) {
                    places.push(letters[at].bytes.start..letters[end - 1].bytes.end);
                    at = end;
                } else {
                    at += 1;
                }
            }
        }
        if places.is_empty() {
            return Cow::Borrowed(text);
        }
        places.sort_by_key(|place| (place.start, std::cmp::Reverse(place.end)));
        let mut out = String::with_capacity(text.len());
        let mut end = 0;
        for place in places.into_iter() {
            if place.start >= end {
                out.push_str(&text[end..place.start]);
                out.push_str(SIGN);
                end = place.end;
            }
        }
        out.push_str(&text[end..]);
        Cow::Owned(out)
    }
}

fn names_a_car(name: &str) -> bool {
    let catalogue = Catalogue::embedded();
    let makes = catalogue.makes();
    catalogue.make(name).is_some()
        || (name.split_whitespace().count() <= 3
            && makes.iter().any(|make| catalogue.model(&make.name, name).is_some()))
}

/// A folded letter and the bytes that it came from.
struct Letter {
    folded: char,
    bytes: Range<usize>,
}

fn folded_letters(text: &str) -> Vec<Letter> {
    let mut letters: Vec<Letter> = Vec::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let bytes = at..at + c.len_utf8();
        if c.is_whitespace() {
            if letters.last().is_some_and(|last| last.folded != ' ') {
                letters.push(Letter { folded: ' ', bytes });
            }
            continue;
        }
        let mut any = false;
        text::fold_char(c, |folded| {
            any = true;
            letters.push(Letter {
                folded,
                bytes: bytes.clone(),
            });
        });
        // A mark belongs to the letter before it.
        if !any && let Some(last) = letters.last_mut() {
            last.bytes.end = bytes.end;
        }
    }
    letters
}

/// Whether no word reaches into the place from either side.
fn apart(letters: &[Letter], start: usize, end: usize) -> bool {
    let word = |at: Option<usize>| {
        at.and_then(|at| letters.get(at)).is_some_and(|letter| letter.folded.is_alphanumeric())
    };
    !word(start.checked_sub(1)) && !word(Some(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scrubbed(names: &[&str], text: &str) -> String {
        let mut all = Names::default();
        for name in names {
            all.add(name);
        }
        all.scrub(text).into_owned()
    }

    #[test]
    fn names_go_in_any_spelling_and_words_of_cars_stay() {
        for (name, text, want) in [
            ("Nguyễn Văn Thử", "LH nguyễn văn thử, Hà Nội", "LH …, Hà Nội"),
            ("Nguyễn Văn Thử", "Nguye\u{302}\u{303}n  VĂN\u{a0}Thử!", "…!"),
            ("Nguyễn Văn Thử", "Nguyen Van Thu", "…"),
            ("Hùng", "xe của Hùng, hùngkia", "xe của …, hùngkia"),
            ("An", "An toàn", "An toàn"),
            ("Toyota", "Toyota Vios", "Toyota Vios"),
            ("Vios", "Toyota Vios", "Toyota Vios"),
            ("Hà Nội", "Hà Nội", "Hà Nội"),
            ("Toyota Mỹ Đình", "Vios ở Toyota Mỹ Đình", "Vios ở …"),
            ("", "Vios", "Vios"),
            ("Salon Thử", "Salon Thử Salon Thử", "… …"),
        ] {
            assert_eq!(scrubbed(&[name], text), want, "{name}");
            assert_eq!(scrubbed(&[name], want), want, "{name}");
        }
        assert_eq!(scrubbed(&["Văn Thử", "Nguyễn Văn Thử"], "x Nguyễn Văn Thử"), "x …");
    }
}
