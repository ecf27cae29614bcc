//! `scrape-bonbanh`: listings of bonbanh.com.

use std::process::ExitCode;

fn main() -> ExitCode {
    scrapers::main("bonbanh")
}
