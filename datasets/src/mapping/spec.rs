//! The mapping file: its form, and the checks that turn it into rules.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::{
    Kind, Mapping, Value, header,
    unit::{Reading, Unit},
};
use crate::store::RawValue;
use crate::{Error, Result, schema, text};

/// The file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    description: String,
    required: Vec<String>,
    #[serde(default)]
    missing: Vec<String>,
    #[serde(default)]
    constants: BTreeMap<String, String>,
    fields: BTreeMap<String, FieldSpec>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldSpec {
    from: OneOrMany,
    #[serde(default)]
    combine: Combine,
    unit: Option<Unit>,
    #[serde(default)]
    parse: Reading,
    #[serde(default)]
    missing: Vec<String>,
    #[serde(default)]
    values: BTreeMap<String, String>,
    raw: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a column name or a list of column names")]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// What to do with several columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Combine {
    /// The first that holds something.
    #[default]
    First,
    /// All of them, joined by blanks.
    Join,
}

/// How one field of the schema is filled.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    /// Column of the schema.
    pub(super) field: &'static schema::Column,
    pub(super) kind: Kind,
    /// Columns of the export, as [`header`] writes them.
    pub(super) from: Vec<String>,
    pub(super) combine: Combine,
    pub(super) unit: Option<Unit>,
    pub(super) reading: Reading,
    /// Folded keys of texts that mean nothing in this field.
    pub(super) missing: Vec<String>,
    /// Cleaned printed text → replacement.
    pub(super) values: BTreeMap<String, String>,
    /// Column that holds the printed text, where it is not `from`.
    pub(super) raw: Option<String>,
    /// Name of the field among [`schema::RAW_FIELDS`], if it is one of them.
    pub(super) raw_field: Option<&'static str>,
}

/// Reads and checks a mapping file.
pub(super) fn parse(origin: &Path, content: &str) -> Result<Mapping> {
    let file: File = toml::from_str(content).map_err(|error| Error::Format {
        path: origin.to_owned(),
        format: "TOML",
        detail: error.to_string().trim_end().to_owned(),
    })?;
    let mut constants = BTreeMap::new();
    for (name, value) in &file.constants {
        let (field, value) = constant(origin, name, value)?;
        constants.insert(field, value);
    }
    let rules: Vec<Rule> = file
        .fields
        .into_iter()
        .map(|(name, spec)| rule(origin, &name, spec))
        .collect::<Result<_>>()?;
    if !constants.contains_key("source") && !rules.iter().any(|rule| rule.field.name == "source") {
        return Err(value_error(
            origin,
            "source",
            "absent",
            "a constant or a field: listings must say where they come from",
        ));
    }
    Ok(Mapping {
        name: origin
            .file_stem()
            .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned()),
        description: file.description,
        required: file
            .required
            .iter()
            .map(|c| header(c).into_owned())
            .collect(),
        missing: keys(&file.missing),
        rules,
        constants,
    })
}

/// Checks a constant: its field and that its value can be read.
pub(super) fn constant(origin: &Path, name: &str, value: &str) -> Result<(&'static str, Value)> {
    let key = format!("constants.{name}");
    let field = schema_field(origin, &key, name)?;
    match Kind::of(field.name).read(&RawValue::Text(value.to_owned()), Reading::Text, None) {
        Ok(Some(value)) => Ok((field.name, value)),
        Ok(None) => Err(value_error(origin, &key, value, "a value, not a blank")),
        Err(reason) => Err(value_error(
            origin,
            &key,
            &format!("`{value}`, which {reason}"),
            field.unit,
        )),
    }
}

fn rule(origin: &Path, name: &str, spec: FieldSpec) -> Result<Rule> {
    let key = |part: &str| format!("fields.{name}{part}");
    let field = schema_field(origin, &key(""), name)?;
    let kind = Kind::of(field.name);
    let from = match spec.from {
        OneOrMany::One(column) => vec![column],
        OneOrMany::Many(columns) => columns,
    };
    if from.is_empty() {
        return Err(value_error(
            origin,
            &key(".from"),
            "empty",
            "at least one column name",
        ));
    }
    let units = kind.units();
    if let Some(unit) = spec.unit.filter(|unit| !units.contains(unit)) {
        let valid: Vec<_> = units.iter().map(|unit| unit.name()).collect();
        let valid = if valid.is_empty() {
            "no unit for this field".to_owned()
        } else {
            valid.join(", ")
        };
        return Err(value_error(origin, &key(".unit"), unit.name(), &valid));
    }
    if spec.parse == Reading::Number && !kind.is_numeric() {
        return Err(value_error(
            origin,
            &key(".parse"),
            "number",
            "text for this field",
        ));
    }
    let raw_field = raw_field(field.name);
    if let Some(raw) = spec.raw.as_ref().filter(|_| raw_field.is_none()) {
        let valid = format!("only for {}", schema::RAW_FIELDS.join(", "));
        return Err(value_error(origin, &key(".raw"), raw, &valid));
    }
    let values = spec.values.into_iter();
    Ok(Rule {
        field,
        kind,
        from: from
            .iter()
            .map(|column| header(column).into_owned())
            .collect(),
        combine: spec.combine,
        unit: spec.unit,
        reading: spec.parse,
        missing: keys(&spec.missing),
        values: values.map(|(from, to)| (text::clean(&from), to)).collect(),
        raw: spec.raw.map(|column| header(&column).into_owned()),
        raw_field,
    })
}

/// The name under which a column's printed text is kept: the column's without its unit.
fn raw_field(column: &str) -> Option<&'static str> {
    let stem = match column {
        "mileage_km" => "mileage",
        "engine_l" => "engine",
        other => other,
    };
    schema::RAW_FIELDS
        .iter()
        .copied()
        .find(|field| *field == stem)
}

fn schema_field(origin: &Path, key: &str, name: &str) -> Result<&'static schema::Column> {
    schema::column(name)
        .filter(|column| column.name != "price_vnd")
        .ok_or_else(|| {
            let valid: Vec<_> = schema::COLUMNS
                .iter()
                .map(|column| column.name)
                .filter(|name| *name != "price_vnd")
                .collect();
            value_error(origin, key, "no field of the schema", &valid.join(", "))
        })
}

fn keys(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| missing_key(text)).collect()
}

/// The form in which texts that mean nothing are compared.
pub(super) fn missing_key(printed: &str) -> String {
    text::fold(printed.trim())
}

fn value_error(origin: &Path, key: &str, value: &str, valid: &str) -> Error {
    Error::Value {
        place: origin.display().to_string(),
        field: key.to_owned(),
        value: value.to_owned(),
        valid: valid.to_owned(),
    }
}
