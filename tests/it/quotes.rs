//! One car has one price: by `trainer predict`, by `/predict` and in the chat.

use std::path::Path;

use datasets::{Listing, store};
use reqwest::Client;
use serde_json::{Map, Value, json};
use tests::{Serve, run, shared, skip, trained};

/// Cars that are compared.
const CARS: usize = 1000;

/// Of them, so many are asked for in the chat as well.
const ASKED: usize = 60;

#[tokio::test]
async fn generated_cars_have_one_price_everywhere() {
    let listings = store::read_listings(&trained().listings).expect("listings");
    compare(&sample(&listings)).await;
}

#[tokio::test]
async fn real_cars_have_one_price_everywhere() {
    let file = "data/listings/vn_listings.parquet";
    let Some(path) = shared(file) else {
        return skip("real_cars_have_one_price_everywhere", file);
    };
    let dir = tempfile::tempdir().expect("a temporary directory");
    let out = dir.path().join("own.parquet");
    let args = ["import", text(&path), "--out", text(&out)];
    let _ = run("trainer", args).expect_success("trainer import");
    compare(&sample(&store::read_listings(&out).expect("listings"))).await;
}

/// Cars from all over the file, whose columns make a body that `/predict` takes. In one of four, the model carries its
/// trim; one of four names no site and one no day.
fn sample(listings: &[Listing]) -> Vec<Listing> {
    let may_be_asked = |car: &&Listing| {
        let year = car.year.is_some_and(|year| (1990..=2030).contains(&year));
        year && car.make.is_some() && car.model.is_some() && car.mileage_km.is_some()
    };
    let cars: Vec<&Listing> = listings.iter().filter(may_be_asked).collect();
    let step = (cars.len() / CARS).max(1);
    let mut cars: Vec<Listing> = cars.into_iter().step_by(step).take(CARS).cloned().collect();
    for (place, car) in cars.iter_mut().enumerate() {
        car.mileage_km = car.mileage_km.map(f64::round);
        car.raw.clear();
        match place % 4 {
            0 => {
                let words = [car.model.take(), car.trim.take()];
                let words: Vec<String> = words.into_iter().flatten().collect();
                car.model = Some(words.join(" "));
                car.title = None;
            }
            1 => car.source.clear(),
            2 => car.listed_on = None,
            _ => {}
        }
        // What no column says, the title would.
        if car.trim.is_none() {
            car.title = None;
        }
    }
    let with_trim = cars.iter().step_by(4).filter(|car| {
        let words = car.model.as_deref().unwrap_or_default();
        words.split(' ').count() > 2
    });
    assert!(with_trim.count() > CARS / 20, "models that carry a trim");
    cars
}

/// The body of `/predict` that says what the columns of `car` say.
fn body(car: &Listing) -> Value {
    let fields = [
        ("brand", json!(car.make)),
        ("model", json!(car.model)),
        ("version", json!(car.trim)),
        ("year", json!(car.year)),
        ("mileage_km", json!(car.mileage_km)),
        ("transmission", json!(car.transmission)),
        ("fuel", json!(car.fuel)),
        ("origin", json!(car.origin)),
        ("body", json!(car.body)),
        ("engine_l", json!(car.engine_l)),
        ("seats", json!(car.seats)),
        ("drivetrain", json!(car.drivetrain)),
        ("condition", json!(car.condition)),
        ("color", json!(car.color_exterior)),
        ("location", json!(car.province)),
        ("listed_on", json!(car.listed_on)),
        ("source", json!(car.source)),
    ];
    let fields = fields.map(|(field, value)| (field.to_owned(), value));
    Value::Object(Map::from_iter(fields))
}

async fn compare(cars: &[Listing]) {
    assert!(cars.len() > CARS / 2, "{} cars", cars.len());
    let dir = tempfile::tempdir().expect("a temporary directory");
    let file = dir.path().join("cars.parquet");
    store::write_listings(&file, cars).expect("a file");
    let flags = ["--file", text(&file), "--json"];
    let rows = predicted(&flags).lines().map(parsed).collect::<Vec<_>>();
    assert_eq!(rows.len(), cars.len());

    let service = Service::start();
    let mut valued = 0;
    for (car, row) in cars.iter().zip(&rows) {
        let body = body(car);
        let reply = service.post("/predict", &body).await;
        same(row, &reply, &body);
        valued += usize::from(reply["status"] == "valued");
    }
    assert!(valued > cars.len() / 2, "{valued} of {} valued", cars.len());

    for (car, row) in cars.iter().zip(&rows).step_by(cars.len() / 5) {
        let alone = parsed(&predicted(&flags_of(car)));
        for field in ["status", "price", "intervals", "warnings", "reasons"] {
            assert_eq!(alone[field], row[field], "{field}: {alone} {row}");
        }
    }
    let mut asked = 0;
    for car in cars.iter().step_by(cars.len() / ASKED) {
        asked += usize::from(service.chat_says_the_same(car).await);
    }
    assert!(asked > ASKED / 2, "{asked} of {ASKED} understood");
}

/// Fails where a row of `trainer predict` and a reply of `/predict` differ.
fn same(row: &Value, reply: &Value, body: &Value) {
    if reply["status"] == 422 {
        // A value that no car has: the command line says it as a reason, the service as an error of the request.
        assert_eq!(row["status"], "not_valued", "{body}: {row} {reply}");
        let message = reply["errors"][0]["message"].as_str().expect("a message");
        let message = message.replace('`', "");
        assert_eq!(row["reason"], message, "{body}: {row} {reply}");
        return;
    }
    assert_eq!(row["status"], reply["status"], "{body}: {row} {reply}");
    assert_eq!(row["price"], reply["price_vnd"], "{body}: {row} {reply}");
    assert_eq!(row["warnings"], reply["warnings"], "{body}: {row} {reply}");
    assert_eq!(row["reasons"], reply["reasons"], "{body}: {row} {reply}");
    let ranges = |value: &Value, low: &str, high: &str| -> Vec<(Value, Value)> {
        let ranges = value["intervals"].as_array().into_iter().flatten();
        ranges
            .map(|range| (range[low].clone(), range[high].clone()))
            .collect()
    };
    let (own, other) = (
        ranges(row, "low", "high"),
        ranges(reply, "low_vnd", "high_vnd"),
    );
    assert_eq!(own, other, "{body}: {row} {reply}");
}

/// What `trainer predict` prints.
fn predicted(flags: &[impl AsRef<str>]) -> String {
    let registry = text(&trained().registry);
    let mut args = vec!["predict", "--registry", registry];
    args.extend(flags.iter().map(AsRef::as_ref));
    run("trainer", args).stdout
}

/// The flags that describe `car`.
fn flags_of(car: &Listing) -> Vec<String> {
    let text = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let body = body(car);
    let fields = body.as_object().into_iter().flatten();
    let given = fields.filter(|(_, value)| !value.is_null() && **value != "");
    // Bodies may say more than flags can.
    let given = given.filter(|(field, _)| *field != "condition");
    let flags = given.flat_map(|(field, value)| {
        let name = match field.as_str() {
            "brand" => "make",
            "location" => "province",
            other => other,
        };
        [format!("--{}", name.replace('_', "-")), text(value)]
    });
    flags.chain(["--json".to_owned()]).collect()
}

struct Service {
    serve: Serve,
    client: Client,
}

impl Service {
    fn start() -> Self {
        Self {
            serve: Serve::start(&trained().registry),
            client: Client::new(),
        }
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.client.post(self.serve.url(path)).json(body);
        let reply = request.send().await.expect("a reply");
        let text = reply.text().await.expect("a body");
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{body}: {text}"))
    }

    /// Predictions that the service has counted.
    async fn predictions(&self) -> u64 {
        let reply = self.client.get(self.serve.url("/metrics")).send();
        let text = reply.await.expect("a reply").text().await.expect("text");
        let lines = text
            .lines()
            .filter(|line| line.starts_with("giaxe_predictions"));
        let counts = lines.filter_map(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok());
        counts.sum()
    }

    /// Asks for the price of `car` in words, and holds what the chat understood of it against `/predict`; false where
    /// it understood no car to value.
    async fn chat_says_the_same(&self, car: &Listing) -> bool {
        let name = |text: &Option<String>| text.clone().unwrap_or_default();
        let (make, model) = (name(&car.make), name(&car.model));
        let (year, km) = (
            car.year.unwrap_or_default(),
            car.mileage_km.unwrap_or_default(),
        );
        let query = format!("Định giá xe {make} {model} đời {year} đã đi {km} km");
        let before = self.predictions().await;
        let reply = self
            .post("/assistant/query", &json!({"query": query}))
            .await;
        let data = &reply["data"];
        if data.get("status").is_none() {
            return false;
        }
        let counted = self.predictions().await - before;
        assert_eq!(counted, 1, "one valuation is one prediction: {reply}");
        let mut body = Map::new();
        for (slot, value) in data["slots"].as_object().into_iter().flatten() {
            let field = match slot.as_str() {
                "make" => "brand",
                "trim" => "version",
                "province" => "location",
                other => other,
            };
            body.insert(field.to_owned(), value.clone());
        }
        let priced = self.post("/predict", &Value::Object(body)).await;
        for field in ["status", "price_vnd", "intervals", "warnings", "reasons"] {
            assert_eq!(data[field], priced[field], "{query}: {reply} {priced}");
        }
        true
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a UTF-8 path")
}

fn parsed(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"))
}
