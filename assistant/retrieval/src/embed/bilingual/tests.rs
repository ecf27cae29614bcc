//! The port against what the reference tokenizer made of thousands of texts.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::*;

/// One line of a reference: a text and the ids that `tokenizer.py` made of it.
#[derive(Deserialize)]
struct Line {
    text: String,
    ids: Vec<u32>,
}

fn embedder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("embedder")
}

fn tokenizer(folder: &Path) -> Option<Bilingual> {
    let read = |name| fs_err::read_to_string(folder.join(name)).ok();
    let (english, vietnamese) = (read("vocab.txt")?, read("vocab_vi.txt")?);
    Some(Bilingual::read(&english, &vietnamese, &read("gate.tsv")?).expect("the tokenizer's files"))
}

/// Compares with all lines of a reference; returns how many there are.
fn compare(tokenizer: &Bilingual, reference: &Path) -> usize {
    let file = fs_err::File::open(reference).expect("the reference");
    let mut wrong = Vec::new();
    let mut lines = 0;
    for line in BufReader::new(file).lines() {
        let line: Line = serde_json::from_str(&line.expect("a line")).expect("text and ids");
        lines += 1;
        let ids = tokenizer.ids(&line.text, MAX_ENGLISH);
        if ids != line.ids {
            wrong.push((line.text, ids, line.ids));
        }
    }
    let shown = &wrong[..wrong.len().min(5)];
    assert!(wrong.is_empty(), "{} of {lines}: {shown:#?}", wrong.len());
    lines
}

fn skip(test: &str, needs: &str) {
    let line = format!("skipped: {test} needs {needs}\n");
    std::io::stderr()
        .write_all(line.as_bytes())
        .expect("stderr");
}

#[test]
fn ids_equal_the_reference() {
    let reference = embedder().join("model/reference_small.jsonl");
    let Some(tokenizer) = tokenizer(&embedder().join("model")).filter(|_| reference.is_file())
    else {
        return skip(
            "ids_equal_the_reference",
            "assistant/retrieval/embedder/model",
        );
    };
    assert!(compare(&tokenizer, &reference) >= 100);
}

/// The large reference: `GIAXE_EMBEDDER_REFERENCE` names the file; the tokenizer's files stand in
/// `GIAXE_EMBEDDER_MODEL`, or are those of the repository.
#[test]
fn ids_equal_the_large_reference() {
    let name = "ids_equal_the_large_reference";
    let Some(reference) = std::env::var_os("GIAXE_EMBEDDER_REFERENCE").map(PathBuf::from) else {
        return skip(name, "GIAXE_EMBEDDER_REFERENCE");
    };
    let folder = std::env::var_os("GIAXE_EMBEDDER_MODEL").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| embedder().join("model"));
    let Some(tokenizer) = tokenizer(&folder) else {
        return skip(name, "assistant/retrieval/embedder/model");
    };
    assert!(compare(&tokenizer, &reference) >= 10_000);
}

/// A tokenizer of a few words; English ids that no test asks for are filled up.
fn small() -> Bilingual {
    let mut english: Vec<String> = (0..ENGLISH_TOKENS)
        .map(|id| format!("[unused{id}]"))
        .collect();
    for (id, token) in [
        (1000, "loan"),
        (1001, "car"),
        (1002, "##s"),
        (1003, "vios"),
        (1004, "?"),
    ] {
        english[id] = token.into();
    }
    let vietnamese = "trả\ngóp\ntrả góp\nxe\ntra\ntra gop\n";
    let gate = "version\t1\nconstant\tbias\t0\nconstant\tenglish_word\t-1\n\
        constant\tvietnamese_letter\t4\npunctuation\t21\t2F\npunctuation\t3F\t3F\n\
        weight\ttra\t3\nweight\tcar\t-3\n";
    Bilingual::read(&(english.join("\n") + "\n"), vietnamese, gate).expect("a tokenizer")
}

#[test]
fn the_gate_sends_a_text_one_way() {
    const FIRST: u32 = ENGLISH_TOKENS;
    for (text, expected) in [
        ("", &[] as &[u32]),
        ("Cars?", &[1001, 1002, 1004]),
        // A compound before its syllables; English words keep their pieces.
        ("trả góp xe Vios", &[FIRST + 2, FIRST + 3, 1003]),
        ("trả, góp", &[FIRST, 100, FIRST + 1]),
        ("tra gop", &[FIRST + 5]),
        // Evidence of both kinds cancels out: English.
        ("tra car", &[100, 1001]),
        ("loan", &[1000]),
    ] {
        let ids = small().ids(text, MAX_ENGLISH);
        assert_eq!(ids.first(), Some(&START), "{text}");
        assert_eq!(ids.last(), Some(&END), "{text}");
        assert_eq!(&ids[1..ids.len() - 1], expected, "{text}");
    }
}

#[test]
fn long_texts_are_cut_with_both_ends_kept() {
    let tokenizer = small();
    for (text, max_tokens, length) in [
        ("car ".repeat(300), MAX_ENGLISH, MAX_ENGLISH),
        ("trả ".repeat(300), MAX_ENGLISH, MAX_VIETNAMESE),
        ("trả vioss ".repeat(300), 10, 10),
        ("cars ".repeat(300), 10, 10),
        ("cars ".repeat(300), 3, 3),
    ] {
        let ids = tokenizer.ids(&text, max_tokens);
        assert_eq!(ids.len(), length, "{text:.20}");
        assert_eq!(ids.last(), Some(&END));
    }
}
