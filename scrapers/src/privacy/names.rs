//! Names of sellers in texts that they wrote themselves: titles above all.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use datasets::{Catalogue, province, text};

/// What stands in a name's place.
const SIGN: &str = "…";

/// Fewest letters of a name of one word that is looked for: `An` and `Hà` are words of many texts.
const SHORTEST_WORD: usize = 4;

/// Keys of every make and model in all their spellings.
static CARS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let mut keys = HashSet::new();
    for make in Catalogue::embedded().makes() {
        keys.extend(
            std::iter::once(&make.name)
                .chain(&make.aliases)
                .map(|name| text::key(name)),
        );
        for model in &make.models {
            let names = model.aliases.iter().chain(&model.designations);
            keys.extend(
                std::iter::once(&model.name)
                    .chain(names)
                    .map(|name| text::key(name)),
            );
        }
    }
    keys
});

/// Names to look for, folded, one blank between their words.
#[derive(Debug, Default)]
pub(crate) struct Names(Vec<Vec<char>>);

impl Names {
    /// Takes a name up, unless it is a word that says something of cars: a make, a model, a province.
    pub(crate) fn add(&mut self, name: &str) {
        let folded = text::fold(&text::clean(name));
        let folded = folded.trim_matches(|c: char| !c.is_alphanumeric());
        let letters = folded.chars().filter(|c| c.is_alphanumeric()).count();
        let one_word = !folded.contains(' ');
        let common = letters < 2
            || (one_word && letters < SHORTEST_WORD)
            || CARS.contains(&text::key(folded))
            || province::whole(name).is_some();
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
        let mut out = String::new();
        let mut copied = 0;
        let mut in_word = false;
        for (at, c) in text.char_indices() {
            let begins = !in_word && c.is_alphanumeric() && at >= copied;
            in_word = in_word_after(in_word, c);
            if !begins {
                continue;
            }
            let longest = self
                .0
                .iter()
                .filter_map(|name| end_of(name, &text[at..]))
                .max();
            if let Some(length) = longest {
                out.push_str(&text[copied..at]);
                out.push_str(SIGN);
                copied = at + length;
            }
        }
        if copied == 0 {
            return Cow::Borrowed(text);
        }
        out.push_str(&text[copied..]);
        Cow::Owned(out)
    }
}

/// Whether a word goes on behind `c`: a mark belongs to the letter before it.
fn in_word_after(in_word: bool, c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    c.is_alphanumeric()
        || (in_word && {
            let mut is_mark = true;
            text::fold_char(c, |_| is_mark = false);
            is_mark
        })
}

/// Bytes of the name at the start of `text`, where no word goes on behind it.
fn end_of(name: &[char], text: &str) -> Option<usize> {
    let mut rest = name.iter();
    let mut wanted = rest.next();
    let mut blank = false;
    let mut end = None;
    for (at, c) in text.char_indices() {
        if end.is_some() {
            // Marks of the last letter, then anything but a word.
            if in_word_after(true, c) && !c.is_alphanumeric() {
                end = Some(at + c.len_utf8());
                continue;
            }
            return end.filter(|_| !c.is_alphanumeric());
        }
        if c.is_whitespace() {
            if !blank {
                if wanted != Some(&' ') {
                    return None;
                }
                wanted = rest.next();
            }
            blank = true;
            continue;
        }
        blank = false;
        let mut same = true;
        text::fold_char(c, |folded| {
            same &= wanted == Some(&folded);
            wanted = rest.next();
        });
        if !same {
            return None;
        }
        if wanted.is_none() {
            end = Some(at + c.len_utf8());
        }
    }
    end
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
            (
                "Nguyễn Văn Thử",
                "LH nguyễn văn thử, Hà Nội",
                "LH …, Hà Nội",
            ),
            (
                "Nguyễn Văn Thử",
                "Nguye\u{302}\u{303}n  VĂN\u{a0}Thử!",
                "…!",
            ),
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
        assert_eq!(
            scrubbed(&["Văn Thử", "Nguyễn Văn Thử"], "x Nguyễn Văn Thử"),
            "x …"
        );
    }
}
