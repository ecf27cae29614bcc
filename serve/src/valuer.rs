//! The service's model as the assistant sees it: the very valuation that `/predict` gives.

use std::fmt;
use std::sync::Arc;

use assistant::Valuer;
use assistant::tools::Valued;
use assistant::tools::valuation::Range;
use serde_json::{Map, Value, json};
use understanding::Slots;

use crate::routes::predict;
use crate::state::Pricing;

/// Code of the warning that the model of a car is unknown.
const CODE_UNKNOWN_MODEL: &str = "unknown_model";

/// Values cars with the model that the service has loaded at that moment.
pub struct ServiceValuer(Arc<Pricing>);

impl ServiceValuer {
    /// A valuer with the models of `pricing`.
    pub fn new(pricing: Arc<Pricing>) -> Self {
        Self(pricing)
    }
}

impl fmt::Debug for ServiceValuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServiceValuer")
    }
}

impl Valuer for ServiceValuer {
    fn value(&self, slots: &Slots) -> Option<Valued> {
        let body = predict::body_of(&self.0, &request(slots))?;
        Some(valued(body))
    }
}

/// The body of `/predict` for the car of `slots`.
fn request(slots: &Slots) -> Value {
    let mut body = Map::new();
    let mut put = |field: &str, value: Option<Value>| {
        if let Some(value) = value {
            body.insert(field.to_owned(), value);
        }
    };
    put("brand", slots.make.as_ref().map(|own| json!(own)));
    put("model", slots.model.as_ref().map(|own| json!(own)));
    put("year", slots.year.map(|own| json!(own)));
    put("mileage_km", slots.mileage_km.map(|own| json!(own)));
    put("version", slots.trim.as_ref().map(|own| json!(own)));
    put("transmission", slots.transmission.map(|own| json!(own)));
    put("fuel", slots.fuel.map(|own| json!(own)));
    put("body", slots.body.map(|own| json!(own)));
    put("engine_l", slots.engine_l.map(|own| json!(own)));
    put("location", slots.province.as_ref().map(|own| json!(own)));
    put("color", slots.color.as_ref().map(|own| json!(own)));
    Value::Object(body)
}

fn valued(body: Map<String, Value>) -> Valued {
    let amount = |range: &Value, field: &str| range[field].as_i64();
    let ranges = body
        .get("intervals")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let ranges = ranges.filter_map(|range| {
        Some(Range {
            level: range["level"].as_f64()?,
            low_vnd: amount(range, "low_vnd")?,
            high_vnd: amount(range, "high_vnd")?,
        })
    });
    let warnings = body
        .get("warnings")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let mut codes = warnings.map(|warning| &warning["code"]);
    Valued {
        price_vnd: body.get("price_vnd").and_then(Value::as_i64),
        ranges: ranges.collect(),
        model_unknown: codes.any(|code| code == CODE_UNKNOWN_MODEL),
        body,
    }
}

#[cfg(test)]
mod tests {
    use datasets::vocabulary::Transmission;

    use super::*;

    #[test]
    fn slots_become_the_fields_of_the_contract() {
        let slots = Slots {
            make: Some("Toyota".to_owned()),
            model: Some("Vios".to_owned()),
            year: Some(2019),
            mileage_km: Some(45_000),
            transmission: Some(Transmission::Automatic),
            ..Slots::default()
        };
        assert_eq!(
            request(&slots),
            json!({"brand":"Toyota","model":"Vios","year":2019,"mileage_km":45000,"transmission":"automatic"})
        );
    }

    #[test]
    fn a_reply_without_a_price_has_none() {
        let Value::Object(body) = json!({"status":"not_valued","reasons":[]}) else {
            unreachable!("an object")
        };
        assert_eq!(valued(body).price_vnd, None);
    }
}
