//! Understanding, measured on sets of messages.
//!
//! Two thirds of each set are the part that rules were written by; the rest is reported apart. Misses of the
//! first part are printed; those of the rest only where `UNDERSTAND_ALL` is set, so that the rules are not
//! written after them.
#![expect(
    clippy::print_stdout,
    reason = "the figures and the misses are for whoever reads the test's output"
)]

use serde::Deserialize;
use sha2::{Digest, Sha256};
use understanding::{Filters, Intent, Message, Slots, intent};

/// Share of a set, both parts together, that must be right.
const ENOUGH: f64 = 0.95;

fn cases<T: for<'de> Deserialize<'de>>(lines: &str) -> Vec<T> {
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

/// Whether the message is of the part that is looked at.
fn looked_at(text: &str) -> bool {
    Sha256::digest(text.as_bytes())[0] % 3 != 2
}

/// Right ones and all, of the part looked at and of the rest.
#[derive(Default)]
struct Tally([(usize, usize); 2]);

impl Tally {
    fn count(&mut self, text: &str, right: bool, miss: impl FnOnce() -> String) {
        let seen = looked_at(text);
        let (of_right, all) = &mut self.0[usize::from(!seen)];
        *all += 1;
        *of_right += usize::from(right);
        if !right && (seen || std::env::var_os("UNDERSTAND_ALL").is_some()) {
            println!("miss: {text}\n      {}", miss());
        }
    }

    fn finish(&self, name: &str) {
        let [(right, all), (held_right, held_all)] = self.0;
        println!("{name}: {right} of {all} looked at, {held_right} of {held_all} held back");
        let share = |right: usize, all: usize| right as f64 / all.max(1) as f64;
        let total = share(right + held_right, all + held_all);
        assert!(total >= ENOUGH, "{name}: {total:.3} right, {ENOUGH} wanted");
    }
}

#[derive(Deserialize)]
struct Valuation {
    text: String,
    slots: Slots,
    missing: serde_json::Value,
}

#[test]
fn slots_of_valuations() {
    let (mut slots, mut missing) = (Tally::default(), Tally::default());
    for case in cases::<Valuation>(include_str!("../data/valuations.jsonl")) {
        let got = Slots::read(&Message::read(&case.text));
        let written = |slots: &Slots| serde_json::to_string(slots).unwrap_or_default();
        slots.count(&case.text, got == case.slots, || {
            format!(
                "want {}\n      got  {}",
                written(&case.slots),
                written(&got)
            )
        });
        let lacks = serde_json::to_value(got.missing()).unwrap_or_default();
        missing.count(&case.text, lacks == case.missing, || {
            format!("missing {lacks}, want {}", case.missing)
        });
    }
    slots.finish("slots");
    missing.finish("missing");
}

#[derive(Deserialize)]
struct Search {
    text: String,
    filters: Filters,
}

#[test]
fn filters_of_searches() {
    let mut tally = Tally::default();
    for case in cases::<Search>(include_str!("../data/searches.jsonl")) {
        let got = Filters::read(&Message::read(&case.text));
        let written = |filters: &Filters| serde_json::to_string(filters).unwrap_or_default();
        tally.count(&case.text, got == case.filters, || {
            format!(
                "want {}\n      got  {}",
                written(&case.filters),
                written(&got)
            )
        });
    }
    tally.finish("filters");
}

#[derive(Deserialize)]
struct Meant {
    text: String,
    intent: Intent,
}

#[test]
fn intents_of_messages() {
    let mut tally = Tally::default();
    for case in cases::<Meant>(include_str!("../data/intents.jsonl")) {
        let (got, confidence) = intent(&Message::read(&case.text), None);
        tally.count(&case.text, got == case.intent, || {
            format!(
                "want {}, got {} ({confidence:.2})",
                case.intent.as_str(),
                got.as_str()
            )
        });
    }
    tally.finish("intents");
}
