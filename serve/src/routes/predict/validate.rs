//! From a body that could be read to a car that can be asked for: required fields, ranges and words.

use std::borrow::Cow;
use std::fmt::Display;

use chrono::NaiveDate;
use datasets::catalogue::is_placeholder;
use datasets::text::{self, clipped};
use datasets::vocabulary::{Body, Condition, Drivetrain, Fuel, Origin, Transmission};
use models::quote::bounds::{self, Bound};
use models::quote::{CarQuery, Field, Ignored};

use super::request::PredictRequest;
use crate::error::FieldError;

/// Longest text of a field, in characters.
const MAX_TEXT: usize = 200;

/// Checks a request; `errors` are those of reading it.
///
/// # Errors
///
/// All that is wrong, at once.
pub fn check(
    request: PredictRequest,
    errors: Vec<FieldError>,
    today: NaiveDate,
) -> Result<CarQuery<'static>, Vec<FieldError>> {
    let mut check = Check {
        errors,
        ignored: Vec::new(),
    };
    let make = check.required_text("brand", request.brand);
    let model = check.required_text("model", request.model);
    let year = check.required("year", request.year);
    let year = check.whole("year", year, &bounds::YEAR);
    let mileage_km = check.required("mileage_km", request.mileage_km);
    let mileage_km = check.mileage(mileage_km);
    let version = check.optional_text(Field::Version, request.version);
    let color = check.optional_text(Field::Color, request.color);
    let province = check.optional_text(Field::Location, request.location);
    let source = check.text("source", request.source);
    let engine_l = check.within("engine_l", request.engine_l, &bounds::ENGINE_L);
    let seats = check.whole("seats", request.seats, &bounds::SEATS);
    let transmission = check.word(
        Field::Transmission,
        request.transmission,
        Transmission::parse,
    );
    let fuel = check.word(Field::Fuel, request.fuel, Fuel::parse);
    let origin = check.word(Field::Origin, request.origin, Origin::parse);
    let body = check.word(Field::Body, request.body, Body::parse);
    let drivetrain = check.word(Field::Drivetrain, request.drivetrain, Drivetrain::parse);
    let condition = check.word(Field::Condition, request.condition, Condition::parse);
    let listed_on = check.day("listed_on", request.listed_on, today);
    if !check.errors.is_empty() {
        return Err(check.errors);
    }
    Ok(CarQuery {
        make: make.map(Cow::Owned),
        model: model.map(Cow::Owned),
        version: version.map(Cow::Owned),
        year,
        mileage_km,
        transmission,
        fuel,
        origin,
        body,
        engine_l,
        seats,
        drivetrain,
        condition,
        color: color.map(Cow::Owned),
        province: province.map(Cow::Owned),
        listed_on,
        source: source.map(|source| source.to_lowercase().into()),
        ignored: check.ignored,
        ..CarQuery::default()
    })
}

/// Collects what is wrong.
struct Check {
    errors: Vec<FieldError>,
    /// Optional words that name no value.
    ignored: Vec<Ignored>,
}

impl Check {
    fn fail(&mut self, field: &str, code: &'static str, message: String) {
        self.errors.push(FieldError::at(field, code, message));
    }

    /// A value that must be there. One that could not be read was named already.
    fn required<T>(&mut self, field: &str, value: Option<T>) -> Option<T> {
        let named = |error: &FieldError| {
            let pointer = error.pointer.trim_start_matches('/');
            pointer == field || (field == "brand" && pointer == "make") || error.code == "duplicate"
        };
        if value.is_none() && !self.errors.iter().any(named) {
            self.fail(field, "required", format!("`{field}` is required"));
        }
        value
    }

    fn required_text(&mut self, field: &str, value: Option<String>) -> Option<String> {
        let value = self.required(field, value)?;
        if value.trim().is_empty() {
            let message = format!("`{field}` is empty; valid: a name");
            self.fail(field, "required", message);
            return None;
        }
        self.text(field, Some(value))
    }

    /// A text in canonical composition; blank counts as absent.
    fn text(&mut self, field: &str, value: Option<String>) -> Option<String> {
        let value = value?;
        let length = value.chars().count();
        if length > MAX_TEXT {
            let message = format!("`{field}` has {length} characters; valid: at most {MAX_TEXT}");
            self.fail(field, "too_long", message);
            return None;
        }
        Some(text::into_clean(value)).filter(|text| !text.is_empty())
    }

    fn within<T: PartialOrd + Display>(
        &mut self,
        field: &str,
        value: Option<T>,
        bound: &Bound<T>,
    ) -> Option<T> {
        let value = value?;
        if bound.contains(&value) {
            return Some(value);
        }
        self.out_of_range(field, &value, bound);
        None
    }

    /// A whole number within a range of a smaller type.
    fn whole<T>(&mut self, field: &str, value: Option<i64>, bound: &Bound<T>) -> Option<T>
    where
        T: TryFrom<i64> + PartialOrd + Display,
    {
        let value = value?;
        let small = T::try_from(value).ok().filter(|own| bound.contains(own));
        if small.is_none() {
            self.out_of_range(field, &value, bound);
        }
        small
    }

    /// An odometer that is no number of kilometres is an error. One that no car has driven is taken here, and is a reason
    /// for no price later.
    fn mileage(&mut self, value: Option<i64>) -> Option<f64> {
        let value = value?;
        if value < 0 {
            self.out_of_range("mileage_km", &value, &"0 or more");
            return None;
        }
        Some(value as f64)
    }

    fn out_of_range(&mut self, field: &str, value: &dyn Display, valid: &dyn Display) {
        let message = format!("`{field}` is {value}; valid: {valid}");
        self.fail(field, "out_of_range", message);
    }

    /// An optional text; a placeholder (`-`, `Đang cập nhật`) counts as not given.
    fn optional_text(&mut self, field: Field, value: Option<String>) -> Option<String> {
        let value = self.text(field.as_str(), value)?;
        if is_placeholder(&value) {
            self.ignored.push(Ignored { field, value });
            return None;
        }
        Some(value)
    }

    /// A word of a closed vocabulary. One that names no member counts as not given, for sites print `Khác`, `-` and words
    /// of their own, and a price with a warning serves more than none.
    fn word<T>(
        &mut self,
        field: Field,
        value: Option<String>,
        parse: fn(&str) -> Option<T>,
    ) -> Option<T> {
        let value = self.optional_text(field, value)?;
        let word = parse(&value);
        if word.is_none() {
            self.ignored.push(Ignored { field, value });
        }
        word
    }

    fn day(&mut self, field: &str, value: Option<String>, today: NaiveDate) -> Option<NaiveDate> {
        let value = self.text(field, value)?;
        let days = bounds::days(today);
        let day = value.parse().ok().filter(|day| days.contains(day));
        if day.is_none() {
            let message = format!(
                "`{field}` is `{}`; valid: a day YYYY-MM-DD from {} to {}",
                clipped(&value),
                days.start(),
                days.end()
            );
            self.fail(field, "out_of_range", message);
        }
        day
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::predict::request::read;

    const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 11, 20).expect("a day");

    fn ask(body: &str) -> Result<CarQuery<'static>, Vec<FieldError>> {
        let reading = read(body.as_bytes()).expect("readable");
        check(reading.request, reading.errors, TODAY)
    }

    #[test]
    fn the_existing_call_is_taken_as_it_is() {
        let query = ask(r#"{"brand":"Toyota","model":"Vios","year":2019,"mileage_km":45000,"version":"1.5G","color":"Trắng","transmission":"AT","location":"Hà Nội"}"#)
            .expect("valid");
        assert_eq!(query.transmission, Some(Transmission::Automatic));
        assert_eq!(query.listed_on, None);
        assert_eq!(query.source, None);
        assert_eq!(query.mileage_km, Some(45_000.0));
    }

    #[test]
    fn words_of_both_languages_are_taken() {
        let vietnamese = r#"{"brand":"Kia","model":"Morning","year":2018,"mileage_km":1,"fuel":"XĂNG","transmission":"Số sàn","origin":"nhập khẩu","body":"bán tải","drivetrain":"cầu sau","condition":"xe cũ"}"#;
        let english = r#"{"make":"Kia","model":"Morning","year":2018,"mileage_km":1,"fuel":"petrol","transmission":"manual","origin":"imported","body":"pickup","drivetrain":"rwd","condition":"used"}"#;
        assert_eq!(ask(vietnamese), ask(english));
        assert_eq!(ask(english).expect("valid").body, Some(Body::Pickup));
    }

    #[test]
    fn blank_optional_texts_are_absent() {
        let query = ask(r#"{"brand":" Kia ","model":"Morning","year":2018,"mileage_km":0,"color":"","fuel":" ","source":" BonBanh "}"#)
            .expect("valid");
        assert_eq!(query.make.as_deref(), Some("Kia"));
        assert_eq!((query.color, query.fuel), (None, None));
        assert_eq!(query.source.as_deref(), Some("bonbanh"));
    }

    #[test]
    fn each_broken_rule_is_named() {
        const CAR: &str = r#""brand":"Kia","model":"Morning","year":2018,"mileage_km":1"#;
        let long = format!("{{{CAR},\"version\":\"{}\"}}", "x".repeat(201));
        for (body, pointer, code, part) in [
            ("{}", "/brand", "required", "`brand`"),
            ("{}", "/mileage_km", "required", "`mileage_km`"),
            (r#"{"brand":" "}"#, "/brand", "required", "is empty"),
            (r#"{"brand":null}"#, "/brand", "required", "is required"),
            (
                r#"{"year":1989}"#,
                "/year",
                "out_of_range",
                "is 1989; valid: 1990–2030",
            ),
            (r#"{"year":2031}"#, "/year", "out_of_range", "2031"),
            (
                r#"{"year":-9223372036854775808}"#,
                "/year",
                "out_of_range",
                "1990–2030",
            ),
            (
                r#"{"mileage_km":-1}"#,
                "/mileage_km",
                "out_of_range",
                "0 or more",
            ),
            (
                r#"{"engine_l":1500}"#,
                "/engine_l",
                "out_of_range",
                "0.3–10 litres",
            ),
            (r#"{"seats":0}"#, "/seats", "out_of_range", "1–60"),
            (
                r#"{"listed_on":"20/11/2025"}"#,
                "/listed_on",
                "out_of_range",
                "YYYY-MM-DD",
            ),
            (
                r#"{"listed_on":"2025-02-30"}"#,
                "/listed_on",
                "out_of_range",
                "2025-02-30",
            ),
            (
                r#"{"listed_on":"1999-01-01"}"#,
                "/listed_on",
                "out_of_range",
                "from 2015-01-01",
            ),
            (
                r#"{"listed_on":"2030-01-01"}"#,
                "/listed_on",
                "out_of_range",
                "to 2026-11-21",
            ),
            (
                long.as_str(),
                "/version",
                "too_long",
                "201 characters; valid: at most 200",
            ),
        ] {
            let errors = ask(body).expect_err(body);
            assert!(
                errors.iter().any(|error| error.pointer == pointer
                    && error.code == code
                    && error.message.contains(part)),
                "{body}: {pointer} {code} {part} is not among {errors:?}"
            );
        }
    }

    #[test]
    fn a_field_that_could_not_be_read_is_named_once() {
        let errors =
            ask(r#"{"make":1,"model":"Vios","year":"x","mileage_km":5}"#).expect_err("bad");
        let pointers: Vec<_> = errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/make", "/year"]);
    }
}
