//! `evaluate price`: how far predicted prices are off.

use super::cli::{ChampionArgs, PriceArgs};
use super::subject::Subject;
use super::{Output, Result};
use crate::load;
use crate::report::{self, extra::Extra, price, text};

/// Scores a model, or predictions, and prints the scores.
pub(super) fn run(args: &PriceArgs, output: Output) -> Result<()> {
    let subject = Subject::open(&args.model, &ChampionArgs::default(), "champion", output)?;
    let sheet = subject.sheet(&args.scoring)?;
    if let Some(path) = &args.write_predictions {
        load::write_predictions(path, &subject.predicted)?;
        output.note(format_args!("{}: written", path.display()));
    }
    if output.is_json() {
        return Ok(output.json(&sheet)?);
    }
    let document = price::document(&report::Material {
        sheet: &sheet,
        rows: None,
        currency: &subject.predicted.currency,
        importance: &[],
        outcomes: &[],
        extra: &Extra::default(),
        date: None,
    });
    Ok(output.data(&text::text(&document))?)
}
