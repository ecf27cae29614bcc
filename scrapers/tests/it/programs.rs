//! The real programs: exit codes, JSON on stdout, hints on stderr, signals.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use url::Url;

use crate::server::{Answer, Server};
use crate::whole::{KEY, good_server};
use crate::world::world;

/// `scrape-bonbanh` against a server, in a directory, with nothing of the environment that would shape it.
pub(crate) fn bonbanh(url: &Url, out: &Path) -> Command {
    let mut command = program(out);
    command.args(["--site-url", url.as_str(), "--interval-ms", "0"]);
    command
}

/// The same, which still has to be told where the site is.
fn program(out: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scrape-bonbanh"));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("SCRAPE_") || name.to_ascii_uppercase().ends_with("_PROXY") {
            command.env_remove(name);
        }
    }
    command
        .env("SCRAPE_SELLER_KEY", KEY)
        .env("SCRAPE_BACKOFF_MS", "1")
        .env("SCRAPE_CONTACT", "tester@example.vn")
        .arg("--out")
        .arg(out)
        .stdin(Stdio::null());
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {} {}", text(&output.stdout), text(&output.stderr))
    })
}

#[test]
fn a_crawl_reports_as_json_and_the_other_commands_follow() {
    let own = Arc::new(world(3, 60).remove("bonbanh").expect("a site"));
    let server = good_server(own.clone());
    let dir = tempfile::tempdir().expect("a directory");
    let run = |arguments: &[&str]| {
        let mut command = bonbanh(server.url(), dir.path());
        command.args(arguments).output().expect("it starts")
    };
    let dry = run(&["--dry-run", "--json"]);
    assert_eq!(dry.status.code(), Some(0), "{}", text(&dry.stderr));
    assert_eq!(json(&dry)["would_fetch"].as_array().map(Vec::len), Some(20));
    assert_eq!(
        fs_err::read_dir(dir.path()).expect("a directory").count(),
        0
    );

    let crawl = run(&["--json"]);
    assert_eq!(crawl.status.code(), Some(0), "{}", text(&crawl.stderr));
    let report = json(&crawl);
    assert_eq!(report["new"], own.expected.len());
    assert_eq!(report["ended"], "done");
    let found = |report: &Value| report["rejects"].as_object().map(serde_json::Map::len);
    assert!(
        found(&report).is_some_and(|reasons| reasons > 0),
        "{report}"
    );

    let stats = run(&["stats", "--json"]);
    assert_eq!(json(&stats)["new"], own.expected.len());
    let table = text(&run(&["stats"]).stdout);
    assert!(
        table.contains("listings seen") && table.contains("filled price_vnd"),
        "{table}"
    );

    let file = dir.path().join("bonbanh").join("bonbanh.parquet");
    let before = fs_err::read(&file).expect("a file");
    let compact = run(&["compact", "--json"]);
    assert_eq!(json(&compact)["rows"], own.expected.len());
    assert_eq!(
        fs_err::read(&file).expect("a file"),
        before,
        "the same bytes"
    );
    let reparse = run(&["reparse", "--json"]);
    assert_eq!(reparse.status.code(), Some(0), "{}", text(&reparse.stderr));
    assert_eq!(json(&reparse)["changed"], 0);
    assert_eq!(
        fs_err::read(&file).expect("a file"),
        before,
        "the same bytes"
    );
    let doctor = run(&["doctor", "--live"]);
    assert_eq!(doctor.status.code(), Some(0), "{}", text(&doctor.stderr));
}

#[test]
fn a_crawl_goes_through_the_proxy_that_the_environment_names() {
    let own = Arc::new(world(3, 60).remove("bonbanh").expect("a site"));
    // It answers for any host, as a proxy does.
    let proxy = good_server(own);
    let dir = tempfile::tempdir().expect("a directory");
    let run = |variable: &str, value: &str| {
        let mut command = program(dir.path());
        command
            .args(["--site-url", "http://cars.example/", "--interval-ms", "500"])
            .args(["--dry-run", "--json"])
            .env(variable, value);
        command.output().expect("it starts")
    };
    for variable in ["HTTP_PROXY", "http_proxy"] {
        let dry = run(variable, proxy.url().as_str());
        assert_eq!(dry.status.code(), Some(0), "{}", text(&dry.stderr));
        let found = json(&dry)["would_fetch"].as_array().cloned();
        let found = found.expect("addresses");
        assert_eq!(found.len(), 20);
        let first = found[0].to_string();
        assert!(first.contains("http://cars.example/"), "{first}");
    }
    let unknown = run("HTTP_PROXY", "socks5://an:pass@127.0.0.1:1080");
    assert_eq!(unknown.status.code(), Some(2));
    let said = text(&unknown.stderr);
    assert!(
        said.contains("`HTTP_PROXY`") && said.contains("http://proxy.example:3128"),
        "{said}"
    );
    assert!(!said.contains("pass@"), "{said}");
}

#[test]
fn exit_codes_and_hints_say_what_to_do() {
    let dir = tempfile::tempdir().expect("a directory");
    let blocked = Server::start(|_, _| Answer::status(403));
    let empty = Server::start(|path, _| match path {
        "/robots.txt" => Answer::status(404),
        _ => Answer::ok("<html><body>Sắp có giao diện mới</body></html>"),
    });
    let run = |server: &Server, arguments: &[&str], contact: &str| {
        let mut command = bonbanh(server.url(), dir.path());
        command.env("SCRAPE_CONTACT", contact).args(arguments);
        let output = command.output().expect("it starts");
        (output.status.code(), text(&output.stderr))
    };
    let contact = "https://example.vn/bot";
    for (server, arguments, contact, code, said) in [
        (&blocked, &["crawl"][..], "", 2, "hint: set `contact`"),
        (&blocked, &["--nonsense"], contact, 2, "--nonsense"),
        (
            &blocked,
            &["--since", "soon"],
            contact,
            2,
            "`since` is `soon`",
        ),
        (&blocked, &["stats"], contact, 3, "hint: crawl first"),
        (&blocked, &["crawl"], contact, 4, "3 times in a row"),
        (
            &empty,
            &["crawl", "--fresh"],
            contact,
            1,
            "hint: the site may look different now",
        ),
    ] {
        let (found, stderr) = run(server, arguments, contact);
        assert_eq!(found, Some(code), "{arguments:?}: {stderr}");
        assert!(stderr.contains(said), "{arguments:?}: {stderr}");
    }
}

#[cfg(unix)]
#[test]
fn sigint_finishes_the_page_in_hand() {
    let own = Arc::new(world(3, 60).remove("bonbanh").expect("a site"));
    let pages = own.clone();
    let server = Server::start(move |path, _| match pages.pages.get(path) {
        None => Answer::status(404),
        Some(reply) => Answer {
            status: reply.status,
            delay: Duration::from_millis(40),
            ..Answer::ok(reply.body.clone())
        }
        .with("content-type", reply.content_type),
    });
    let dir = tempfile::tempdir().expect("a directory");
    let child = bonbanh(server.url(), dir.path())
        .arg("--json")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let start = Instant::now();
    while server.log().len() < 8 {
        assert!(
            start.elapsed() < Duration::from_mins(1),
            "it does not crawl"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &pid]).status();
    assert!(sent.expect("kill").success());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("stopping after this page"));
    let report = json(&output);
    assert_eq!(report["ended"], "interrupted");
    let answered = server.log().len() as u64;
    let counted = report["requests"].as_u64().expect("a number");
    assert_eq!(counted, answered, "the page in hand was finished");
    assert!(report["left"].as_u64().is_some_and(|left| left > 0));
}
