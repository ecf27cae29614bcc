//! The parser of date.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| scrapers_fuzz::values::date(text));
