//! The report on answers from a FAQ.

use super::document::{Document, Notice, Section, Table, Tile, Tone};
use super::{figures, format, gates, tables};
use crate::faq::Missed;
use crate::gate::Outcome;
use crate::scores::Definition;
use crate::sheet::Sheet;

/// Numbers that stand on top.
const TILES: [&str; 6] = [
    "hit_1",
    "mrr",
    "answered_right",
    "refusal_precision",
    "refusal_recall",
    "latency_p95_ms",
];
/// Scores of a segment's row.
const SEGMENT: [&str; 10] = [
    "hit_1",
    "hit_3",
    "hit_5",
    "mrr",
    "ndcg_10",
    "map",
    "answered_right",
    "wrongly_refused",
    "refusal_precision",
    "refusal_recall",
];
/// Questions that are shown of those that went wrong.
const MOST_MISSED: usize = 30;

/// The report; `has_figures` for a page, not for the terminal.
pub fn document(
    sheet: &Sheet,
    outcomes: &[Outcome],
    missed: &[Missed],
    has_figures: bool,
) -> Document {
    let fact = |name: &str| sheet.subject.get(name).map_or("", String::as_str);
    let mut document = Document {
        title: "Answers from the FAQ".to_owned(),
        lead: format!(
            "{} questions that the corpus answers, {} that it does not; {} entries, {}",
            fact("answerable"),
            fact("others"),
            fact("entries"),
            fact("search")
        ),
        ..Document::default()
    };
    if !outcomes.is_empty() {
        document.notices.push(gates::notice(outcomes));
        document.sections.extend(gates::sections(outcomes));
    }
    document
        .notices
        .extend(sheet.warnings.iter().map(|text| Notice {
            tone: Tone::Warning,
            text: text.clone(),
        }));
    let Some(all) = sheet.all() else {
        return document;
    };
    document.tiles = TILES
        .iter()
        .filter_map(|name| {
            let (definition, score) = (Definition::of(name)?, *all.scores.get(*name)?);
            Some(Tile {
                label: definition.title.clone(),
                value: format::value(score.value, definition.unit, ""),
                detail: format::interval(score, definition.unit, "").unwrap_or_default(),
            })
        })
        .collect();
    let mut overall = Section::new("All questions");
    overall.text(format!(
        "Intervals: {:.0} %, from {} bootstrap draws of questions (seed {}). “answered right”: not refused, and the first entry \
         is a right one. Refusals: of those refused, the share that nothing answers (precision); of those that nothing answers, \
         the share refused (recall).",
        sheet.confidence * 100.0,
        format::count(sheet.replicates),
        sheet.seed
    ));
    overall.table(tables::scores(all, "", sheet.confidence));
    document.sections.push(overall);
    for by in sheet.ways() {
        let mut section = Section::detail(&format!("By {by}"));
        if has_figures {
            let pictures =
                ["hit_1", "refusal_recall"].map(|name| figures::by_segment(sheet, by, name, ""));
            section.figures(pictures.into_iter().flatten().collect());
        }
        section.table(tables::segments(sheet, by, &SEGMENT, ""));
        document.sections.push(section);
    }
    if !missed.is_empty() {
        document.sections.push(wrong(missed));
    }
    document
}

fn wrong(missed: &[Missed]) -> Section {
    let mut section = Section::detail("What went wrong");
    if missed.len() > MOST_MISSED {
        section.text(format!(
            "The first {MOST_MISSED} of {}.",
            format::count(missed.len())
        ));
    }
    let mut table = Table::new(
        "",
        4,
        &["question", "language", "what happened", "first entry"],
    );
    for own in missed.iter().take(MOST_MISSED) {
        table.rows.push(vec![
            own.text.clone().into(),
            own.language.clone().into(),
            own.what.clone().into(),
            own.first.clone().into(),
        ]);
    }
    section.table(table);
    section
}
