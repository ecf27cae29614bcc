//! Names that were found in a message, and how they stand to each other.

use std::collections::HashMap;
use std::ops::Range;

use super::index::Sense;

/// A make that the message names.
#[derive(Debug, Clone)]
pub(super) struct MakeHit {
    pub(super) make: usize,
    pub(super) span: Range<usize>,
}

/// A model that the message names.
#[derive(Debug, Clone)]
pub(super) struct ModelHit {
    pub(super) sense: Sense,
    /// Another make has a model of the same name.
    pub(super) ambiguous: bool,
    pub(super) span: Range<usize>,
}

/// How a model stands to the makes of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Beside {
    /// Its make is not named.
    Unnamed,
    /// Its make is named somewhere.
    Named,
    /// Its make was named in an earlier turn.
    Known,
    /// Its make stands right before it.
    Adjacent,
}

/// The makes of a message, in its order, none inside another, with their places.
#[derive(Debug, Default)]
pub(super) struct Makes {
    hits: Vec<MakeHit>,
    /// Positions in `hits`, by make.
    of_make: HashMap<usize, Vec<usize>>,
    /// Positions in `hits`, by the token that they begin at, and by the one behind them.
    starting: HashMap<usize, usize>,
    ending: HashMap<usize, usize>,
}

impl Makes {
    pub(super) fn new(hits: Vec<MakeHit>) -> Self {
        let mut makes = Self::default();
        for (position, hit) in hits.iter().enumerate() {
            makes.of_make.entry(hit.make).or_default().push(position);
            makes.starting.insert(hit.span.start, position);
            makes.ending.insert(hit.span.end, position);
        }
        makes.hits = hits;
        makes
    }

    /// All of them, in the message's order.
    pub(super) fn hits(&self) -> &[MakeHit] {
        &self.hits
    }

    /// How a model of `make` at `span` stands to them; `known` is the make of an earlier turn.
    pub(super) fn beside(&self, make: usize, span: &Range<usize>, known: Option<usize>) -> Beside {
        let at = |places: &HashMap<usize, usize>| {
            let hit = &self.hits[*places.get(&span.start)?];
            (hit.make == make).then_some(&hit.span)
        };
        let begins_with = at(&self.starting);
        let follows = at(&self.ending).is_some();
        if follows || begins_with.is_some_and(|own| own.end < span.end) {
            return Beside::Adjacent;
        }
        if known == Some(make) {
            return Beside::Known;
        }
        let named = self.of_make.get(&make).map_or(0, Vec::len);
        // The name itself may be a make's too.
        let itself = usize::from(begins_with == Some(span));
        if named > itself {
            Beside::Named
        } else {
            Beside::Unnamed
        }
    }

    /// The place of `make` that is nearest to `span` without touching it.
    pub(super) fn nearest(&self, make: usize, span: &Range<usize>) -> Option<&Range<usize>> {
        let own = self.of_make.get(&make)?;
        let place = |position: &usize| &self.hits[*position].span;
        let before = own.partition_point(|position| place(position).end <= span.start);
        let behind = own.partition_point(|position| place(position).start < span.end);
        let before = before.checked_sub(1).map(|last| place(&own[last]));
        let behind = own.get(behind).map(place);
        match (before, behind) {
            (Some(before), Some(behind)) => {
                let is_nearer = behind.start - span.start < span.start - before.start;
                Some(if is_nearer { behind } else { before })
            }
            (before, behind) => before.or(behind),
        }
    }
}

/// The models of a message with the tokens that they take.
#[derive(Debug)]
pub(super) struct Models {
    pub(super) hits: Vec<ModelHit>,
    covered: Vec<bool>,
    /// Whether one begins at a token, or ends right before it.
    starting: Vec<bool>,
    ending: Vec<bool>,
}

impl Models {
    /// None yet, of a message of so many tokens.
    pub(super) fn new(tokens: usize) -> Self {
        Self {
            hits: Vec::new(),
            covered: vec![false; tokens],
            starting: vec![false; tokens + 1],
            ending: vec![false; tokens + 1],
        }
    }

    pub(super) fn push(&mut self, hit: ModelHit) {
        self.covered[hit.span.clone()].fill(true);
        self.starting[hit.span.start] = true;
        self.ending[hit.span.end] = true;
        self.hits.push(hit);
    }

    /// Whether a model takes the token.
    pub(super) fn covers(&self, token: usize) -> bool {
        self.covered[token]
    }

    /// Whether a model takes one of the tokens.
    pub(super) fn overlaps(&self, span: &Range<usize>) -> bool {
        self.covered[span.clone()].contains(&true)
    }

    /// The tokens between `span` and a model before or behind it, at most `most` of them.
    pub(super) fn gaps(
        &self,
        span: &Range<usize>,
        most: usize,
    ) -> impl Iterator<Item = Range<usize>> {
        let (start, end) = (span.start, span.end);
        let before = (1..=most.min(start))
            .filter(move |gap| self.ending[start - gap])
            .map(move |gap| start - gap..start);
        let last = self.covered.len() - end;
        let behind = (1..=most.min(last))
            .filter(move |gap| self.starting[end + gap])
            .map(move |gap| end..end + gap);
        before.chain(behind)
    }
}
