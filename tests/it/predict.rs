//! `trainer predict`: one car by flags, and a file of cars, priced as the service prices them.

use serde_json::{Value, json};
use tests::{Ended, Serve, run, trained};

const VIOS: &str =
    "--make Toyota --model Vios --year 2019 --mileage-km 45000 --transmission automatic";

/// Five cars: two that the model knows, a model that it does not, a make that it does not, and one without a year.
const CARS: &str = "\
id,source,make,model,year,mileage_km,transmission
a1,,Toyota,Vios,2019,45000,AT
a2,,Kia,Morning,2016,98000,MT
a3,,Toyota,Viosx,2019,45000,AT
a4,,Zoomlander,One,2019,45000,AT
a5,,Toyota,Vios,,45000,AT
";

fn predict(flags: &str) -> Ended {
    let registry = trained().registry.to_str().expect("a UTF-8 path");
    let mut args = vec![
        "predict",
        "--registry",
        registry,
        "--listed-on",
        "2025-11-15",
    ];
    args.extend(flags.split_whitespace());
    run("trainer", args)
}

/// The cars in a file of their own.
fn cars() -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("cars.csv");
    fs_err::write(&path, CARS).expect("a file");
    let path = path.to_str().expect("a UTF-8 path").to_owned();
    (dir, path)
}

/// What NDJSON says, a line a car.
fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).expect("one JSON object a line"))
        .collect()
}

#[tokio::test]
async fn the_command_line_and_the_service_say_one_price() {
    let ended = predict(&format!("{VIOS} --json")).expect_success("trainer predict");
    let said: Value = serde_json::from_str(&ended.stdout).expect("one JSON document");
    assert_eq!(said["status"], "valued");
    assert_eq!(said["currency"], "VND");
    assert_eq!(said["ground"], "known_model");

    let service = Serve::start(&trained().registry);
    let body = json!({"brand": "Toyota", "model": "Vios", "year": 2019, "mileage_km": 45000,
        "transmission": "AT", "listed_on": "2025-11-15", "source": "synthetic"});
    let reply: Value = crate::client::client()
        .post(service.url("/predict"))
        .json(&body)
        .send()
        .await
        .expect("a reply")
        .json()
        .await
        .expect("JSON");
    let millions = |price: &Value| (price.as_f64().expect("a price") / 1e6).round();
    assert_eq!(millions(&said["price"]), millions(&reply["price_vnd"]));
    assert_eq!(said["model_version"], reply["model"]["version"]);
}

#[test]
fn people_read_price_ranges_and_level() {
    let ended = predict(VIOS).expect_success("trainer predict");
    let price = ended.stdout.lines().find(|line| line.starts_with("price "));
    assert!(
        price.is_some_and(|line| line.ends_with(" VND")),
        "{}",
        ended.stdout
    );
    for want in [
        "Toyota Vios 2019",
        "80 %",
        "90 %",
        "asking prices of synthetic on 2025-11-15",
    ] {
        assert!(ended.stdout.contains(want), "{want}: {}", ended.stdout);
    }
}

#[test]
fn a_car_without_ground_has_no_price_and_exit_code_3() {
    let ended = predict("--make Zoomlander --model One --year 2019 --mileage-km 45000");
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    assert!(ended.stdout.is_empty(), "{}", ended.stdout);
    assert!(ended.stderr.contains("Zoomlander"), "{}", ended.stderr);
}

#[test]
fn every_row_of_a_file_is_answered_in_its_order() {
    let (_dir, file) = cars();
    let ended = predict(&format!("--file {file} --json")).expect_success("trainer predict");
    let rows = lines(&ended.stdout);
    let of = |field: &str| -> Vec<Value> { rows.iter().map(|row| row[field].clone()).collect() };
    assert_eq!(of("id"), ["a1", "a2", "a3", "a4", "a5"]);
    assert_eq!(
        of("status"),
        ["valued", "valued", "valued", "not_valued", "not_valued"]
    );
    assert_eq!(rows[2]["ground"], "known_make");
    assert_eq!(rows[2]["warnings"][0]["code"], "unknown_model");
    assert_eq!(rows[2]["warnings"][0]["did_you_mean"], json!(["Vios"]));
    assert!(
        rows[4]["reason"]
            .as_str()
            .is_some_and(|reason| reason.contains("year"))
    );
    assert!(
        ended.stderr.contains("3 of 5 cars valued"),
        "{}",
        ended.stderr
    );

    // The same car costs the same, alone and in a file.
    let alone = predict(&format!("{VIOS} --json")).expect_success("trainer predict");
    let alone: Value = serde_json::from_str(&alone.stdout).expect("one JSON document");
    assert_eq!(rows[0]["price"], alone["price"]);
}

#[test]
fn a_spreadsheet_gets_the_prices_of_ndjson() {
    let (dir, file) = cars();
    let out = dir.path().join("prices.csv");
    let out_flag = out.to_str().expect("a UTF-8 path");
    let _ = predict(&format!("--file {file} --out {out_flag}")).expect_success("trainer predict");
    let rows = lines(&predict(&format!("--file {file} --format ndjson")).stdout);
    let text = fs_err::read_to_string(&out).expect("what was written");
    let mut table = text.lines();
    let header: Vec<&str> = table.next().expect("a header").split(',').collect();
    let column = |name| header.iter().position(|at| *at == name).expect("a column");
    let (price, status) = (column("price"), column("status"));
    let table: Vec<Vec<&str>> = table.map(|line| line.split(',').collect()).collect();
    assert_eq!(table.len(), rows.len());
    for (cells, row) in table.iter().zip(&rows) {
        assert_eq!(cells[status], row["status"]);
        assert_eq!(
            cells[price].parse::<f64>().ok(),
            row["price"].as_f64(),
            "{cells:?}"
        );
    }
}
