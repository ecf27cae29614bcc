//! `evaluate faq`: whether questions find their answers, and the rest is refused.

use std::collections::BTreeMap;

use serde::Serialize;

use super::cli::FaqArgs;
use super::{Error, Output, Result, gate as gates_command, json, write};
use crate::Sheet;
use crate::bootstrap::Plan;
use crate::faq::{self, Answered, Missed, Question};
use crate::gate::{self, Outcome};
use crate::report::{faq as page, gates, html, junit, markdown, text};
use crate::sheet::Kind;

/// What `faq.json` holds and `--json` prints.
#[derive(Serialize)]
struct Json<'a> {
    scores: &'a Sheet,
    gates: &'a [Outcome],
    missed: &'a [Missed],
}

/// Asks every question and scores what came; a failed gate is an error.
pub(super) fn run(args: &FaqArgs, output: Output) -> Result<()> {
    let plan = Plan {
        replicates: args.replicates,
        seed: args.seed,
        confidence: args.confidence,
    };
    plan.check()
        .map_err(|error| Error::Usage(error.to_string()))?;
    let policy = args
        .policy
        .as_deref()
        .map(gates_command::read_policy)
        .transpose()?;
    let settings = args.settings();
    // A folder that is not there would be answered by the shipped corpus.
    if let Some(folder) = &settings.folder {
        fs_err::read_dir(folder)?;
    }
    let corpus = settings
        .corpus()
        .map_err(assistant::setup::SetupError::from)?;
    let mut questions: Vec<Question> = Vec::new();
    for file in &args.questions {
        questions.extend(faq::read_questions(file, &corpus)?);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (answered, missed, searched) = runtime.block_on(async {
        let knowledge = faq::open(&settings, output).await?;
        output.note(format_args!("asking {} questions", questions.len()));
        let (answered, missed) = faq::ask(&knowledge, &questions).await?;
        Ok::<_, Error>((answered, missed, faq::search_words(&knowledge)))
    })?;
    let sheet = Sheet {
        kind: Kind::Faq,
        subject: subject(&answered, &corpus, searched),
        warnings: Vec::new(),
        replicates: plan.replicates,
        seed: plan.seed,
        confidence: plan.confidence,
        resampled: "question".to_owned(),
        groups: faq::score(&answered, &plan, args.min_n)?,
    };
    let outcomes = match &policy {
        Some(policy) => gate::judge(policy, &sheet)?,
        None => Vec::new(),
    };
    print(args, &sheet, &outcomes, &missed, output)?;
    gates_command::verdict(&outcomes)
}

fn subject(
    answered: &[Answered],
    corpus: &assistant::Corpus,
    searched: &str,
) -> BTreeMap<String, String> {
    let answerable = answered.iter().filter(|own| own.ranking.is_some()).count();
    let entries = corpus
        .entries()
        .iter()
        .filter(|own| own.active && !own.outside);
    BTreeMap::from([
        ("answerable".to_owned(), answerable.to_string()),
        (
            "others".to_owned(),
            (answered.len() - answerable).to_string(),
        ),
        ("entries".to_owned(), entries.count().to_string()),
        ("corpus_sha256".to_owned(), corpus.hash().to_owned()),
        ("search".to_owned(), searched.to_owned()),
    ])
}

fn print(
    args: &FaqArgs,
    sheet: &Sheet,
    outcomes: &[Outcome],
    missed: &[Missed],
    output: Output,
) -> Result<()> {
    let whole = Json {
        scores: sheet,
        gates: outcomes,
        missed,
    };
    if let Some(out) = &args.out {
        let document = page::document(sheet, outcomes, missed, true);
        fs_err::create_dir_all(out)?;
        write(&out.join("faq.html"), &html::page(&document))?;
        write(&out.join("faq.md"), &markdown::markdown(&document))?;
        write(&out.join("faq.json"), &json(&whole)?)?;
        let cases = gates::cases("gate", outcomes);
        write(&out.join("faq.xml"), &junit::junit("evaluate faq", &cases))?;
        output.note(format_args!(
            "{}: faq.html, faq.md, faq.json, faq.xml",
            out.display()
        ));
    }
    if output.is_json() {
        return Ok(output.json(&whole)?);
    }
    // The terminal is no place for hundreds of questions.
    let document = page::document(sheet, outcomes, &[], false);
    Ok(output.data(&text::text(&document))?)
}
