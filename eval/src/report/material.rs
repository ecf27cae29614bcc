//! What a report on prices and a model card are written from.

use chrono::NaiveDate;

use super::extra::Extra;
use crate::{Predictions, gate::Outcome, load::Importance, sheet::Sheet};

/// What a report is written from.
#[derive(Debug, Clone, Copy)]
pub struct Material<'a> {
    /// The scores.
    pub sheet: &'a Sheet,
    /// The rows, for pictures; `None` for text alone.
    pub rows: Option<&'a Predictions>,
    /// Currency of all amounts.
    pub currency: &'a str,
    /// Worth of each field; empty if there is no model to ask.
    pub importance: &'a [Importance],
    /// Outcome of the gates; empty if there is no policy.
    pub outcomes: &'a [Outcome],
    /// Leaderboard and learning curve.
    pub extra: &'a Extra,
    /// Day of the report; `None` if it does not matter.
    pub date: Option<NaiveDate>,
}
