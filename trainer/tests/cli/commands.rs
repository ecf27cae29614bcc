//! What each command does when all is well.

use std::process::Stdio;

use datasets::store::read_listings;

use crate::support::{CARS, Place};

#[test]
fn import_counts_every_row() {
    let place = Place::new();
    place.write("cars.csv", CARS);
    let ended = place.ok("import cars.csv --out cars.parquet --rejects rejects.csv");
    assert!(ended.stderr.contains("mapping `giaxe` found by the header"));
    for want in [
        "dropped  price_missing",
        "mended   mileage_zero",
        "total    rows in",
    ] {
        assert!(ended.stdout.contains(want), "{want}: {}", ended.stdout);
    }
    let listings = read_listings(&place.path("cars.parquet")).expect("what was written");
    let makes: Vec<_> = listings.iter().map(|l| l.make.as_deref()).collect();
    assert_eq!(makes, [Some("Toyota"), Some("Toyota"), Some("Hyundai")]);
    assert_eq!(listings[1].model.as_deref(), Some("Vios"));
    assert_eq!(listings[2].mileage_km, None);
    let rejects = fs_err::read_to_string(place.path("rejects.csv")).expect("rejects");
    let rejects: Vec<&str> = rejects.lines().skip(1).collect();
    assert_eq!(rejects.len(), 1);
    assert!(rejects[0].starts_with("cars.csv,3,price_missing,own,a3,Kia"));
}

#[test]
fn files_merge_and_relistings_go() {
    let place = Place::new();
    place.write("a.csv", CARS);
    let again = r#"{"id":"a1","make":"Toyota","model":"Vios","year":2019,"mileage_km":45123,"price":455000000,"listed_on":"2025-11-20"}
{"id":"b9","source":"oto","make":"Toyota","model":"Vios","year":2019,"mileage_km":45123,"price":459000000,"listed_on":"2025-11-21"}"#;
    place.write("b.ndjson", again);
    let json = place
        .ok("import a.csv b.ndjson --out all.parquet --json --rejects r.csv")
        .json();
    assert_eq!(json["rows_in"], 6);
    assert_eq!(json["written"]["rows"], 3);
    assert_eq!(json["dedupe"]["total"]["dropped"], 2);
    let rejects = fs_err::read_to_string(place.path("r.csv")).expect("rejects");
    assert!(rejects.contains("a.csv,1,same_id,"), "{rejects}");
    assert!(rejects.contains("b.ndjson,1,other_site,"), "{rejects}");
    let kept = place.ok("import a.csv b.ndjson --out all.parquet --json --no-dedupe");
    assert_eq!(kept.json()["written"]["rows"], 5);
}

#[test]
fn import_appends_when_asked() {
    let place = Place::new();
    place.write("a.csv", CARS);
    place.write(
        "b.csv",
        CARS.replace(",toyota,vios", ",Mazda,CX-5")
            .replace("\na", "\nb"),
    );
    place.ok("import a.csv --out all.parquet");
    let json = place
        .ok("import b.csv --out all.parquet --append --no-dedupe --json")
        .json();
    assert_eq!(json["written"]["rows"], 6);
    let listings = read_listings(&place.path("all.parquet")).expect("what was written");
    assert!(
        listings
            .iter()
            .all(|listing| listing.raw.keys().all(|key| !key.starts_with('#')))
    );
}

#[test]
fn a_second_import_changes_nothing() {
    let place = Place::new();
    place.write("a.csv", CARS);
    place.ok("import a.csv --out one.parquet");
    place.ok("import one.parquet --out two.parquet");
    let read = |name| fs_err::read(place.path(name)).expect("what was written");
    assert_eq!(read("one.parquet"), read("two.parquet"));
}

#[test]
fn a_mapping_and_constants_are_taken() {
    let place = Place::new();
    place.write(
        "cars.csv",
        "hang,doi,nam,gia\nMec,C200,2019,1 tỷ 250 triệu\n",
    );
    place.write(
        "mine.toml",
        "required = [\"hang\"]\n[constants]\nsource = \"mine\"\n[fields.make]\nfrom = \"hang\"\n\
         [fields.model]\nfrom = \"doi\"\n[fields.year]\nfrom = \"nam\"\n[fields.price]\nfrom = \"gia\"\n",
    );
    place.ok("import cars.csv --out o.parquet --mapping mine.toml --listed-on 2023-11 --source x --set province=Huế");
    let listings = read_listings(&place.path("o.parquet")).expect("what was written");
    let car = &listings[0];
    assert_eq!(
        (car.source.as_str(), car.province.as_deref()),
        ("x", Some("Huế"))
    );
    assert_eq!(car.make.as_deref(), Some("Mercedes-Benz"));
    assert_eq!(car.price_vnd().map(f64::round), Some(1.25e9));
    assert_eq!(
        car.listed_on.map(|day| day.to_string()).as_deref(),
        Some("2023-11-15")
    );
}

#[test]
fn rules_from_a_file_are_followed() {
    let place = Place::new();
    place.write("cars.csv", CARS);
    place.write("rules.toml", "first_year = 2019\n");
    let json = place
        .ok("import cars.csv --out o.parquet --json --rules rules.toml")
        .json();
    assert_eq!(json["written"]["rows"], 2);
}

#[test]
fn profile_describes_any_file() {
    let place = Place::new();
    place.write("cars.csv", CARS);
    place.ok("import cars.csv --out cars.parquet");
    for (file, rows) in [("cars.csv", 4), ("cars.parquet", 3)] {
        let json = place.ok(&format!("profile {file} --json")).json();
        assert_eq!(json["rows"], rows, "{file}");
        assert_eq!(json["catalogue"]["model_known"], rows, "{file}");
    }
    let text = place.ok("profile cars.csv").stdout;
    assert!(
        text.contains("year") && text.contains("2016 · median"),
        "{text}"
    );
    assert!(text.contains("2025-11"), "{text}");
}

#[test]
fn synthetic_listings_are_repeatable_and_labelled() {
    let place = Place::new();
    let ended = place.ok("synthesize --rows 300 --until 2025-11-30 --out a.parquet");
    assert!(ended.stderr.contains("synthetic"), "{}", ended.stderr);
    place.ok("synthesize --rows 300 --until 2025-11-30 --out b.parquet");
    let read = |name| fs_err::read(place.path(name)).expect("what was written");
    assert_eq!(read("a.parquet"), read("b.parquet"));
    let listings = read_listings(&place.path("a.parquet")).expect("listings");
    assert!(listings.iter().all(|listing| listing.source == "synthetic"));
    assert_eq!(listings.len(), 300);
}

#[test]
fn an_empty_registry_is_no_error() {
    let place = Place::new();
    fs_err::create_dir(place.path("registry")).expect("a directory");
    let ended = place.ok("models --registry registry");
    assert!(ended.stderr.contains("no models yet"), "{}", ended.stderr);
    let json = place.ok("models --registry registry --json").json();
    assert_eq!(json["models"], serde_json::json!([]));
}

#[test]
fn quiet_is_quiet() {
    let place = Place::new();
    place.write("cars.csv", CARS);
    let ended = place.ok("import cars.csv --out o.parquet --quiet");
    assert_eq!(ended.stderr, "");
    assert!(!ended.stdout.is_empty());
}

#[test]
fn a_closed_pipe_is_no_error() {
    let place = Place::new();
    place.write("cars.csv", CARS);
    let mut child = place
        .command("profile cars.csv")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(output.status.code(), Some(0));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!stderr.contains("error"), "{stderr}");
}

#[test]
fn the_help_explains_the_exit_codes() {
    let ended = Place::new().ok("--help");
    assert!(ended.stdout.contains("70  a bug"), "{}", ended.stdout);
    assert_eq!(ended.stderr, "");
}
