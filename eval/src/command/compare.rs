//! `evaluate compare`: whether a challenger is better than the champion.

use super::cli::CompareArgs;
use super::subject::{Subject, with_champion};
use super::{Error, Output, Result};
use crate::report::{
    comparison,
    document::{Document, Notice, Tone},
    text,
};

/// Compares two models, or two files of predictions, and prints the outcome.
pub(super) fn run(args: &CompareArgs, output: Output) -> Result<()> {
    let champion = with_champion(&args.champion, &args.model);
    if args.model.predictions.is_some() && champion.champion_predictions.is_none() {
        let text = "`--champion-predictions FILE` is needed beside `--predictions`";
        return Err(Error::Usage(text.to_owned()));
    }
    let subject = Subject::open(&args.model, &champion, "challenger", output)?;
    let sheet = subject.sheet(&args.scoring)?;
    if output.is_json() {
        return Ok(output.json(&sheet)?);
    }
    let synthetic = sheet.subject.get("synthetic").map(|what| Notice {
        tone: Tone::Warning,
        text: format!("Synthetic listings: {what}."),
    });
    let document = Document {
        title: format!("Challenger {}", subject.predicted.name),
        lead: sheet
            .subject
            .get("rows")
            .map_or_else(String::new, |rows| format!("Scored on rows {rows}")),
        notices: synthetic.into_iter().collect(),
        sections: comparison::sections(&sheet, &subject.predicted.currency),
        ..Document::default()
    };
    Ok(output.data(&text::text(&document))?)
}
