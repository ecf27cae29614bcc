//! A list of bonbanh, as bytes that came over the wire.
#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| scrapers_fuzz::list("bonbanh", body));
