//! Tables of scores.

use super::document::{Cell, Table, Tone};
use super::format;
use crate::scores::{Aim, Definition, Unit};
use crate::sheet::{Group, Score, Sheet};

/// Name of a group as a row of its table has it.
pub fn name(group: &Group, currency: &str) -> String {
    match group.prices {
        Some([low, high]) => format!(
            "{}: {} – {}",
            group.segment,
            format::amount(low, currency),
            format::amount(high, currency)
        ),
        None => group.segment.clone(),
    }
}

/// Every score of a group with its interval.
pub fn scores(group: &Group, currency: &str, confidence: f64) -> Table {
    let interval = format!("{:.0} % interval", confidence * 100.0);
    let mut table = Table::new("", 1, &["score", "value", &interval, "best"]);
    for (definition, score) in group.ordered() {
        let shown = |score: Score| format::value(score.value, definition.unit, currency);
        let best = match definition.aim {
            Aim::Low => "0".to_owned(),
            Aim::High => format::value(1.0, definition.unit, currency),
            Aim::Target(target) => format::value(target, definition.unit, currency),
        };
        let interval = format::interval(score, definition.unit, currency);
        table.rows.push(vec![
            definition.title.clone().into(),
            shown(score).into(),
            interval.unwrap_or_else(|| "–".to_owned()).into(),
            best.into(),
        ]);
    }
    table
}

/// The groups of one way of telling rows apart, with the scores that a reader asks for first.
pub fn segments(sheet: &Sheet, by: &str, names: &[&str], currency: &str) -> Table {
    let definitions: Vec<Definition> = names
        .iter()
        .filter(|name| {
            sheet
                .groups
                .iter()
                .any(|own| own.scores.contains_key(**name))
        })
        .filter_map(|name| Definition::of(name))
        .collect();
    let mut table = Table::new("", 1, &[by, "rows"]);
    table
        .header
        .extend(definitions.iter().map(|own| own.title.clone()));
    let all = sheet.all();
    for group in sheet.by(by).chain(all) {
        let mut row: Vec<Cell> = vec![name(group, currency).into(), format::count(group.n).into()];
        for (place, definition) in definitions.iter().enumerate() {
            let cell = group.scores.get(&definition.name).map(|score| {
                let text = if place == 0 {
                    format::with_interval(*score, definition.unit, currency)
                } else {
                    format::value(score.value, definition.unit, currency)
                };
                let tone = if compares(definition) && is_weak(definition, *score, all) {
                    Tone::Bad
                } else {
                    Tone::Plain
                };
                Cell::toned(text, tone)
            });
            row.push(cell.unwrap_or_else(|| "–".into()));
        }
        table.rows.push(row);
    }
    if let Some(other) = sheet.by(by).find(|group| !group.folded.is_empty()) {
        let shown: Vec<&str> = other.folded.iter().take(12).map(String::as_str).collect();
        let more = other.folded.len() - shown.len();
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        table.title = format!(
            "“other” holds {}{more}, each too small to stand alone.",
            shown.join(", ")
        );
    }
    table
}

/// Whether a segment is worse than all rows together, or misses its target, beyond chance.
pub fn is_weak(definition: &Definition, score: Score, all: Option<&Group>) -> bool {
    let (Some(low), Some(high)) = (score.low, score.high) else {
        return false;
    };
    match definition.aim {
        // Ranges that hold too much are wide, not dishonest.
        Aim::Target(target) if definition.name.starts_with("coverage_") => high < target,
        Aim::Target(_) => false,
        aim => {
            let whole = all.and_then(|group| group.value(&definition.name));
            whole.is_some_and(|whole| match aim {
                Aim::High => high < whole,
                _ => low > whole,
            })
        }
    }
}

/// Whether segments can be compared by a score at all: amounts and widths are larger for dear and rare cars, which is no
/// weakness.
fn compares(definition: &Definition) -> bool {
    definition.unit == Unit::Share && !definition.name.starts_with("interval_width_")
}

/// Segments that are weak in `name`, the worst first, as `make=BMW 9.1 % (7.9–10.2), 120 rows`.
pub fn weak(sheet: &Sheet, name: &str, currency: &str) -> Vec<String> {
    let Some(definition) = Definition::of(name) else {
        return Vec::new();
    };
    let mut found: Vec<(&Group, Score)> = sheet
        .groups
        .iter()
        .filter_map(|group| Some((group, *group.scores.get(name)?)))
        .filter(|(_, score)| is_weak(&definition, *score, sheet.all()))
        .collect();
    found.sort_by(|a, b| {
        let loss = |score: Score| definition.loss(score.value);
        loss(b.1).total_cmp(&loss(a.1))
    });
    found
        .into_iter()
        .map(|(group, score)| {
            format!(
                "{} {}: {} {}, {} rows",
                group.by,
                self::name(group, currency),
                definition.title,
                format::with_interval(score, definition.unit, currency),
                format::count(group.n)
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_is_beyond_chance() {
        let score = |value, low, high| Score {
            value,
            low: Some(low),
            high: Some(high),
        };
        let of = |name: &str| Definition::of(name).expect("a score");
        let mut all = Group {
            by: "all".to_owned(),
            segment: "all".to_owned(),
            n: 100,
            units: 100,
            prices: None,
            folded: Vec::new(),
            scores: std::collections::BTreeMap::new(),
            against: std::collections::BTreeMap::new(),
        };
        all.scores
            .insert("mdape".to_owned(), score(0.05, 0.04, 0.06));
        all.scores
            .insert("within_10".to_owned(), score(0.8, 0.7, 0.9));
        let weak = |name: &str, own| is_weak(&of(name), own, Some(&all));
        assert!(weak("mdape", score(0.09, 0.06, 0.12)));
        assert!(!weak("mdape", score(0.09, 0.045, 0.12)));
        assert!(weak("within_10", score(0.6, 0.5, 0.7)));
        assert!(weak("coverage_80", score(0.7, 0.65, 0.79)));
        assert!(!weak("coverage_80", score(0.9, 0.85, 0.95)));
    }
}
