//! Reads a FAQ from CSV, JSON, JSON Lines or Markdown, and says what became of every row.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use datasets::{hash, text};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::raw::RawEntry;
use super::{Entry, markdown};
use crate::{Error, Language, Result};

/// Names that a field goes by in exports, ours first; compared without case, blanks and punctuation.
const NAMES: [(&str, &[&str]); 10] = [
    ("id", &["id", "faqid", "key"]),
    ("topic", &["topic", "translationof", "group"]),
    ("language", &["language", "lang", "locale", "ngonngu"]),
    ("category", &["category", "section", "danhmuc", "chude"]),
    ("question", &["question", "q", "title", "cauhoi"]),
    (
        "answer",
        &["answer", "a", "content", "response", "traloi", "cautraloi"],
    ),
    (
        "alternatives",
        &[
            "alternatives",
            "alternativequestions",
            "alternative",
            "variants",
            "paraphrases",
            "alsoasked",
        ],
    ),
    ("keywords", &["keywords", "keyword", "tags", "tukhoa"]),
    ("outside", &["outside", "outofscope"]),
    ("active", &["active", "enabled", "isactive", "published"]),
];

/// Entries of a file, and what was passed over.
#[derive(Debug, PartialEq, Eq)]
pub struct Imported {
    /// The entries, in the file's order.
    pub entries: Vec<Entry>,
    /// Rows that repeat an earlier row word for word.
    pub repeated: usize,
    /// Names of columns and keys that no field goes by.
    pub ignored: Vec<String>,
}

/// Reads the entries of one file. Its format is that of its extension: `.csv`, `.json`, `.jsonl`, `.ndjson`, `.md`.
///
/// `language` is that of entries that do not name theirs; without it, Vietnamese letters decide.
///
/// # Errors
/// [`Error::Corpus`] for all rows without a question or an answer, with unreadable values, or with the id of another;
/// [`Error::Io`] and [`Error::Listings`] when the file cannot be read.
pub fn read(path: &Path, language: Option<Language>) -> Result<Imported> {
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    let mut ignored = Vec::new();
    let rows = match extension.to_lowercase().as_str() {
        "csv" | "jsonl" | "ndjson" => table_rows(path, &mut ignored)?,
        "json" => json_rows(path, &fs_err::read_to_string(path)?, &mut ignored)?,
        "md" | "markdown" => markdown::rows(&fs_err::read_to_string(path)?),
        _ => {
            return Err(Error::corpus(
                path,
                "name",
                "the extension is none of .csv, .json, .jsonl, .ndjson, .md",
            ));
        }
    };
    if rows.is_empty() {
        return Err(Error::corpus(
            path,
            "file",
            "no entries; at least one is needed",
        ));
    }
    collect(path, rows, language, ignored)
}

fn collect(
    path: &Path,
    rows: Vec<RawEntry>,
    language: Option<Language>,
    ignored: Vec<String>,
) -> Result<Imported> {
    let mut wrong = Vec::new();
    let mut entries: Vec<Entry> = Vec::new();
    let mut seen: HashMap<String, (usize, String)> = HashMap::new();
    let mut repeated = 0;
    for row in rows {
        let entry = match entry(&row, language) {
            Ok(entry) => entry,
            Err(message) => {
                wrong.push((row.place, message));
                continue;
            }
        };
        match seen.get(&entry.id) {
            Some((index, _)) if entries[*index] == entry => repeated += 1,
            Some((_, place)) => {
                let message = format!("the id `{}` is that of {place} too", entry.id);
                wrong.push((row.place, message));
            }
            None => {
                seen.insert(entry.id.clone(), (entries.len(), row.place));
                entries.push(entry);
            }
        }
    }
    match wrong.as_slice() {
        [] => Ok(Imported {
            entries,
            repeated,
            ignored,
        }),
        [(place, message)] => Err(Error::corpus(path, place, message)),
        [(place, message), others @ ..] => {
            let more: Vec<_> = others
                .iter()
                .take(9)
                .map(|(place, message)| format!("\n{place}: {message}"))
                .collect();
            let rest = others.len().saturating_sub(9);
            let rest = if rest > 0 {
                format!("\nand {rest} more")
            } else {
                String::new()
            };
            Err(Error::corpus(
                path,
                place,
                &format!("{message}{}{rest}", more.concat()),
            ))
        }
    }
}

/// The entry of a row; the error is what is wrong with it.
fn entry(row: &RawEntry, language: Option<Language>) -> Result<Entry, String> {
    let text = |field: &str| {
        let values = row.fields.get(field).map(Vec::as_slice).unwrap_or_default();
        Some(text::clean(&values.join(" "))).filter(|text| !text.is_empty())
    };
    let list = |field: &str, separators: &[char]| -> Vec<String> {
        let values = row.fields.get(field).map(Vec::as_slice).unwrap_or_default();
        values
            .iter()
            .flat_map(|value| value.split(separators))
            .map(text::clean)
            .filter(|item| !item.is_empty())
            .collect()
    };
    let question = text("question").ok_or("`question` is empty; valid: a text")?;
    let outside = flag("outside", text("outside"), false)?;
    let answer = match text("answer") {
        None if !outside => return Err("`answer` is empty; valid: a text".to_owned()),
        answer => answer.unwrap_or_default(),
    };
    let language = match text("language") {
        Some(code) => Language::from_code(&code)
            .ok_or_else(|| format!("`language` is {code:?}; valid: vi, en"))?,
        None => language.unwrap_or_else(|| of_letters(&format!("{question} {answer}"))),
    };
    let active = flag("active", text("active"), true)?;
    let id = text("id").unwrap_or_else(|| derived_id(language, &question));
    Ok(Entry {
        topic: text("topic").unwrap_or_else(|| id.clone()),
        id,
        language,
        category: text("category").unwrap_or_else(|| "FAQ".to_owned()),
        question,
        answer,
        alternatives: list("alternatives", &['|']),
        keywords: list("keywords", &['|', ',', ';']),
        active,
        outside,
    })
}

fn flag(field: &str, word: Option<String>, usual: bool) -> Result<bool, String> {
    let Some(word) = word else {
        return Ok(usual);
    };
    match text::key(&word).as_str() {
        "true" | "yes" | "1" | "y" | "co" => Ok(true),
        "false" | "no" | "0" | "n" | "khong" => Ok(false),
        _ => Err(format!("`{field}` is {word:?}; valid: true, false")),
    }
}

/// The id of an entry whose file names none: the same question always has the same.
fn derived_id(language: Language, question: &str) -> String {
    let words = text::tokens(question).join(" ");
    let digest = Sha256::digest(format!("{language}\n{words}").as_bytes());
    let hex = hash::hex(&digest[..6]);
    format!("faq-{hex}")
}

/// Written Vietnamese has a letter of its own in nearly every second word; English has none.
fn of_letters(text: &str) -> Language {
    let words = text.split_whitespace().count().max(1);
    let marked = text
        .split_whitespace()
        .filter(|word| text::fold(word) != word.to_lowercase())
        .count();
    if marked * 10 >= words {
        Language::Vietnamese
    } else {
        Language::English
    }
}

fn field(name: &str) -> Option<&'static str> {
    let key = text::key(name);
    NAMES
        .iter()
        .find(|(_, names)| names.contains(&key.as_str()))
        .map(|(field, _)| *field)
}

fn table_rows(path: &Path, ignored: &mut Vec<String>) -> Result<Vec<RawEntry>> {
    let is_csv = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    if !is_csv {
        return json_lines(path, ignored);
    }
    let table = datasets::store::read_table(path)?;
    let fields: Vec<_> = table
        .columns()
        .iter()
        .map(|name| (name.clone(), field(name)))
        .collect();
    ignored.extend(
        fields
            .iter()
            .filter(|(_, field)| field.is_none())
            .map(|(name, _)| name.clone()),
    );
    let rows = (0..table.rows()).map(|row| {
        let mut raw = RawEntry {
            place: format!("row {}", row + 1),
            ..RawEntry::default()
        };
        for ((_, field), (_, value)) in fields.iter().zip(table.row(row)) {
            if let (Some(field), Some(value)) = (field, value) {
                raw.fields
                    .entry(field)
                    .or_default()
                    .push(value.to_text().into_owned());
            }
        }
        raw
    });
    Ok(rows.collect())
}

fn json_lines(path: &Path, ignored: &mut Vec<String>) -> Result<Vec<RawEntry>> {
    let text = fs_err::read_to_string(path)?;
    let lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(index, line)| {
            let place = format!("line {}", index + 1);
            let value = serde_json::from_str(line)
                .map_err(|error| Error::corpus(path, &place, &format!("not JSON: {error}")))?;
            json_row(path, place, value, ignored)
        })
        .collect()
}

/// An array of objects, or an object that holds one under any key.
fn json_rows(path: &Path, text: &str, ignored: &mut Vec<String>) -> Result<Vec<RawEntry>> {
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| Error::corpus(path, "file", &format!("not JSON: {error}")))?;
    let array = match value {
        Value::Array(array) => Some(array),
        Value::Object(object) => object.into_iter().find_map(|(_, value)| match value {
            Value::Array(array) if array.iter().all(Value::is_object) => Some(array),
            _ => None,
        }),
        _ => None,
    };
    let array = array.ok_or_else(|| {
        Error::corpus(
            path,
            "file",
            "no array of objects; valid: [{\"question\":…,\"answer\":…}]",
        )
    })?;
    array
        .into_iter()
        .enumerate()
        .map(|(index, value)| json_row(path, format!("element {}", index + 1), value, ignored))
        .collect()
}

fn json_row(
    path: &Path,
    place: String,
    value: Value,
    ignored: &mut Vec<String>,
) -> Result<RawEntry> {
    let Value::Object(object) = value else {
        return Err(Error::corpus(
            path,
            &place,
            "not an object; valid: {\"question\":…,\"answer\":…}",
        ));
    };
    Ok(RawEntry {
        fields: texts(path, &place, object, ignored)?,
        place,
    })
}

fn texts(
    path: &Path,
    place: &str,
    object: Map<String, Value>,
    ignored: &mut Vec<String>,
) -> Result<BTreeMap<&'static str, Vec<String>>> {
    let mut fields: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for (name, value) in object {
        let Some(field) = field(&name) else {
            if !ignored.contains(&name) {
                ignored.push(name);
            }
            continue;
        };
        let values = fields.entry(field).or_default();
        match value {
            Value::Null => {}
            Value::String(text) => values.push(text),
            Value::Bool(_) | Value::Number(_) => values.push(value.to_string()),
            Value::Array(items) if items.iter().all(Value::is_string) => {
                values.extend(items.iter().filter_map(Value::as_str).map(str::to_owned));
            }
            Value::Array(_) | Value::Object(_) => {
                let message = format!("`{name}` is {value}; valid: a text, or a list of texts");
                return Err(Error::corpus(path, place, &message));
            }
        }
    }
    Ok(fields)
}

impl Error {
    pub(super) fn corpus(file: &Path, place: &str, message: &str) -> Self {
        Self::Corpus {
            file: PathBuf::from(file),
            place: place.to_owned(),
            message: message.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
