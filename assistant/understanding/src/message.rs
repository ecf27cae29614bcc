//! A message, read once: what every reader of it needs.

use std::ops::Range;
use std::sync::OnceLock;

use datasets::vocabulary::{Body, Fuel, Transmission};

use super::chat_spelling::ChatSpelling;
use super::names::{self, Car, Known};
use super::numbers::{self, Quantity};
use super::places::{self, Place};
use super::text::Text;
use super::{detect, features};
use crate::Language;

/// A message with its tokens, its language, and the cars, numbers and places that it names.
///
/// Reading takes time linear in the message's length. What only some readers need is found at its first use, and kept.
#[derive(Debug, Clone)]
pub struct Message {
    written: String,
    text: Text,
    place: Option<Place>,
    language: Language,
    spelled_out: OnceLock<(String, Text)>,
    facts: OnceLock<Facts>,
}

/// What a message says of cars.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    /// The cars named, in the message's order.
    pub(super) cars: Vec<Car>,
    /// Whether a token belongs to the name of a car or a place.
    pub(super) taken: Vec<bool>,
    /// Numbers outside of names.
    pub(super) quantities: Vec<Quantity>,
    /// The gearbox, and its tokens.
    pub(super) transmission: Option<(Transmission, Range<usize>)>,
    /// The energy, and its tokens.
    pub(super) fuel: Option<(Fuel, Range<usize>)>,
    /// The body, and its tokens.
    pub(super) body: Option<(Body, Range<usize>)>,
}

impl Message {
    /// Reads `message`.
    pub fn read(message: &str) -> Self {
        let text = Text::new(message);
        let place = places::province(&text);
        Self {
            language: detect::language(&text, place.as_ref()),
            written: message.to_owned(),
            text,
            place,
            spelled_out: OnceLock::new(),
            facts: OnceLock::new(),
        }
    }

    /// The message as it was written.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The language; Vietnamese where nothing tells.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The message in plain spelling: chat spellings of a Vietnamese message written out.
    pub fn plain(&self) -> &str {
        match self.language {
            Language::Vietnamese => &self.spelled_out().0,
            Language::English => &self.written,
        }
    }

    /// The cars that the message names, in its order: make, model or both.
    pub fn cars(&self) -> &[Car] {
        &self.facts().cars
    }

    /// The message with every chat spelling written out, and its tokens.
    pub(super) fn spelled_out(&self) -> &(String, Text) {
        self.spelled_out.get_or_init(|| {
            let expanded = ChatSpelling::embedded().expand(&self.written);
            let text = if expanded == self.written {
                self.text.clone()
            } else {
                Text::new(&expanded)
            };
            (expanded, text)
        })
    }

    pub(super) fn text(&self) -> &Text {
        &self.text
    }

    pub(super) fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    pub(super) fn is_english(&self) -> bool {
        self.language == Language::English
    }

    /// What the message says on its own.
    pub(super) fn facts(&self) -> &Facts {
        self.facts
            .get_or_init(|| self.facts_beside(Known::default()))
    }

    /// What the message says where this much is known already.
    pub(super) fn facts_beside(&self, known: Known<'_>) -> Facts {
        let text = &self.text;
        let place = self.place.as_ref().map(|place| &place.span);
        let cars = names::cars(text, self.is_english(), known);
        let mut taken = vec![false; text.len()];
        for span in cars.iter().map(|car| &car.span).chain(place) {
            taken[span.clone()].fill(true);
        }
        Facts {
            quantities: numbers::read(text, &taken),
            transmission: features::transmission(text, self.is_english()),
            fuel: features::fuel(text),
            body: features::body(text, place),
            cars,
            taken,
        }
    }
}

impl From<&str> for Message {
    fn from(message: &str) -> Self {
        Self::read(message)
    }
}
