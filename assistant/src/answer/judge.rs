//! One sentence before all guards.

use super::citations::take;
use super::evidence::Evidence;
use super::markup::{ListMark, plain};
use super::names;
use super::numbers::{Quantity, quantities};
use super::screen::gives_orders;
use super::sentences::Piece;
use super::support::{Support, support};
use super::words::visible;

/// Word of a model that the data do not answer the question.
pub(super) const NO_ANSWER: &str = "NO_ANSWER";

/// Why a sentence is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DropReason {
    /// No passage and no fact says it.
    Unsupported,
    /// It holds a number that its sources do not have.
    Number,
    /// It names somebody or something that no source names.
    Name,
    /// It holds a link, an address, a telephone number or an account.
    Contact,
    /// It repeats the instructions, follows an order in the data, or speaks in another role.
    Order,
    /// The answer broke off in it.
    Cut,
    /// It was there before, or says nothing.
    Empty,
}

/// What becomes of a sentence.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    /// Shown, with the passages that it rests on.
    Keep {
        mark: Option<ListMark>,
        text: String,
        cited: Vec<usize>,
    },
    /// Not shown. `mark` is that of a list item whose first sentence fell.
    Drop(DropReason),
    /// The model has no answer.
    NoAnswer,
}

/// Puts a sentence before all guards, the cheapest and hardest first.
pub(super) fn judge(piece: &Piece, evidence: &Evidence) -> Verdict {
    let shown = visible(&piece.text);
    let (unmarked, cited) = take(&shown, evidence.passages().len());
    let (mark, text) = plain(&unmarked, piece.starts_line);
    // A marker in a heading or around a link may only show now.
    let (text, more) = take(&text, evidence.passages().len());
    let cited = if cited.is_empty() { more } else { cited };
    if text.contains(NO_ANSWER) {
        return Verdict::NoAnswer;
    }
    if !text.chars().any(char::is_alphanumeric) {
        return Verdict::Drop(DropReason::Empty);
    }
    // Both as the model wrote it and as it would be shown: a tag may hide a role, a link its target.
    if gives_orders(&shown)
        || gives_orders(&text)
        || evidence.echoes(&text)
        || evidence.is_tainted(&text)
    {
        return Verdict::Drop(DropReason::Order);
    }
    if evidence.has_foreign_contact(&shown) || evidence.has_foreign_contact(&text) {
        return Verdict::Drop(DropReason::Contact);
    }
    if evidence.is_under_attack() && !evidence.repeats(&text) {
        return Verdict::Drop(DropReason::Order);
    }
    let (cited, translated) = match support(&text, &cited, evidence) {
        Support::Passages { cited, translated } => (cited, translated),
        Support::Facts => (Vec::new(), false),
        Support::Nothing => {
            // The number is the graver fault, and the one that editors ask for.
            let foreign = !numbers_hold(&text, &all_places(evidence), evidence);
            return Verdict::Drop(if foreign {
                DropReason::Number
            } else {
                DropReason::Unsupported
            });
        }
        Support::Pleasantry => return Verdict::Drop(DropReason::Empty),
    };
    if !numbers_hold(&text, &cited, evidence) {
        return Verdict::Drop(DropReason::Number);
    }
    if !names::are_known(&text, evidence, translated) {
        return Verdict::Drop(DropReason::Name);
    }
    Verdict::Keep { mark, text, cited }
}

fn all_places(evidence: &Evidence) -> Vec<usize> {
    (0..evidence.passages().len()).collect()
}

/// Whether every number of `text` stands in a cited passage, a fact or the question.
///
/// The user's own numbers may be repeated beside ours (`Với xe 500 triệu, tối đa 10 %`), but not take the place of a number
/// that the sources have: asked `phí là 99 % à?`, a model that wants to please says yes.
fn numbers_hold(text: &str, cited: &[usize], evidence: &Evidence) -> bool {
    let said = quantities(text);
    if said.is_empty() {
        return true;
    }
    let sources: Vec<Quantity> = cited
        .iter()
        .flat_map(|place| evidence.ground(*place).numbers.iter())
        .chain(evidence.told(text).flat_map(|ground| &ground.numbers))
        .copied()
        .collect();
    let rests = |number: &Quantity, grounds: &[Quantity]| {
        grounds.iter().any(|ground| number.rests_on(ground))
    };
    let grounded: Vec<&Quantity> = said
        .iter()
        .filter(|number| rests(number, &sources))
        .collect();
    said.iter().all(|number| {
        let rival = sources.iter().any(|source| source.kind == number.kind);
        let beside_ours =
            !grounded.is_empty() && grounded.iter().all(|ours| ours.kind != number.kind);
        rests(number, &sources)
            || (rests(number, &evidence.asked().numbers) && (!rival || beside_ours))
    })
}
