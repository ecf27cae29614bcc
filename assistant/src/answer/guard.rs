//! The guard between a model and a reader: text goes in as it comes, whole sentences that hold come out.

use std::collections::HashSet;
use std::sync::Arc;

use datasets::text;

use super::citations::{Citation, Numbering, place};
use super::evidence::Evidence;
use super::judge::{DropReason, Verdict, judge};
use super::markup::ListMark;
use super::sentences::{Piece, Splitter};
use crate::llm::FinishReason;

/// What an answer came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It may be shown.
    Answer,
    /// Nothing holds, or more fell than stayed: use the best entry's own words.
    Fallback,
    /// The model says that the passages hold no answer.
    NoAnswer,
}

/// A sentence that was not shown, for logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// As the model wrote it.
    pub sentence: String,
    /// Why.
    pub reason: DropReason,
}

/// An answer after its last sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Whether to show it.
    pub outcome: Outcome,
    /// All that was let through, markers renumbered in order of appearance.
    pub text: String,
    /// What [`StreamingGuard::push`] has not handed out yet; the end of `text`.
    pub tail: String,
    /// What the markers mean.
    pub citations: Vec<Citation>,
    /// What was not let through.
    pub dropped: Vec<Dropped>,
    /// Whether the model was cut off: its last sentence is gone, and more may have followed.
    pub truncated: bool,
}

/// Where the next sentence goes.
#[derive(Debug, Clone, Copy)]
enum Line {
    /// On in the line.
    Goes,
    /// On a line of its own.
    Begins,
    /// As an item of a list.
    Item(ListMark),
}

/// Lets whole sentences through that rest on the evidence.
///
/// Nothing of a sentence comes out before its end is certain, so a reader sees no amount whose last zeros are missing and
/// no claim whose condition is still to come.
#[derive(Debug)]
pub struct StreamingGuard {
    evidence: Arc<Evidence>,
    splitter: Splitter,
    numbering: Numbering,
    text: String,
    seen: HashSet<String>,
    dropped: Vec<Dropped>,
    kept: usize,
    no_answer: bool,
    /// Number of the last item of the list that is being written.
    item: usize,
    /// A line began, perhaps with a sentence that fell: the next one that holds begins it in its stead.
    line: Line,
}

impl StreamingGuard {
    /// A guard for one answer.
    pub fn new(evidence: Arc<Evidence>) -> Self {
        Self {
            evidence,
            splitter: Splitter::default(),
            numbering: Numbering::default(),
            text: String::new(),
            seen: HashSet::new(),
            dropped: Vec::new(),
            kept: 0,
            no_answer: false,
            item: 0,
            line: Line::Goes,
        }
    }

    /// Takes a delta; hands out what may be shown now, to be appended to what was handed out before.
    pub fn push(&mut self, delta: &str) -> Option<String> {
        let from = self.text.len();
        for piece in self.splitter.push(delta) {
            self.take(&piece);
        }
        (self.text.len() > from).then(|| self.text[from..].to_owned())
    }

    /// The end. Unless the model stopped by itself, the sentence it was in is dropped.
    pub fn finish(mut self, reason: &FinishReason) -> Checked {
        let from = self.text.len();
        let truncated = !reason.is_whole();
        if let Some(piece) = self.splitter.finish() {
            if truncated {
                self.dropped.push(Dropped {
                    sentence: piece.text,
                    reason: DropReason::Cut,
                });
            } else {
                self.take(&piece);
            }
        }
        // What was cut off or said nothing is no sign of a bad answer.
        let fallen = self
            .dropped
            .iter()
            .filter(|dropped| !matches!(dropped.reason, DropReason::Cut | DropReason::Empty))
            .count();
        let outcome = if self.no_answer && self.kept == 0 {
            Outcome::NoAnswer
        } else if self.kept == 0 || fallen > self.kept {
            Outcome::Fallback
        } else {
            Outcome::Answer
        };
        Checked {
            outcome,
            tail: self.text[from..].to_owned(),
            citations: self.numbering.citations(self.evidence.passages()),
            text: self.text,
            dropped: self.dropped,
            truncated,
        }
    }

    fn take(&mut self, piece: &Piece) {
        let verdict = judge(piece, &self.evidence);
        if piece.starts_line {
            let mark = match &verdict {
                Verdict::Keep { mark, .. } => *mark,
                _ => super::markup::plain(&piece.text, true).0,
            };
            self.line = mark.map_or(Line::Begins, Line::Item);
        }
        match verdict {
            Verdict::NoAnswer => self.no_answer = true,
            Verdict::Drop(reason) => self.drop(piece, reason),
            Verdict::Keep { text, cited, .. } => {
                if self.seen.insert(text::key(&text)) {
                    self.write(&text, &cited);
                } else {
                    self.drop(piece, DropReason::Empty);
                }
            }
        }
    }

    fn drop(&mut self, piece: &Piece, reason: DropReason) {
        self.dropped.push(Dropped {
            sentence: piece.text.clone(),
            reason,
        });
    }

    fn write(&mut self, text: &str, cited: &[usize]) {
        self.kept += 1;
        let line = std::mem::replace(&mut self.line, Line::Goes);
        match line {
            Line::Goes if self.text.is_empty() => {}
            Line::Goes => self.text.push(' '),
            Line::Begins | Line::Item(_) if !self.text.is_empty() => self.text.push('\n'),
            Line::Begins | Line::Item(_) => {}
        }
        match line {
            Line::Goes => {}
            Line::Begins => self.item = 0,
            Line::Item(ListMark::Bullet) => self.text.push_str("- "),
            Line::Item(ListMark::Number) => {
                self.item += 1;
                self.text.push_str(&self.item.to_string());
                self.text.push_str(". ");
            }
        }
        let numbers: Vec<usize> = cited
            .iter()
            .map(|place| self.numbering.number(*place))
            .collect();
        self.text.push_str(&place(text, &numbers));
    }
}

/// Puts a whole answer before the guard.
pub fn check(text: &str, reason: &FinishReason, evidence: &Arc<Evidence>) -> Checked {
    let mut guard = StreamingGuard::new(Arc::clone(evidence));
    guard.push(text);
    guard.finish(reason)
}
