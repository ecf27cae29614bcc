//! Whether a word that is a car's name means the car where it stands.

use std::cell::OnceCell;
use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

use super::hit::{Beside, Models};
use super::index::{INDEX, Sense};
use super::windows::{WINDOW, names_at};
use crate::lexicon::Lexicon;
use crate::numbers::is_unit_word;
use crate::syllable::is_syllable;
use crate::text::{Kind, Text, Token};

/// The message around a name. What concerns the message as a whole is found out once.
pub(super) struct Surroundings<'t> {
    pub(super) text: &'t Text,
    english: bool,
    /// The message answers a question about a car.
    asked: bool,
    words: usize,
    /// Most words begin with a capital, so that capitals say nothing.
    shouts: bool,
    /// The message speaks of buying and selling.
    traded: OnceCell<bool>,
}

/// Words around names, from the data file.
struct Cues {
    leads: Lexicon<()>,
    articles: Lexicon<()>,
    trade: Lexicon<()>,
    followers: Lexicon<()>,
    otherwise: Lexicon<()>,
    coordinators: Lexicon<()>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    leads: Vec<String>,
    articles: Vec<String>,
    trade: Vec<String>,
    followers: Vec<String>,
    otherwise: Vec<String>,
    coordinators: Vec<String>,
}

static CUES: LazyLock<Cues> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("../../data/name_context.toml"))
        .expect("the embedded file is checked by this crate's tests");
    let lexicon = |words: &[String]| Lexicon::new(words.iter().map(|word| (word.as_str(), ())));
    Cues {
        leads: lexicon(&file.leads),
        articles: lexicon(&file.articles),
        trade: lexicon(&file.trade),
        followers: lexicon(&file.followers),
        otherwise: lexicon(&file.otherwise),
        coordinators: lexicon(&file.coordinators),
    }
});

impl<'t> Surroundings<'t> {
    pub(super) fn new(text: &'t Text, english: bool, asked: bool) -> Self {
        let words = || text.tokens.iter().filter(|token| token.kind == Kind::Word);
        let (count, capitals) = (words().count(), words().filter(|word| word.capital).count());
        Self {
            text,
            english,
            asked,
            words: count,
            shouts: count >= 4 && capitals * 2 > count,
            traded: OnceCell::new(),
        }
    }

    /// Whether `span` means the make of this key.
    pub(super) fn speaks_of_make(&self, span: &Range<usize>, key: &str) -> bool {
        if self.is_otherwise(span) || !self.could_be_name(span, key) {
            return false;
        }
        // Abbreviations of two letters are makes only where two letters are the name.
        if key.len() < 3 && !matches!(key, "mg" | "vw") {
            return false;
        }
        !self.is_everyday(span, key)
            || self.has_context(span, key)
            || self.stands_before_model(span, key)
    }

    /// Whether a model of the make follows: `kia cerato`.
    fn stands_before_model(&self, span: &Range<usize>, key: &str) -> bool {
        let make = INDEX.makes.find(key).and_then(|named| named.senses.first());
        names_at(&INDEX.models, self.text, span.end)
            .iter()
            .any(|name| name.senses.iter().any(|sense| Some(&sense.make) == make))
    }

    /// Whether `span` means the model of this key.
    pub(super) fn speaks_of_model(
        &self,
        span: &Range<usize>,
        key: &str,
        beside: Beside,
        sense: Sense,
    ) -> bool {
        let digits = key.bytes().all(|b| b.is_ascii_digit());
        if self.ends_in_count(span) {
            return false;
        }
        // The `x2` of `4x2` is none; the `3` of `Mazda3` is glued to its make.
        let glued =
            self.text.glued(span.start) && self.text.kind(span.start - 1) != Some(Kind::Mark);
        if glued && beside != Beside::Adjacent {
            return false;
        }
        if self.is_otherwise(span) || !self.could_be_name(span, key) {
            return false;
        }
        if key.len() < 2 || digits {
            return self.stands_as_number(span, key, beside, sense);
        }
        match beside {
            Beside::Adjacent => true,
            Beside::Unnamed if INDEX.needs_make(key) => self.asked && self.is_alone(span),
            Beside::Named | Beside::Known
                if key.len() >= 3 || key.bytes().any(|b| b.is_ascii_digit()) =>
            {
                true
            }
            _ if key.len() == 2 && !key.bytes().any(|b| b.is_ascii_digit()) => {
                self.asked && self.is_alone(span)
            }
            _ => !self.is_everyday(span, key) || self.has_context(span, key),
        }
    }

    /// `3`, `E`, `3008`: beside the make; long numbers behind `con` or `xe` too.
    fn stands_as_number(
        &self,
        span: &Range<usize>,
        key: &str,
        beside: Beside,
        sense: Sense,
    ) -> bool {
        if beside == Beside::Adjacent {
            // `Mazda 2018` is no model, and a single letter is one only when it is written large or hyphenated.
            return true;
        }
        if beside == Beside::Known {
            return self.asked && self.text.len() <= 4;
        }
        // Model years are no models, whatever make has one of that name (`2008`).
        let value: u32 = key.parse().unwrap_or(0);
        let year = (1980..=2030).contains(&value);
        let led = CUES.leads.before(self.text, span.start).is_some();
        let four = key.len() == 4
            && !year
            && sense.canonical
            && !self.text.plain(span.start).contains(['.', ',']);
        four && (led || beside == Beside::Named)
    }

    /// `Mazda 3 vạn km`, `xe Kia 7 chỗ`: the number counts what follows it.
    fn ends_in_count(&self, span: &Range<usize>) -> bool {
        let last = span.end - 1;
        let letter = self.text.plain(span.end).len() == 1 && !self.text.glued(span.end);
        self.text.is_number(last)
            && !(self.text.glued(last) && span.len() > 1)
            && is_unit_word(self.text, span.end)
            && !letter
    }

    /// A name has no diacritics; a Vietnamese syllable with them is another word, a foreign one a slip.
    fn could_be_name(&self, span: &Range<usize>, key: &str) -> bool {
        let tokens = &self.text.tokens[span.clone()];
        let slips = |token: &Token| {
            token.is_plain() || !token.syllable || matches!(token.lower(), "mẹc" | "méc")
        };
        if !tokens.iter().all(slips) {
            return false;
        }
        // Numbers begin names only where letters follow at once: `4Runner`, `2CV`.
        let number_first = tokens[0].kind == Kind::Number;
        let letters = key.bytes().filter(u8::is_ascii_alphabetic).count();
        !number_first || letters == 0 || tokens.get(1).is_some_and(|token| token.glued)
    }

    fn is_otherwise(&self, span: &Range<usize>) -> bool {
        (span.start.saturating_sub(3)..span.end).any(|start| {
            CUES.otherwise
                .at(self.text, start)
                .is_some_and(|(length, ())| start + length > span.start)
        })
    }

    /// Whether the name is a word that messages use for other things.
    fn is_everyday(&self, span: &Range<usize>, key: &str) -> bool {
        if INDEX.is_car(key) {
            return false;
        }
        let english = self.english && INDEX.is_english(key);
        let syllable = span.len() == 1 && is_syllable(key) && !self.english;
        let syllables = span.len() > 1
            && !self.english
            && self.text.tokens[span.clone()]
                .iter()
                .all(|token| token.syllable)
            && !self.capitalised(span);
        english || INDEX.is_loan(key) || syllable || syllables
    }

    /// Whether something beside the name speaks of a car.
    fn has_context(&self, span: &Range<usize>, key: &str) -> bool {
        let text = self.text;
        let year = self.year_at(span.end)
            || span
                .start
                .checked_sub(1)
                .is_some_and(|before| self.year_at(before));
        let led = CUES.leads.before(text, span.start).is_some() && text.plain(span.end) != "nao";
        // `thời hạn nào`: behind a syllable these words say nothing.
        let followed =
            CUES.followers.at(text, span.end).is_some() && !self.english && !is_syllable(key);
        let followed = followed || self.is_engine(span.end);
        let traded = || {
            *self
                .traded
                .get_or_init(|| (0..text.len()).any(|index| CUES.trade.at(text, index).is_some()))
        };
        let article = self.english && CUES.articles.before(text, span.start).is_some() && traded();
        let capital = self.capitalised(span) && span.start > 0 && !self.shouts;
        let owned = self.english && CUES.followers.at(text, span.end).is_some() && traded();
        year || led || followed || article || owned || capital || self.is_alone(span)
    }

    fn capitalised(&self, span: &Range<usize>) -> bool {
        self.text.tokens[span.clone()]
            .iter()
            .filter(|token| token.kind == Kind::Word)
            .all(|token| token.capital)
    }

    fn year_at(&self, index: usize) -> bool {
        self.text
            .small_integer(index)
            .is_some_and(|value| (1990..=2030).contains(&value))
            && !is_unit_word(self.text, index + 1)
    }

    fn is_engine(&self, index: usize) -> bool {
        let digits = self.text.plain(index);
        self.text.is_number(index) && digits.len() == 3 && digits.as_bytes()[1] == b'.'
    }

    /// Whether the message says next to nothing else: an answer to `which model?`.
    fn is_alone(&self, span: &Range<usize>) -> bool {
        let own = self.text.tokens[span.clone()]
            .iter()
            .filter(|token| token.kind == Kind::Word)
            .count();
        self.words <= own + if self.asked { 3 } else { 0 }
    }

    /// Whether `span` and a model that is certain stand on the two sides of `và`, `hay`, `or`. A year or a make may stand
    /// between: `Vios 2019 và Honda City`.
    pub(super) fn stands_beside(&self, span: &Range<usize>, models: &Models) -> bool {
        let is_joint = |index| CUES.coordinators.at(self.text, index).is_some();
        span.len() <= 2
            && self.text.plain(span.start).len() >= 3
            && models
                .gaps(span, WINDOW / 2)
                .any(|mut between| between.any(is_joint))
    }
}
