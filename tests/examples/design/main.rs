//! What `bench/fit` measures on: exports encoded rows, and fits one of our families on exported ones.
//!
//! ```text
//! design export EXPORT MAPPING DESIGN     EXPORT: file of listings; MAPPING: vn-listings or uk-listings
//! design fit DESIGN FAMILY [SETTING]      SETTING: `name=value` pairs, separated by blanks
//! ```
//!
//! `fit` prints `{"family": …, "fit_cpu_s": …, "mae": …}`; CPU seconds are those of all threads during the fit alone.

mod export;
mod fit;
mod npy;

use std::path::Path;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["export", file, mapping, design] => {
            export::export(Path::new(file), mapping, Path::new(design))
        }
        ["fit", design, family] => fit::fit(Path::new(design), family, ""),
        ["fit", design, family, setting] => fit::fit(Path::new(design), family, setting),
        _ => {
            bail!("usage: design export EXPORT MAPPING DESIGN | design fit DESIGN FAMILY [SETTING]")
        }
    }
}
