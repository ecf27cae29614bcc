//! The parser of price.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| scrapers_fuzz::values::price(text));
