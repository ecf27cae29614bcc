//! `evaluate report`: the whole report, in every form.

use chrono::Utc;
use serde::Serialize;

use super::cli::ReportArgs;
use super::subject::Subject;
use super::{Output, Result, gate as gates_command, json, write};
use crate::Sheet;
use crate::gate::{self, Outcome};
use crate::load::{self, Importance};
use crate::report::{self, card, extra, gates, html, junit, junit::Case, markdown, price};

/// What `report.json` holds.
#[derive(Serialize)]
struct Json<'a> {
    date: chrono::NaiveDate,
    currency: &'a str,
    scores: &'a Sheet,
    gates: &'a [Outcome],
    importance: &'a [Importance],
}

/// Writes the report; a failed gate is an error, told after everything is written.
pub(super) fn run(args: &ReportArgs, output: Output) -> Result<()> {
    // First what the user wrote: a wrong policy should not wait for the scores.
    let policy = args
        .policy
        .as_deref()
        .map(gates_command::read_policy)
        .transpose()?;
    let extra = extra::Extra {
        leaderboard: args
            .leaderboard
            .as_deref()
            .map_or_else(|| Ok(Vec::new()), extra::read_leaderboard)?,
        learning_curve: args
            .learning_curve
            .as_deref()
            .map_or_else(|| Ok(Vec::new()), extra::read_learning_curve)?,
    };
    let champion = match &policy {
        Some(policy) => gates_command::champion(&args.champion, &args.model, policy),
        None => args.champion.clone(),
    };
    let fallback = if champion.champion.is_some() {
        "challenger"
    } else {
        "champion"
    };
    let subject = Subject::open(&args.model, &champion, fallback, output)?;
    let sheet = subject.sheet(&args.scoring)?;
    let outcomes = match &policy {
        Some(policy) => gate::judge(policy, &sheet)?,
        None => Vec::new(),
    };
    let importance = match &subject.model {
        Some((valuer, listings)) => {
            output.note("shuffling fields");
            load::importance(valuer, listings, sheet.seed)
        }
        None => Vec::new(),
    };
    let date = args.date.unwrap_or_else(|| Utc::now().date_naive());
    let material = report::Material {
        sheet: &sheet,
        rows: Some(&subject.predicted.rows),
        currency: &subject.predicted.currency,
        importance: &importance,
        outcomes: &outcomes,
        extra: &extra,
        date: Some(date),
    };
    let document = price::document(&material);
    let report = Json {
        date,
        currency: &subject.predicted.currency,
        scores: &sheet,
        gates: &outcomes,
        importance: &importance,
    };
    fs_err::create_dir_all(&args.out)?;
    let to = |name: &str| args.out.join(name);
    write(&to("report.html"), &html::page(&document))?;
    write(&to("report.md"), &markdown::markdown(&document))?;
    write(&to("report.json"), &json(&report)?)?;
    write(
        &to("report.xml"),
        &junit::junit("evaluate report", &cases(&sheet, &outcomes)),
    )?;
    write(
        &to("model-card.md"),
        &markdown::markdown(&card::document(&material)),
    )?;
    output.note(format_args!(
        "{}: report.html, report.md, report.json, report.xml, model-card.md",
        args.out.display()
    ));
    if output.is_json() {
        output.json(&report)?;
    }
    gates_command::verdict(&outcomes)
}

/// The gates; without a policy, every group that was scored, so that a CI shows what there is.
fn cases(sheet: &Sheet, outcomes: &[Outcome]) -> Vec<Case> {
    if !outcomes.is_empty() {
        return gates::cases("gate", outcomes);
    }
    let groups = sheet.groups.iter();
    groups
        .map(|group| {
            let scores: Vec<String> = group
                .ordered()
                .into_iter()
                .map(|(own, score)| format!("{} {}", own.name, score.value))
                .collect();
            Case {
                class: "scored".to_owned(),
                name: group.title(),
                detail: format!("n {}, {}", group.n, scores.join(", ")),
                passed: true,
            }
        })
        .collect()
}
