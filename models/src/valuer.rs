//! A loaded model that puts a price and calibrated ranges on one car.

use std::path::Path;

use chrono::NaiveDate;
use datasets::Listing;

use crate::{
    Error, Manifest, Registry, Result,
    artifact::{self, Parts},
    features::{encoder::COLUMNS, facts::Facts, terms::Seen, view::View},
    scorer::{self, Estimate, Scorer},
    valuation::{Ground, Interval, LEVELS, Valuation},
};

/// A loaded artifact, ready to score. Immutable; share it behind an `Arc`.
#[derive(Debug)]
pub struct Valuer {
    manifest: Manifest,
    scorer: Scorer,
    data_until: NaiveDate,
}

impl Valuer {
    /// Loads the artifact in `dir`; refuses one whose hash, schema version or feature list does not fit.
    ///
    /// # Errors
    /// [`Error::Io`] when a file cannot be read, [`Error::Refused`] when the artifact is not whole or not of this build's kind.
    pub fn load(dir: &Path) -> Result<Self> {
        let (manifest, parts) = artifact::read(dir)?;
        Self::new(manifest, &parts).map_err(|error| error.within(dir))
    }

    /// Loads the artifact that `reference` names in `registry`: an alias (`champion`) or a version.
    ///
    /// # Errors
    /// As [`Self::load`], and [`Error::Registry`] when the reference names nothing.
    pub fn load_from(registry: &Registry, reference: &str) -> Result<Self> {
        let (manifest, parts) = registry.read(reference)?;
        let place = registry.place(&manifest.version);
        Self::new(manifest, &parts).map_err(|error| error.within(&place))
    }

    /// As [`Self::load_from`], but the fit that the metrics of the manifest were measured on, which saw no held-out row. It is
    /// the same where the artifact was not fitted on all rows.
    ///
    /// # Errors
    /// As [`Self::load_from`].
    pub fn load_measured_from(registry: &Registry, reference: &str) -> Result<Self> {
        let (manifest, parts) = registry.read(reference)?;
        let place = registry.place(&manifest.version);
        let measured = scorer::measured(&parts).unwrap_or(parts);
        Self::new(manifest, &measured).map_err(|error| error.within(&place))
    }

    pub(crate) fn new(manifest: Manifest, parts: &Parts) -> Result<Self> {
        let refused = |reason: String| Error::Refused {
            path: artifact::MANIFEST.into(),
            reason,
        };
        if manifest.features != COLUMNS {
            let found = manifest.features.join(", ");
            let expected = COLUMNS.join(", ");
            return Err(refused(format!(
                "its features are {found}; this build's are {expected}"
            )));
        }
        let data_until = manifest.data_until.parse().map_err(|_| {
            refused(format!(
                "`data_until` is `{}`, not a date",
                manifest.data_until
            ))
        })?;
        let scorer = Scorer::from_parts(manifest.family, parts)?;
        Ok(Self {
            manifest,
            scorer,
            data_until,
        })
    }

    /// Values one car: a listing without a price, on the source and day whose price level is meant. A listing without
    /// a day is valued as of the newest training row.
    pub fn value(&self, listing: &Listing) -> Valuation {
        self.value_seen(listing, View::FULL)
    }

    /// As [`Self::value`], as far as `view` shows the listing.
    pub fn value_seen(&self, listing: &Listing, view: View) -> Valuation {
        let encoder = &self.scorer.encoder;
        let facts = encoder.facts_seen(listing, self.data_until, view);
        let estimate = self.scorer.estimate(&facts);
        self.valuation(&facts, estimate, estimate.ground)
    }

    /// As [`Self::value`], with the ranges of a car whose model is not known: for one that may be another car than its
    /// name says.
    pub fn value_widely(&self, listing: &Listing) -> Valuation {
        let facts = self.scorer.encoder.facts(listing, self.data_until);
        let estimate = self.scorer.estimate(&facts);
        let ground = match estimate.ground {
            Ground::KnownModel => Ground::KnownMake,
            other => other,
        };
        self.valuation(&facts, estimate, ground)
    }

    /// An estimate with the ranges of `ground`.
    fn valuation(&self, facts: &Facts, estimate: Estimate, ground: Ground) -> Valuation {
        let ranges = self.scorer.ranges(facts, Estimate { ground, ..estimate });
        let measured = self.scorer.calibration.measured(ground, facts.source);
        Valuation {
            price: f64::from(estimate.ln_price).exp(),
            intervals: std::array::from_fn(|level| Interval {
                level: LEVELS[level],
                low: f64::from(ranges[level].0).exp(),
                high: f64::from(ranges[level].1).exp(),
                measured_coverage: measured.map_or(LEVELS[level], |own| own.coverage[level]),
                n: measured.map_or(0, |own| own.n),
            }),
            ground: estimate.ground,
        }
    }

    /// Whether training rows show the car's model with the value that `what` names.
    pub fn has_seen(&self, listing: &Listing, what: Seen) -> bool {
        let facts = self.scorer.encoder.facts(listing, self.data_until);
        self.scorer.encoder.has_seen(&facts, what)
    }

    /// Whether listings of the car's make use every word of `version`.
    pub fn knows_version(&self, listing: &Listing, version: &str) -> bool {
        let car = Listing {
            trim: Some(version.to_owned()),
            title: None,
            ..listing.clone()
        };
        let facts = self.scorer.encoder.facts(&car, self.data_until);
        self.scorer.encoder.knows_words(&facts)
    }

    /// The price alone, without ranges.
    pub fn price(&self, listing: &Listing) -> f64 {
        let facts = self.scorer.encoder.facts(listing, self.data_until);
        f64::from(self.scorer.ln_price(&facts)).exp()
    }

    /// Day of the newest training row.
    pub fn data_until(&self) -> NaiveDate {
        self.data_until
    }

    /// What is known about the model.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }
}
