//! Puts the embedded model into the executable: the files of `embedder/model`, where all of them are there.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What the embedded model consists of.
const FILES: [&str; 5] = [
    "embedder.toml",
    "model.onnx",
    "vocab.txt",
    "vocab_vi.txt",
    "gate.tsv",
];

fn main() -> std::io::Result<()> {
    let manifest = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let out = std::env::var("OUT_DIR").unwrap_or_default();
    let folder = Path::new(&manifest).join("embedder").join("model");
    // Cargo takes a path that is not there for one that always changes.
    let watched = folder.ancestors().find(|path| path.exists());
    if let Some(watched) = watched {
        println!("cargo::rerun-if-changed={}", watched.display());
    }
    let paths: Vec<PathBuf> = FILES.iter().map(|file| folder.join(file)).collect();
    let value = if paths.iter().all(|path| path.is_file()) {
        let mut list = String::new();
        for (file, path) in FILES.iter().zip(&paths) {
            let path = path.display().to_string();
            // Writing to a string cannot fail.
            let _ = writeln!(list, "    ({file:?}, include_bytes!({path:?})),");
        }
        format!("Some(&[\n{list}])")
    } else {
        "None".to_owned()
    };
    let kind = "Option<&[(&str, &[u8])]>";
    let code = format!("const EMBEDDED: {kind} = {value};\n");
    fs_err::write(Path::new(&out).join("embedded_model.rs"), code)
}
