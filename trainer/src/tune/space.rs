//! What is searched: the parameters of a trial, a pure function of seed, number and the brackets before.
//!
//! One trial in three is drawn at random (Bergstra & Bengio 2012, *JMLR* 13: where few of the parameters matter, random
//! points cover those better than a grid), two near the best so far, which are the built-in parameters at first: what is
//! good on one set of listings is seldom bad on another. A stage, that is encoder, weights of rows and
//! ridge, serves three trials: it takes three times as long to fit as the trees on it.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

use super::search::{Search, TRIALS_A_BRACKET};
use crate::params::{Boosting, Features, HalfLife, Params, Ridge};

/// Changes whenever the same number would give other parameters.
pub const VERSION: u32 = 3;

/// Trials that share a stage.
pub const TRIALS_A_STAGE: usize = 3;

/// Days after which a row counts half.
const HALF_LIVES: [HalfLife; 6] = [
    HalfLife::NONE,
    HalfLife::Days(90.0),
    HalfLife::Days(182.625),
    HalfLife::Days(365.25),
    HalfLife::Days(730.5),
    HalfLife::Days(1461.0),
];

/// What models look at: everything that callers can say in nine draws of ten.
const FEATURES: [Features; 10] = [
    Features::Form,
    Features::Form,
    Features::Form,
    Features::Form,
    Features::Form,
    Features::Form,
    Features::Form,
    Features::Form,
    Features::Form,
    Features::NoTitle,
];

/// Solves of the ridge after the plain one: each brings it nearer to what the limit on errors means.
const ROUNDS: [usize; 4] = [3, 6, 10, 15];

const MIN_WEIGHTS: [f32; 4] = [0.02, 0.05, 0.1, 0.2];

const MIN_ROWS_A_WORD: [u32; 5] = [2, 3, 4, 6, 10];

/// The parameters of trial `number`: the built-in ones for
/// [`UNTUNED`](super::search::UNTUNED); in the first stage of each bracket random ones; in
/// the others parameters near the best of the brackets before, which `search` knows.
pub fn params(seed: u64, number: usize, search: &Search) -> Params {
    let Some(drawn) = number.checked_sub(1) else {
        return Params::default();
    };
    let stage = drawn / TRIALS_A_STAGE;
    let mut draws = (Draw::new(seed, 1, stage), Draw::new(seed, 2, drawn));
    if stage.is_multiple_of(TRIALS_A_BRACKET / TRIALS_A_STAGE) {
        anywhere(&mut draws)
    } else {
        let best = params(seed, search.best_before(number), search);
        near(&best, &mut draws)
    }
}

/// Parameters from the whole of the space; the first stream draws the stage, the second the trees.
fn anywhere((stage, trees): &mut (Draw, Draw)) -> Params {
    let default = Params::default();
    let (huber, rounds) = (stage.log_uniform(0.4, 2.0), stage.of(&ROUNDS));
    let features = stage.of(&FEATURES);
    let half_life_days = stage.of(&HALF_LIVES);
    let min_weight = stage.of(&MIN_WEIGHTS);
    let min_rows_a_word = stage.of(&MIN_ROWS_A_WORD);
    let alpha = stage.log_uniform(0.1, 3.0);
    Params {
        features,
        half_life_days,
        min_weight,
        min_rows_a_word,
        ridge: Ridge {
            alphas: vec![alpha],
            huber: scaled(&default.ridge.huber, huber, rounds),
        },
        boosting: vec![boosting(trees)],
        source_weights: default.source_weights,
    }
}

fn boosting(draw: &mut Draw) -> Boosting {
    let eta = draw.log_uniform(0.015, 0.15);
    Boosting {
        trees: MOST_TREES,
        patience: patience(eta),
        depth: draw.below(7) + 4,
        eta,
        min_child_weight: draw.log_uniform(0.5, 32.0),
        lambda: draw.log_uniform(0.1, 20.0),
        subsample: draw.uniform(0.6, 1.0),
        colsample: draw.uniform(0.3, 1.0),
        huber_slope: huber_slope(draw),
        residual_limit: draw.log_uniform(0.08, 0.6) as f32,
    }
}

/// Parameters a step away from `best`.
fn near(best: &Params, (stage, trees): &mut (Draw, Draw)) -> Params {
    let huber = stage.log_uniform(0.75, 1.33);
    let rounds = stage.beside(&ROUNDS, best.ridge.huber.len());
    let alpha = stage.of(&best.ridge.alphas) * stage.log_uniform(0.6, 1.7);
    Params {
        features: best.features,
        half_life_days: stage.beside(&HALF_LIVES, best.half_life_days),
        min_weight: stage.beside(&MIN_WEIGHTS, best.min_weight),
        min_rows_a_word: stage.beside(&MIN_ROWS_A_WORD, best.min_rows_a_word),
        ridge: Ridge {
            alphas: vec![rounded(alpha)],
            huber: scaled(&best.ridge.huber, huber, rounds),
        },
        boosting: vec![boosting_near(&best.boosting, trees)],
        source_weights: best.source_weights.clone(),
    }
}

fn boosting_near(best: &[Boosting], draw: &mut Draw) -> Boosting {
    let own = draw.of(best);
    let mut step =
        |value: f64, factor: f64| rounded(value * draw.log_uniform(1.0 / factor, factor));
    let (eta, residual_limit) = (step(own.eta, 1.5), step(f64::from(own.residual_limit), 1.4));
    let (min_child_weight, lambda) = (step(own.min_child_weight, 2.0), step(own.lambda, 2.0));
    let mut share = |value: f64| rounded((value + draw.uniform(-0.15, 0.15)).clamp(0.3, 1.0));
    let (subsample, colsample) = (share(own.subsample), share(own.colsample));
    // One in three has the other loss, at which its best neighbour may lie.
    let (huber_slope, leaf) = match (own.huber_slope, draw.below(3)) {
        (None, 0) => (
            Some(draw.log_uniform(LEAST_SLOPE, MOST_SLOPE)),
            1.0 / ROBUST_LEAF,
        ),
        (Some(_), 0) => (None, ROBUST_LEAF),
        (slope, _) => (
            slope.map(|own| rounded(own * draw.log_uniform(0.67, 1.5))),
            1.0,
        ),
    };
    Boosting {
        trees: MOST_TREES,
        patience: patience(eta),
        depth: (own.depth + draw.below(3)).saturating_sub(1).clamp(2, 12),
        eta: eta.min(0.5),
        min_child_weight: rounded(min_child_weight * leaf),
        lambda,
        subsample,
        colsample,
        huber_slope,
        residual_limit: residual_limit as f32,
    }
}

/// Half of all trees are fitted to squares.
fn huber_slope(draw: &mut Draw) -> Option<f64> {
    (draw.below(2) == 0).then(|| draw.log_uniform(LEAST_SLOPE, MOST_SLOPE))
}

/// Half of all cars lie within 4 % of the estimate: the least slope counts most errors in proportion, the greatest nearly
/// all of them squared.
const LEAST_SLOPE: f64 = 0.02;
const MOST_SLOPE: f64 = 0.2;

/// Rows weigh less in a leaf under the pseudo-Huber loss: leaves of as many rows then weigh about so many times less.
const ROBUST_LEAF: f64 = 3.0;

/// The most trees; early stopping finds how many.
const MOST_TREES: usize = 2_000;

/// Slow learners make progress in smaller steps.
fn patience(eta: f64) -> usize {
    (1.0 / eta).round().clamp(15.0, 60.0) as usize
}

/// So many limits, scaled; the last one is the limit of all further rounds.
fn scaled(limits: &[f64], factor: f64, rounds: usize) -> Vec<f64> {
    let last = limits.last().copied().into_iter();
    let all = limits.iter().copied().chain(last.cycle());
    all.take(rounds)
        .map(|limit| rounded(limit * factor))
        .collect()
}

/// Whether two trials differ in the trees alone.
pub fn is_same_stage(a: &Params, b: &Params) -> bool {
    let stage = |params: &Params| Params {
        boosting: Vec::new(),
        ..params.clone()
    };
    stage(a) == stage(b)
}

/// Numbers drawn from a stream of their own.
struct Draw(ChaCha8Rng);

impl Draw {
    fn new(seed: u64, kind: u64, number: usize) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(kind << 32 | number as u64);
        Self(random)
    }

    /// A number in [0, 1).
    fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn uniform(&mut self, low: f64, high: f64) -> f64 {
        rounded(low + (high - low) * self.unit())
    }

    fn log_uniform(&mut self, low: f64, high: f64) -> f64 {
        rounded((low.ln() + (high / low).ln() * self.unit()).exp())
    }

    fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.0.next_u64()) * n as u128) >> 64) as usize
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// `own`, or one of its neighbours in `all`; any member if `own` is not in `all`.
    fn beside<T: Copy + PartialEq>(&mut self, all: &[T], own: T) -> T {
        let Some(place) = all.iter().position(|other| *other == own) else {
            return self.of(all);
        };
        let place = (place + self.below(3)).saturating_sub(1);
        all[place.min(all.len() - 1)]
    }
}

/// Three digits: what more would say is noise, and people read these files.
fn rounded(value: f64) -> f64 {
    format!("{value:.2e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tune::search::UNTUNED;

    /// What is drawn before anything is measured.
    fn drawn(seed: u64, number: usize) -> Params {
        params(seed, number, &Search::new(1, 99))
    }

    /// A search in whose first bracket `best` won.
    fn after(best: usize) -> Search {
        let mut search = Search::new(1, 99);
        for trial in 0..=TRIALS_A_BRACKET {
            search.add((trial, 0), if trial == best { 0.9 } else { 1.0 });
        }
        search
    }

    #[test]
    fn a_number_always_gives_the_same_parameters() {
        assert_eq!(drawn(7, UNTUNED), Params::default());
        for number in 1..60 {
            let own = drawn(7, number);
            assert_eq!(own, drawn(7, number));
            assert_ne!(own, drawn(8, number));
            own.check("drawn").expect("within what is valid");
            params(7, number, &after(4)).check("drawn").expect("valid");
        }
    }

    /// Logs name the version: whoever changes what is drawn must change it too.
    #[test]
    fn version_3_draws_these() {
        assert_eq!(VERSION, 3);
        let text = |number| {
            let own = drawn(42, number);
            format!("{:?} {:?}", own.ridge.alphas, own.boosting[0])
        };
        assert_eq!(
            text(1),
            "[0.482] Boosting { trees: 2000, patience: 33, depth: 8, eta: 0.0303, min_child_weight: 2.0, lambda: 0.408, subsample: 0.951, colsample: 0.747, huber_slope: None, residual_limit: 0.156 }"
        );
        assert_eq!(
            text(9),
            "[0.295] Boosting { trees: 2000, patience: 17, depth: 5, eta: 0.0576, min_child_weight: 2.72, lambda: 0.727, subsample: 1.0, colsample: 0.496, huber_slope: None, residual_limit: 0.143 }"
        );
    }

    #[test]
    fn three_trials_share_a_stage() {
        let same = |a, b| is_same_stage(&drawn(1, a), &drawn(1, b));
        assert!(same(1, 2) && same(2, 3) && same(4, 6) && same(7, 9));
        assert!(!same(3, 4) && !same(0, 1));
        assert_ne!(drawn(1, 1).boosting, drawn(1, 2).boosting);
    }

    #[test]
    fn the_later_stages_of_a_bracket_are_near_the_best_before() {
        let last = 2 * TRIALS_A_BRACKET;
        for best in [UNTUNED, 2, 4] {
            let (search, base) = (after(best), drawn(1, best));
            let own = params(1, last, &search);
            assert_eq!(own.features, base.features);
            let ratio = own.ridge.huber[0] / base.ridge.huber[0];
            assert!((0.7..1.4).contains(&ratio), "{ratio}");
            let depths = base.boosting.iter().map(|trees| trees.depth);
            assert!(
                depths
                    .into_iter()
                    .any(|depth| depth.abs_diff(own.boosting[0].depth) <= 1)
            );
            assert_ne!(own, base);
        }
        let is_free = |number| params(1, number, &after(2)) == params(1, number, &after(4));
        assert!(is_free(last - 2 * TRIALS_A_STAGE));
        assert!(!is_free(last - TRIALS_A_STAGE) && !is_free(last));
    }

    #[test]
    fn every_choice_comes_up() {
        let drawn: Vec<Params> = (1..600).map(|number| drawn(3, number)).collect();
        let comes_up = |test: &dyn Fn(&Params) -> bool| drawn.iter().any(test);
        for features in FEATURES {
            assert!(comes_up(&|own| own.features == features), "{features:?}");
        }
        for half_life in HALF_LIVES {
            assert!(
                comes_up(&|own| own.half_life_days == half_life),
                "{half_life:?}"
            );
        }
        for depth in 4..=10 {
            assert!(comes_up(&|own| own.boosting[0].depth == depth), "{depth}");
        }
        assert!(
            drawn
                .iter()
                .all(|own| (0.1..=3.0).contains(&own.ridge.alphas[0]))
        );
    }

    #[test]
    fn numbers_are_short() {
        for (value, want) in [(0.123456, 0.123), (12345.0, 12300.0), (1.0, 1.0)] {
            assert_eq!(rounded(value), want);
        }
    }
}
