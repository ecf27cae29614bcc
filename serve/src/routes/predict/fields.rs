//! The fields of a JSON object, read one by one: each value alone, and of unknown fields their names.
//!
//! What a body holds beside the known fields costs no memory: it is passed over, and only the first names are kept.

use std::fmt;

use datasets::text::clipped;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::problem::MAX_ERRORS;

/// A body as far as it could be read.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Fields {
    /// Known fields with their values; arrays and objects without what they hold.
    pub(super) known: Map<String, Value>,
    /// Names of the first unknown fields, cut to a length that a reply repeats.
    pub(super) unknown: Vec<String>,
    /// How many unknown fields there are beside those.
    pub(super) more_unknown: usize,
}

/// Reads `body`, whose fields `is_known` tells apart. If it is no object, the error is its value.
///
/// # Errors
/// The body is not JSON.
pub(super) fn read(
    body: &[u8],
    is_known: fn(&str) -> bool,
) -> serde_json::Result<Result<Fields, Value>> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let read = Body { is_known }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(read)
}

/// Reads a whole body.
struct Body {
    is_known: fn(&str) -> bool,
}

impl<'de> DeserializeSeed<'de> for Body {
    type Value = Result<Fields, Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Body {
    type Value = Result<Fields, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Fields::default();
        while let Some(name) = map.next_key_seed(Name(self.is_known))? {
            match name {
                Ok(known) => {
                    let value = map.next_value_seed(Shallow)?;
                    fields.known.insert(known, value);
                }
                Err(unknown) => {
                    map.next_value::<IgnoredAny>()?;
                    if fields.unknown.len() < MAX_ERRORS {
                        fields.unknown.push(unknown);
                    } else {
                        fields.more_unknown += 1;
                    }
                }
            }
        }
        Ok(Ok(fields))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        Shallow.visit_seq(seq).map(Err)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Err(Value::Null))
    }

    fn visit_bool<E: de::Error>(self, own: bool) -> Result<Self::Value, E> {
        Ok(Err(own.into()))
    }

    fn visit_i64<E: de::Error>(self, own: i64) -> Result<Self::Value, E> {
        Ok(Err(own.into()))
    }

    fn visit_u64<E: de::Error>(self, own: u64) -> Result<Self::Value, E> {
        Ok(Err(own.into()))
    }

    fn visit_f64<E: de::Error>(self, own: f64) -> Result<Self::Value, E> {
        Ok(Err(own.into()))
    }

    fn visit_str<E: de::Error>(self, own: &str) -> Result<Self::Value, E> {
        Ok(Err(own.into()))
    }
}

/// Reads a name; the error is that of an unknown field, cut.
struct Name(fn(&str) -> bool);

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Result<String, String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Result<String, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(if (self.0)(name) {
            Ok(name.to_owned())
        } else {
            Err(clipped(name))
        })
    }
}

/// Reads a value; of an array or an object only that it is one.
struct Shallow;

impl<'de> DeserializeSeed<'de> for Shallow {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Shallow {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Object(Map::new()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Array(Vec::new()))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, own: bool) -> Result<Value, E> {
        Ok(own.into())
    }

    fn visit_i64<E: de::Error>(self, own: i64) -> Result<Value, E> {
        Ok(own.into())
    }

    fn visit_u64<E: de::Error>(self, own: u64) -> Result<Value, E> {
        Ok(own.into())
    }

    fn visit_f64<E: de::Error>(self, own: f64) -> Result<Value, E> {
        Ok(own.into())
    }

    fn visit_str<E: de::Error>(self, own: &str) -> Result<Value, E> {
        Ok(own.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(body: &str) -> Result<Fields, Value> {
        read(body.as_bytes(), |name| name == "year").expect("JSON")
    }

    #[test]
    fn unknown_fields_are_counted_and_the_first_are_named() {
        let body: Vec<_> = (0..80_000).map(|n| format!("\"k{n}\":[{n}]")).collect();
        let read = fields(&format!("{{{},\"year\":2019}}", body.join(","))).expect("an object");
        assert_eq!(read.known["year"], 2019);
        assert_eq!(read.unknown.len(), MAX_ERRORS);
        assert_eq!(read.unknown[0], "k0");
        assert_eq!(read.more_unknown, 80_000 - MAX_ERRORS);
    }

    #[test]
    fn what_an_array_or_an_object_holds_is_passed_over() {
        let read = fields(r#"{"year":[1,[2],{"a":3}]}"#).expect("an object");
        assert_eq!(read.known["year"], json!([]));
        let read = fields(r#"{"year":{"a":{"b":1}}}"#).expect("an object");
        assert_eq!(read.known["year"], json!({}));
        for (body, value) in [
            ("[1,2]", json!([])),
            ("null", json!(null)),
            ("7", json!(7)),
            ("\"Vios\"", json!("Vios")),
        ] {
            assert_eq!(fields(body), Err(value), "{body}");
        }
    }

    #[test]
    fn what_is_not_json_to_its_end_is_an_error() {
        for body in ["", "{", "{}{}", r#"{"a":NaN}"#, r#"{"year":1e999}"#] {
            assert!(read(body.as_bytes(), |_| true).is_err(), "{body}");
        }
    }
}
