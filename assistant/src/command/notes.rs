//! `assistant unanswered` and `assistant feedback`: what the folder's memory holds for the editors of the FAQ.

use std::fmt::Write;
use std::path::PathBuf;

use chrono::DateTime;

use super::cli::Common;
use super::{Error, Result};
use crate::memory::{Verdict, read_feedback, read_unanswered};

/// Lists the questions that nothing answered.
pub(super) fn unanswered(common: &Common) -> Result<()> {
    let questions = read_unanswered(&file(common)?)?;
    if common.output.json {
        return Ok(common.output().json(&questions)?);
    }
    let mut text = String::new();
    for own in &questions {
        let _infallible = writeln!(
            text,
            "{:>5}  {}  {}  ({})",
            own.count,
            own.language,
            own.question,
            own.nearest.join(", ")
        );
    }
    if questions.is_empty() {
        common.output().note("no question went unanswered");
    }
    Ok(common.output().data(&text)?)
}

/// Lists what users thought of answers.
pub(super) fn feedback(common: &Common) -> Result<()> {
    let remarks = read_feedback(&file(common)?)?;
    if common.output.json {
        return Ok(common.output().json(&remarks)?);
    }
    let mut text = String::new();
    for own in &remarks {
        let time = DateTime::from_timestamp(own.at_s.cast_signed(), 0).unwrap_or_default();
        let verdict = match own.verdict {
            Verdict::Helpful => "helpful",
            Verdict::NotHelpful => "not helpful",
        };
        let _infallible = writeln!(
            text,
            "{}  {verdict:<11}  {}  ({})",
            time.format("%Y-%m-%dT%H:%M:%SZ"),
            own.question,
            own.citations.join(", ")
        );
        for line in own.comment.iter().flat_map(|comment| comment.lines()) {
            let _infallible = writeln!(text, "    {line}");
        }
    }
    if remarks.is_empty() {
        common.output().note("no user has said anything");
    }
    Ok(common.output().data(&text)?)
}

/// The memory of the folder, which has to be there: a mistyped name is no empty memory.
fn file(common: &Common) -> Result<PathBuf> {
    let settings = common.settings();
    let (Some(folder), Some(file)) = (&settings.folder, settings.memory_file()) else {
        let message =
            "`--folder DIR` (ASSISTANT_FOLDER) is needed: the service keeps its memory there";
        return Err(Error::Usage(message.to_owned()));
    };
    fs_err::metadata(folder)?;
    Ok(file)
}
