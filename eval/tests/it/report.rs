//! `evaluate report`: the forms, what they hold and what they do not.

use std::path::Path;

use fs_err as fs;

use crate::support::{arg, evaluate, noise, predictions, trained};

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).expect("written")
}

#[test]
fn a_report_of_predictions_is_whole_and_the_same_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (own, champion) = (
        folder.path().join("own.csv"),
        folder.path().join("champion.csv"),
    );
    predictions(&own, 600, |row| 0.09 * noise(row));
    predictions(&champion, 600, |row| 0.1 * noise(row));
    let policy = folder.path().join("gates.toml");
    fs::write(
        &policy,
        "[[gate]]\nname = \"typical error\"\nmetric = \"mdape\"\nmax = 0.01\n",
    )
    .expect("written");
    let curve = folder.path().join("curve.json");
    fs::write(
        &curve,
        r#"{"learning_curve":[{"n_train":500,"mae":9e7},{"n_train":4000,"mae":7e7}]}"#,
    )
    .expect("written");
    let board = folder.path().join("board.json");
    fs::write(
        &board,
        r#"[{"family":"ridge","version":"abc","mae":7.1e7,"mdape":0.05}]"#,
    )
    .expect("written");
    let run = |out: &Path| {
        let mut line = vec!["report", "--out", arg(out), "--predictions", arg(&own)];
        line.extend([
            "--champion-predictions",
            arg(&champion),
            "--policy",
            arg(&policy),
        ]);
        line.extend([
            "--learning-curve",
            arg(&curve),
            "--leaderboard",
            arg(&board),
        ]);
        line.extend(["--date", "2025-11-30", "--replicates", "300"]);
        evaluate(&line).expect(1)
    };
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    let ended = run(&first);
    assert!(
        ended.stderr.contains("gate `typical error` failed"),
        "{}",
        ended.stderr
    );
    run(&second);
    for name in [
        "report.html",
        "report.md",
        "report.json",
        "report.xml",
        "model-card.md",
    ] {
        assert_eq!(read(&first, name), read(&second, name), "{name}");
        let text = read(&first, name);
        assert!(
            text.to_lowercase().contains("synthetic") || name == "report.xml",
            "{name}"
        );
    }
    let html = read(&first, "report.html");
    for title in [
        "Predicted against actual price",
        "Residuals by age",
        "Residuals by mileage",
        "Calibration of the ranges",
        "MdAPE by make",
        "Learning curve",
        "Leaderboard",
        "Change of MdAPE by segment",
        "Model card",
    ] {
        assert!(html.contains(title), "{title}");
    }
    assert!(html.matches("<svg").count() >= 8);
    for fetched in ["<script", "http:", "https:", "url(", "@import", " src="] {
        assert!(!html.contains(fetched), "{fetched}");
    }
    assert!(
        !html.contains("NaN") && !html.contains("=\"inf"),
        "a broken number"
    );
    assert!(read(&first, "report.xml").contains("<failure"));
    let markdown = read(&first, "report.md");
    assert!(markdown.contains("❌ 1 of 1 gates failed: typical error"));
    assert!(markdown.len() < 65_536, "a comment holds no more");
}

#[test]
fn a_report_of_a_model_tells_the_worth_of_its_fields() {
    let (trained, folder) = (trained(), tempfile::tempdir().expect("a folder"));
    let out = folder.path().join("out");
    let mut line = vec![
        "report",
        "--out",
        arg(&out),
        "--registry",
        arg(&trained.registry),
    ];
    line.extend(["--listings", arg(&trained.listings), "--replicates", "200"]);
    line.extend(["--model", "champion", "--champion", "challenger"]);
    evaluate(&line).expect(0);
    let json: serde_json::Value = serde_json::from_str(&read(&out, "report.json")).expect("JSON");
    let fields = json["importance"].as_array().expect("fields");
    let worth = |name: &str| {
        let field = fields.iter().find(|own| own["field"] == name);
        field.and_then(|own| own["mean"].as_f64()).expect(name)
    };
    assert!(worth("make, model and title") > 0.5 && worth("year") > 0.2);
    assert!(worth("source").abs() < 1e-9, "there is one source only");
    let card = read(&out, "model-card.md");
    for want in [
        "Family: ridge",
        "What it is for",
        "Newest listing trained on",
        "80 % range holds",
        "Synthetic listings",
    ] {
        assert!(card.contains(want), "{want}: {card}");
    }
    assert!(read(&out, "report.html").contains("Worth of each field"));
    assert!(read(&out, "report.xml").contains("classname=\"scored\""));
}
