//! `scrape-chotot`: listings of xe.chotot.com.

use std::process::ExitCode;

fn main() -> ExitCode {
    scrapers::main("chotot")
}
