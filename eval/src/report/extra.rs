//! What a training run tells of itself: the leaderboard, the learning curve, and what each field is worth.

use std::path::Path;

use serde_json::Value;

use super::document::{Cell, Figure, Section, Table};
use super::format;
use super::plot::{self, Interval, Intervals, Line, Lines, Scale};
use crate::load::Importance;
use crate::scores::{Definition, Unit};
use datasets::{Error, Result};

/// What stands in a training run's files.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Extra {
    /// Models, the best first: name, family and scores.
    pub leaderboard: Vec<Entry>,
    /// Rows trained on and scores, in ascending order of rows.
    pub learning_curve: Vec<Entry>,
}

/// A model with its scores.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Entry {
    /// Version or whatever names it.
    pub name: String,
    /// Family.
    pub family: String,
    /// Rows trained on, where that is told.
    pub n_train: Option<f64>,
    /// Scores by name.
    pub scores: Vec<(Definition, f64)>,
}

impl Entry {
    fn score(&self, name: &str) -> Option<f64> {
        let found = self.scores.iter().find(|(own, _)| own.name == name);
        found.map(|(_, value)| *value)
    }
}

/// Reads a leaderboard: an object whose `leaderboard` lists models with `family`, `version` and scores (in `scores.all`,
/// in `scores`, or beside them), or such a list.
///
/// # Errors
/// A file that cannot be read, is no JSON or holds no model with a score.
pub fn read_leaderboard(path: &Path) -> Result<Vec<Entry>> {
    read(path, "leaderboard")
}

/// Reads a learning curve: an object whose `learning_curve` lists `n_train` with scores, or such a list.
///
/// # Errors
/// As [`read_leaderboard`], and a point without `n_train`.
pub fn read_learning_curve(path: &Path) -> Result<Vec<Entry>> {
    let mut points = read(path, "learning_curve")?;
    if points
        .iter()
        .any(|point| point.n_train.is_none_or(|n| n <= 0.0))
    {
        let detail = "a point has no `n_train` above 0".to_owned();
        return Err(bad(path, detail));
    }
    points.sort_by(|a, b| {
        a.n_train
            .unwrap_or(0.0)
            .total_cmp(&b.n_train.unwrap_or(0.0))
    });
    Ok(points)
}

fn bad(path: &Path, detail: String) -> Error {
    Error::Format {
        path: path.to_owned(),
        format: "JSON",
        detail,
    }
}

fn read(path: &Path, key: &str) -> Result<Vec<Entry>> {
    let bytes = fs_err::read(path)?;
    let json: Value =
        serde_json::from_slice(&bytes).map_err(|error| bad(path, error.to_string()))?;
    let list = json.get(key).unwrap_or(&json);
    let Some(list) = list.as_array() else {
        return Err(bad(path, format!("it holds no list `{key}`")));
    };
    let entries: Vec<Entry> = list.iter().map(entry).collect();
    match entries.iter().position(|entry| entry.scores.is_empty()) {
        _ if entries.is_empty() => Err(bad(path, format!("`{key}` is empty"))),
        Some(place) => Err(bad(path, format!("`{key}[{place}]` holds no score"))),
        None => Ok(entries),
    }
}

fn entry(json: &Value) -> Entry {
    let word = |name: &str| {
        json.get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let inner = json.get("scores").or_else(|| json.get("metrics"));
    let inner = inner.map(|own| own.get("all").unwrap_or(own));
    let fields = inner.unwrap_or(json).as_object();
    let mut scores: Vec<(Definition, f64)> = fields
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| Some((Definition::of(name)?, value.as_f64()?)))
        .collect();
    scores.sort_by(|a, b| a.0.order().cmp(&b.0.order()));
    Entry {
        name: Some(word("version"))
            .filter(|own| !own.is_empty())
            .unwrap_or_else(|| word("name")),
        family: word("family"),
        n_train: json.get("n_train").and_then(Value::as_f64),
        scores,
    }
}

/// Leaderboard, learning curve and the worth of each field; `None` if there is nothing to show.
pub fn section(extra: &Extra, importance: &[Importance], currency: &str) -> Option<Section> {
    let mut section = Section::new("How it was trained, and on what it rests");
    section.table(leaderboard(&extra.leaderboard, currency));
    let figures = [worth(importance), curve(&extra.learning_curve, currency)];
    section.figures(figures.into_iter().flatten().collect());
    section.table(worths(importance));
    (!section.blocks.is_empty()).then_some(section)
}

fn leaderboard(entries: &[Entry], currency: &str) -> Table {
    let mut table = Table::new("Leaderboard", 2, &["family", "version"]);
    let Some(first) = entries.first() else {
        return table;
    };
    let wanted = [
        "mdape",
        "mape",
        "mae",
        "rmse",
        "r2",
        "within_10",
        "within_20",
    ];
    let shown: Vec<&Definition> = first
        .scores
        .iter()
        .map(|(own, _)| own)
        .filter(|own| wanted.contains(&own.name.as_str()))
        .collect();
    table
        .header
        .extend(shown.iter().map(|own| own.title.clone()));
    for entry in entries {
        let mut row: Vec<Cell> = vec![entry.family.clone().into(), entry.name.clone().into()];
        for definition in &shown {
            let value = entry.score(&definition.name);
            let text = value.map(|value| format::value(value, definition.unit, currency));
            row.push(text.unwrap_or_else(|| "–".to_owned()).into());
        }
        table.rows.push(row);
    }
    table
}

fn curve(points: &[Entry], currency: &str) -> Option<Figure> {
    let name = ["mae", "mdape", "mape", "rmse"];
    let name = name
        .into_iter()
        .find(|name| points.iter().all(|own| own.score(name).is_some()))?;
    let definition = Definition::of(name)?;
    let places: Vec<(f64, f64)> = points
        .iter()
        .filter_map(|own| Some((own.n_train?, own.score(name)?)))
        .collect();
    let (first, last) = (places.first()?, places.last()?);
    let low = places.iter().map(|(_, y)| *y).fold(f64::INFINITY, f64::min);
    let high = places
        .iter()
        .map(|(_, y)| *y)
        .fold(f64::NEG_INFINITY, f64::max);
    let room = (high - low).max(high * 0.02) * 0.15;
    let unit = if definition.unit == Unit::Amount {
        format!("{}, {}", definition.title, format::amount_unit(currency))
    } else {
        definition.title.clone()
    };
    let svg = plot::lines(&Lines {
        title: "Learning curve",
        lines: &[Line {
            name: String::new(),
            points: places.iter().map(|(x, y)| (*x, *y, None)).collect(),
        }],
        ideal: None,
        x: Scale::log(first.0, last.0),
        y: Scale::linear((low - room).max(0.0), high + room),
        titles: ["rows trained on", &unit],
        labels: [&|n| format::grouped(n, 0), &|value| {
            let shown = format::value(value, definition.unit, currency);
            shown.trim_end_matches(" m").to_owned()
        }],
    });
    Some(Figure {
        title: "Learning curve".to_owned(),
        caption: "Where it still falls at the right end, more listings would help.".to_owned(),
        svg,
    })
}

/// Fields that are worth something.
fn worth(importance: &[Importance]) -> Option<Figure> {
    let rows: Vec<Interval> = importance
        .iter()
        .map(|own| Interval {
            name: own.field.clone(),
            detail: String::new(),
            value: own.mean * 100.0,
            ends: Some((own.low * 100.0, own.high * 100.0)),
            is_bad: false,
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let svg = plot::intervals(&Intervals {
        title: "Worth of each field",
        rows: &rows,
        reference: None,
        bars: true,
        axis: "growth of the MAE, %",
        label: &|percent| format!("{percent:.0}"),
    });
    Some(Figure {
        title: "Worth of each field".to_owned(),
        caption: "By how much the mean absolute error grows when the field's values are shuffled among the scored cars \
                  (permutation importance, five shuffles). Fields that say the same share their worth."
            .to_owned(),
        svg,
    })
}

fn worths(importance: &[Importance]) -> Table {
    let mut table = Table::new("", 1, &["field", "growth of the MAE", "least", "most"]);
    for own in importance {
        let cells = [own.mean, own.low, own.high].map(|share| Cell::from(format::percent(share)));
        table.rows.push(
            std::iter::once(own.field.clone().into())
                .chain(cells)
                .collect(),
        );
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Vec<Entry>> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.json");
        fs_err::write(&path, text).expect("written");
        read_learning_curve(&path)
    }

    #[test]
    fn the_trainers_report_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("report.json");
        let text = r#"{"n_train":9,"leaderboard":[
            {"family":"ridge","version":"ab","scores":{"all":{"n":3,"mae":71000000.0,"mdape":0.04,"r2":null}}}]}"#;
        fs_err::write(&path, text).expect("written");
        let entries = read_leaderboard(&path).expect("read");
        assert_eq!(entries[0].score("mae"), Some(7.1e7));
        let table = leaderboard(&entries, "VND");
        assert_eq!(table.header, ["family", "version", "MdAPE", "MAE"]);
        assert_eq!(table.rows[0][3].text, "71.0 m");
    }

    #[test]
    fn a_curve_is_drawn_from_left_to_right() {
        let points = read_text(r#"[{"n_train":2000,"mae":5.0},{"n_train":1000,"mae":7.0}]"#);
        let points = points.expect("read");
        assert_eq!(points[0].n_train, Some(1000.0));
        assert!(curve(&points, "GBP").expect("a curve").svg.contains('M'));
        assert_eq!(curve(&[], "GBP"), None);
    }

    #[test]
    fn files_without_scores_are_refused() {
        for (text, want) in [
            ("{", "not readable as JSON"),
            ("{}", "no list `learning_curve`"),
            ("[]", "is empty"),
            (r#"[{"n_train":1}]"#, "`learning_curve[0]` holds no score"),
            (r#"[{"mae":1}]"#, "no `n_train`"),
        ] {
            let error = read_text(text).expect_err(want).to_string();
            assert!(error.contains(want), "{error}");
        }
    }
}
