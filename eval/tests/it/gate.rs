//! `evaluate gate`: what passes, what fails, and all six exit codes.

use std::path::PathBuf;

use fs_err as fs;

use crate::support::{arg, command, ended, evaluate, make, noise, predictions};

struct Case {
    folder: tempfile::TempDir,
    champion: PathBuf,
}

impl Case {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let champion = folder.path().join("champion.csv");
        predictions(&champion, 800, |row| 0.1 * noise(row));
        Self { folder, champion }
    }

    fn policy(&self, text: &str) -> PathBuf {
        let path = self.folder.path().join("gates.toml");
        fs::write(&path, text).expect("written");
        path
    }

    fn gate(
        &self,
        policy: &str,
        challenger: &std::path::Path,
        more: &[&str],
    ) -> crate::support::Ended {
        let policy = self.policy(policy);
        let mut line = vec![
            "gate",
            "--policy",
            arg(&policy),
            "--predictions",
            arg(challenger),
        ];
        line.extend([
            "--champion-predictions",
            arg(&self.champion),
            "--replicates",
            "1000",
        ]);
        line.extend(more);
        evaluate(&line)
    }
}

const SEGMENTS: &str = "[[gate]]\nname = \"no segment left behind\"\nmetric = \"mdape\"\nby = [\"make\", \"age\"]\nmax_worse = 0.05\n";

#[test]
fn code_0_every_gate_passed() {
    let case = Case::new();
    let policy = format!("[[gate]]\nmetric = \"mdape\"\nmax = 0.06\n\n{SEGMENTS}");
    let ended = case.gate(&policy, &case.champion, &[]).expect(0);
    assert!(
        ended.stdout.contains("All 9 gates passed."),
        "{}",
        ended.stdout
    );
}

#[test]
fn code_1_a_challenger_worse_in_one_segment_is_stopped_by_name() {
    let case = Case::new();
    let worse = case.folder.path().join("worse.csv");
    // Better over all rows, so that no overall gate would stop it.
    predictions(
        &worse,
        800,
        |row| if make(row) == "BMW" { 0.15 } else { 0.07 } * noise(row),
    );
    let junit = case.folder.path().join("gates.xml");
    let ended = case
        .gate(SEGMENTS, &worse, &["--junit", arg(&junit)])
        .expect(1);
    let want = "error: gate `no segment left behind` failed: mdape of make=BMW (";
    assert!(ended.stderr.starts_with(want), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("against the champion's")
            && ended.stderr.contains("at most 5.00 % worse")
    );
    assert_eq!(
        ended.stderr.matches("failed:").count(),
        1,
        "{}",
        ended.stderr
    );
    let xml = fs::read_to_string(&junit).expect("written");
    assert_eq!(xml.matches("<failure").count(), 1);
    let json = case.gate(SEGMENTS, &worse, &["--json"]).expect(1).json();
    assert_eq!(json["passed"], false);
}

#[test]
fn code_1_names_every_failed_gate_with_value_and_bound() {
    let case = Case::new();
    let policy = "[[gate]]\nmetric = \"mdape\"\nmax = 0.01\n[[gate]]\nmetric = \"within_10\"\nmin = 2\n[[gate]]\nmetric = \"mae\"\nbetter = true\n";
    let ended = case.gate(policy, &case.champion, &[]).expect(1);
    for want in [
        "gate `mdape` failed: mdape of all rows (800 rows) is 0.0",
        "at most 0.01",
        "at least 2",
        "better with probability 0.950",
    ] {
        assert!(ended.stderr.contains(want), "{want}: {}", ended.stderr);
    }
}

#[test]
fn code_2_usage_and_policy() {
    let case = Case::new();
    for (policy, want) in [
        (
            "[[gate]]\nmetric = \"maee\"\nmax = 1\n",
            "`metric` is `maee`",
        ),
        ("[[gate]]\nmetric = \"mae\"\nmaximum = 1\n", "maximum"),
        ("[[gates]]\nmetric = \"mae\"\nmax = 1\n", "gates"),
        ("", "no gate"),
        (
            "[[gate]]\nmetric = \"mae\"\nmax = 1\nby = [\"colour\"]\n",
            "valid: make, age",
        ),
    ] {
        let ended = case.gate(policy, &case.champion, &[]).expect(2);
        assert!(ended.stderr.contains(want), "{policy}: {}", ended.stderr);
    }
    evaluate(&["gate"]).expect(2);
    evaluate(&["gate", "--polcy", "x"]).expect(2);
}

#[test]
fn code_3_nothing_to_judge_is_no_pass() {
    let case = Case::new();
    let policy = case.policy("[[gate]]\nmetric = \"mdape\"\nmax = 1\n");
    let file = |name: &str, text: &str| {
        let path = case.folder.path().join(name);
        fs::write(&path, text).expect("written");
        path
    };
    for (flag, path, want) in [
        ("--predictions", file("empty.csv", ""), "holds no rows"),
        (
            "--predictions",
            file("header.csv", "actual,predicted\n"),
            "holds no rows",
        ),
        (
            "--predictions",
            file("bad.csv", "actual,predicted\n1,x\n"),
            "`predicted` is x",
        ),
        (
            "--predictions",
            file("zero.csv", "actual,predicted\n0,1\n"),
            "`actual` of row 0 is 0",
        ),
        ("--scores", file("empty.json", "\n"), "holds no rows"),
        (
            "--scores",
            file("half.json", "{\"kind\":\"pri"),
            "not readable as JSON",
        ),
        (
            "--scores",
            file("other.json", "{}"),
            "no scores of `evaluate`",
        ),
    ] {
        let ended = evaluate(&["gate", "--policy", arg(&policy), flag, arg(&path)]).expect(3);
        assert!(
            ended.stderr.contains(want),
            "{}: {}",
            path.display(),
            ended.stderr
        );
    }
    let few = "[[gate]]\nmetric = \"mdape\"\nmax = 1\nmin_n = 9999\n";
    let ended = case.gate(few, &case.champion, &[]).expect(3);
    assert!(
        ended.stderr.contains("the largest has 800"),
        "{}",
        ended.stderr
    );
}

#[test]
fn code_4_files_that_are_not_there() {
    let case = Case::new();
    let policy = case.policy("[[gate]]\nmetric = \"mdape\"\nmax = 1\n");
    evaluate(&["gate", "--policy", arg(&policy), "--scores", "absent.json"]).expect(4);
    let ended = evaluate(&[
        "gate",
        "--policy",
        "absent.toml",
        "--predictions",
        arg(&case.champion),
    ])
    .expect(4);
    assert!(ended.stderr.contains("absent.toml") && ended.stderr.contains("hint: check the path"));
}

#[test]
fn code_70_a_bug_is_told_from_a_failed_gate() {
    let case = Case::new();
    let policy = case.policy("[[gate]]\nmetric = \"mdape\"\nmax = 1\n");
    let mut line = command();
    line.env("EVALUATE_SIMULATE_BUG", "1");
    line.args([
        "gate",
        "--policy",
        arg(&policy),
        "--predictions",
        arg(&case.champion),
    ]);
    let ended = ended(line.output()).expect(70);
    assert!(
        ended.stderr.starts_with("error: this is a bug of evaluate"),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.contains("hint: please report it"));
}

#[test]
fn scores_are_judged_from_a_file_too() {
    let case = Case::new();
    let scores = evaluate(&["price", "--predictions", arg(&case.champion), "--json"]).expect(0);
    let path = case.folder.path().join("scores.json");
    fs::write(&path, scores.stdout).expect("written");
    let policy = case.policy("[[gate]]\nmetric = \"coverage\"\nmax_off = 0.05\n");
    evaluate(&["gate", "--policy", arg(&policy), "--scores", arg(&path)]).expect(0);
    let policy = case.policy("[[gate]]\nmetric = \"mae\"\nmax_worse = 0.05\n");
    let ended = evaluate(&["gate", "--policy", arg(&policy), "--scores", arg(&path)]).expect(2);
    assert!(
        ended.stderr.contains("no champion to compare with"),
        "{}",
        ended.stderr
    );
}

#[test]
fn the_help_documents_the_codes() {
    let help = evaluate(&["gate", "--help"]).expect(0).stdout;
    for code in [
        "0  done",
        "1  a gate",
        "2  usage",
        "3  invalid or empty input",
        "4  a dependency",
        "70  a bug",
    ] {
        assert!(help.contains(code), "{code}: {help}");
    }
}
