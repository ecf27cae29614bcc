//! Flags and settings of `serve`.

use fs_err as fs;
use tests::{run, trained};

use super::refused;

#[test]
fn bad_settings_are_refused_before_anything_listens() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let registry = trained().registry.to_str().expect("a UTF-8 path");
    let cases: &[(&str, &[&str])] = &[
        ("listen = \"localhost\"", &["`listen`", "127.0.0.1:8080"]),
        ("listen = 8080", &["listen"]),
        ("lisen = \"127.0.0.1:1\"", &["lisen"]),
        (
            "request_deadline_ms = 1",
            &["`request_deadline_ms`", "100–60000"],
        ),
        ("request_deadline_ms = -1", &["request_deadline_ms"]),
        (
            "body_limit_bytes = 99999999",
            &["`body_limit_bytes`", "16777216"],
        ),
        ("log_level = \"a=b=c\"", &["`log_level`", "a=b=c"]),
        (
            "allowed_origins = [\"example.vn\"]",
            &["`allowed_origins`", "example.vn"],
        ),
        ("model = \"\"", &["`model`"]),
        ("listen = ", &["serve.toml"]),
        ("\u{0}", &["serve.toml"]),
    ];
    for (toml, says) in cases {
        let path = dir.path().join("serve.toml");
        fs::write(&path, toml).expect("writes");
        let path = path.to_str().expect("a UTF-8 path");
        let ended = run("serve", ["--registry", registry, "--config", path]);
        refused(toml, &ended, 2, says);
    }
    for (flags, code, says) in [
        (["--config", "no/such.toml"], 2, "no/such.toml"),
        (["--listen", "nowhere"], 2, "--listen"),
        (["--port", "70000"], 2, "70000"),
        (["--model", "../champion"], 2, "../champion"),
        (["--model", "0123456789ab"], 3, "0123456789ab"),
    ] {
        let ended = run("serve", [&["--registry", registry][..], &flags].concat());
        refused(&flags.join(" "), &ended, code, &[says]);
    }
}

#[test]
fn a_registry_that_is_none_is_refused() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let file = dir.path().join("file");
    fs::write(&file, "").expect("writes");
    for (registry, codes) in [(dir.path().join("absent"), [3, 4]), (file, [3, 4])] {
        let registry = registry.to_str().expect("a UTF-8 path");
        let ended = run("serve", ["--registry", registry]);
        let code = ended.code.filter(|code| codes.contains(code));
        let code = code.unwrap_or_else(|| panic!("{registry}: {ended:?}"));
        refused(registry, &ended, code, &[registry, "--allow-empty"]);
    }
}
