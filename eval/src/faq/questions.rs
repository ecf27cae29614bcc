//! Files of questions with their right entries.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use assistant::Corpus;
use serde::Deserialize;

use datasets::{Error, Result};

/// A question and the topics of the entries that answer it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// As it was asked.
    pub text: String,
    /// Topics of the right entries; empty if the corpus has no answer.
    pub topics: BTreeSet<String>,
    /// Language, if the file names it.
    pub language: Option<String>,
    /// What else tells questions apart: `style`, `kind`.
    pub words: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Line {
    text: String,
    #[serde(default, alias = "topics", alias = "entries", alias = "entry")]
    topic: Option<OneOrMore>,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    style: Option<String>,
    #[serde(default)]
    kind: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

/// Reads questions, a JSON object a line. Topics and ids of entries are looked up in `corpus`.
///
/// # Errors
/// A file that cannot be read or is empty, a line that is no question, and a topic that no entry has, naming the line.
pub fn read_questions(path: &Path, corpus: &Corpus) -> Result<Vec<Question>> {
    let text = fs_err::read_to_string(path)?;
    let lines = text.lines().enumerate();
    let questions: Vec<Question> = lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(index, line)| question(line, corpus).map_err(|reason| bad(path, index + 1, &reason)))
        .collect::<Result<_>>()?;
    if questions.is_empty() {
        return Err(Error::Empty {
            path: path.to_owned(),
        });
    }
    Ok(questions)
}

fn bad(path: &Path, line: usize, reason: &str) -> Error {
    Error::Format {
        path: path.to_owned(),
        format: "NDJSON",
        detail: format!("line {line}: {reason}"),
    }
}

fn question(line: &str, corpus: &Corpus) -> std::result::Result<Question, String> {
    let line: Line = serde_json::from_str(line).map_err(|error| error.to_string())?;
    if line.text.trim().is_empty() {
        return Err("`text` is empty".to_owned());
    }
    let named = match line.topic {
        None => Vec::new(),
        Some(OneOrMore::One(topic)) => vec![topic],
        Some(OneOrMore::More(topics)) => topics,
    };
    let topic = |name: String| {
        let mut entries = corpus
            .entries()
            .iter()
            .filter(|entry| entry.active && !entry.outside);
        let found = entries.find(|entry| entry.topic == name || entry.id == name);
        found
            .map(|entry| entry.topic.clone())
            .ok_or_else(|| format!("no active entry has the topic or id `{name}`"))
    };
    let words = [("style", line.style), ("kind", line.kind)];
    let words = words
        .into_iter()
        .filter_map(|(name, word)| Some((name.to_owned(), word.filter(|word| !word.is_empty())?)));
    Ok(Question {
        text: line.text,
        topics: named
            .into_iter()
            .map(topic)
            .collect::<std::result::Result<_, _>>()?,
        language: line.language,
        words: words.collect(),
    })
}

#[cfg(test)]
mod tests {
    use retrieval::corpus::shipped;

    use super::*;

    fn read(text: &str) -> Result<Vec<Question>> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("questions.jsonl");
        fs_err::write(&path, text).expect("written");
        read_questions(&path, &shipped())
    }

    #[test]
    fn topics_and_ids_are_looked_up() {
        let corpus = shipped();
        let entry = corpus
            .entries()
            .iter()
            .find(|entry| !entry.outside)
            .expect("an entry");
        let line = format!(
            "{{\"text\":\"a\",\"topic\":\"{}\",\"language\":\"vi\",\"style\":\"plain\"}}\n\n\
             {{\"text\":\"b\",\"entries\":[\"{}\"]}}\n{{\"text\":\"c\",\"topic\":null,\"kind\":\"off\"}}\n",
            entry.topic, entry.id
        );
        let questions = read(&line).expect("read");
        assert_eq!(questions[0].topics, questions[1].topics);
        assert_eq!(questions[0].language.as_deref(), Some("vi"));
        assert!(questions[2].topics.is_empty() && questions[2].words["kind"] == "off");
    }

    #[test]
    fn bad_lines_are_named() {
        for (text, want) in [
            (
                "{\"text\":\"a\"}\n{\"text\":\"b\",\"topic\":\"nowhere\"}\n",
                "line 2: no active entry has",
            ),
            ("{\"text\":1}\n", "line 1"),
            ("{\"text\":\" \"}\n", "`text` is empty"),
            ("\n", "holds no rows"),
        ] {
            let error = read(text).expect_err(want).to_string();
            assert!(error.contains(want), "{error}");
        }
    }
}
