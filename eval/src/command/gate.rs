//! `evaluate gate`: whether scores keep the bounds of a policy.

use std::path::Path;

use serde::Serialize;

use super::cli::{ChampionArgs, GateArgs, ModelArgs};
use super::subject::Subject;
use super::{Error, Output, Result, write};
use crate::Sheet;
use crate::gate::{self, Outcome, Policy};
use crate::report::{document::Document, gates, junit, text};

/// What `--json` prints.
#[derive(Serialize)]
struct Judged<'a> {
    passed: bool,
    gates: &'a [Outcome],
}

/// Judges scores by a policy; a failed gate is an error.
pub(super) fn run(args: &GateArgs, output: Output) -> Result<()> {
    assert!(
        !args.simulate_bug,
        "EVALUATE_SIMULATE_BUG is set: this is a drill"
    );
    let policy = read_policy(&args.policy)?;
    let sheet = if let Some(path) = &args.scores {
        if args.model.predictions.is_some() || !args.model.listings.is_empty() {
            let text = "`--scores` stands in place of a model or predictions";
            return Err(Error::Usage(text.to_owned()));
        }
        read_sheet(path)?
    } else {
        let champion = champion(&args.champion, &args.model, &policy);
        Subject::open(&args.model, &champion, "challenger", output)?.sheet(&args.scoring)?
    };
    let outcomes = gate::judge(&policy, &sheet)?;
    if let Some(path) = &args.junit {
        write(
            path,
            &junit::junit("gates", &gates::cases("gate", &outcomes)),
        )?;
    }
    if output.is_json() {
        output.json(&Judged {
            passed: outcomes.iter().all(|own| own.passed),
            gates: &outcomes,
        })?;
    } else {
        let document = Document {
            title: "Gates".to_owned(),
            lead: sheet.subject.get("model").cloned().unwrap_or_default(),
            notices: vec![gates::notice(&outcomes)],
            sections: gates::sections(&outcomes),
            ..Document::default()
        };
        output.data(&text::text(&document))?;
    }
    verdict(&outcomes)
}

/// Gates that compare need a champion: the registry's, where none is named.
pub(super) fn champion(args: &ChampionArgs, model: &ModelArgs, policy: &Policy) -> ChampionArgs {
    let mut champion = args.clone();
    if model.predictions.is_none() && policy.gates.iter().any(gate::Gate::is_relative) {
        champion
            .champion
            .get_or_insert_with(|| "champion".to_owned());
    }
    champion
}

/// An error that names each failed gate, if any did.
pub(super) fn verdict(outcomes: &[Outcome]) -> Result<()> {
    let failed: Vec<String> = outcomes
        .iter()
        .filter(|own| !own.passed)
        .map(gates::failure)
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    Err(Error::Failed(failed.join("\n       ")))
}

/// Reads a policy.
///
/// # Errors
/// [`Error::Config`] for a file that is no policy, [`Error::Io`] for one that cannot be read.
pub(super) fn read_policy(path: &Path) -> Result<Policy> {
    let text = fs_err::read_to_string(path)?;
    toml::from_str(&text).map_err(|error| {
        Error::Config(datasets::Error::Format {
            path: path.to_owned(),
            format: "TOML",
            detail: error.to_string().trim_end().to_owned(),
        })
    })
}

/// Reads scores that another command wrote; a report holds them as `scores`.
fn read_sheet(path: &Path) -> Result<Sheet> {
    let bytes = fs_err::read(path)?;
    let bad = |detail: String| {
        Error::Data(datasets::Error::Format {
            path: path.to_owned(),
            format: "JSON",
            detail,
        })
    };
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Error::Data(datasets::Error::Empty {
            path: path.to_owned(),
        }));
    }
    let mut json: serde_json::Value =
        serde_json::from_slice(&bytes).map_err(|error| bad(error.to_string()))?;
    if let Some(scores) = json.get_mut("scores").map(serde_json::Value::take) {
        json = scores;
    }
    let sheet: Sheet = serde_json::from_value(json)
        .map_err(|error| bad(format!("no scores of `evaluate`: {error}")))?;
    if sheet.all().is_none_or(|all| all.n == 0) {
        return Err(bad("it holds no scored rows".to_owned()));
    }
    Ok(sheet)
}
