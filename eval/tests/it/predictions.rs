//! `evaluate price` and `evaluate compare` on files of predictions.

use crate::support::{arg, evaluate, make, noise, predictions};

#[test]
fn a_file_of_predictions_is_scored() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.csv");
    predictions(&file, 400, |row| 0.1 * noise(row));
    let copy = folder.path().join("copy.ndjson");
    let score = |file: &str, more: &[&str]| {
        let mut line = vec!["price", "--predictions", file, "--replicates", "200"];
        line.extend(more);
        evaluate(&line).expect(0)
    };
    let text = score(arg(&file), &["--write-predictions", arg(&copy)]);
    for want in [
        "MdAPE",
        "COD",
        "in 80 % range",
        "By make",
        "Toyota",
        "Synthetic listings",
        "bootstrap draws of sellers",
    ] {
        assert!(text.stdout.contains(want), "{want}: {}", text.stdout);
    }
    let json = score(arg(&file), &["--json"]).json();
    let all = &json["groups"][0];
    assert_eq!((&all["by"], &all["n"]), (&"all".into(), &400.into()));
    let mape = &all["scores"]["mape"];
    assert!(
        mape["low"].as_f64() < mape["value"].as_f64()
            && mape["value"].as_f64() < mape["high"].as_f64()
    );
    assert!((mape["value"].as_f64().expect("a number") - 0.05).abs() < 0.005);
    let coverage = all["scores"]["coverage_80"]["value"]
        .as_f64()
        .expect("a number");
    assert!((coverage - 0.8).abs() < 0.03, "{coverage}");
    // The written file is as good as the first; only its name differs.
    let mut again = score(arg(&copy), &["--json"]).json();
    let mut first = json;
    for sheet in [&mut again, &mut first] {
        sheet["subject"] = serde_json::Value::Null;
    }
    assert_eq!(again, first);
}

#[test]
fn a_challenger_is_better_only_beyond_chance() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, off: &dyn Fn(usize) -> f64| {
        let path = folder.path().join(name);
        predictions(&path, 800, off);
        path
    };
    let champion = file("champion.csv", &|row| 0.1 * noise(row));
    let equal = file("equal.csv", &|row| 0.1 * noise(row + 411));
    let gain = file("gain.csv", &|row| 0.095 * noise(row));
    let compare = |challenger: &std::path::Path| {
        let line = [
            "compare",
            "--predictions",
            arg(challenger),
            "--champion-predictions",
            arg(&champion),
            "--json",
        ];
        evaluate(&line).expect(0).json()["groups"][0]["against"].clone()
    };
    let equal = compare(&equal);
    for (name, difference) in equal.as_object().expect("scores") {
        assert_ne!(difference["verdict"], "better", "{name}");
    }
    let gain = compare(&gain);
    assert_eq!(gain["mdape"]["verdict"], "better");
    assert_eq!(gain["mae"]["probability_better"], 1.0);
}

#[test]
fn a_worse_segment_is_named_in_the_comparison() {
    let folder = tempfile::tempdir().expect("a folder");
    let (a, b) = (folder.path().join("a.csv"), folder.path().join("b.csv"));
    predictions(&a, 800, |row| 0.1 * noise(row));
    predictions(
        &b,
        800,
        |row| if make(row) == "BMW" { 0.2 } else { 0.1 } * noise(row),
    );
    let line = [
        "compare",
        "--predictions",
        arg(&b),
        "--champion-predictions",
        arg(&a),
        "--by",
        "make",
    ];
    let text = evaluate(&line).expect(0).stdout;
    let bmw = text
        .lines()
        .find(|line| line.starts_with("BMW"))
        .expect("a row");
    assert!(bmw.contains("worse") && bmw.contains("+100.0 %"), "{bmw}");
    let kia = text
        .lines()
        .find(|line| line.starts_with("Kia"))
        .expect("a row");
    assert!(kia.contains("no difference"), "{kia}");
}

#[test]
fn mistakes_are_told_with_their_code() {
    let folder = tempfile::tempdir().expect("a folder");
    let (a, b) = (folder.path().join("a.csv"), folder.path().join("b.csv"));
    predictions(&a, 60, |row| 0.1 * noise(row));
    predictions(&b, 61, |row| 0.1 * noise(row));
    let (a, b) = (arg(&a), arg(&b));
    for (line, code, want) in [
        (vec!["price"], 2, "`--predictions FILE`, is needed"),
        (
            vec!["price", "--predictions", a, "--model", "x"],
            2,
            "stands in place of",
        ),
        (
            vec!["price", "--predictions", a, "--by", "colour"],
            2,
            "valid: age, price, make, source",
        ),
        (
            vec!["price", "--predictions", a, "--replicates", "7"],
            2,
            "`replicates` is 7",
        ),
        (
            vec!["price", "--predictions", "absent.csv"],
            4,
            "absent.csv",
        ),
        (
            vec!["price", "--registry", "absent", "--listings", a],
            4,
            "absent",
        ),
        (
            vec!["compare", "--predictions", a],
            2,
            "`--champion-predictions FILE` is needed",
        ),
        (
            vec!["compare", "--predictions", b, "--champion-predictions", a],
            3,
            "id `c60`",
        ),
    ] {
        let ended = evaluate(&line).expect(code);
        assert!(ended.stderr.contains(want), "{line:?}: {}", ended.stderr);
        assert!(ended.stdout.is_empty(), "{line:?}: {}", ended.stdout);
    }
}
