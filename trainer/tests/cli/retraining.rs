//! `retrain`: the week of an analyst.

use crate::support::Place;

/// A champion of the first half-year, and an export of the next.
fn week(family: &str) -> Place {
    let place = Place::new();
    place.ok("synthesize --rows 1500 --until 2025-06-30 --out cars.parquet");
    place.ok("synthesize --rows 1500 --until 2025-12-31 --seed 7 --out next.parquet");
    place.ok(&format!(
        "train --listings cars.parquet --registry r --holdout time --family {family}"
    ));
    place
}

fn alias(place: &Place, name: &str) -> Option<String> {
    let models = place.ok("models --registry r --json").json();
    models["aliases"][name].as_str().map(str::to_owned)
}

const RETRAIN: &str = "retrain --registry r --listings cars.parquet --holdout time --json";

#[test]
fn a_better_challenger_is_promoted_and_no_other() {
    let place = week("baseline");
    let before = alias(&place, "champion").expect("a champion");
    let line = format!("{RETRAIN} --import next.parquet --since-champion --family ridge");

    // Better, yet nobody asked for it to be promoted.
    let json = place.ok(&line).json();
    assert_eq!(json["verdict"], "better", "{json}");
    assert_eq!(json["promoted"], false);
    assert_eq!(json["champion_before"], *before);
    assert_eq!(alias(&place, "champion"), Some(before.clone()));
    assert_eq!(
        alias(&place, "challenger").as_deref(),
        json["challenger"].as_str()
    );
    assert!(json["n_new"].as_u64() > Some(100) && json["n_judged"].as_u64() >= Some(50));
    let why = json["why"].as_str().expect("a reason");
    assert!(
        why.contains("is better than baseline") && why.contains("95 %"),
        "{why}"
    );

    // The export is in by now: once more, without it.
    let line = format!("{RETRAIN} --since-champion --family ridge --promote-if-better");
    let again = place.ok(&line).json();
    assert_eq!(again["challenger"], json["challenger"]);
    assert_eq!(again["promoted"], true);
    assert_eq!(
        alias(&place, "champion").as_deref(),
        json["challenger"].as_str()
    );

    // The champion has learned from it all: the same again is no better.
    let same = place.ok(&line).json();
    assert_eq!(same["challenger"], same["champion_before"]);
    assert_eq!(same["verdict"], "no_difference");
    assert_eq!(same["promoted"], false);
}

#[test]
fn the_same_again_is_not_better() {
    let place = week("ridge");
    let before = alias(&place, "champion");
    let ended =
        place.ok("retrain --registry r --listings cars.parquet --holdout time --promote-if-better");
    assert!(
        ended.stderr.contains("may have learned from rows"),
        "{}",
        ended.stderr
    );
    for want in [
        "not promoted: champion stays",
        "is not better beyond chance",
        "0.0 %",
    ] {
        assert!(ended.stdout.contains(want), "{want}: {}", ended.stdout);
    }
    assert_eq!(alias(&place, "champion"), before);
}

#[test]
fn a_champion_is_retrained_as_it_was_trained() {
    let place = Place::new();
    place.ok("synthesize --rows 1500 --until 2025-06-30 --out cars.parquet");
    let train = "train --listings cars.parquet --registry r --holdout time --family ridge";
    place.ok(&format!("{train} --half-life-days 90 --features no-title"));
    let json = place.ok(RETRAIN).json();
    assert_eq!(json["challenger"], json["champion_before"]);
    let json = place.ok(&format!("{RETRAIN} --half-life-days 900")).json();
    assert_ne!(json["challenger"], json["champion_before"]);
}

#[test]
fn what_cannot_be_retrained_says_so() {
    let place = week("baseline");
    for (flags, code, want) in [
        ("--registry absent --listings cars.parquet", 4, "absent"),
        (
            "--registry r --listings cars.parquet next.parquet --import next.parquet",
            2,
            "one file of `--listings`",
        ),
    ] {
        let before = alias(&place, "champion");
        let ended = place.run(&format!("retrain --holdout time {flags}"));
        assert_eq!(ended.code, Some(code), "{flags}: {}", ended.stderr);
        assert!(ended.stderr.contains(want), "{flags}: {}", ended.stderr);
        assert_eq!(alias(&place, "champion"), before);
    }
    // By seller and car, champions learn up to the newest day.
    place.ok("train --listings cars.parquet --registry r --family ridge");
    let before = alias(&place, "champion");
    let ended = place.run("retrain --registry r --listings cars.parquet --since-champion");
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("the champion stays"),
        "{}",
        ended.stderr
    );
    assert_eq!(alias(&place, "champion"), before);
    fs_err::create_dir(place.path("empty")).expect("a directory");
    let ended = place.run("retrain --registry empty --listings cars.parquet");
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("`champion` names no artifact"),
        "{}",
        ended.stderr
    );
}
