//! Pictures of predictions: against actual prices, their residuals, the calibration of ranges, errors by segment.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

use super::document::Figure;
use super::plot::{self, Band, Interval, Intervals, Line, Lines, Scale, Scatter};
use super::{format, tables};
use crate::Predictions;
use crate::bands::quantile;
use crate::scores::{Definition, levelled};
use crate::sheet::{ALL, Sheet};

/// Most points that a picture shows: more are a blot, and megabytes.
const MOST_POINTS: usize = 2_000;
/// Residuals beyond this lie on the edge.
const MOST_OFF: f64 = 0.6;
/// Fewest rows that quantiles are drawn of.
const MIN_BAND: usize = 20;

/// Predicted against actual prices, both on logarithmic axes.
pub fn predicted(rows: &Predictions, currency: &str, seed: u64) -> Figure {
    let both = || rows.actual.iter().chain(&rows.predicted).copied();
    let low = both().fold(f64::INFINITY, f64::min);
    let high = both().fold(f64::NEG_INFINITY, f64::max);
    let scale = Scale::log(low * 0.95, high * 1.05);
    let shown = sample(rows.len(), seed);
    let points: Vec<(f64, f64)> = shown
        .iter()
        .map(|row| (rows.actual[*row], rows.predicted[*row]))
        .collect();
    let unit = format::amount_unit(currency);
    let label = |amount: f64| tick(amount, currency);
    let svg = plot::scatter(&Scatter {
        title: "Predicted against actual price",
        points: &points,
        bands: &[],
        ideal: [(low, low), (high, high)],
        x: scale,
        y: scale,
        titles: [&format!("actual, {unit}"), &format!("predicted, {unit}")],
        labels: [&label, &label],
    });
    Figure {
        title: "Predicted against actual price".to_owned(),
        caption: format!(
            "{} On the dashed line both are equal.",
            number_shown(shown.len(), rows.len())
        ),
        svg,
    }
}

/// Residuals along a number; `None` if too few rows have it.
pub fn residuals(rows: &Predictions, by: &Along<'_>, seed: u64) -> Option<Figure> {
    let mut points: Vec<(f64, f64)> = (0..rows.len())
        .filter_map(|row| {
            let at = by.values.get(row).copied().flatten()?;
            Some((at, rows.predicted[row] / rows.actual[row] - 1.0))
        })
        .collect();
    if points.len() < MIN_BAND {
        return None;
    }
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let places: Vec<f64> = points.iter().map(|(at, _)| *at).collect();
    // A few vintage cars or typing errors would leave the rest on a strip.
    let (low, high) = (places[0], quantile(&places, 0.995));
    let bands = bands(&points, by.bins);
    let outside = points
        .iter()
        .filter(|(_, off)| off.abs() > MOST_OFF)
        .count();
    let shown: Vec<(f64, f64)> = sample(points.len(), seed)
        .into_iter()
        .map(|place| points[place])
        .filter(|(at, _)| *at <= high)
        .collect();
    let title = format!("Residuals by {}", by.name);
    let svg = plot::scatter(&Scatter {
        title: &title,
        points: &shown,
        bands: &bands,
        ideal: [(low, 0.0), (high, 0.0)],
        x: Scale::linear(low, high),
        y: Scale::linear(-MOST_OFF, MOST_OFF),
        titles: [by.axis, "predicted over actual price, less 1"],
        labels: [by.label, &signed_percent],
    });
    Some(Figure {
        title,
        caption: format!(
            "{} Line: median; dark band: half of the rows; light band: eight in ten. {} rows lie beyond ±{:.0} %, drawn at the edge.",
            number_shown(shown.len(), rows.len()),
            format::count(outside),
            MOST_OFF * 100.0
        ),
        svg,
    })
}

/// What residuals are drawn along.
pub struct Along<'a> {
    /// Its name.
    pub name: &'a str,
    /// Title of the axis.
    pub axis: &'a str,
    /// One a row.
    pub values: &'a [Option<f64>],
    /// Bands of about equal numbers of rows.
    pub bins: usize,
    /// Tick labels.
    pub label: &'a dyn Fn(f64) -> String,
}

/// Quantiles of the residuals in bands of about equal numbers of rows, each at the median of its places. Points are
/// sorted by place; equal places share a band.
fn bands(points: &[(f64, f64)], bins: usize) -> Vec<Band> {
    let mut bands = Vec::new();
    let wanted = (points.len() / bins.max(1)).max(MIN_BAND);
    let mut start = 0;
    while start < points.len() {
        let mut end = (start + wanted).min(points.len());
        while end < points.len() && points[end].0 == points[end - 1].0 {
            end += 1;
        }
        if points.len() - end < MIN_BAND {
            end = points.len();
        }
        let own = &points[start..end];
        let mut off: Vec<f64> = own.iter().map(|(_, off)| *off).collect();
        off.sort_by(f64::total_cmp);
        bands.push(Band {
            x: own[own.len() / 2].0,
            quantiles: [0.1, 0.25, 0.5, 0.75, 0.9].map(|share| quantile(&off, share)),
        });
        start = end;
    }
    bands
}

/// Measured against nominal coverage, over all rows and by source; none without ranges.
pub fn calibration(sheet: &Sheet, rows: &Predictions) -> Option<Figure> {
    let of = |group: &crate::sheet::Group| -> Vec<plot::Point> {
        rows.ranges
            .iter()
            .filter_map(|own| {
                let score = group.scores.get(&levelled("coverage_", own.level))?;
                Some((own.level, score.value, score.low.zip(score.high)))
            })
            .collect()
    };
    let groups = sheet.all().into_iter().chain(sheet.by("source"));
    let lines: Vec<Line> = groups
        .map(|group| Line {
            name: if group.by == ALL {
                "all rows".to_owned()
            } else {
                String::new()
            },
            points: of(group),
        })
        .filter(|line| !line.points.is_empty())
        .collect();
    let all = lines.iter().flat_map(|line| &line.points);
    let least = all
        .map(|(level, share, _)| level.min(*share))
        .fold(1.0, f64::min);
    let low = ((least - 0.05) * 10.0).floor().max(0.0) / 10.0;
    if lines.is_empty() {
        return None;
    }
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    let svg = plot::lines(&Lines {
        title: "Calibration of the ranges",
        lines: &lines,
        ideal: Some([(low, low), (1.0, 1.0)]),
        x: Scale::linear(low, 1.0),
        y: Scale::linear(low, 1.0),
        titles: ["promised share", "share of prices inside"],
        labels: [&percent, &percent],
    });
    Some(Figure {
        title: "Calibration of the ranges".to_owned(),
        caption: format!(
            "On the dashed line ranges hold what they promise; below it they promise too much. Bars: {:.0} % intervals. Faint lines: the sources.",
            sheet.confidence * 100.0
        ),
        svg,
    })
}

/// One score by segment; `None` if no segment has it.
pub fn by_segment(sheet: &Sheet, by: &str, name: &str, currency: &str) -> Option<Figure> {
    let definition = Definition::of(name)?;
    let mut groups: Vec<_> = sheet
        .by(by)
        .filter(|group| group.scores.contains_key(name))
        .collect();
    // Bands keep their order; names go from the best to the worst.
    if !matches!(by, "age" | "price") {
        groups.sort_by(|a, b| {
            let loss =
                |group: &crate::sheet::Group| definition.loss(group.value(name).unwrap_or(0.0));
            loss(a).total_cmp(&loss(b))
        });
    }
    let rows: Vec<Interval> = groups
        .iter()
        .filter_map(|group| {
            let score = group.scores.get(name)?;
            Some(Interval {
                name: group.prices.map_or_else(
                    || group.segment.clone(),
                    |[low, high]| format!("{}–{}", tick(low, currency), tick(high, currency)),
                ),
                detail: format::count(group.n),
                value: score.value,
                ends: score.low.zip(score.high),
                is_bad: tables::is_weak(&definition, *score, sheet.all()),
            })
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let title = format!("{} by {by}", definition.title);
    let (reference, what) = match definition.aim {
        crate::scores::Aim::Target(target) => (Some(target), "promised"),
        _ => (sheet.all().and_then(|all| all.value(name)), "all rows"),
    };
    let label = |value: f64| {
        let shown = format::value(value, definition.unit, currency);
        shown.replace(".0 %", " %")
    };
    let svg = plot::intervals(&Intervals {
        title: &title,
        rows: &rows,
        reference: reference.map(|value| (value, what)),
        bars: false,
        axis: &definition.title,
        label: &label,
    });
    let red = match definition.aim {
        crate::scores::Aim::Target(_) => {
            "Red: ranges that hold less than they promise, beyond chance."
        }
        _ => "Red: worse than all rows together, beyond chance.",
    };
    Some(Figure {
        title,
        caption: format!("Bars: {:.0} % intervals. {red}", sheet.confidence * 100.0),
        svg,
    })
}

/// An amount short enough for an axis: đồng in millions.
fn tick(amount: f64, currency: &str) -> String {
    let scaled = if currency == "VND" {
        amount / 1e6
    } else {
        amount
    };
    if scaled >= 1e6 {
        format!(
            "{}M",
            format::grouped(scaled / 1e6, 1).trim_end_matches(".0")
        )
    } else if scaled >= 10.0 || scaled == 0.0 {
        format::grouped(scaled, 0)
    } else {
        format!("{scaled:.1}")
    }
}

/// A share with its sign, and nothing without one.
fn signed_percent(share: f64) -> String {
    let percent = (share * 100.0).round();
    if percent == 0.0 {
        "0 %".to_owned()
    } else {
        format!("{percent:+.0} %")
    }
}

/// Places of the rows that are drawn, in ascending order.
fn sample(n: usize, seed: u64) -> Vec<usize> {
    if n <= MOST_POINTS {
        return (0..n).collect();
    }
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    // One of each stretch: every part of a sorted series is shown.
    let mut places: Vec<usize> = (0..MOST_POINTS)
        .map(|place| {
            let (from, to) = (place * n / MOST_POINTS, (place + 1) * n / MOST_POINTS);
            from + (random.next_u64() % (to - from) as u64) as usize
        })
        .collect();
    places.dedup();
    places
}

fn number_shown(shown: usize, all: usize) -> String {
    if shown >= all {
        format!("{} rows.", format::count(all))
    } else {
        format!("{} of {} rows.", format::count(shown), format::count(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_even_and_seeded() {
        assert_eq!(sample(5, 1), [0, 1, 2, 3, 4]);
        let places = sample(10_000, 1);
        assert_eq!(places.len(), MOST_POINTS);
        assert!(places.is_sorted() && places.iter().all(|place| *place < 10_000));
        assert_eq!(places, sample(10_000, 1));
        assert_ne!(places, sample(10_000, 2));
    }

    #[test]
    fn bands_hold_all_points_and_share_equal_places() {
        let points: Vec<(f64, f64)> = (0..300)
            .map(|i| (f64::from(i / 60), f64::from(i % 60)))
            .collect();
        let bands = bands(&points, 20);
        let places: Vec<f64> = bands.iter().map(|band| band.x).collect();
        assert_eq!(places, [0.0, 1.0, 2.0, 3.0, 4.0]);
        assert_eq!(bands[0].quantiles[2], 29.5);
    }
}
