//! What replies say about the model.

use std::collections::BTreeMap;

use models::Manifest;
use serde::Serialize;
use utoipa::ToSchema;

/// What a reply says about the model that gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ModelBody)]
pub struct ModelInfo {
    /// Name.
    #[schema(example = "price")]
    pub name: String,
    /// Version, a prefix of the hash.
    #[schema(example = "3f1c0a9be245")]
    pub version: String,
    /// Family.
    #[schema(example = "gradient_boosting")]
    pub family: &'static str,
    /// Hash of its content.
    pub sha256: String,
    /// When it was trained (RFC 3339, UTC).
    #[schema(example = "2025-11-20T08:00:00Z")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trained_at: Option<String>,
    /// Day of the newest listing that it was trained on.
    #[schema(example = "2025-11-01")]
    pub data_until: String,
    /// Rows that it was trained on by site; the site `synthetic` holds generated cars.
    #[schema(example = json!({"bonbanh": 30000, "chotot": 12000}))]
    pub training_rows: BTreeMap<String, u64>,
}

impl ModelInfo {
    /// What `manifest` says.
    pub fn of(manifest: &Manifest) -> Self {
        Self {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            family: manifest.family.as_str(),
            sha256: manifest.sha256.clone(),
            trained_at: manifest.trained_at.clone(),
            data_until: manifest.data_until.clone(),
            training_rows: manifest.rows_by_source.clone(),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use datasets::vocabulary::Currency;
    use models::Family;

    use super::*;

    /// The manifest of a model that was trained on 100 cars of bonbanh.
    pub(crate) fn manifest() -> Manifest {
        Manifest {
            format_version: 1,
            schema_version: 1,
            name: "price".to_owned(),
            version: "0123456789ab".to_owned(),
            family: Family::GradientBoosting,
            features: vec!["year".to_owned()],
            currency: Currency::Vnd,
            seed: 1,
            git_revision: None,
            trained_at: Some("2025-11-20T08:00:00Z".to_owned()),
            data_sha256: "00".repeat(32),
            data_until: "2025-11-01".to_owned(),
            rows_by_source: [("bonbanh".to_owned(), 100)].into(),
            rows_in_all: None,
            metrics: [("mae".to_owned(), 78_400_000.0)].into(),
            parts: [].into(),
            sha256: "ab".repeat(32),
        }
    }
}
