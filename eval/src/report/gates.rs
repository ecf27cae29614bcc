//! What became of the gates.

use super::document::{Cell, Notice, Section, Table, Tone};
use super::format;
use super::junit::Case;
use crate::gate::Outcome;

/// One line on all gates.
pub fn notice(outcomes: &[Outcome]) -> Notice {
    let failed = outcomes.iter().filter(|own| !own.passed).count();
    if failed == 0 {
        Notice {
            tone: Tone::Good,
            text: match outcomes.len() {
                1 => "The gate passed.".to_owned(),
                n => format!("All {n} gates passed."),
            },
        }
    } else {
        let names: Vec<String> = outcomes
            .iter()
            .filter(|own| !own.passed)
            .map(|own| format!("{} ({}, {})", own.gate, own.metric, own.group))
            .collect();
        Notice {
            tone: Tone::Bad,
            text: format!(
                "{failed} of {} gates failed: {}.",
                outcomes.len(),
                names.join("; ")
            ),
        }
    }
}

/// The failed gates, and, as detail, those that passed.
pub fn sections(outcomes: &[Outcome]) -> Vec<Section> {
    let (passed, failed): (Vec<&Outcome>, Vec<&Outcome>) =
        outcomes.iter().partition(|own| own.passed);
    let parts = [
        (failed, Section::new("Gates that failed"), Tone::Bad),
        (passed, Section::detail("Gates that passed"), Tone::Good),
    ];
    parts
        .into_iter()
        .filter(|(own, ..)| !own.is_empty())
        .map(|(own, mut section, tone)| {
            section.table(table(&own, tone));
            section
        })
        .collect()
}

fn table(outcomes: &[&Outcome], tone: Tone) -> Table {
    let mut table = Table::new("", 4, &["gate", "score", "rows", "value; bound", "n"]);
    for own in outcomes {
        table.rows.push(vec![
            own.gate.clone().into(),
            own.metric.clone().into(),
            Cell::toned(own.group.clone(), tone),
            own.detail.clone().into(),
            format::count(own.n).into(),
        ]);
    }
    table
}

/// One failed gate as an error says it.
pub fn failure(outcome: &Outcome) -> String {
    format!(
        "gate `{}` failed: {} of {} ({} rows) is {}",
        outcome.gate, outcome.metric, outcome.group, outcome.n, outcome.detail
    )
}

/// The gates as test cases.
pub fn cases(class: &str, outcomes: &[Outcome]) -> Vec<Case> {
    let case = |own: &Outcome| Case {
        class: class.to_owned(),
        name: format!("{}: {} of {}", own.gate, own.metric, own.group),
        detail: own.detail.clone(),
        passed: own.passed,
    };
    outcomes.iter().map(case).collect()
}
