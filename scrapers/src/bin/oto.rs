//! `scrape-oto`: listings of oto.com.vn.

use std::process::ExitCode;

// Reading a page is thousands of small allocations.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    scrapers::main("oto")
}
