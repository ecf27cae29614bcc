//! From a first champion to a rollback, and what the commands answer where there is nothing to do.

use serde_json::{Value, json};

use crate::support::{Ended, Place};

/// A place with listings to train on.
fn place() -> Place {
    let place = Place::new();
    place.ok("synthesize --rows 1500 --until 2025-11-30 --out cars.parquet --quiet");
    place
}

/// Trains one quick model and gives what is reported.
fn train(place: &Place, flags: &str) -> Value {
    let line = "train --listings cars.parquet --registry r --family baseline --json --quiet";
    place.ok(&format!("{line} {flags}")).json()
}

fn best(report: &Value) -> String {
    let version = report["leaderboard"][0]["version"].as_str();
    version.expect("a version").to_owned()
}

fn aliases(place: &Place) -> Value {
    place.ok("models --registry r --json").json()["aliases"].take()
}

fn fails(place: &Place, line: &str, code: i32, wants: &[&str]) -> Ended {
    let ended = place.run(line);
    assert_eq!(ended.code, Some(code), "{line}: {}", ended.stderr);
    for want in wants {
        assert!(
            ended.stderr.contains(want),
            "{line}: no `{want}` in {}",
            ended.stderr
        );
    }
    ended
}

#[test]
fn a_challenger_is_promoted_and_rolled_back() {
    let place = place();
    let one = best(&train(&place, "--seed 1 --by linh --why first"));
    assert_eq!(aliases(&place), json!({"champion": one}));
    let report = train(&place, "--seed 2 --as challenger");
    let two = best(&report);
    assert_eq!(report["champion"], one.as_str());
    assert_eq!(report["challenger"], two.as_str());
    let three = best(&train(&place, "--seed 3 --as none"));
    let both = json!({"champion": one, "challenger": two});
    assert_eq!(aliases(&place), both);

    let ended = place.ok("promote challenger --registry r --by linh --why better");
    assert_eq!(ended.stdout, format!("champion: {two}\nprevious: {one}\n"));
    assert_eq!(aliases(&place), json!({"champion": two, "previous": one}));
    let listed = place.ok("models --registry r").stdout;
    let line = |version: &str| {
        let line = listed.lines().find(|line| line.starts_with(version));
        line.expect("a line a model").to_owned()
    };
    assert!(line(&two).contains("champion"), "{listed}");
    assert!(line(&one).contains("previous"), "{listed}");
    let ended = place.ok("promote champion --registry r --json");
    assert!(ended.stderr.contains("already"), "{}", ended.stderr);
    assert_eq!(ended.json()["changed"], false);

    let json = place
        .ok("rollback --registry r --by minh --why trucks --json")
        .json();
    assert_eq!(json["change"]["action"], "rollback");
    assert_eq!(json["aliases"], json!({"champion": one}));
    fails(
        &place,
        "rollback --registry r",
        3,
        &["no previous champion", "rollback by minh", "hint: "],
    );
    place.ok(&format!("promote {three} --registry r"));

    let json = place.ok("history --registry r --json").json();
    let told = json["changes"].as_array().expect("changes").iter();
    let told: Vec<_> = told
        .map(|c| {
            [&c["action"], &c["from"], &c["to"], &c["why"]]
                .map(Value::to_string)
                .join(" ")
        })
        .map(|line| line.replace('"', ""))
        .collect();
    let own = [
        format!("promote null {one} first"),
        format!("challenge null {two} the best that was trained"),
        format!("promote {one} {two} better"),
        format!("rollback {two} {one} trucks"),
        format!("promote {one} {three} "),
    ];
    assert_eq!(told, own);
    assert_eq!(json["changes"][3]["by"], "minh");
    let last = place.ok("history --registry r --limit 1").stdout;
    assert_eq!(last.lines().count(), 2, "{last}");
    assert!(last.contains(&three), "{last}");
}

#[test]
fn gc_makes_room() {
    let place = place();
    let versions: Vec<_> = (1..=4)
        .map(|seed| best(&train(&place, &format!("--as none --seed {seed}"))))
        .collect();
    place.ok(&format!("promote {} --registry r", versions[0]));
    let said = place.ok("gc --registry r --keep 1 --dry-run");
    assert!(said.stderr.contains("2 models"), "{}", said.stderr);
    assert!(said.stderr.contains("would be removed"), "{}", said.stderr);
    let json = place.ok("gc --registry r --keep 1 --json").json();
    let gone: Vec<_> = [1, 2].map(|n| json!(versions[n as usize])).to_vec();
    let removed = json["removed"].as_array().expect("a list").iter();
    assert_eq!(
        removed.map(|r| r["version"].clone()).collect::<Vec<_>>(),
        gone
    );
    assert_eq!(
        json["kept"][0],
        json!({"version": versions[0], "alias": "champion"})
    );
    let listed = place.ok("models --registry r --json").json();
    assert_eq!(listed["models"].as_array().map(Vec::len), Some(2));
    let ended = place.ok("gc --registry r --keep 1");
    assert!(ended.stderr.contains("0 models"), "{}", ended.stderr);
}

#[test]
fn what_is_not_there_is_named() {
    let place = Place::new();
    for command in [
        "promote 0123456789ab",
        "rollback",
        "history",
        "gc --keep 3",
        "models",
    ] {
        let ended = fails(
            &place,
            &format!("{command} --registry absent"),
            4,
            &["absent", "hint: "],
        );
        assert_eq!(ended.stdout, "", "{command}");
    }
    assert_eq!(
        place.names(),
        Vec::<String>::new(),
        "none is made by looking"
    );
    fs_err::create_dir(place.path("r")).expect("a directory");
    for (command, code, wants) in [
        (
            "promote 0123456789ab",
            3,
            &["`0123456789ab` names no artifact", "hint: `trainer models`"][..],
        ),
        ("promote challenger", 3, &["`challenger` names no artifact"]),
        (
            "promote ../r",
            2,
            &["`reference` is ../r", "1 to 64 letters"],
        ),
        ("rollback", 3, &["no previous champion"]),
    ] {
        fails(&place, &format!("{command} --registry r"), code, wants);
    }
    let ended = place.ok("history --registry r");
    assert!(ended.stderr.contains("no changes yet"), "{}", ended.stderr);
    let json = place.ok("history --registry r --json").json();
    assert_eq!(json["changes"], json!([]));
    place.ok("gc --registry r --keep 3");
}
