//! The body of `/predict`: read at once into its type where it fits, field by field where it does not.

use std::fmt;

use datasets::text::clipped;
use serde::de::{self, Deserializer, Unexpected, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::fields::{self, Fields};
use crate::error::{ApiError, FieldError};

/// A car to value. Fields that are absent or null are unknown.
///
/// Words are taken in Vietnamese and English, in any case, with or without diacritics.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PredictRequest {
    /// Make; `make` is another name of this field.
    #[serde(alias = "make", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required, example = "Toyota")]
    pub brand: Option<String>,
    /// Model.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required, example = "Vios")]
    pub model: Option<String>,
    /// Model year.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "whole")]
    #[schema(value_type = i64, required, minimum = 1990, maximum = 2030, example = 2019)]
    pub year: Option<i64>,
    /// Odometer in kilometres.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "whole")]
    #[schema(value_type = i64, required, minimum = 0, example = 45000)]
    pub mileage_km: Option<i64>,
    /// Version as sellers write it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "1.5G CVT", max_length = 200)]
    pub version: Option<String>,
    /// Outside colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "trắng", max_length = 200)]
    pub color: Option<String>,
    /// Gearbox: `AT`, `MT` or words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "số tự động")]
    pub transmission: Option<String>,
    /// Province or city of the offer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Hà Nội", max_length = 200)]
    pub location: Option<String>,
    /// Energy: petrol, diesel, hybrid, electric or words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "xăng")]
    pub fuel: Option<String>,
    /// Domestic or imported, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "nhập khẩu")]
    pub origin: Option<String>,
    /// Body shape in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "sedan")]
    pub body: Option<String>,
    /// Engine displacement in litres.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0.3, maximum = 10.0, example = 1.5)]
    pub engine_l: Option<f64>,
    /// Seats, driver included.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "whole")]
    #[schema(minimum = 1, maximum = 60, example = 5)]
    pub seats: Option<i64>,
    /// Driven wheels: fwd, rwd, awd, 4wd or words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "cầu trước")]
    pub drivetrain: Option<String>,
    /// Used or new, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "used")]
    pub condition: Option<String>,
    /// Day whose price level is meant; today in Vietnam (UTC+7) where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, example = "2025-11-20")]
    pub listed_on: Option<String>,
    /// Site whose price level is meant; the configured one where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "bonbanh", max_length = 200)]
    pub source: Option<String>,
}

/// Every name of a field, with what it takes.
const FIELDS: [(&str, &str); 18] = [
    ("brand", TEXT),
    ("make", TEXT),
    ("model", TEXT),
    ("year", WHOLE),
    ("mileage_km", WHOLE),
    ("version", TEXT),
    ("color", TEXT),
    ("transmission", TEXT),
    ("location", TEXT),
    ("fuel", TEXT),
    ("origin", TEXT),
    ("body", TEXT),
    ("engine_l", "a number"),
    ("seats", WHOLE),
    ("drivetrain", TEXT),
    ("condition", TEXT),
    ("listed_on", "a text such as \"2025-11-20\""),
    ("source", TEXT),
];
const TEXT: &str = "a text";
const WHOLE: &str = "a whole number";

/// Similarity from which on an unknown field is taken for a misspelt one.
const LIKELY_TYPO: f64 = 0.75;

/// A request as far as it could be read, and what could not.
#[derive(Debug, Default)]
pub struct Reading {
    /// The fields that could be read.
    pub request: PredictRequest,
    /// What could not.
    pub errors: Vec<FieldError>,
    /// How many errors there are beside those.
    pub more_errors: usize,
}

/// Reads a body. Only a body that is not JSON at all is an error here: everything else that is wrong is listed,
/// so that a caller sees it at once.
///
/// # Errors
/// [`ApiError::Unreadable`], and [`ApiError::Invalid`] for JSON that is no object.
pub fn read(body: &[u8]) -> Result<Reading, ApiError> {
    // serde would take an array as the fields in their order.
    let is_object = body.trim_ascii_start().first() == Some(&b'{');
    if is_object && let Ok(request) = serde_json::from_slice(body) {
        return Ok(Reading {
            request,
            ..Reading::default()
        });
    }
    let is_known = |field: &str| FIELDS.iter().any(|(name, _)| *name == field);
    let fields = fields::read(body, is_known)
        .map_err(|error| ApiError::Unreadable(format!("The body is not JSON: {error}.")))?;
    let fields = fields.map_err(|value| {
        ApiError::Invalid(vec![FieldError {
            pointer: String::new(),
            code: "type",
            message: format!("the body is {}; valid: an object", shown(&value)),
        }])
    })?;
    Ok(field_by_field(fields, body))
}

fn field_by_field(fields: Fields, body: &[u8]) -> Reading {
    let mut errors: Vec<_> = fields.unknown.iter().map(|field| unknown(field)).collect();
    let mut good = Map::new();
    for (field, value) in fields.known {
        let alone = Value::Object(Map::from_iter([(field.clone(), value.clone())]));
        if PredictRequest::deserialize(alone).is_ok() {
            good.insert(field, value);
        } else {
            let takes = FIELDS.iter().find(|(name, _)| *name == field);
            let takes = takes.map_or(TEXT, |(_, takes)| takes);
            let message = format!("`{field}` is {}; valid: {takes}", shown(&value));
            errors.push(FieldError::at(&field, "type", message));
        }
    }
    if good.contains_key("brand") && good.remove("make").is_some() {
        let message = "`make` is another name of `brand`; valid: one of the two".to_owned();
        errors.push(FieldError::at("make", "duplicate", message));
    }
    let request = PredictRequest::deserialize(Value::Object(good)).unwrap_or_default();
    if errors.is_empty() {
        // Each field reads well alone, so one of them stands twice in the text: only the typed reader sees that.
        if let Err(error) = serde_json::from_slice::<PredictRequest>(body) {
            errors.push(FieldError {
                pointer: String::new(),
                code: "duplicate",
                message: error.to_string(),
            });
        }
    }
    Reading {
        request,
        errors,
        more_errors: fields.more_unknown,
    }
}

fn unknown(field: &str) -> FieldError {
    let nearest = FIELDS
        .iter()
        .map(|(name, _)| (strsim::jaro_winkler(field, name), *name))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(similarity, _)| *similarity >= LIKELY_TYPO);
    let field_shown = clipped(field);
    let message = if let Some((_, name)) = nearest {
        format!("unknown field `{field_shown}`; did you mean `{name}`?")
    } else {
        let names: Vec<_> = FIELDS.iter().map(|(name, _)| *name).collect();
        format!("unknown field `{field_shown}`; valid: {}", names.join(", "))
    };
    FieldError::at(&field_shown, "unknown_field", message)
}

/// A JSON value as messages show it, cut to a length that fits a log line.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::String(text) => format!("the text {:?}", clipped(text)),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// A whole number, also one that is written `2019.0`, as some clients print every number.
fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    deserializer.deserialize_option(Whole)
}

struct Whole;

impl<'de> Visitor<'de> for Whole {
    type Value = Option<i64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(WHOLE)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_i64(self)
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        // Beyond `i64` no field's range reaches: the check names the value as too large.
        Ok(Some(i64::try_from(number).unwrap_or(i64::MAX)))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Self::Value, E> {
        // Up to 2^53 a float holds every whole number exactly.
        if number.fract() == 0.0 && number.abs() <= 9.0e15 {
            return Ok(Some(number as i64));
        }
        Err(E::invalid_value(Unexpected::Float(number), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(body: &str) -> Vec<(String, &'static str, String)> {
        let reading = read(body.as_bytes()).expect("readable");
        reading
            .errors
            .into_iter()
            .map(|error| (error.pointer, error.code, error.message))
            .collect()
    }

    #[test]
    fn the_names_are_those_of_the_type() {
        for (field, takes) in FIELDS {
            let value = match takes {
                WHOLE => "5",
                "a number" => "1.5",
                _ => "\"x\"",
            };
            assert_eq!(
                errors(&format!("{{\"{field}\": {value}}}")),
                [],
                "{field} is not a field"
            );
        }
        let schema = serde_json::to_value(<PredictRequest as utoipa::PartialSchema>::schema())
            .expect("serialises");
        for field in schema["properties"].as_object().expect("properties").keys() {
            assert!(
                FIELDS.iter().any(|(name, _)| name == field),
                "{field} is not in the list"
            );
        }
    }

    #[test]
    fn absent_and_null_are_the_same() {
        let full =
            read(br#"{"brand":"Kia","year":2019,"color":null,"seats":null}"#).expect("readable");
        let short = read(br#"{"make":"Kia","year":2019.0}"#).expect("readable");
        let (full, short) = (full.request, short.request);
        assert_eq!(full, short);
        assert_eq!(full.year, Some(2019));
    }

    #[test]
    fn every_wrong_field_is_listed_with_what_is_valid() {
        let found = errors(
            r#"{"brand":7,"yaer":2019,"mileage_km":"45000","seats":4.5,"engine_l":true,"zzz":1,"model":"Vios"}"#,
        );
        for (pointer, code, part) in [
            ("/brand", "type", "is 7; valid: a text"),
            ("/yaer", "unknown_field", "did you mean `year`?"),
            (
                "/mileage_km",
                "type",
                "the text \"45000\"; valid: a whole number",
            ),
            ("/seats", "type", "is 4.5; valid: a whole number"),
            ("/engine_l", "type", "is true; valid: a number"),
            ("/zzz", "unknown_field", "valid: brand, make, model"),
        ] {
            assert!(
                found
                    .iter()
                    .any(|error| error.0 == pointer && error.1 == code && error.2.contains(part)),
                "{pointer} {code} {part} is not among {found:?}"
            );
        }
        assert_eq!(found.len(), 6);
    }

    #[test]
    fn what_reads_well_is_kept_beside_what_does_not() {
        let reading = read(br#"{"model":"Vios","year":"x"}"#).expect("readable");
        assert_eq!(reading.request.model.as_deref(), Some("Vios"));
        assert_eq!(reading.errors.len(), 1);
    }

    #[test]
    fn a_field_given_twice_is_an_error() {
        for (body, part) in [
            (r#"{"year":2019,"year":2020}"#, "duplicate field `year`"),
            (r#"{"brand":"Kia","make":"Kia"}"#, "another name of `brand`"),
        ] {
            let found = errors(body);
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!(found[0].1, "duplicate");
            assert!(found[0].2.contains(part), "{found:?}");
        }
    }

    #[test]
    fn a_body_that_is_no_json_object_is_refused() {
        for body in [
            "",
            "{",
            "{\"year\":NaN}",
            "{\"year\":1e999}",
            "\u{0}",
            "{}{}",
        ] {
            assert!(
                matches!(read(body.as_bytes()), Err(ApiError::Unreadable(_))),
                "{body}"
            );
        }
        assert!(matches!(
            read(b"{\"brand\":\"\xff\"}"),
            Err(ApiError::Unreadable(_))
        ));
        for body in ["null", "[]", "7", "\"Vios\""] {
            assert!(
                matches!(read(body.as_bytes()), Err(ApiError::Invalid(_))),
                "{body}"
            );
        }
    }
}
