//! The model card (Mitchell et al. 2019): what a model is for, what it was made of, how well it does and where it does not.

use super::document::{Block, Document, Notice, Section, Tone};
use super::material::Material;
use super::{format, tables};
use crate::scores::{Definition, Unit};
use crate::sheet::{Group, Score};

/// Weak segments that a card names.
const MOST_WEAK: usize = 12;

/// The card, from the same numbers as the report.
pub fn document(material: &Material<'_>) -> Document {
    let sheet = material.sheet;
    let fact = |name: &str| sheet.subject.get(name).filter(|text| !text.is_empty());
    let mut document = Document {
        title: format!("Model card: {}", fact("model").map_or("", String::as_str)),
        lead: material
            .date
            .map(|date| format!("Written on {date} from the scores of “evaluate report”."))
            .unwrap_or_default(),
        ..Document::default()
    };
    if let Some(what) = fact("synthetic") {
        document.notices.push(Notice {
            tone: Tone::Warning,
            text: format!("Synthetic listings: {what}. The figures say nothing about the market."),
        });
    }
    document.sections = vec![
        purpose(),
        data(material),
        accuracy(material),
        weak(material),
        limits(material),
    ];
    document
}

fn purpose() -> Section {
    let mut section = Section::new("What it is for");
    section.text(
        "It estimates the asking price of a used car from what a listing says of it, with ranges: to price an offer, to judge \
         one, or to find errors in listings. It is not for appraisals that decide on credit, insurance or taxes, nor for \
         makes that it was not trained on.",
    );
    section
}

fn data(material: &Material<'_>) -> Section {
    let subject = &material.sheet.subject;
    let named = [
        ("family", "Family"),
        ("version", "Version"),
        ("trained_at", "Published"),
        ("data_until", "Newest listing trained on"),
        ("rows_trained_on", "Listings trained on"),
        ("sources_trained_on", "By site"),
        ("currency", "Currency"),
        ("data_sha256", "SHA-256 of the training listings"),
        ("git_revision", "Revision of the code"),
        ("training_seed", "Seed of the training"),
        ("predictions", "Predictions read from"),
    ];
    let points = named.iter().filter_map(|(name, title)| {
        let text = subject.get(*name).filter(|text| !text.is_empty())?;
        Some(format!("{title}: {text}"))
    });
    let mut section = Section::new("What it was made of");
    section.blocks.push(Block::List(points.collect()));
    section
}

fn accuracy(material: &Material<'_>) -> Section {
    let sheet = material.sheet;
    let mut section = Section::new("How well it does");
    let Some(all) = sheet.all() else {
        return section;
    };
    let fact = |name: &str| sheet.subject.get(name);
    let rows = fact("rows").map_or_else(
        || "the rows of the file".to_owned(),
        |rows| format!("rows {rows}"),
    );
    let listed = fact("listed")
        .map(|days| format!(", listed {days}"))
        .unwrap_or_default();
    section.text(format!(
        "Measured on {} listings ({rows}{listed}); {:.0} % intervals in brackets.",
        format::count(all.n),
        sheet.confidence * 100.0
    ));
    let names = [
        "mdape",
        "mae",
        "mape",
        "within_10",
        "within_20",
        "r2",
        "cod",
        "prd",
        "prb",
    ];
    let mut points: Vec<String> = names
        .iter()
        .filter_map(|name| point(all, name, material.currency))
        .collect();
    let coverage = all
        .ordered()
        .into_iter()
        .filter(|(own, _)| own.name.starts_with("coverage_"));
    points.extend(coverage.map(|(definition, score)| {
        format!(
            "The {} holds {}",
            definition.title.trim_start_matches("in "),
            format::with_interval(score, Unit::Share, material.currency)
        )
    }));
    section.blocks.push(Block::List(points));
    section
}

fn point(group: &Group, name: &str, currency: &str) -> Option<String> {
    let (definition, score): (Definition, Score) =
        (Definition::of(name)?, *group.scores.get(name)?);
    let shown = format::with_interval(score, definition.unit, currency);
    Some(format!("{}: {shown}", definition.title))
}

fn weak(material: &Material<'_>) -> Section {
    let mut section = Section::new("Where it is weak");
    let sheet = material.sheet;
    let mut found = tables::weak(sheet, "mdape", material.currency);
    let coverage = sheet.all().into_iter().flat_map(Group::ordered);
    for (definition, _) in coverage.filter(|(own, _)| own.name.starts_with("coverage_")) {
        found.extend(tables::weak(sheet, &definition.name, material.currency));
    }
    if found.is_empty() {
        section.text("No segment of the scored rows is worse than all of them together, or holds less than its range promises, beyond chance.");
        return section;
    }
    section.text(
        "Worse than all rows together, or ranges that hold less than they promise, beyond chance:",
    );
    let more = found.len().saturating_sub(MOST_WEAK);
    found.truncate(MOST_WEAK);
    if more > 0 {
        found.push(format!("and {more} more, marked in the tables by segment"));
    }
    section.blocks.push(Block::List(found));
    section
}

fn limits(material: &Material<'_>) -> Section {
    let mut section = Section::new("Limits");
    let mut points = vec![
        "Prices are what sellers ask, not what buyers pay.".to_owned(),
        "It knows what a listing says. Accidents, repairs and the condition beyond that do not enter.".to_owned(),
        "Prices move: the further a car is listed after the newest training listing, the less the figures above hold. “evaluate drift” says how far listings moved.".to_owned(),
    ];
    let small = material
        .sheet
        .groups
        .iter()
        .filter(|group| !group.folded.is_empty());
    points.extend(small.map(|group| {
        format!(
            "Too few rows to tell how well it does, by {}: {} segments, {} rows together.",
            group.by,
            group.folded.len(),
            format::count(group.n)
        )
    }));
    points.extend(material.sheet.warnings.iter().cloned());
    section.blocks.push(Block::List(points));
    section
}
