//! The scrubber of phone numbers.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| scrapers_fuzz::values::phones(text));
