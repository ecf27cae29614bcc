//! Which trial is measured where next, and which has won: a pure function of what was measured so far.
//!
//! Successive halving (Karnin, Koren & Somekh 2013; Jamieson & Talwalkar 2016), bracket after bracket as in Hyperband
//! (Li et al. 2018, *JMLR* 18), with validation splits as the resource: all trials of a bracket are measured on a third of
//! the splits, the best third of them on some more, the best of these on all. Not on one split at first: trials that are
//! worth a look differ by less than what one draw of sellers favours. Splits rather than shares of the rows, since
//! what is best for a tenth of the rows (more penalty, shallower trees) is not for all of them.
//!
//! The score of a trial is its error as a multiple of the untuned parameters' error on the same rows, averaged over
//! splits: dear cars of one split don't outweigh cheap ones of another, and what makes a split hard cancels out.

use std::collections::BTreeMap;

/// Trials that a bracket begins with.
pub const TRIALS_A_BRACKET: usize = 9;

/// The trial of the parameters that are built in: what the others are measured against.
pub const UNTUNED: usize = 0;

/// One in so many goes on to the next rung.
const CUT: usize = 3;

/// A measurement: trial and split.
pub type Key = (usize, usize);

/// The search as far as it went.
#[derive(Debug, Clone)]
pub struct Search {
    n_splits: usize,
    /// No trial beyond this number is begun.
    last_trial: usize,
    errors: BTreeMap<Key, f64>,
}

/// A trial's place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Number of the trial.
    pub trial: usize,
    /// Mean error over its splits, as a multiple of the untuned error there.
    pub score: f64,
    /// Splits that it was measured on.
    pub n_splits: usize,
}

impl Search {
    /// A search over trials up to number `last_trial`, nothing measured yet.
    pub fn new(n_splits: usize, last_trial: usize) -> Self {
        Self {
            n_splits,
            last_trial,
            errors: BTreeMap::new(),
        }
    }

    /// Adds a measurement. The same one again changes nothing.
    pub fn add(&mut self, key: Key, error: f64) {
        self.errors.entry(key).or_insert(error);
    }

    /// How many measurements there are.
    pub fn measured(&self) -> usize {
        self.errors.len()
    }

    /// What to measure next; `None` once every trial up to the last is decided.
    pub fn next(&self) -> Option<Key> {
        let untuned = (0..self.n_splits).map(|split| (UNTUNED, split));
        if let Some(key) = untuned
            .into_iter()
            .find(|key| !self.errors.contains_key(key))
        {
            return Some(key);
        }
        let mut first = UNTUNED + 1;
        while first <= self.last_trial {
            let last = (first + TRIALS_A_BRACKET - 1).min(self.last_trial);
            if let Some(key) = self.next_of_bracket((first..=last).collect()) {
                return Some(key);
            }
            first = last + 1;
        }
        None
    }

    fn next_of_bracket(&self, mut trials: Vec<usize>) -> Option<Key> {
        let mut done = 0;
        for n_splits in rungs(self.n_splits) {
            for trial in &trials {
                let mut missing = (done..n_splits).map(|split| (*trial, split));
                if let Some(key) = missing.find(|key| !self.errors.contains_key(key)) {
                    return Some(key);
                }
            }
            trials.sort_by(|a, b| {
                let score = |trial: usize| self.score(trial, n_splits);
                score(*a).total_cmp(&score(*b)).then(a.cmp(b))
            });
            trials.truncate(trials.len().div_ceil(CUT));
            // One stage serves trials that stand beside each other.
            trials.sort_unstable();
            done = n_splits;
        }
        None
    }

    /// The mean over the first `n_splits` splits; infinite where one is missing.
    fn score(&self, trial: usize, n_splits: usize) -> f64 {
        let ratio = |split| {
            let of = |trial| self.errors.get(&(trial, split)).copied();
            of(trial)
                .zip(of(UNTUNED))
                .map(|(own, untuned)| own / untuned)
        };
        let ratios: Option<Vec<f64>> = (0..n_splits).map(ratio).collect();
        ratios.map_or(f64::INFINITY, |own| {
            own.iter().sum::<f64>() / own.len() as f64
        })
    }

    /// All trials that were measured: the more splits the higher, then by score, then by number.
    pub fn places(&self) -> Vec<Place> {
        let mut n_splits: BTreeMap<usize, usize> = BTreeMap::new();
        for (trial, _) in self.errors.keys() {
            *n_splits.entry(*trial).or_default() += 1;
        }
        let place = |(trial, n_splits)| Place {
            trial,
            score: self.score(trial, n_splits),
            n_splits,
        };
        let mut places: Vec<Place> = n_splits.into_iter().map(place).collect();
        places.sort_by(|a, b| {
            let by_splits = b.n_splits.cmp(&a.n_splits);
            by_splits
                .then(a.score.total_cmp(&b.score))
                .then(a.trial.cmp(&b.trial))
        });
        places
    }

    /// The best trial of all brackets before that of `trial`, measured on every split; the untuned one where none is better.
    ///
    /// These brackets are decided before `trial` begins: the answer is the same whenever it is asked for.
    pub fn best_before(&self, trial: usize) -> usize {
        let drawn = trial.saturating_sub(1);
        let first = drawn - drawn % TRIALS_A_BRACKET + 1;
        let mut places = self.places().into_iter();
        let best = places.find(|own| own.n_splits == self.n_splits && own.trial < first);
        best.map_or(UNTUNED, |own| own.trial)
    }

    /// The best of the trials that were measured on every split; the untuned one where there is no other.
    pub fn winner(&self) -> Place {
        let is_whole = |place: &Place| place.n_splits == self.n_splits;
        self.places().into_iter().find(is_whole).unwrap_or(Place {
            trial: UNTUNED,
            score: 1.0,
            n_splits: 0,
        })
    }
}

/// Splits that trials of each rung are measured on in all.
fn rungs(n_splits: usize) -> Vec<usize> {
    let mut rungs = vec![n_splits.div_ceil(3), (2 * n_splits).div_ceil(3), n_splits];
    rungs.dedup();
    rungs.retain(|rung| *rung > 0);
    rungs
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Trial 5 is best everywhere, trial 2 only on the first split.
    fn error((trial, split): Key) -> f64 {
        let own = match (trial, split) {
            (2, 0) => 0.5,
            (2, _) => 1.5,
            (5, _) => 0.8,
            (UNTUNED, _) => 1.0,
            _ => 1.0 + trial as f64 / 100.0,
        };
        own * 10_f64.powf(split as f64)
    }

    fn run(search: &mut Search, steps: usize) -> Vec<Key> {
        let mut keys = Vec::new();
        while let Some(key) = search.next().filter(|_| keys.len() < steps) {
            search.add(key, error(key));
            keys.push(key);
        }
        keys
    }

    #[test]
    fn the_best_third_goes_on() {
        let mut search = Search::new(6, 9);
        let keys = run(&mut search, 999);
        let of = |trial| keys.iter().filter(|(own, _)| *own == trial).count();
        assert_eq!(keys[..6], [0, 1, 2, 3, 4, 5].map(|split| (UNTUNED, split)));
        assert_eq!((of(1), of(2), of(5), of(9)), (4, 4, 6, 2));
        assert_eq!(keys.len(), 6 + 9 * 2 + 3 * 2 + 2);
        let winner = search.winner();
        assert_eq!((winner.trial, winner.n_splits), (5, 6));
        assert_eq!(
            (search.best_before(9), search.best_before(10)),
            (UNTUNED, 5)
        );
        assert!((winner.score - 0.8).abs() < 1e-12);
        assert_eq!(search.places()[1].trial, UNTUNED);
        assert_eq!(search.next(), None);
    }

    #[test]
    fn a_search_that_was_cut_off_goes_on_where_it_stopped() {
        let mut whole = Search::new(4, 20);
        let keys = run(&mut whole, 999);
        for cut in 0..keys.len() {
            let mut first = Search::new(4, 20);
            let mut found = run(&mut first, cut);
            let mut second = Search::new(4, 20);
            for key in &found {
                second.add(*key, error(*key));
            }
            found.extend(run(&mut second, 999));
            assert_eq!(found, keys);
            assert_eq!(second.places(), whole.places());
        }
    }

    #[test]
    fn what_is_not_measured_everywhere_does_not_win() {
        let mut search = Search::new(6, 99);
        assert_eq!(search.winner().trial, UNTUNED);
        run(&mut search, 6 + 5 * 2);
        // Trial 5 leads on two splits alone.
        assert!(
            search
                .places()
                .iter()
                .any(|own| own.trial == 5 && own.score < 1.0)
        );
        assert_eq!(search.winner().trial, UNTUNED);
    }

    #[test]
    fn a_single_split_and_a_short_bracket_work() {
        let mut search = Search::new(1, 2);
        assert_eq!(run(&mut search, 999), [(0, 0), (1, 0), (2, 0)]);
        assert_eq!(search.winner().trial, 2);
        assert_eq!(rungs(7), [3, 5, 7]);
        assert_eq!(rungs(2), [1, 2]);
        assert_eq!(rungs(1), [1]);
    }
}
