//! What the hold-out says of a model: errors, and whether its ranges hold what they promise.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use datasets::Listing;
use eval::{Bands, Coverage, PriceScores, Ranges, RatioScores, SegmentScores, Segments};
use models::{
    Ground, LEVELS,
    calibration::Measured,
    features::{facts::Facts, view::View},
    scorer::{Estimate, Scorer},
    training::Candidate,
};
use serde::Serialize;

use crate::Result;

/// Fewest rows that a segment is shown with.
const MIN_ROWS: usize = 30;

/// Scores of one family by source.
pub type FamilyScores = SegmentScores<PriceScores>;

/// Coverage at one level.
#[derive(Debug, Clone, Serialize)]
pub struct RangeScores {
    /// Over all rows.
    #[serde(flatten)]
    pub all: Coverage,
    /// By source.
    pub by_source: Vec<SegmentScores<Coverage>>,
    /// By quartile of the actual price.
    pub by_price_quartile: Vec<SegmentScores<Coverage>>,
    /// By quartile of the estimated price.
    pub by_estimate_quartile: Vec<SegmentScores<Coverage>>,
}

/// Scores on the hold-out. Amounts are in the currency of the prices.
#[derive(Debug, Clone, Serialize)]
pub struct Assessment {
    /// Over all rows.
    pub all: PriceScores,
    /// By source.
    pub by_source: Vec<FamilyScores>,
    /// One entry a level of [`LEVELS`].
    pub ranges: Vec<RangeScores>,
    /// The same rows with no more fields than the marketplace's backend sends.
    pub as_backend_asks: PartialScores,
}

/// Scores on the hold-out where callers leave fields out.
#[derive(Debug, Clone, Serialize)]
pub struct PartialScores {
    /// Over all rows.
    #[serde(flatten)]
    pub all: PriceScores,
    /// Median of estimate over price, less 1.
    pub median_bias: f64,
    /// One entry a level of [`LEVELS`].
    pub ranges: Vec<Coverage>,
    /// By source.
    pub by_source: Vec<FamilyScores>,
}

impl Assessment {
    /// The scores by name, as a manifest keeps them.
    pub fn metrics(&self) -> BTreeMap<String, f64> {
        let mut metrics: BTreeMap<String, f64> = self
            .all
            .named()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        metrics.insert("n_test".to_owned(), self.all.n as f64);
        let asked = &self.as_backend_asks;
        for (name, value) in asked.all.named() {
            metrics.insert(format!("backend_{name}"), value);
        }
        metrics.insert("backend_median_bias".to_owned(), asked.median_bias);
        for range in &asked.ranges {
            let level = (range.level * 100.0).round();
            metrics.insert(format!("backend_coverage_{level}"), range.coverage);
        }
        for range in &self.ranges {
            let level = (range.all.level * 100.0).round();
            metrics.insert(format!("coverage_{level}"), range.all.coverage);
            metrics.insert(
                format!("interval_width_{level}"),
                range.all.mean_relative_width,
            );
        }
        for segment in &self.by_source {
            for (name, value) in segment
                .scores
                .named()
                .filter(|(name, _)| *name != "median_ae")
            {
                metrics.insert(format!("{name}.{}", segment.segment), value);
            }
            metrics.insert(
                format!("n_test.{}", segment.segment),
                segment.scores.n as f64,
            );
        }
        metrics
    }
}

/// One row of the hold-out, valued.
struct Valued {
    actual: f64,
    predicted: f64,
    ranges: [(f64, f64); LEVELS.len()],
}

/// Facts, estimate and ranges of one car: the whole way from listing to price. A car without a day is taken to be
/// listed on `today`, the day of the newest training row, as the service does.
pub(super) fn value(
    scorer: &Scorer,
    listing: &Listing,
    today: NaiveDate,
    view: View,
) -> (Facts, Estimate, [(f32, f32); LEVELS.len()]) {
    let facts = scorer.encoder.facts_seen(listing, today, view);
    let estimate = scorer.estimate(&facts);
    let ranges = scorer.ranges(&facts, estimate);
    (facts, estimate, ranges)
}

/// Measures `candidate` on `test`, stores the measured coverage in its calibration, and gives its estimates too.
pub(super) fn assess(
    candidate: &mut Candidate,
    test: &[&Listing],
    today: NaiveDate,
) -> Result<(Assessment, Vec<f64>)> {
    let mut measured = Vec::new();
    let mut all = Vec::with_capacity(test.len());
    let mut masked = Vec::with_capacity(test.len());
    let mut asked = Vec::with_capacity(test.len());
    for row in test {
        let actual = row.price.map_or(f64::NAN, |price| price.amount);
        let (_, estimate, ranges) = value(&candidate.scorer, row, today, View::BACKEND);
        asked.push(valued(actual, estimate, ranges));
        let (facts, estimate, ranges) = value(&candidate.scorer, row, today, View::FULL);
        let ground = estimate.ground;
        all.push((ground, facts.source, valued(actual, estimate, ranges)));
        let facts = facts.without_model();
        let estimate = candidate.scorer.estimate(&facts);
        let ranges = candidate.scorer.ranges(&facts, estimate);
        masked.push((
            estimate.ground,
            facts.source,
            valued(actual, estimate, ranges),
        ));
    }
    let mut sources: Vec<u64> = all.iter().map(|(_, source, _)| *source).collect();
    sources.sort_unstable();
    sources.dedup();
    for source in sources.into_iter().map(Some).chain([None]) {
        measured.extend(measure(Ground::KnownModel, source, &all));
    }
    measured.extend(measure(Ground::KnownMake, None, &masked));
    candidate.scorer.calibration.set_measured(measured);
    let rows: Vec<Valued> = all.into_iter().map(|(_, _, row)| row).collect();
    let predicted = rows.iter().map(|row| row.predicted).collect();
    Ok((scores(&rows, &asked, test)?, predicted))
}

fn valued(actual: f64, estimate: Estimate, ranges: [(f32, f32); LEVELS.len()]) -> Valued {
    Valued {
        actual,
        predicted: f64::from(estimate.ln_price).exp(),
        ranges: ranges.map(|(low, high)| (f64::from(low).exp(), f64::from(high).exp())),
    }
}

fn measure(
    ground: Ground,
    source: Option<u64>,
    rows: &[(Ground, u64, Valued)],
) -> Option<Measured> {
    let own: Vec<&Valued> = rows
        .iter()
        .filter(|(own, own_source, _)| {
            *own == ground && source.is_none_or(|source| source == *own_source)
        })
        .map(|(_, _, row)| row)
        .collect();
    let coverage = std::array::from_fn(|level| {
        let inside =
            |row: &&&Valued| (row.ranges[level].0..=row.ranges[level].1).contains(&row.actual);
        own.iter().filter(inside).count() as f64 / own.len() as f64
    });
    (!own.is_empty()).then_some(Measured {
        ground,
        source,
        coverage,
        n: own.len() as u32,
    })
}

fn scores(rows: &[Valued], asked: &[Valued], test: &[&Listing]) -> Result<Assessment> {
    let actual: Vec<f64> = rows.iter().map(|row| row.actual).collect();
    let predicted: Vec<f64> = rows.iter().map(|row| row.predicted).collect();
    let sources: Vec<&str> = test.iter().map(|row| row.source.as_str()).collect();
    let by_source = Segments::of(&sources, MIN_ROWS)?;
    let by_price = Segments::of(&Bands::of(&actual, 4)?.keys(&actual)?, MIN_ROWS)?;
    let by_estimate = Segments::of(&Bands::of(&predicted, 4)?.keys(&predicted)?, MIN_ROWS)?;
    let ranges = (0..LEVELS.len())
        .map(|index| {
            let ends = Ends::of(rows, index);
            let ranges = ends.ranges(&actual, &predicted);
            Ok(RangeScores {
                all: Coverage::of(&ranges)?,
                by_source: by_source.coverage(&ranges)?,
                by_price_quartile: by_price.coverage(&ranges)?,
                by_estimate_quartile: by_estimate.coverage(&ranges)?,
            })
        })
        .collect::<Result<_>>()?;
    Ok(Assessment {
        all: PriceScores::of(&actual, &predicted)?,
        by_source: by_source.scores(&actual, &predicted)?,
        ranges,
        as_backend_asks: partial(asked, &by_source)?,
    })
}

fn partial(rows: &[Valued], by_source: &Segments) -> Result<PartialScores> {
    let actual: Vec<f64> = rows.iter().map(|row| row.actual).collect();
    let predicted: Vec<f64> = rows.iter().map(|row| row.predicted).collect();
    let ranges = (0..LEVELS.len())
        .map(|index| {
            Ok(Coverage::of(
                &Ends::of(rows, index).ranges(&actual, &predicted),
            )?)
        })
        .collect::<Result<_>>()?;
    Ok(PartialScores {
        all: PriceScores::of(&actual, &predicted)?,
        median_bias: RatioScores::of(&actual, &predicted)?.median_ratio - 1.0,
        ranges,
        by_source: by_source.scores(&actual, &predicted)?,
    })
}

/// The ends of the ranges of one level.
struct Ends {
    level: f64,
    low: Vec<f64>,
    high: Vec<f64>,
}

impl Ends {
    fn of(rows: &[Valued], index: usize) -> Self {
        Self {
            level: LEVELS[index],
            low: rows.iter().map(|row| row.ranges[index].0).collect(),
            high: rows.iter().map(|row| row.ranges[index].1).collect(),
        }
    }

    fn ranges<'a>(&'a self, actual: &'a [f64], predicted: &'a [f64]) -> Ranges<'a> {
        Ranges {
            level: self.level,
            actual,
            predicted,
            low: &self.low,
            high: &self.high,
        }
    }
}

#[cfg(test)]
mod tests {
    use models::features::hash;

    use super::*;

    #[test]
    fn coverage_is_measured_per_source_and_over_all() {
        let row = |actual, source| {
            let ranges = [(9.0, 11.0), (8.0, 12.0), (5.0, 15.0)];
            (
                Ground::KnownModel,
                hash::text(source),
                Valued {
                    actual,
                    predicted: 10.0,
                    ranges,
                },
            )
        };
        let rows = [row(10.0, "a"), row(11.5, "a"), row(20.0, "b")];
        let own = measure(Ground::KnownModel, Some(hash::text("a")), &rows).expect("rows");
        assert_eq!((own.coverage, own.n), ([0.5, 1.0, 1.0], 2));
        let all = measure(Ground::KnownModel, None, &rows).expect("rows");
        assert_eq!(all.n, 3);
        assert!(measure(Ground::KnownMake, None, &rows).is_none());
    }
}
