//! The tokenizer's three files: English tokens, Vietnamese tokens, and the gate with its character classes.

use std::collections::HashMap;

use super::gate::Gate;
use super::wordpiece::{Classes, WordPiece};
use super::{Bilingual, ENGLISH_TOKENS};

/// First line of `gate.tsv` that this build reads.
const VERSION: &str = "version\t1";

/// Reads the tokenizer; the error says which file and line are wrong.
pub(super) fn read(english: &str, vietnamese: &str, gate: &str) -> Result<Bilingual, String> {
    let ids = vocabulary("vocab.txt", english, 0)?;
    if ids.len() != ENGLISH_TOKENS as usize {
        let found = ids.len();
        return Err(format!(
            "vocab.txt has {found} tokens; {ENGLISH_TOKENS} are needed"
        ));
    }
    let vietnamese = vocabulary("vocab_vi.txt", vietnamese, ENGLISH_TOKENS)?;
    let (gate, classes) = read_gate(gate)?;
    Ok(Bilingual {
        english: WordPiece { ids, classes },
        vietnamese,
        gate,
    })
}

/// One token a line; ids count from `first`. Only line feeds part lines: tokens may hold any other character.
fn vocabulary(file: &str, text: &str, first: u32) -> Result<HashMap<Box<str>, u32>, String> {
    let mut ids = HashMap::new();
    let lines = text.strip_suffix('\n').unwrap_or(text).split('\n');
    for (token, id) in lines.zip(first..) {
        if ids.insert(Box::from(token), id).is_some() {
            let line = id - first + 1;
            return Err(format!("{file}:{line}: `{token}` comes twice"));
        }
    }
    Ok(ids)
}

fn read_gate(text: &str) -> Result<(Gate, Classes), String> {
    let mut lines = text.strip_suffix('\n').unwrap_or(text).split('\n');
    let version = lines.next().unwrap_or_default();
    if version != VERSION {
        return Err(format!(
            "gate.tsv:1: `{version}`; this build reads `{VERSION}`"
        ));
    }
    let mut weights = HashMap::new();
    let mut constants = HashMap::new();
    let mut classes = Classes::default();
    for (number, line) in lines.enumerate() {
        let wrong = || format!("gate.tsv:{}: `{line}` is no entry", number + 2);
        let mut fields = line.split('\t');
        let (Some(kind), Some(a), Some(b), None) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            return Err(wrong());
        };
        match kind {
            "weight" => {
                weights.insert(Box::from(a), b.parse().map_err(|_| wrong())?);
            }
            "constant" => {
                constants.insert(a, b.parse().map_err(|_| wrong())?);
            }
            "mark" => classes.mark.push(range(a, b).ok_or_else(wrong)?),
            "punctuation" => classes.punctuation.push(range(a, b).ok_or_else(wrong)?),
            "control" => classes.control.push(range(a, b).ok_or_else(wrong)?),
            _ => return Err(wrong()),
        }
    }
    for ranges in [&classes.mark, &classes.punctuation, &classes.control] {
        if !ranges.windows(2).all(|pair| pair[0].1 < pair[1].0) {
            return Err("gate.tsv: character classes must be sorted and apart".into());
        }
    }
    let mut constant = |name| {
        constants
            .remove(name)
            .ok_or_else(|| format!("gate.tsv: no constant `{name}`"))
    };
    let gate = Gate {
        weights,
        bias: constant("bias")?,
        english_word: constant("english_word")?,
        vietnamese_letter: constant("vietnamese_letter")?,
    };
    match constants.keys().next() {
        Some(unknown) => Err(format!("gate.tsv: unknown constant `{unknown}`")),
        None => Ok((gate, classes)),
    }
}

/// Two hexadecimal code points, first to last.
fn range(first: &str, last: &str) -> Option<(u32, u32)> {
    let first = u32::from_str_radix(first, 16).ok()?;
    let last = u32::from_str_radix(last, 16).ok()?;
    (first <= last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_gate_is_refused_with_its_line() {
        let constants =
            "constant\tbias\t0\nconstant\tenglish_word\t-1\nconstant\tvietnamese_letter\t4\n";
        for (text, message) in [
            ("version\t2\n".to_owned(), "gate.tsv:1"),
            (format!("{VERSION}\n"), "no constant `bias`"),
            (format!("{VERSION}\n{constants}weight\txe\n"), "gate.tsv:5"),
            (
                format!("{VERSION}\n{constants}weight\txe\tmuch\n"),
                "gate.tsv:5",
            ),
            (
                format!("{VERSION}\n{constants}colour\t1\t2\n"),
                "gate.tsv:5",
            ),
            (
                format!("{VERSION}\n{constants}mark\t20\t10\n"),
                "gate.tsv:5",
            ),
            (
                format!("{VERSION}\n{constants}mark\t20\t30\nmark\t25\t40\n"),
                "sorted",
            ),
            (
                format!("{VERSION}\n{constants}constant\tslope\t1\n"),
                "unknown constant `slope`",
            ),
        ] {
            let error = read_gate(&text).err().unwrap_or_default();
            assert!(error.contains(message), "{error}");
        }
        assert!(read_gate(&format!("{VERSION}\n{constants}")).is_ok());
    }

    #[test]
    fn vocabularies_number_their_lines() {
        let ids = vocabulary("v", "a\nb\r\n\u{85}\n", 5).unwrap_or_default();
        assert_eq!(ids.get("a"), Some(&5));
        assert_eq!(ids.get("b\r"), Some(&6));
        assert_eq!(ids.get("\u{85}"), Some(&7));
        let twice = vocabulary("v", "a\nb\na\n", 0).err().unwrap_or_default();
        assert!(twice.starts_with("v:3"), "{twice}");
        assert!(read("a\n", "", "").is_err());
    }
}
