//! Models of a registry: which rows are scored, and how two models compare.

use crate::support::{arg, evaluate, trained};

#[test]
fn the_rows_that_training_set_apart_are_found_again() {
    let trained = trained();
    let line = [
        "price",
        "--registry",
        arg(&trained.registry),
        "--listings",
        arg(&trained.listings),
        "--json",
    ];
    let ended = evaluate(&line).expect(0);
    let json = ended.json();
    assert_eq!(json["groups"][0]["n"], trained.n_test);
    let rows = json["subject"]["rows"].as_str().expect("a fact");
    assert!(rows.contains("set apart by training"), "{rows}");
    assert_eq!(
        json["subject"]["synthetic"],
        "trained and scored on synthetic listings"
    );
    assert_eq!(
        json["subject"]["data_until"].as_str().map(str::len),
        Some(10)
    );
    assert!(!ended.stderr.contains("warning"), "{}", ended.stderr);
}

#[test]
fn rows_that_were_trained_on_are_warned_of() {
    let trained = trained();
    let mut line = vec!["price", "--registry", arg(&trained.registry)];
    line.extend([
        "--listings",
        arg(&trained.listings),
        "--rows",
        "all",
        "--replicates",
        "100",
    ]);
    let warned = evaluate(&line).expect(0);
    assert!(
        warned.stderr.contains("rows were trained on"),
        "{}",
        warned.stderr
    );
    assert!(
        warned.stdout.contains("rows were trained on"),
        "{}",
        warned.stdout
    );
}

#[test]
fn another_hold_out_is_not_taken_for_the_models() {
    let trained = trained();
    let mut line = vec![
        "price",
        "--registry",
        arg(&trained.registry),
        "--listings",
        arg(&trained.listings),
    ];
    line.extend(["--holdout", "hash", "--replicates", "100"]);
    let ended = evaluate(&line).expect(0);
    assert!(
        ended.stderr.contains("may overlap the training data"),
        "{}",
        ended.stderr
    );
    line.extend(["--rows", "unseen"]);
    let refused = evaluate(&line).expect(3);
    let want = "the listings overlap the training data";
    assert!(refused.stderr.contains(want), "{}", refused.stderr);
}

#[test]
fn a_ridge_is_better_than_a_median() {
    let trained = trained();
    let compare = |challenger: &str, champion: &str| {
        let mut line = vec![
            "compare",
            "--registry",
            arg(&trained.registry),
            "--listings",
            arg(&trained.listings),
        ];
        line.extend([
            "--challenger",
            challenger,
            "--champion",
            champion,
            "--json",
            "--replicates",
            "500",
        ]);
        evaluate(&line).expect(0).json()["groups"][0]["against"]["mdape"].clone()
    };
    assert_eq!(compare("champion", "challenger")["verdict"], "better");
    assert_eq!(compare("challenger", "champion")["verdict"], "worse");
}

#[test]
fn a_damaged_or_unknown_model_is_refused() {
    let trained = trained();
    let score = |registry: &str, model: &str| {
        evaluate(&[
            "price",
            "--registry",
            registry,
            "--listings",
            arg(&trained.listings),
            "--model",
            model,
        ])
    };
    let ended = score(arg(&trained.registry), "nobody").expect(3);
    for part in [
        "`nobody` names no artifact",
        "hint: `trainer models --registry DIR` lists",
    ] {
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
    }
    score(arg(&trained.registry), "../x").expect(2);
}
