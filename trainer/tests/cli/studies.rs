//! `ablate`, `learning-curve`, and the blend.

use crate::support::Place;

const CARS: &str = "synthesize --rows 1500 --until 2025-11-30 --out cars.parquet";

#[test]
fn an_ablation_names_what_matters() {
    let place = Place::new();
    place.ok(CARS);
    let json = place
        .ok("ablate --listings cars.parquet --holdout time --family ridge --json")
        .json();
    let groups = json["groups"].as_array().expect("groups");
    assert_eq!(groups.len(), 13);
    let of = |name: &str| {
        let row = groups.iter().find(|row| row["without"] == name);
        row.unwrap_or_else(|| panic!("{name}"))["mae"].clone()
    };
    let share = |name: &str| of(name)["worse_by"].as_f64().expect("a share");
    assert!(share("year") > 0.2, "{}", share("year"));
    assert_eq!(of("year")["verdict"], "worse");
    assert_eq!(of("year")["champion"], json["mae"]);
    let shares: Vec<f64> = groups
        .iter()
        .map(|row| row["mae"]["worse_by"].as_f64().expect("a share"))
        .collect();
    assert!(shares.is_sorted_by(|a, b| a >= b), "{shares:?}");
    // What no row has is worth nothing.
    assert_eq!(share("costs"), 0.0);

    let ended =
        place.ok("ablate --listings cars.parquet --holdout time --family ridge --features form");
    assert!(ended.stderr.contains("the hold-out is not looked at"));
    assert!(ended.stdout.contains("(nothing)"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("free_title"), "{}", ended.stdout);
}

#[test]
fn more_listings_help_and_the_curve_says_so() {
    let place = Place::new();
    place.ok(CARS);
    let line = "learning-curve --listings cars.parquet --holdout time --family ridge --shares 1,0.2,0.5 --out c.json";
    let ended = place.ok(line);
    assert!(ended.stdout.contains("MdAPE"), "{}", ended.stdout);
    let curve = fs_err::read(place.path("c.json")).expect("a curve");
    let points: serde_json::Value = serde_json::from_slice(&curve).expect("JSON");
    let of = |name: &str| -> Vec<f64> {
        let points = points.as_array().expect("a list");
        points
            .iter()
            .map(|own| own[name].as_f64().expect("a number"))
            .collect()
    };
    assert!(of("n_train").is_sorted() && of("n_train")[2] > 600.0);
    assert_eq!(of("share"), [0.2, 0.5, 1.0]);
    assert!(of("mae")[2] < of("mae")[0], "{:?}", of("mae"));
    assert_eq!(of("n_test")[0], of("n_test")[2]);

    let ended = place.run("learning-curve --listings cars.parquet --shares 0.01 --out c.json");
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("valid: 100 and more"),
        "{}",
        ended.stderr
    );
    assert_eq!(
        fs_err::read(place.path("c.json")).expect("the old curve"),
        curve
    );
}

/// Whether the blend wins is the data's business; that it is published only then, and serves like any other, is ours.
#[test]
fn a_blend_is_published_where_it_wins() {
    let place = Place::new();
    place.ok(CARS);
    let ended = place.run("train --listings cars.parquet --registry r --family blend --json");
    if ended.code == Some(1) {
        assert!(
            ended.stderr.contains("no blend is published"),
            "{}",
            ended.stderr
        );
        assert!(!place.path("r/artifacts").exists());
        return;
    }
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let json = ended.json();
    let row = &json["leaderboard"][0];
    assert_eq!(row["family"], "blend");
    assert_eq!(json["champion"], row["version"]);
    assert!(
        row["hyperparameters"]
            .as_str()
            .expect("words")
            .contains(" + ")
    );
    let car =
        "predict --registry r --make Toyota --model Vios --year 2019 --mileage-km 45000 --json";
    let priced = place.ok(car).json();
    assert!(priced["price"].as_f64() > Some(1e8), "{priced}");
}
