//! `tune`, and `train` with what it found.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::{Ended, Place};

const CARS: &str = "synthesize --rows 1200 --until 2025-11-30 --out cars.parquet";
/// By time: one origin a month, and enough rows to judge by.
const TUNE: &str = "tune --listings cars.parquet --holdout time --quiet --json";

fn lines(log: &Path) -> usize {
    let text = fs_err::read_to_string(log).unwrap_or_default();
    text.matches('\n').count()
}

fn read(place: &Place, name: &str) -> String {
    fs_err::read_to_string(place.path(name)).expect("what was written")
}

/// What a run chose and published; how long fits took is not part of it.
fn outcome(ended: &Ended) -> String {
    let mut json = ended.json();
    for model in json["leaderboard"].as_array_mut().expect("models") {
        model.as_object_mut().expect("a model").remove("fit_s");
    }
    json.to_string()
}

#[test]
fn a_killed_search_goes_on_and_ends_as_one_that_was_not() {
    let place = Place::new();
    place.ok(CARS);
    let clean = place.ok(&format!(
        "{TUNE} --trials 4 --minutes 30 --registry clean --out clean.toml"
    ));

    let line = format!("{TUNE} --trials 4 --minutes 30 --registry killed --out killed.toml");
    let log = place.path("killed.jsonl");
    for at_least in [2, 5] {
        let mut child = place
            .command(&line)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let started = Instant::now();
        while lines(&log) < at_least {
            assert!(started.elapsed() < Duration::from_mins(5), "no progress");
            std::thread::sleep(Duration::from_millis(5));
        }
        child.kill().expect("killed");
        child.wait().expect("gone");
        assert!(!place.path("killed.toml").exists());
    }
    let before = lines(&log);
    let ended = place.ok(&line);
    assert_eq!(outcome(&ended), outcome(&clean));
    assert_eq!(read(&place, "killed.toml"), read(&place, "clean.toml"));
    assert!(lines(&log) > before && before >= 5);
    assert_eq!(lines(&log), lines(&place.path("clean.jsonl")));

    // Nothing is left to try: the same again, from the log alone.
    let again = place.ok(&line);
    assert_eq!(outcome(&again), outcome(&clean));

    let json = clean.json();
    assert_eq!(json["search"]["splits"].as_array().map(Vec::len), Some(3));
    let trials = json["trials"].as_array().expect("trials");
    assert_eq!(trials.len(), 5);
    let untuned = trials.iter().find(|own| own["trial"] == 0);
    assert_eq!(untuned.expect("the untuned one")["score"], 1.0);
    assert!(trials[0]["score"].as_f64() <= Some(1.0));

    // An empty registry gets the tuned model only where it is better beyond chance; what reigns goes on reigning. Where no trial
    // beat the built-in parameters, they are the winner and the only model.
    let winner = &json["leaderboard"][0]["version"];
    let is_tuned = trials[0]["trial"] != 0;
    let untuned = &json["leaderboard"][usize::from(is_tuned)]["version"];
    let is_better = json["verdict"] == "better";
    assert_eq!(json["champion"], *if is_better { winner } else { untuned });
    let is_challenger = is_tuned && !is_better;
    assert_eq!(json["challenger"] == *winner, is_challenger);
    let reigning = place
        .ok("train --listings cars.parquet --holdout time --registry reigns --family ridge --json")
        .json();
    let line = format!("{TUNE} --trials 4 --minutes 30 --registry reigns --out clean.toml");
    let beside = place.ok(&line).json();
    assert_eq!(beside["challenger"] == *winner, is_tuned);
    assert_eq!(beside["champion"], reigning["leaderboard"][0]["version"]);

    // The winner is trained again from its file, to the byte.
    let trained = place
        .ok("train --listings cars.parquet --holdout time --registry own --family gradient-boosting --params clean.toml --json")
        .json();
    let version = &trained["leaderboard"][0]["version"];
    assert_eq!(*version, json["leaderboard"][0]["version"]);
    let part = format!(
        "own/artifacts/{}/training.toml",
        version.as_str().expect("a version")
    );
    let comment_less = read(&place, "clean.toml");
    assert!(
        comment_less.starts_with("# trainer tune: trial "),
        "{comment_less}"
    );
    assert!(comment_less.ends_with(&read(&place, &part)));
}

#[test]
fn a_log_of_something_else_is_refused_before_any_work() {
    let place = Place::new();
    place.ok(CARS);
    let line = format!("{TUNE} --minutes 0.001 --registry r --out a.toml");
    place.write("a.jsonl", "{\"trial\":3}\n");
    let ended = place.run(&line);
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    assert!(ended.stderr.contains("a.jsonl") && ended.stderr.contains("line 1"));
    fs_err::remove_file(place.path("a.jsonl")).expect("removed");
    place.ok(&line);
    for (flags, want) in [
        ("--seed 7", "`seed` is 42; valid: 7"),
        ("--objective mape", "`objective` is mae"),
        ("--holdout-buckets 4", "`data_sha256` is "),
    ] {
        let ended = place.run(&format!("{line} {flags}"));
        assert_eq!(ended.code, Some(3), "{}", ended.stderr);
        assert!(ended.stderr.contains(want), "{}", ended.stderr);
        assert!(ended.stderr.contains("a.jsonl"), "{}", ended.stderr);
    }
}

#[test]
fn without_time_the_built_in_parameters_stand_and_it_is_said() {
    let place = Place::new();
    place.ok(CARS);
    let ended =
        place.ok("tune --listings cars.parquet --holdout time --minutes 0.001 --registry r");
    assert!(ended.stderr.contains("rolling origins"), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("nothing was tuned"),
        "{}",
        ended.stderr
    );
    for want in ["untuned", "nothing to compare", "champion: "] {
        assert!(ended.stdout.contains(want), "{want}: {}", ended.stdout);
    }
    assert!(read(&place, "tuned.toml").contains("half_life_days = 365.25"));
}

#[test]
fn parameters_are_followed_and_checked() {
    let place = Place::new();
    place.ok(CARS);
    place.write(
        "slow.toml",
        "half_life_days = \"none\"\n[ridge]\nalphas = [2.0]\n",
    );
    let train = |flags: &str| {
        let line = "train --listings cars.parquet --registry r --family ridge --json --quiet";
        place.ok(&format!("{line} {flags}")).json()["leaderboard"][0].clone()
    };
    let plain = train("");
    let slow = train("--params slow.toml");
    assert_eq!(slow["hyperparameters"], "alpha 2");
    assert_ne!(slow["version"], plain["version"]);
    let flags = train("--half-life-days none --features form");
    assert_ne!(flags["version"], plain["version"]);
    let car =
        "predict --registry r --make Toyota --model Vios --year 2019 --mileage-km 45000 --json";
    for model in [&plain, &flags] {
        let version = model["version"].as_str().expect("a version");
        place.ok(&format!("{car} --model-version {version}"));
    }

    place.write("bad.toml", "[[boosting]]\neta = 7.0\n");
    let ended = place.run("train --listings cars.parquet --registry r --params bad.toml");
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    assert!(
        ended
            .stderr
            .contains("bad.toml: `boosting.eta` is 7; valid: 0.0001..=1")
    );
    let ended = place.run("train --listings cars.parquet --registry r --params absent.toml");
    assert_eq!(ended.code, Some(4), "{}", ended.stderr);
}
