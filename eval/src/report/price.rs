//! The report on predicted prices.

use super::document::{Block, Document, Notice, Section, Tile, Tone};
use super::extra;
use super::figures::{self, Along};
use super::material::Material;
use super::{card, comparison, format, gates, tables};
use crate::Predictions;
use crate::scores::{Definition, levelled};
use crate::sheet::{Group, Sheet};

/// Numbers that stand on top.
const TILES: [&str; 6] = [
    "mdape",
    "mae",
    "within_10",
    "r2",
    "coverage_80",
    "interval_width_80",
];
/// Scores of a segment's row.
const SEGMENT: [&str; 8] = [
    "mdape",
    "mae",
    "mape",
    "within_10",
    "median_ratio",
    "cod",
    "coverage_80",
    "interval_width_80",
];

/// The report.
pub fn document(material: &Material<'_>) -> Document {
    let sheet = material.sheet;
    let model = sheet.subject.get("model").map_or("", String::as_str);
    let mut document = Document {
        title: format!("Price model {model}"),
        lead: lead(material),
        notices: notices(material),
        ..Document::default()
    };
    let Some(all) = sheet.all() else {
        return document;
    };
    document.tiles = tiles(all, material.currency);
    let judged = gates::sections(material.outcomes);
    let compared = comparison::sections(sheet, material.currency);
    // What decides comes first; detail that supports it stands behind what a reader asks next.
    let (detail, first): (Vec<Section>, Vec<Section>) = judged
        .into_iter()
        .chain(compared)
        .partition(|section| section.is_detail);
    document.sections.extend(first);
    if let Some(rows) = material.rows {
        document.sections.push(pictures(material, rows));
    }
    document
        .sections
        .push(overall(sheet, all, material.currency));
    document.sections.extend(segments(material));
    let trained = extra::section(material.extra, material.importance, material.currency);
    document.sections.extend(trained.map(|section| Section {
        is_detail: true,
        ..section
    }));
    document.sections.extend(detail);
    if material.rows.is_some() {
        document.sections.push(Section {
            title: "Model card".to_owned(),
            is_detail: true,
            blocks: card::document(material)
                .sections
                .into_iter()
                .flat_map(|part| {
                    let title = Block::Text(format!("{}.", part.title));
                    std::iter::once(title).chain(part.blocks)
                })
                .collect(),
        });
    }
    document
}

fn lead(material: &Material<'_>) -> String {
    let sheet = material.sheet;
    let fact = |name: &str| sheet.subject.get(name).map_or("", String::as_str);
    let mut parts = Vec::new();
    if !fact("rows").is_empty() {
        parts.push(format!("Scored on rows {}", fact("rows")));
    } else if !fact("predictions").is_empty() {
        parts.push(format!("Scored from {}", fact("predictions")));
    }
    if !fact("data_until").is_empty() {
        parts.push(format!("training data until {}", fact("data_until")));
    }
    if let Some(date) = material.date {
        parts.push(format!("report of {date}"));
    }
    parts.join("; ")
}

fn notices(material: &Material<'_>) -> Vec<Notice> {
    let mut notices = Vec::new();
    if let Some(what) = material.sheet.subject.get("synthetic") {
        notices.push(Notice {
            tone: Tone::Warning,
            text: format!("Synthetic listings: {what}. The figures say nothing about the market."),
        });
    }
    if !material.outcomes.is_empty() {
        notices.push(gates::notice(material.outcomes));
    }
    let warnings = material.sheet.warnings.iter();
    notices.extend(warnings.map(|text| Notice {
        tone: Tone::Warning,
        text: text.clone(),
    }));
    notices
}

fn tiles(all: &Group, currency: &str) -> Vec<Tile> {
    let mut tiles = vec![Tile {
        label: "rows".to_owned(),
        value: format::count(all.n),
        detail: "asking prices".to_owned(),
    }];
    tiles.extend(TILES.iter().filter_map(|name| {
        let (definition, score) = (Definition::of(name)?, *all.scores.get(*name)?);
        Some(Tile {
            label: definition.title.clone(),
            value: format::value(score.value, definition.unit, currency),
            detail: format::interval(score, definition.unit, currency).unwrap_or_default(),
        })
    }));
    tiles
}

fn pictures(material: &Material<'_>, rows: &Predictions) -> Section {
    let (sheet, currency, seed) = (material.sheet, material.currency, material.sheet.seed);
    let mut section = Section::new("Predictions and ranges");
    let mut pictures = vec![figures::predicted(rows, currency, seed)];
    pictures.extend(figures::calibration(sheet, rows));
    pictures.extend(figures::residuals(
        rows,
        &Along {
            name: "age",
            axis: "years between model year and listing",
            values: &rows.age_years,
            bins: 24,
            label: &|years| format!("{years:.0}"),
        },
        seed,
    ));
    pictures.extend(figures::residuals(
        rows,
        &Along {
            name: "mileage",
            axis: "thousand km",
            values: &rows.mileage_km,
            bins: 14,
            label: &|km| format::grouped(km / 1_000.0, 0),
        },
        seed,
    ));
    section.figures(pictures);
    section
}

fn overall(sheet: &Sheet, all: &Group, currency: &str) -> Section {
    let mut section = Section::new("All rows");
    let unit = if sheet.resampled == "seller" {
        "sellers, each with all cars"
    } else {
        "rows"
    };
    section.text(format!(
        "{} rows. Intervals: {:.0} %, from {} bootstrap draws of {unit} (seed {}). Amounts in {}. COD, PRD and PRB follow \
         the IAAO Standard on Ratio Studies: uniformity (for houses 5 to 15 is good), vertical equity (0.98 to 1.03), and its \
         slope (within ±0.05).",
        format::count(all.n),
        sheet.confidence * 100.0,
        format::count(sheet.replicates),
        sheet.seed,
        format::amount_unit(currency)
    ));
    section.table(tables::scores(all, currency, sheet.confidence));
    section
}

/// One section a way of telling rows apart.
fn segments(material: &Material<'_>) -> Vec<Section> {
    let (sheet, currency) = (material.sheet, material.currency);
    let level = levelled("coverage_", 0.8);
    sheet
        .ways()
        .into_iter()
        .map(|by| {
            let mut section = Section::detail(&format!("By {by}"));
            if material.rows.is_some() {
                let pictures =
                    ["mdape", &level].map(|name| figures::by_segment(sheet, by, name, currency));
                section.figures(pictures.into_iter().flatten().collect());
            }
            section.table(tables::segments(sheet, by, &SEGMENT, currency));
            section
        })
        .collect()
}
