//! The finder of provinces.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| scrapers_fuzz::values::province(text));
