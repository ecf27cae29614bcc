//! A detail of chotot, as bytes that came over the wire.
#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| scrapers_fuzz::detail("chotot", body));
