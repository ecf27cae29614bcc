//! A title cut into atoms: runs of letters and numbers, with the noise among them marked.
//!
//! `CX-5`, `CX 5` and `cx5` are the same two atoms, and the key of neighbouring atoms is their concatenation,
//! so that a window over atoms is looked up without allocating.

use std::ops::Range;

use crate::text;

/// What an atom is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters.
    Letters,
    /// Digits, grouped ones included (`86.000`).
    Integer,
    /// One or two digits, a point, one or two digits: an engine size more often than not.
    Decimal,
    /// `4x4`, `4x2`, `6x4`.
    Wheels,
}

/// A run of letters or a number.
#[derive(Debug, Clone)]
pub(super) struct Atom {
    pub(super) kind: Kind,
    /// Place in [`Scan::folded`].
    source: Range<usize>,
    /// Place in [`Scan::joined`].
    key: Range<usize>,
    /// Nothing stands between this atom and the one before.
    pub(super) glued: bool,
    /// Part of a price, a distance, a phone number or a count of something.
    pub(super) noise: bool,
}

/// Folded text and its atoms.
pub(super) struct Scan {
    folded: String,
    joined: String,
    pub(super) atoms: Vec<Atom>,
}

/// The key under which names are looked up: letters and digits of the fold, `+` written out (`Ka+` is no `Ka`).
pub(super) fn key(text: &str) -> String {
    let mut key = text::fold(text);
    if key.contains('+') {
        key = key.replace('+', "plus");
    }
    key.retain(char::is_alphanumeric);
    key
}

impl Scan {
    pub(super) fn new(text: &str) -> Self {
        let folded = text::fold(text);
        let mut scan = Self {
            joined: String::with_capacity(folded.len()),
            folded,
            atoms: Vec::with_capacity(16),
        };
        let mut at = 0;
        while let Some(c) = scan.folded[at..].chars().next() {
            let end = at + scan.run_length(at, c);
            if c.is_alphanumeric() || (c == '+' && scan.ends_at(at)) {
                scan.push(at..end, c);
            }
            at = end;
        }
        scan.mark_noise();
        scan
    }

    fn ends_at(&self, at: usize) -> bool {
        self.atoms.last().is_some_and(|atom| atom.source.end == at)
    }

    /// Bytes of the run of like characters that begins with `first` at `at`.
    fn run_length(&self, at: usize, first: char) -> usize {
        let rest = &self.folded[at..];
        if first.is_ascii_digit() {
            return wheels_length(rest).unwrap_or_else(|| number_length(rest));
        }
        if first.is_alphabetic() {
            return rest
                .find(|c: char| !c.is_alphabetic())
                .unwrap_or(rest.len());
        }
        first.len_utf8()
    }

    fn push(&mut self, source: Range<usize>, first: char) {
        let run = &self.folded[source.clone()];
        let glued = first != '+' && self.ends_at(source.start);
        let start = self.joined.len();
        let kind = if first == '+' {
            self.joined.push_str("plus");
            Kind::Letters
        } else if !first.is_ascii_digit() {
            self.joined.push_str(run);
            if first.is_alphabetic() {
                Kind::Letters
            } else {
                Kind::Integer
            }
        } else if run.contains(['x', '×', '*']) {
            self.joined.extend(
                run.chars()
                    .map(|c| if c.is_ascii_digit() { c } else { 'x' }),
            );
            Kind::Wheels
        } else {
            self.joined.extend(run.chars().filter(char::is_ascii_digit));
            let decimal = run.split_once(['.', ',']).is_some_and(|(whole, part)| {
                whole.len() <= 2 && part.len() <= 2 && !part.contains(['.', ','])
            });
            if decimal {
                Kind::Decimal
            } else {
                Kind::Integer
            }
        };
        let key = start..self.joined.len();
        self.atoms.push(Atom {
            kind,
            source,
            key,
            glued,
            noise: false,
        });
    }

    /// The lookup key of the atoms in `window`, which must not be empty.
    pub(super) fn key(&self, window: Range<usize>) -> &str {
        &self.joined[self.atoms[window.start].key.start..self.atoms[window.end - 1].key.end]
    }

    /// The atom as a token of a trim: decimals keep their point.
    pub(super) fn token(&self, index: usize) -> std::borrow::Cow<'_, str> {
        if self.atoms[index].kind == Kind::Decimal {
            let printed = &self.folded[self.atoms[index].source.clone()];
            return if printed.contains(',') {
                printed.replace(',', ".").into()
            } else {
                printed.into()
            };
        }
        self.key(index..index + 1).into()
    }

    /// The atom's letters, or nothing when it has none or does not exist.
    pub(super) fn letters(&self, index: usize) -> &str {
        match self.atoms.get(index) {
            Some(atom) if atom.kind == Kind::Letters => self.key(index..index + 1),
            _ => "",
        }
    }

    /// The value of an integer that is written without groups.
    fn integer(&self, index: usize) -> Option<u64> {
        let atom = self.atoms.get(index)?;
        if atom.kind != Kind::Integer || atom.source.len() != atom.key.len() {
            return None;
        }
        self.key(index..index + 1).parse().ok()
    }

    /// The model year at this atom: `2017`, or the last digits of `2k17`.
    pub(super) fn year(&self, index: usize) -> Option<i32> {
        let atom = &self.atoms[index];
        let value = self.integer(index)? as i32;
        if (1980..=2030).contains(&value) && !atom.noise {
            return Some(value);
        }
        let shorthand = atom.glued
            && atom.key.len() == 2
            && index >= 2
            && self.letters(index - 1) == "k"
            && self.key(index - 2..index - 1) == "2";
        (shorthand && value <= 30).then_some(2000 + value)
    }

    /// The engine size in litres that this atom states.
    pub(super) fn litres(&self, index: usize) -> Option<f64> {
        let atom = &self.atoms[index];
        if atom.kind != Kind::Decimal || atom.noise {
            return None;
        }
        let value: f64 = self.token(index).parse().ok()?;
        (0.6..=8.5).contains(&value).then_some(value)
    }

    fn mark_noise(&mut self) {
        for index in 0..self.atoms.len() {
            let atom = &self.atoms[index];
            let digits = atom.key.len();
            let grouped = atom.kind == Kind::Integer && atom.source.len() != digits;
            let long = atom.kind == Kind::Integer && digits >= 5;
            let after_noise = index > 0
                && self.atoms[index - 1].noise
                && atom.kind == Kind::Integer
                && self.atoms[index - 1].kind == Kind::Integer
                && digits >= 3
                && self.year(index).is_none();
            let phone = atom.kind == Kind::Integer
                && (3..=4).contains(&digits)
                && self.key(index..index + 1).starts_with('0')
                && self
                    .atoms
                    .get(index + 1)
                    .is_some_and(|next| next.kind == Kind::Integer && next.key.len() >= 3);
            if grouped || long || after_noise || phone {
                self.atoms[index].noise = true;
            }
            if self.counts_something(index) {
                self.atoms[index].noise = true;
                self.atoms[index + 1].noise = true;
            }
        }
    }

    /// A number before its unit: `490tr`, `5 chỗ`, `2 vạn`, `1.2 tỷ`. `C180k` and `300d` are badges.
    fn counts_something(&self, index: usize) -> bool {
        const OF_ANY: &[&str] = &[
            "ty", "ti", "tr", "trieu", "k", "km", "kms", "nghin", "ngan", "cu", "tan", "kg", "cc",
            "vnd",
        ];
        const OF_INTEGERS: &[&str] = &[
            "van", "v", "chu", "cho", "cua", "cau", "nam", "thang", "ngay", "lop", "tui", "banh",
            "ghe", "nguoi", "may", "xi", "chiec", "lan", "dong", "doi", "phan",
        ];
        let atom = &self.atoms[index];
        let unit = self.letters(index + 1);
        let badge = atom.glued && index > 0 && self.atoms[index - 1].kind == Kind::Letters;
        if unit.is_empty() || badge {
            return false;
        }
        match atom.kind {
            Kind::Integer => {
                let shorthand_year = unit == "k"
                    && self
                        .atoms
                        .get(index + 2)
                        .is_some_and(|next| next.glued && next.key.len() == 2);
                let plain = OF_ANY.contains(&unit) && !shorthand_year;
                plain || (atom.key.len() <= 3 && OF_INTEGERS.contains(&unit))
            }
            Kind::Decimal => OF_ANY.contains(&unit),
            Kind::Letters | Kind::Wheels => false,
        }
    }
}

/// Bytes of the digits at the start of `rest`, inner points and commas included.
fn number_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut end = 0;
    while end < bytes.len() {
        let inner =
            matches!(bytes[end], b'.' | b',') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if !bytes[end].is_ascii_digit() && !inner {
            break;
        }
        end += 1;
    }
    end
}

/// Bytes of `4x4`, `4×2` or `4*2` at the start of `rest`.
fn wheels_length(rest: &str) -> Option<usize> {
    let mut chars = rest.char_indices();
    let (_, all) = chars.next()?;
    let (_, cross) = chars.next()?;
    let (at, driven) = chars.next()?;
    let next_is_digit = chars.next().is_some_and(|(_, c)| c.is_ascii_digit());
    let wheels = matches!(all, '4' | '6' | '8')
        && matches!(cross, 'x' | '×' | '*')
        && matches!(driven, '2' | '4' | '6')
        && !next_is_digit;
    wheels.then_some(at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atoms(text: &str) -> Vec<String> {
        let scan = Scan::new(text);
        (0..scan.atoms.len())
            .map(|i| {
                let mark = if scan.atoms[i].noise { "~" } else { "" };
                format!("{mark}{}", scan.token(i))
            })
            .collect()
    }

    #[test]
    fn letters_and_numbers_part() {
        assert_eq!(atoms("CX5 2,5AT"), ["cx", "5", "2.5", "at"]);
        assert_eq!(atoms("Triton 4×4.MT"), ["triton", "4x4", "mt"]);
        assert_eq!(atoms("💚💚Civic"), ["civic"]);
        assert_eq!(atoms("Titanium+ Ka +"), ["titanium", "plus", "ka"]);
    }

    #[test]
    fn prices_distances_phones_and_counts_are_noise() {
        assert_eq!(
            atoms("490tr 1.2 tỷ 86.000 km 5 chỗ"),
            ["~490", "~tr", "~1.2", "~ty", "~86000", "~km", "~5", "~cho"]
        );
        assert_eq!(atoms("0912.345.678"), ["~0912345678"]);
        assert_eq!(atoms("0912 345 678"), ["~0912", "~345", "~678"]);
        assert_eq!(atoms("C180k 2.7V"), ["c", "180", "k", "2.7", "v"]);
    }

    #[test]
    fn years_are_read_in_both_spellings() {
        let year = |text: &str| {
            let scan = Scan::new(text);
            (0..scan.atoms.len()).find_map(|i| scan.year(i))
        };
        assert_eq!(year("Vios 2017"), Some(2017));
        assert_eq!(year("Vios 2k19"), Some(2019));
        assert_eq!(year("Vios 1.5 2km"), None);
    }
}
