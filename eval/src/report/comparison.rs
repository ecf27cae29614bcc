//! A challenger beside a champion.

use super::document::{Cell, Figure, Section, Table, Tone};
use super::plot::{self, Interval, Intervals};
use super::{format, tables};
use crate::price::UNKNOWN;
use crate::scores::{Aim, Definition};
use crate::segments::OTHER;
use crate::sheet::{ALL, Difference, Group, Sheet, Verdict};

/// Score that segments are compared by.
const BY_SEGMENT: [&str; 2] = ["mdape", "mae"];

/// The comparison over all rows and, as detail, by segment; nothing without a champion.
pub fn sections(sheet: &Sheet, currency: &str) -> Vec<Section> {
    let Some(all) = sheet.all().filter(|group| !group.against.is_empty()) else {
        return Vec::new();
    };
    let champion = sheet
        .subject
        .get("champion")
        .map_or("the champion", String::as_str);
    let mut section = Section::new("Challenger and champion");
    section.text(format!(
        "Against {champion}, on the same {} rows, drawn in pairs {} times. “better” and “worse” are said only where the \
         whole {:.0} % interval of the difference lies on one side; change is told as a fraction of the champion's value, \
         for scores with a target as growth of the distance from it.",
        format::count(all.n),
        format::count(sheet.replicates),
        sheet.confidence * 100.0
    ));
    section.table(by_score(all, currency));
    let figures = BY_SEGMENT.iter().filter_map(|name| {
        let definition = Definition::of(name)?;
        figure(sheet, &definition)
    });
    section.figures(figures.collect());
    let mut detail = Section::detail("Challenger and champion by segment");
    for by in sheet.ways() {
        detail.table(by_segment(sheet, by, currency));
    }
    vec![section, detail]
}

fn by_score(group: &Group, currency: &str) -> Table {
    let header = [
        "score",
        "outcome",
        "champion",
        "challenger",
        "change",
        "interval",
        "P(better)",
    ];
    let mut table = Table::new("", 2, &header);
    for (definition, _) in group.ordered() {
        let Some(own) = group.against.get(&definition.name) else {
            continue;
        };
        let shown = |value| format::value(value, definition.unit, currency);
        let mut row: Vec<Cell> = vec![definition.title.clone().into(), verdict(*own)];
        row.extend([shown(own.champion), shown(own.challenger)].map(Cell::from));
        row.extend(change(&definition, *own));
        table.rows.push(row);
    }
    table
}

fn by_segment(sheet: &Sheet, by: &str, currency: &str) -> Table {
    let mut table = Table::new(
        "",
        2,
        &[
            by,
            "outcome (MdAPE)",
            "rows",
            "champion",
            "challenger",
            "change",
            "interval",
            "P(better)",
        ],
    );
    let Some(definition) = Definition::of(BY_SEGMENT[0]) else {
        return table;
    };
    for group in sheet.by(by) {
        let Some(own) = group.against.get(&definition.name) else {
            continue;
        };
        let shown = |value| format::value(value, definition.unit, currency);
        let mut row: Vec<Cell> = vec![tables::name(group, currency).into(), verdict(*own)];
        row.push(format::count(group.n).into());
        row.extend([shown(own.champion), shown(own.challenger)].map(Cell::from));
        row.extend(change(&definition, *own));
        table.rows.push(row);
    }
    table
}

fn verdict(difference: Difference) -> Cell {
    let tone = match difference.verdict {
        Verdict::Better => Tone::Good,
        Verdict::NoDifference => Tone::Plain,
        Verdict::Worse => Tone::Bad,
    };
    Cell::toned(difference.verdict.as_str(), tone)
}

/// Change, its interval and the probability. Change has the sign of the value, not of the worth: -3 % of an error is a
/// gain, -3 % of a share within 10 % a loss.
fn change(definition: &Definition, own: Difference) -> [Cell; 3] {
    let sign = if definition.aim == Aim::High {
        -1.0
    } else {
        1.0
    };
    let shown = |worse: f64| match definition.aim {
        Aim::Target(_) => format!("{worse:+.3} off"),
        _ => format!("{:+.1} %", worse * sign * 100.0),
    };
    let interval = match (own.worse_low, own.worse_high) {
        (Some(low), Some(high)) if sign < 0.0 => format!("{} to {}", shown(high), shown(low)),
        (Some(low), Some(high)) => format!("{} to {}", shown(low), shown(high)),
        _ => "–".to_owned(),
    };
    [
        shown(own.worse_by).into(),
        interval.into(),
        format!("{:.3}", own.probability_better).into(),
    ]
}

/// What a segment is called among those of other kinds: `Toyota` speaks for itself, `1 of 4` and `other` don't.
fn named(group: &Group) -> String {
    if group.by == ALL {
        return "all rows".to_owned();
    }
    let is_vague = group.by == "price" || [OTHER, UNKNOWN].contains(&group.segment.as_str());
    if is_vague {
        format!("{} {}", group.by, group.segment)
    } else {
        group.segment.clone()
    }
}

/// Change of one score over all rows and by segment.
fn figure(sheet: &Sheet, definition: &Definition) -> Option<Figure> {
    let rows: Vec<Interval> = sheet
        .groups
        .iter()
        .filter_map(|group| {
            let own = group.against.get(&definition.name)?;
            Some(Interval {
                name: named(group),
                detail: format::count(group.n),
                value: own.worse_by * 100.0,
                ends: own
                    .worse_low
                    .zip(own.worse_high)
                    .map(|(l, h)| (l * 100.0, h * 100.0)),
                is_bad: own.verdict == Verdict::Worse,
            })
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let title = format!("Change of {} by segment", definition.title);
    let svg = plot::intervals(&Intervals {
        title: &title,
        rows: &rows,
        reference: Some((0.0, "champion")),
        bars: false,
        axis: "% of the champion's error; left is better",
        label: &|percent| {
            format!("{percent:+.0}")
                .replace("+0", "0")
                .replace("-0", "0")
        },
    });
    Some(Figure {
        title,
        caption: "Points left of the line are better than the champion; a bar that crosses it is no difference beyond chance."
            .to_owned(),
        svg,
    })
}
