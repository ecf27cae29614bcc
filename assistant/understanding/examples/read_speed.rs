//! How long it takes to read a message: `cargo run --release -p understanding --example read_speed FILE.jsonl…`.
//!
//! Each line has the message under `text` or `question`. What is read is what a dialogue reads: language, plain spelling,
//! intent, and then slots or filters.
#![expect(clippy::print_stdout, reason = "the figures are for whoever runs it")]

use std::hint::black_box;
use std::time::Instant;

use understanding::{Filters, Intent, Message, Slots, intent};

/// Rounds over a file; the fastest counts.
const ROUNDS: usize = 15;

fn read(message: &str) {
    let message = Message::read(message);
    black_box(message.plain());
    match intent(&message, None).0 {
        Intent::CarValuation => drop(black_box(Slots::read(&message))),
        Intent::CarListing => drop(black_box(Filters::read(&message))),
        Intent::CarCompare | Intent::CarSpecs => {
            black_box(message.cars());
        }
        Intent::Faq | Intent::UserInfo => {}
    }
}

/// The shortest time for all messages, in microseconds a message.
fn measure(messages: &[String]) -> f64 {
    let round = || {
        let start = Instant::now();
        for message in messages {
            read(message);
        }
        start.elapsed().as_secs_f64() * 1e6 / messages.len() as f64
    };
    (0..ROUNDS).map(|_| round()).fold(f64::INFINITY, f64::min)
}

fn main() {
    for file in std::env::args().skip(1) {
        let lines = fs_err::read_to_string(&file).unwrap_or_else(|error| panic!("{error}"));
        let messages: Vec<String> = lines
            .lines()
            .filter_map(|line| {
                let line: serde_json::Value = serde_json::from_str(line).ok()?;
                let text = line.get("text").or_else(|| line.get("question"))?;
                text.as_str().map(str::to_owned)
            })
            .collect();
        let micros = measure(&messages);
        println!(
            "{file}: {} messages, {micros:.1} us a message",
            messages.len()
        );
    }
    for (name, piece) in [
        ("vios 4", "vios 4 "),
        (
            "listing lines",
            "Toyota Vios 1.5G CVT - 2019 | 462 Triệu | 45,000 Km | Số tự động\n",
        ),
    ] {
        let text: String = piece.chars().cycle().take(9_800).collect();
        let micros = measure(&[text]);
        println!("9,800 characters of {name}: {micros:.0} us");
    }
}
