//! `ci/score-change.sh`, run as a CI runs it.

use std::path::Path;
use std::process::Command;

use fs_err as fs;

use crate::support::{Ended, arg, ended, make, noise, predictions, trained};

fn script(out: &Path, settings: &[(&str, &str)]) -> Ended {
    let mut command = Command::new("bash");
    command
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/ci/score-change.sh"))
        .arg(out);
    for name in [
        "GIAXE_REGISTRY",
        "REGISTRY",
        "LISTINGS",
        "PREDICTIONS",
        "CHAMPION_PREDICTIONS",
        "POLICY",
        "GITHUB_STEP_SUMMARY",
    ] {
        command.env_remove(name);
    }
    command.env("EVALUATE", env!("CARGO_BIN_EXE_evaluate"));
    command.envs(settings.iter().copied());
    ended(command.output())
}

#[test]
fn a_good_change_passes_and_a_bad_one_is_told_in_the_comment() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, off: &dyn Fn(usize) -> f64| {
        let path = folder.path().join(name);
        predictions(&path, 900, off);
        path
    };
    let champion = file("champion.csv", &|row| 0.1 * noise(row));
    let good = file("good.csv", &|row| 0.098 * noise(row));
    let bad = file(
        "bad.csv",
        &|row| if make(row) == "BMW" { 0.14 } else { 0.09 } * noise(row),
    );
    let summary = folder.path().join("summary.md");
    let (champion, summary_path) = (arg(&champion), arg(&summary));
    let out = folder.path().join("out");
    let run = |challenger: &Path| {
        let settings = [
            ("PREDICTIONS", arg(challenger)),
            ("CHAMPION_PREDICTIONS", champion),
            ("GITHUB_STEP_SUMMARY", summary_path),
        ];
        script(&out, &settings)
    };
    let passed = run(&good).expect(0);
    assert!(passed.stdout.contains("every gate passed"));
    let comment = fs::read_to_string(out.join("comment.md")).expect("written");
    assert!(comment.contains("gates passed.") && comment.contains("Challenger and champion"));
    assert_eq!(fs::read_to_string(&summary).expect("written"), comment);
    assert!(out.join("report.html").exists() && out.join("model-card.md").exists());

    let failed = run(&bad).expect(1);
    assert!(failed.stdout.contains("a gate failed"));
    assert!(
        failed.stderr.contains("no segment left behind") && failed.stderr.contains("make=BMW"),
        "{}",
        failed.stderr
    );
    let comment = fs::read_to_string(out.join("comment.md")).expect("written");
    assert!(comment.contains("make=BMW"), "{comment}");
}

#[test]
fn models_of_a_registry_are_scored() {
    let (trained, folder) = (trained(), tempfile::tempdir().expect("a folder"));
    let policy = folder.path().join("gates.toml");
    fs::write(&policy, "[[gate]]\nmetric = \"mdape\"\nmax_worse = 0.02\n").expect("written");
    let settings = [
        ("REGISTRY", arg(&trained.registry)),
        ("LISTINGS", arg(&trained.listings)),
        ("POLICY", arg(&policy)),
    ];
    // The challenger is a mere median: the gate stops it.
    let failed = script(&folder.path().join("out"), &settings).expect(1);
    assert!(
        failed.stderr.contains("gate `mdape` failed"),
        "{}",
        failed.stderr
    );
}

#[test]
fn without_a_verdict_the_comment_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let (out, empty) = (folder.path().join("out"), folder.path().join("empty.csv"));
    fs::write(&empty, "").expect("written");
    let good = folder.path().join("good.csv");
    predictions(&good, 200, |row| 0.1 * noise(row));
    // An old report must not be taken for the new one's.
    fs::create_dir_all(&out).expect("made");
    fs::write(out.join("report.md"), "All gates passed").expect("written");
    let settings = [
        ("PREDICTIONS", arg(&empty)),
        ("CHAMPION_PREDICTIONS", arg(&good)),
    ];
    script(&out, &settings).expect(3);
    let comment = fs::read_to_string(out.join("comment.md")).expect("written");
    assert!(
        comment.contains("No verdict") && comment.contains("exit code 3"),
        "{comment}"
    );
    assert!(
        comment.contains("holds no rows") && !comment.contains("passed\n"),
        "{comment}"
    );
    script(&out, &[("PREDICTIONS", arg(&good))]).expect(2);
    script(&out, &[]).expect(2);
}
