//! Scores of predicted prices over all rows and by segment, alone or beside a champion's.

use std::{collections::BTreeMap, fmt};

use crate::{
    AgeBand, Bands, Coverage, Error, PriceScores, RatioScores, Result, Segments,
    bootstrap::{self, Plan, Units},
    predictions::{Level, Predictions},
    scores::{Definition, levelled},
    sheet::{ALL, Difference, Group, Score, Verdict},
};

/// Bands of the actual price.
const PRICE_BANDS: usize = 4;
/// What stands for a word or an age that is not known.
pub const UNKNOWN: &str = "unknown";

/// How to score.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// How to resample.
    pub plan: Plan,
    /// Whether sellers are drawn whole; rows where not, or where no seller is known.
    pub by_seller: bool,
    /// Rows below which a segment is folded into `other`.
    pub min_n: usize,
    /// Ways to tell rows apart: `age`, `price` (quartiles of the actual price), or a column of the predictions.
    pub by: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        let by = ["make", "age", "price", "source", "province"];
        Self {
            plan: Plan::default(),
            by_seller: true,
            min_n: 30,
            by: by.map(str::to_owned).to_vec(),
        }
    }
}

/// Scores `predictions` over all rows and by segment.
///
/// # Errors
///
/// Those of [`Predictions::check`] and [`Plan::check`]; [`Error::Segments`] for an unknown way to tell rows apart.
pub fn score(predictions: &Predictions, settings: &Settings) -> Result<Vec<Group>> {
    groups(predictions, None, settings)
}

/// Scores a challenger beside a champion on the same rows: the groups of [`score`] with [`Group::against`] filled. Each
/// replicate draws the same rows for both, so that what is hard for both cancels out (paired bootstrap).
///
/// # Errors
///
/// As [`score`], and those of [`Predictions::pair`].
pub fn compare(
    champion: &Predictions,
    challenger: &Predictions,
    settings: &Settings,
) -> Result<Vec<Group>> {
    champion.check()?;
    let champion = challenger.pair(champion)?;
    groups(challenger, Some(&champion), settings)
}

fn groups(
    predictions: &Predictions,
    champion: Option<&Predictions>,
    settings: &Settings,
) -> Result<Vec<Group>> {
    predictions.check()?;
    settings.plan.check()?;
    let rows: Vec<usize> = (0..predictions.len()).collect();
    let all = Slice {
        by: ALL,
        segment: ALL,
        folded: &[],
        rows: &rows,
    };
    let mut groups = vec![group(predictions, champion, settings, &all)];
    for by in &settings.by {
        let keys = keys(predictions, by)?;
        let segments = Segments::of(&keys, settings.min_n)?;
        for (segment, folded, rows) in segments.iter() {
            let slice = Slice {
                by,
                segment,
                folded,
                rows,
            };
            groups.push(group(predictions, champion, settings, &slice));
        }
    }
    Ok(groups)
}

/// A segment's name with its place among the others.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    place: u8,
    name: String,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

fn keys(predictions: &Predictions, by: &str) -> Result<Vec<Key>> {
    let unknown = || Key {
        place: u8::MAX,
        name: UNKNOWN.to_owned(),
    };
    let rows = predictions.len();
    match by {
        "age" => {
            let key = |years: Option<f64>| {
                years.map_or_else(unknown, |years| {
                    let band = AgeBand::of(years.floor() as i32);
                    Key {
                        place: band as u8,
                        name: band.to_string(),
                    }
                })
            };
            let age = |row| predictions.age_years.get(row).copied().flatten();
            Ok((0..rows).map(|row| key(age(row))).collect())
        }
        "price" => {
            let bands = Bands::of(&predictions.actual, PRICE_BANDS)?.keys(&predictions.actual)?;
            let key = |band: crate::Band| Key {
                place: band.number as u8,
                name: band.to_string(),
            };
            Ok(bands.into_iter().map(key).collect())
        }
        name => {
            let column = predictions.column(name).ok_or_else(|| {
                let columns = predictions.columns.iter().map(|own| own.name.as_str());
                let valid: Vec<&str> = ["age", "price"].into_iter().chain(columns).collect();
                Error::Segments {
                    name: name.to_owned(),
                    valid: valid.join(", "),
                }
            })?;
            let key = |word: &Option<String>| {
                word.clone()
                    .map_or_else(unknown, |name| Key { place: 0, name })
            };
            Ok(column.words.iter().map(key).collect())
        }
    }
}

/// The rows of one group.
struct Slice<'a> {
    by: &'a str,
    segment: &'a str,
    folded: &'a [String],
    rows: &'a [usize],
}

fn group(
    predictions: &Predictions,
    champion: Option<&Predictions>,
    settings: &Settings,
    slice: &Slice<'_>,
) -> Group {
    let units = if settings.by_seller {
        Units::clustered(slice.rows, &predictions.sellers)
    } else {
        Units::single(slice.rows)
    };
    let both = |rows: &[usize]| {
        let champion = champion.map(|champion| values(champion, rows));
        (values(predictions, rows), champion.unwrap_or_default())
    };
    let (own, theirs) = both(slice.rows);
    let drawn = bootstrap::replicates(&units, &settings.plan, both);
    let confidence = settings.plan.confidence;
    let (mut scores, mut against) = (BTreeMap::new(), BTreeMap::new());
    for (place, name) in names(predictions).into_iter().enumerate() {
        let value = own[place];
        let replicates: Vec<f64> = drawn.iter().map(|(own, _)| own[place]).collect();
        let (low, high) = bootstrap::interval(&replicates, confidence).unzip();
        if !value.is_finite() {
            continue;
        }
        scores.insert(name.clone(), Score { value, low, high });
        let Some(champions) = theirs.get(place).filter(|value| value.is_finite()) else {
            continue;
        };
        let Some(definition) = Definition::of(&name) else {
            continue;
        };
        let pairs: Vec<(f64, f64)> = drawn
            .iter()
            .map(|(own, theirs)| (theirs[place], own[place]))
            .collect();
        against.insert(
            name,
            difference(&definition, (*champions, value), &pairs, confidence),
        );
    }
    let prices = slice.rows.iter().map(|row| predictions.actual[*row]);
    let ends = [
        prices.clone().fold(f64::INFINITY, f64::min),
        prices.fold(f64::NEG_INFINITY, f64::max),
    ];
    Group {
        by: slice.by.to_owned(),
        segment: slice.segment.to_owned(),
        n: slice.rows.len(),
        units: units.len(),
        prices: (slice.by == "price").then_some(ends),
        folded: slice.folded.to_vec(),
        scores,
        against,
    }
}

/// What replicates `(champion, challenger)` say of a difference.
pub(crate) fn difference(
    definition: &Definition,
    (champion, challenger): (f64, f64),
    replicates: &[(f64, f64)],
    confidence: f64,
) -> Difference {
    let worse: Vec<f64> = replicates
        .iter()
        .map(|(champion, challenger)| definition.worse_by(*champion, *challenger))
        .collect();
    let (worse_low, worse_high) = bootstrap::interval(&worse, confidence).unzip();
    let known = worse.iter().filter(|worse| !worse.is_nan());
    let (mut better, mut n) = (0.0, 0.0);
    for worse in known {
        n += 1.0;
        better += if *worse < 0.0 {
            1.0
        } else if *worse == 0.0 {
            0.5
        } else {
            0.0
        };
    }
    Difference {
        champion,
        challenger,
        worse_by: definition.worse_by(champion, challenger),
        worse_low,
        worse_high,
        probability_better: if n > 0.0 { better / n } else { 0.5 },
        verdict: Verdict::of(worse_low, worse_high),
    }
}

/// Names of the scores, in the order of [`values`].
fn names(predictions: &Predictions) -> Vec<String> {
    let plain = [
        "mae",
        "median_ae",
        "rmse",
        "rmsle",
        "r2",
        "mape",
        "mdape",
        "within_5",
        "within_10",
        "within_20",
        "median_ratio",
        "cod",
        "prd",
        "prb",
    ];
    let mut names: Vec<String> = plain.map(str::to_owned).to_vec();
    for level in &predictions.ranges {
        for prefix in ["coverage_", "interval_width_", "pinball_"] {
            names.push(levelled(prefix, level.level));
        }
    }
    names
}

/// Every score on the chosen rows, which were checked before; not a number where it is undefined.
fn values(predictions: &Predictions, rows: &[usize]) -> Vec<f64> {
    let pick = |values: &[f64]| -> Vec<f64> { rows.iter().map(|row| values[*row]).collect() };
    let (actual, predicted) = (pick(&predictions.actual), pick(&predictions.predicted));
    let undefined = f64::NAN;
    let mut values = match PriceScores::of(&actual, &predicted) {
        Ok(own) => vec![
            own.mae,
            own.median_ae,
            own.rmse,
            own.rmsle.unwrap_or(undefined),
            own.r2.unwrap_or(undefined),
            own.mape,
            own.mdape,
            own.within_5,
            own.within_10,
            own.within_20,
        ],
        Err(_) => vec![undefined; 10],
    };
    values.extend(match RatioScores::of(&actual, &predicted) {
        Ok(own) => [
            own.median_ratio,
            own.cod,
            own.prd,
            own.prb.unwrap_or(undefined),
        ],
        Err(_) => [undefined; 4],
    });
    for Level { level, low, high } in &predictions.ranges {
        let measured = Coverage::of(&crate::Ranges {
            level: *level,
            actual: &actual,
            predicted: &predicted,
            low: &pick(low),
            high: &pick(high),
        });
        values.extend(measured.map_or([undefined; 3], |own| {
            [own.coverage, own.mean_relative_width, own.pinball]
        }));
    }
    values
}

#[cfg(test)]
mod tests;
