//! Everything that an answer may rest on, measured once: words, numbers, names, ways to reach somebody.

use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

use datasets::text::{fold, key};
use regex::Regex;

use super::contacts::contacts;
use super::instructions;
use super::numbers::{Quantity, quantities};
use super::passage::{Fact, FactOrigin, Passage};
use super::screen::gives_orders;
use super::words::{content_forms, content_words, shingles, stem, words};
use crate::Language;

/// So many words in a row that stand in our instructions are no coincidence.
const PROMPT_RUN: usize = 6;
/// So many in a row of a text that was set aside are none either.
const QUARANTINE_RUN: usize = 4;
/// Share of neighbouring words that a sentence must have from the evidence while somebody gives orders.
const VERBATIM: f64 = 0.75;

/// Words and numbers of a text.
#[derive(Debug, Default)]
pub(super) struct SupportingText {
    /// Content words with their diacritics, without endings.
    forms: HashSet<String>,
    /// The same folded.
    folded: HashSet<String>,
    /// Quantities.
    pub(super) numbers: Vec<Quantity>,
}

impl SupportingText {
    fn of(text: &str) -> Self {
        Self {
            folded: content_forms(text)
                .iter()
                .map(|form| stem(&fold(form)))
                .collect(),
            forms: content_forms(text),
            numbers: quantities(text),
        }
    }

    /// Whether it has a content word. One that is written without diacritics, as many users write, has them all.
    pub(super) fn has(&self, form: &str) -> bool {
        if form.is_ascii() {
            self.folded.contains(form)
        } else {
            self.forms.contains(form)
        }
    }
}

/// A question with what was found for it. Texts that give orders are set aside: they are neither shown to a model nor do
/// they support what it says.
#[derive(Debug)]
pub struct Evidence {
    language: Language,
    question: String,
    question_gives_orders: bool,
    passages: Vec<Passage>,
    facts: Vec<Fact>,
    set_aside: usize,
    grounds: Vec<SupportingText>,
    /// Of our tools' facts.
    told: SupportingText,
    /// Of sellers' words.
    claimed: SupportingText,
    asked: SupportingText,
    /// Every folded word of passages, our tools' facts and an honest question.
    known: HashSet<String>,
    /// The same of sellers' words.
    known_to_sellers: HashSet<String>,
    /// Content words of the clean evidence.
    known_content: HashSet<String>,
    /// Content words that only orders use.
    tainted: HashSet<String>,
    /// Runs of words of our instructions and of what was set aside.
    echoes: HashSet<String>,
    contacts: BTreeSet<String>,
    /// Pairs of neighbouring words of the clean evidence.
    pairs: HashSet<String>,
}

impl Evidence {
    /// Takes a question, the language to answer it in, and what retrieval and tools brought.
    pub fn new(
        question: impl Into<String>,
        language: Language,
        passages: Vec<Passage>,
        facts: Vec<Fact>,
    ) -> Self {
        let question = question.into();
        let question_gives_orders = gives_orders(&question);
        let mut orders = Vec::new();
        let passages: Vec<Passage> = passages
            .into_iter()
            .filter(|passage| keep(&text_of(passage), &mut orders))
            .collect();
        let facts: Vec<Fact> = facts
            .into_iter()
            .filter(|fact| fact.origin == FactOrigin::Tool || keep(&fact.text, &mut orders))
            .collect();
        let set_aside = orders.len();
        if question_gives_orders {
            orders.push(question.clone());
        }
        let mut clean: Vec<String> = passages.iter().map(text_of).collect();
        clean.extend(facts.iter().map(|fact| fact.text.clone()));
        // What a seller writes may be quoted, but nobody is sent where a seller wants him.
        let trusted = facts
            .iter()
            .filter(|fact| fact.origin == FactOrigin::Tool)
            .map(|fact| fact.text.clone());
        let contacts = passages
            .iter()
            .map(text_of)
            .chain(trusted)
            .flat_map(|text| contacts(&text))
            .collect();
        let of = |origin: FactOrigin| {
            let texts = facts.iter().filter(|fact| fact.origin == origin);
            texts
                .map(|fact| fact.text.as_str())
                .collect::<Vec<_>>()
                .join(".\n")
        };
        let (told, claimed) = (of(FactOrigin::Tool), of(FactOrigin::Seller));
        let clean_words: HashSet<String> =
            clean.iter().flat_map(|text| content_words(text)).collect();
        let tainted = orders
            .iter()
            .flat_map(|order| content_words(order))
            .filter(|word| !clean_words.contains(word))
            .collect();
        let asked = if question_gives_orders {
            SupportingText::default()
        } else {
            SupportingText::of(&question)
        };
        let ours = passages.iter().map(text_of).chain([told.clone()]);
        let mut known: HashSet<String> = ours.flat_map(|text| names(&text)).collect();
        if !question_gives_orders {
            known.extend(names(&question));
        }
        Self {
            echoes: echoes(&orders, &clean),
            grounds: passages
                .iter()
                .map(|passage| SupportingText::of(&text_of(passage)))
                .collect(),
            language,
            question,
            question_gives_orders,
            passages,
            facts,
            set_aside,
            known_to_sellers: names(&claimed).into_iter().collect(),
            told: SupportingText::of(&told),
            claimed: SupportingText::of(&claimed),
            asked,
            known,
            tainted,
            known_content: clean_words,
            contacts,
            pairs: clean.iter().flat_map(|text| shingles(text, 2)).collect(),
        }
    }

    /// Language to answer in.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The question as it was asked.
    pub fn question(&self) -> &str {
        &self.question
    }

    /// Whether the question orders the model about, for logs. It is answered all the same.
    pub fn question_gives_orders(&self) -> bool {
        self.question_gives_orders
    }

    /// Passages that may be cited; the first is `[1]` in the prompt.
    pub fn passages(&self) -> &[Passage] {
        &self.passages
    }

    /// Facts that may be told.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// Passages and facts that were set aside because they give orders, for logs.
    pub fn set_aside(&self) -> usize {
        self.set_aside
    }

    /// The measured passage at `place`.
    pub(super) fn ground(&self, place: usize) -> &SupportingText {
        &self.grounds[place]
    }

    /// The measured facts for a sentence. What a seller says carries only sentences that say so: `Theo người bán, …`.
    pub(super) fn told(&self, sentence: &str) -> impl Iterator<Item = &SupportingText> {
        [&self.told]
            .into_iter()
            .chain(names_a_seller(sentence).then_some(&self.claimed))
    }

    /// The measured question; empty where it gives orders.
    pub(super) fn asked(&self) -> &SupportingText {
        &self.asked
    }

    /// Whether a folded word stands anywhere in what `sentence` may rest on.
    pub(super) fn knows(&self, word: &str, sentence: &str) -> bool {
        self.known.contains(word)
            || (self.known_to_sellers.contains(word) && names_a_seller(sentence))
    }

    /// Whether `text` uses a word that only orders use.
    pub(super) fn is_tainted(&self, text: &str) -> bool {
        !self.tainted.is_empty()
            && content_words(text)
                .iter()
                .any(|word| self.tainted.contains(word))
    }

    /// Whether `text` repeats our instructions, or orders.
    pub(super) fn echoes(&self, text: &str) -> bool {
        [PROMPT_RUN, QUARANTINE_RUN].into_iter().any(|length| {
            shingles(text, length)
                .iter()
                .any(|run| self.echoes.contains(run))
        })
    }

    /// Whether somebody gives orders. Then nothing but the evidence's own words passes: a model that obeys says what no list
    /// of forbidden things foresees.
    pub(super) fn is_under_attack(&self) -> bool {
        self.question_gives_orders || self.set_aside > 0
    }

    /// Whether `text` is put together from the evidence's own phrases: nearly all of its pairs of neighbouring words stand
    /// there too.
    pub(super) fn repeats(&self, text: &str) -> bool {
        let pairs = shingles(text, 2);
        let known = pairs
            .iter()
            .filter(|pair| self.pairs.contains(*pair))
            .count();
        known as f64 >= VERBATIM * pairs.len() as f64
            && content_words(text)
                .iter()
                .all(|word| self.known_content.contains(word))
    }

    /// Whether `text` names a way to reach somebody that the evidence does not have.
    pub(super) fn has_foreign_contact(&self, text: &str) -> bool {
        !contacts(text).is_subset(&self.contacts)
    }
}

/// Whether a sentence says that it repeats a seller.
fn names_a_seller(sentence: &str) -> bool {
    static SAYS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(theo (loi )?(nguoi ban|tin dang|tin rao|chu xe)|(nguoi ban|chu xe|tin dang|tin rao) (cho biet|noi|ghi|viet|rao|mo ta)|according to the (seller|listing|ad)|the (seller|listing|ad) (says|states|writes|claims|describes))\b")
            .expect("a valid pattern")
    });
    SAYS.is_match(&fold(sentence))
}

fn text_of(passage: &Passage) -> String {
    format!(
        "{}\n{}\n{}",
        passage.category, passage.question, passage.answer
    )
}

/// Folded words, and names of two parts as one: `CX-5`, `CX 5` and `CX5` are `cx5`.
fn names(text: &str) -> Vec<String> {
    let words = words(text);
    let pairs = words.windows(2).map(<[String]>::concat);
    let keys = words.iter().map(|word| key(word));
    pairs.chain(keys).chain(words.iter().cloned()).collect()
}

fn keep(text: &str, orders: &mut Vec<String>) -> bool {
    let keep = !gives_orders(text);
    if !keep {
        orders.push(text.to_owned());
    }
    keep
}

fn echoes(orders: &[String], clean: &[String]) -> HashSet<String> {
    let mut runs: HashSet<String> = instructions::all()
        .flat_map(|text| shingles(text, PROMPT_RUN))
        .collect();
    runs.extend(
        orders
            .iter()
            .flat_map(|order| shingles(order, QUARANTINE_RUN)),
    );
    for text in clean {
        for length in [PROMPT_RUN, QUARANTINE_RUN] {
            for run in shingles(text, length) {
                runs.remove(&run);
            }
        }
    }
    runs
}
