//! From generated cars to a price over a socket: what callers of the service rely on.

use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use tests::{Serve, trained};

/// Fields that the marketplace's backend reads today.
const EXISTING: &[&str] = &[
    "price_estimate",
    "price_min",
    "price_max",
    "confidence_level",
    "mae_estimate",
];

struct Service {
    serve: Serve,
    client: Client,
}

impl Service {
    fn start() -> Self {
        Self {
            serve: Serve::start(&trained().registry),
            client: crate::client::client(),
        }
    }

    async fn get(&self, path: &str) -> Response {
        let sent = self.client.get(self.serve.url(path)).send().await;
        sent.expect("a reply")
    }

    async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let request = self.client.post(self.serve.url(path)).json(body);
        let reply = request.send().await.expect("a reply");
        let status = reply.status();
        let body = reply.json().await.expect("JSON");
        (status, body)
    }

    async fn valued(&self, body: &Value) -> Value {
        let (status, reply) = self.post("/predict", body).await;
        assert_eq!(status, StatusCode::OK, "{body}: {reply}");
        assert_eq!(reply["status"], "valued", "{body}: {reply}");
        reply
    }
}

fn vios() -> Value {
    json!({"brand": "Toyota", "model": "Vios", "year": 2019, "mileage_km": 45000})
}

fn with(mut car: Value, field: &str, value: impl Into<Value>) -> Value {
    car[field] = value.into();
    car
}

fn amount(reply: &Value, field: &str) -> i64 {
    reply[field]
        .as_i64()
        .unwrap_or_else(|| panic!("`{field}` is no whole number in {reply}"))
}

/// Codes of the warnings. The model of these tests was trained up to a fixed day, so that today its data are stale.
fn codes(reply: &Value) -> Vec<&str> {
    let warnings = reply["warnings"].as_array().expect("warnings");
    let codes = warnings.iter().map(|own| own["code"].as_str());
    codes.map(|code| code.expect("a code")).collect()
}

fn relative_width(reply: &Value) -> f64 {
    let width = amount(reply, "price_max") - amount(reply, "price_min");
    width as f64 / amount(reply, "price_estimate") as f64
}

#[tokio::test]
async fn the_existing_call_gets_the_existing_fields() {
    let service = Service::start();
    let reply = service.valued(&vios()).await;
    for field in EXISTING {
        assert!(!reply[field].is_null(), "{field}: {reply}");
    }
    let [low, price, high] =
        ["price_min", "price_estimate", "price_max"].map(|field| amount(&reply, field));
    assert!(low < price && price < high, "{reply}");
    assert!((100..1500).contains(&price), "million VND: {reply}");
    assert!(reply["mae_estimate"].as_f64().is_some_and(|mae| mae > 0.0));
    let words = reply["confidence_level"].as_str().expect("text");
    assert!(words.ends_with(')') && words.contains('%'), "{words}");
    assert_eq!(codes(&reply), ["stale_data"], "{reply}");
    let on_its_day = service
        .valued(&with(vios(), "listed_on", "2025-11-20"))
        .await;
    assert_eq!(on_its_day["warnings"], json!([]), "{on_its_day}");
    assert!(relative_width(&on_its_day) < relative_width(&reply));
}

#[tokio::test]
async fn added_fields_say_unit_ranges_and_model() {
    let service = Service::start();
    let reply = service.valued(&vios()).await;
    assert!(
        reply["id"]
            .as_str()
            .is_some_and(|id| id.starts_with("prd_"))
    );
    assert_eq!(reply["currency"], "VND");
    assert_eq!(reply["basis"], "asking_price");
    let price = amount(&reply, "price_vnd");
    assert_eq!(price, amount(&reply, "price_estimate") * 1_000_000);

    let mut inner = (price, price);
    let ranges = reply["intervals"].as_array().expect("ranges");
    let levels: Vec<_> = ranges.iter().map(|range| range["level"].as_f64()).collect();
    assert_eq!(levels, models::LEVELS.map(Some));
    for range in ranges {
        let (low, high) = (amount(range, "low_vnd"), amount(range, "high_vnd"));
        assert!(low <= inner.0 && high >= inner.1, "{reply}");
        inner = (low, high);
        let coverage = range["measured_coverage"].as_f64().expect("a share");
        let level = range["level"].as_f64().expect("a level");
        let n = amount(range, "n");
        // Four standard errors of a share measured on n cars: what is wrong by more than this is not noise.
        let noise = 4.0 * (level * (1.0 - level) / n as f64).sqrt();
        assert!((coverage - level).abs() < noise, "{range}");
        assert!(n > 20, "{range}");
    }
    let model = &reply["model"];
    for field in ["version", "family", "sha256", "trained_at", "data_until"] {
        assert!(
            model[field].as_str().is_some_and(|text| !text.is_empty()),
            "{field}: {model}"
        );
    }
    assert_eq!(
        model["training_rows"].as_object().map(serde_json::Map::len),
        Some(1)
    );
    assert!(model["training_rows"]["synthetic"].is_u64(), "{model}");
}

#[tokio::test]
async fn both_paths_and_every_spelling_give_one_price() {
    let service = Service::start();
    let want = amount(&service.valued(&vios()).await, "price_vnd");
    let (status, reply) = service.post("/v1/predict", &vios()).await;
    assert_eq!(
        (status, amount(&reply, "price_vnd")),
        (StatusCode::OK, want)
    );
    for (brand, model) in [
        ("TOYOTA", "vios"),
        (" toyota ", "VIOS"),
        ("Tô-yô-ta", "Viôs"),
    ] {
        let car = with(with(vios(), "brand", brand), "model", model);
        let reply = service.valued(&car).await;
        assert_eq!(amount(&reply, "price_vnd"), want, "{brand} {model}");
    }
    let mut alias = vios();
    alias["make"] = alias["brand"].take();
    alias.as_object_mut().expect("an object").remove("brand");
    assert_eq!(amount(&service.valued(&alias).await, "price_vnd"), want);
    let automatic = with(vios(), "transmission", "AT");
    let want = amount(&service.valued(&automatic).await, "price_vnd");
    for word in ["auto", "số tự động", "So Tu Dong", "automatic"] {
        let reply = service.valued(&with(vios(), "transmission", word)).await;
        assert_eq!(amount(&reply, "price_vnd"), want, "{word}");
    }
}

#[tokio::test]
async fn age_and_kilometres_cost_money() {
    let service = Service::start();
    let price = async |year: i64, km: i64| {
        let car = with(with(vios(), "year", year), "mileage_km", km);
        amount(&service.valued(&car).await, "price_vnd")
    };
    let usual = price(2019, 45_000).await;
    assert!(price(2023, 45_000).await > usual);
    assert!(price(2012, 45_000).await < usual);
    assert!(price(2019, 250_000).await < usual);
}

#[tokio::test]
async fn an_unknown_model_of_a_known_make_is_valued_with_a_wider_range_and_a_warning() {
    let service = Service::start();
    let known = service.valued(&vios()).await;
    let unknown = service.valued(&with(vios(), "model", "Vioss")).await;
    assert_eq!(codes(&unknown), ["unknown_model", "stale_data"]);
    let warnings = unknown["warnings"].as_array().expect("warnings");
    assert_eq!(warnings[0]["field"], "model");
    assert_eq!(warnings[0]["value"], "Vioss");
    let near = warnings[0]["did_you_mean"].as_array().expect("names");
    assert!(near.contains(&json!("Vios")), "{unknown}");
    assert!(
        relative_width(&unknown) > relative_width(&known),
        "{unknown}"
    );
}

#[tokio::test]
async fn a_car_without_ground_gets_reasons_and_no_amount() {
    let service = Service::start();
    for (car, code, field) in [
        (
            with(vios(), "brand", "Toyotaaaa Zzz"),
            "unknown_make",
            "brand",
        ),
        (
            with(vios(), "mileage_km", 9_000_000_000_i64),
            "mileage_out_of_range",
            "mileage_km",
        ),
    ] {
        let (status, reply) = service.post("/predict", &car).await;
        assert_eq!(status, StatusCode::OK, "{reply}");
        assert_eq!(reply["status"], "not_valued", "{reply}");
        let reason = &reply["reasons"][0];
        assert_eq!(
            (&reason["code"], &reason["field"]),
            (&json!(code), &json!(field))
        );
        for absent in EXISTING.iter().chain(&["price_vnd", "intervals"]) {
            assert!(reply.get(absent).is_none(), "{absent}: {reply}");
        }
    }
}

#[tokio::test]
async fn health_metrics_and_documents_know_the_model() {
    let service = Service::start();
    assert_eq!(service.get("/livez").await.status(), StatusCode::OK);
    assert_eq!(
        service.get("/readyz?verbose").await.status(),
        StatusCode::OK
    );
    let health: Value = service.get("/health").await.json().await.expect("JSON");
    assert_eq!(health["status"], "ok", "{health}");
    assert_eq!(health["model_loaded"], true);
    assert_eq!(health["services"]["model"], "up");
    assert!(health["current_mae"].is_number(), "{health}");
    assert!(health["model_type"].is_string(), "{health}");

    let reply = service.valued(&vios()).await;
    let version = reply["model"]["version"].as_str().expect("text");
    let metrics = service.get("/metrics").await.text().await.expect("text");
    assert!(metrics.contains(version), "{metrics}");
    assert!(metrics.ends_with("# EOF\n"), "OpenMetrics");

    let document: Value = service
        .get("/openapi.json")
        .await
        .json()
        .await
        .expect("JSON");
    for path in ["/predict", "/health", "/v1/catalogue/makes"] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
    for path in ["/", "/docs/"] {
        let reply = service.get(path).await;
        assert_eq!(reply.status(), StatusCode::OK, "{path}");
        let page = reply.text().await.expect("text");
        assert!(!page.contains("//cdn") && !page.contains("unpkg"), "{path}");
    }
}

#[tokio::test]
async fn makes_and_models_that_are_offered_are_known() {
    let service = Service::start();
    let makes = service.get("/v1/catalogue/makes").await;
    let makes: Value = makes.json().await.expect("JSON");
    let names: Vec<_> = makes["makes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|make| make["name"].as_str())
        .collect();
    assert!(names.len() >= 40, "{names:?}");
    for make in names {
        let car = with(vios(), "brand", make);
        let (status, reply) = service.post("/predict", &car).await;
        assert_eq!(status, StatusCode::OK, "{make}: {reply}");
        let code = &reply["reasons"][0]["code"];
        assert_ne!(code, "unknown_make", "{make}");
    }
}

#[tokio::test]
async fn optional_words_that_say_nothing_count_as_not_given() {
    let service = Service::start();
    let plain = service.valued(&vios()).await;
    for (field, word) in [
        ("transmission", "bay"),
        ("fuel", "nước"),
        ("body", "Kiểu dáng khác"),
        ("origin", "Đang cập nhật"),
        ("drivetrain", "-"),
        ("condition", "Khác"),
    ] {
        let reply = service.valued(&with(vios(), field, word)).await;
        assert_eq!(codes(&reply), ["not_understood", "stale_data"], "{reply}");
        assert_eq!(reply["warnings"][0]["field"], field);
        assert_eq!(reply["warnings"][0]["value"], word);
        assert_eq!(reply["price_vnd"], plain["price_vnd"], "{field}");
    }
}
