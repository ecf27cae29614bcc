//! What an artifact says about itself.

use std::collections::BTreeMap;

use datasets::vocabulary::Currency;
use serde::{Deserialize, Serialize};

/// Version of the artifact's layout; one that this build does not know is refused.
pub const FORMAT_VERSION: u32 = 1;

/// A model family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Median of make, model and year: the bar to beat.
    Baseline,
    /// Log-price ridge.
    Ridge,
    /// Random forest.
    RandomForest,
    /// Gradient-boosted trees.
    GradientBoosting,
    /// Weighted mean of several of the above.
    Blend,
}

impl Family {
    /// Every family, simplest first.
    pub const ALL: &'static [Self] = &[
        Self::Baseline,
        Self::Ridge,
        Self::RandomForest,
        Self::GradientBoosting,
        Self::Blend,
    ];

    /// The name in files, flags and replies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Ridge => "ridge",
            Self::RandomForest => "random_forest",
            Self::GradientBoosting => "gradient_boosting",
            Self::Blend => "blend",
        }
    }
}

/// Description of an artifact, stored beside its parts as `manifest.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT_VERSION`].
    pub format_version: u32,
    /// [`datasets::schema::VERSION`] of the listings that it was fitted on.
    pub schema_version: u32,
    /// Name of the model, `price`.
    pub name: String,
    /// First 12 hex digits of the content hash.
    pub version: String,
    /// Family.
    pub family: Family,
    /// Feature names, in the order of the encoded row.
    pub features: Vec<String>,
    /// Currency of the prices that it was fitted on.
    pub currency: Currency,
    /// Seed.
    pub seed: u64,
    /// Git revision of the code that trained it, where known.
    pub git_revision: Option<String>,
    /// When it was published (RFC 3339, UTC). Kept by the registry beside the artifact, so that one seed gives one
    /// artifact to the byte; none for an artifact outside a registry.
    #[serde(skip)]
    pub trained_at: Option<String>,
    /// SHA-256 of the training listings.
    pub data_sha256: String,
    /// Newest `listed_on` among the training listings.
    pub data_until: String,
    /// Training rows by source.
    pub rows_by_source: BTreeMap<String, u64>,
    /// Rows that the artifact was fitted on once it had been measured, the hold-out included. Absent where it was fitted on
    /// the training rows alone, which is what `data_sha256`, `data_until` and `rows_by_source` tell of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows_in_all: Option<u64>,
    /// Metrics on the hold-out, by name (`mae`, `mape`, …; amounts in `currency`).
    pub metrics: BTreeMap<String, f64>,
    /// SHA-256 of every part by file name.
    pub parts: BTreeMap<String, String>,
    /// SHA-256 of this manifest without `version` and `sha256`, and so of all it lists.
    pub sha256: String,
}
