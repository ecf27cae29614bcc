//! `scrape-oto`: listings of oto.com.vn.

use std::process::ExitCode;

fn main() -> ExitCode {
    scrapers::main("oto")
}
