//! From a registry to a model that may answer: read, checked, tried on a few cars.

use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{DateTime, Utc};
use datasets::Listing;
use datasets::catalogue::Catalogue;
use datasets::vocabulary::Currency;
use models::quote::default_source;
use models::{Manifest, Registry, Valuation, Valuer};

use super::ModelInfo;
use crate::metrics::{ModelMetrics, PredictionCounters};

/// Model years of the cars that a model is tried on; their odometers follow.
const TRIED_YEARS: [i32; 3] = [2008, 2016, 2022];

/// Why no model could be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The registry or the artifact is absent, unreadable or refused.
    #[error(transparent)]
    Model(#[from] models::Error),
    /// The model speaks another currency than the wire does.
    #[error("model {version}: prices are in {found}; this service answers in VND")]
    Currency {
        /// Version of the model.
        version: String,
        /// Its currency.
        found: Currency,
    },
    /// The model gives an ordinary car no price that could be told to anyone.
    #[error(
        "model {version}: {car} is valued at {price} with a range from {low} to {high}; valid: finite amounts above 0, in order"
    )]
    NoAmount {
        /// Version of the model.
        version: String,
        /// The car.
        car: String,
        /// Its price.
        price: f64,
        /// Lower end of the widest range.
        low: f64,
        /// Upper end of it.
        high: f64,
    },
    /// Reading the artifact or trying it ran into a bug of this program.
    #[error("model {version}: loading it panicked")]
    Panicked {
        /// Version of the model.
        version: String,
    },
}

impl LoadError {
    /// Stable name of the kind of failure, for metrics and `/health`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Model(models::Error::Io(_)) => "unreadable",
            Self::Model(models::Error::Registry { .. } | models::Error::Parameter { .. }) => {
                "absent"
            }
            Self::Model(_) => "refused",
            Self::Currency { .. } => "currency",
            Self::NoAmount { .. } => "no_amount",
            Self::Panicked { .. } => "panicked",
        }
    }
}

/// A model with what every reply of it needs, worked out once.
#[derive(Debug)]
pub struct LoadedModel {
    /// Scores cars.
    pub valuer: Valuer,
    /// Its counters.
    pub metrics: PredictionCounters,
    /// What replies say about it.
    pub info: ModelInfo,
    /// Mean absolute error in VND on held-out cars asked for as the backend asks, if the manifest has it.
    pub mae_vnd: Option<f64>,
    /// Site whose price level is meant if a request names none.
    pub default_source: String,
    /// When it was loaded.
    pub since: DateTime<Utc>,
}

impl LoadedModel {
    /// Loads a version and tries it on a few cars of every make. A model that cannot value ordinary cars is refused, and
    /// one that has been used once is in the caches of the processor and the kernel. Prices are those of the site
    /// `default_source` if a request names none.
    ///
    /// # Errors
    /// [`LoadError`], naming the version.
    pub fn load(
        registry: &Registry,
        version: &str,
        default_source: &str,
        metrics: &ModelMetrics,
    ) -> Result<Self, LoadError> {
        let attempt = || {
            let valuer = Valuer::load_from(registry, version)?;
            let model = Self::new(valuer, default_source, metrics)?;
            model.try_out()?;
            Ok(model)
        };
        // A forged artifact must not end the thread that reloads models.
        catch_unwind(AssertUnwindSafe(attempt)).unwrap_or_else(|_| {
            Err(LoadError::Panicked {
                version: version.to_owned(),
            })
        })
    }

    fn new(
        valuer: Valuer,
        default_source: &str,
        metrics: &ModelMetrics,
    ) -> Result<Self, LoadError> {
        let manifest = valuer.manifest();
        if manifest.currency != Currency::Vnd {
            return Err(LoadError::Currency {
                version: manifest.version.clone(),
                found: manifest.currency,
            });
        }
        let default_source = usual_source(manifest, default_source);
        Ok(Self {
            metrics: metrics.predictions(&manifest.version),
            info: ModelInfo::of(manifest),
            mae_vnd: mae_vnd(manifest),
            default_source,
            since: Utc::now(),
            valuer,
        })
    }

    fn try_out(&self) -> Result<(), LoadError> {
        for make in Catalogue::embedded().makes() {
            for (model, year) in make.models.iter().zip(TRIED_YEARS.iter().cycle()) {
                let car = Listing {
                    make: Some(make.name.clone()),
                    model: Some(model.name.clone()),
                    year: Some(*year),
                    mileage_km: Some(f64::from(2025 - year) * 12_000.0),
                    source: self.default_source.clone(),
                    ..Listing::default()
                };
                self.check(&self.valuer.value(&car), &car)?;
            }
        }
        Ok(())
    }

    fn check(&self, valuation: &Valuation, car: &Listing) -> Result<(), LoadError> {
        let [.., widest] = valuation.intervals;
        let (price, low, high) = (valuation.price, widest.low, widest.high);
        let sane = [price, low, high].iter().all(|n| n.is_finite() && *n > 0.0) && low <= high;
        if sane {
            return Ok(());
        }
        let name = |text: &Option<String>| text.clone().unwrap_or_default();
        Err(LoadError::NoAmount {
            version: self.info.version.clone(),
            car: format!(
                "{} {} {}",
                name(&car.make),
                name(&car.model),
                car.year.unwrap_or_default()
            ),
            price,
            low,
            high,
        })
    }
}

/// The error that a caller may expect, who leaves most fields out; of a model that was measured before that was, the error
/// on whole rows.
fn mae_vnd(manifest: &Manifest) -> Option<f64> {
    let metric = |name| manifest.metrics.get(name).copied();
    metric("backend_mae").or_else(|| metric("mae"))
}

/// The default site, with a line in the log where it is not the configured one.
fn usual_source(manifest: &Manifest, configured: &str) -> String {
    let used = default_source(manifest, configured);
    if used != configured {
        tracing::warn!(
            configured,
            used,
            "the model has no rows of the site `{configured}`; `{used}` is the default instead"
        );
    }
    used.to_owned()
}
