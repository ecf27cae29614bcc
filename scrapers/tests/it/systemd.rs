//! The units in `deploy/systemd`, as systemd itself sees them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

fn units() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("a workspace");
    root.join("deploy").join("systemd")
}

/// Says that `test` did not run for want of `needs`.
fn skip(test: &str, needs: &str) {
    // Past the harness, which swallows what a passing test prints.
    let _ = writeln!(std::io::stderr(), "skipped: {test} needs {needs}");
}

#[test]
fn units_are_valid() {
    // The programs stand where they are installed to, not where this test runs: something that exists takes their place.
    let copies = tempfile::tempdir().expect("a directory");
    let mut files = Vec::new();
    let mut programs = 0;
    for entry in fs_err::read_dir(units()).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "md") {
            continue;
        }
        let text = fs_err::read_to_string(&path).expect("a unit");
        programs += text.matches("/usr/local/bin/").count();
        let names = [
            "scrape-%i",
            "scrape-bonbanh",
            "scrape-oto",
            "scrape-chotot",
            "trainer",
        ];
        let text = names.iter().fold(text, |text, name| {
            text.replace(&format!("/usr/local/bin/{name}"), "/bin/true")
        });
        assert!(
            !text.contains("/usr/local/bin/"),
            "{}: an unknown program",
            path.display()
        );
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        fs_err::write(copies.path().join(&name), text).expect("writes");
        // A template is verified as an instance of it.
        let name = name.replace("@.", "@bonbanh.");
        files.push(copies.path().join(name));
    }
    assert!(files.len() >= 4 && programs >= 3, "{files:?}");
    let verified = Command::new("systemd-analyze")
        .args(["verify", "--man=no", "--recursive-errors=yes"])
        .args(&files)
        .output();
    match verified {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            skip("systemd::units_are_valid", "systemd-analyze");
        }
        Err(error) => panic!("systemd-analyze: {error}"),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{said}");
        }
    }
}
