//! `scrape-chotot`: listings of xe.chotot.com.

use std::process::ExitCode;

// Reading a page is thousands of small allocations.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    scrapers::main("chotot")
}
