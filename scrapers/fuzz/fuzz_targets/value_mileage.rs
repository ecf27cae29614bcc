//! The parser of mileage.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| scrapers_fuzz::values::mileage(text));
