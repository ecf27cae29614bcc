//! What is searched: the parameters of a trial, a pure function of seed and number.
//!
//! Every trial is drawn at random (Bergstra & Bengio 2012, *JMLR* 13: where few of the parameters matter, random
//! points cover those better than a grid). A stage, that is encoder, weights of rows and ridge, serves three trials:
//! it takes three times as long to fit as the trees on it.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

use crate::params::{Boosting, Features, HalfLife, Params, Ridge};

/// Changes whenever the same number would give other parameters.
pub const VERSION: u32 = 1;

/// Trials that share a stage.
pub const TRIALS_A_STAGE: usize = 3;

/// The trial of the parameters that are built in: what the others are measured against.
pub const UNTUNED: usize = 0;

/// Days after which a row counts half.
const HALF_LIVES: [HalfLife; 6] = [
    HalfLife::NONE,
    HalfLife::Days(90.0),
    HalfLife::Days(182.625),
    HalfLife::Days(365.25),
    HalfLife::Days(730.5),
    HalfLife::Days(1461.0),
];

/// What models look at: everything in eight draws of ten.
const FEATURES: [Features; 10] = [
    Features::Full,
    Features::Full,
    Features::Full,
    Features::Full,
    Features::Full,
    Features::Full,
    Features::Full,
    Features::Full,
    Features::NoTitle,
    Features::Form,
];

const MIN_WEIGHTS: [f32; 4] = [0.02, 0.05, 0.1, 0.2];

const MIN_ROWS_A_WORD: [u32; 5] = [2, 3, 4, 6, 10];

/// The parameters of trial `number`: the built-in ones for [`UNTUNED`], drawn ones for every other.
pub fn params(seed: u64, number: usize) -> Params {
    let Some(drawn) = number.checked_sub(1) else {
        return Params::default();
    };
    let default = Params::default();
    let mut stage = Draw::new(seed, 1, drawn / TRIALS_A_STAGE);
    let huber = stage.log_uniform(0.4, 2.0);
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
            huber: default
                .ridge
                .huber
                .iter()
                .map(|limit| rounded(limit * huber))
                .collect(),
        },
        boosting: vec![boosting(&mut Draw::new(seed, 2, drawn))],
        source_weights: default.source_weights,
    }
}

fn boosting(draw: &mut Draw) -> Boosting {
    let eta = draw.log_uniform(0.015, 0.15);
    Boosting {
        trees: 2_000,
        // Slow learners make progress in smaller steps.
        patience: (1.0 / eta).round().clamp(15.0, 60.0) as usize,
        depth: draw.below(7) + 4,
        eta,
        min_child_weight: draw.log_uniform(1.0, 32.0),
        lambda: draw.log_uniform(0.1, 20.0),
        subsample: draw.uniform(0.6, 1.0),
        colsample: draw.uniform(0.3, 1.0),
        residual_limit: draw.log_uniform(0.08, 0.6) as f32,
    }
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
}

/// Three digits: what more would say is noise, and people read these files.
fn rounded(value: f64) -> f64 {
    format!("{value:.2e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_always_gives_the_same_parameters() {
        assert_eq!(params(7, UNTUNED), Params::default());
        for number in 1..60 {
            let own = params(7, number);
            assert_eq!(own, params(7, number));
            assert_ne!(own, params(8, number));
            own.check("drawn").expect("within what is valid");
        }
    }

    /// Logs name the version: whoever changes what is drawn must change it too.
    #[test]
    fn version_1_draws_these() {
        assert_eq!(VERSION, 1);
        let own = params(42, 1);
        let text = format!("{:?} {:?}", own.ridge.alphas, own.boosting[0]);
        assert_eq!(
            text,
            "[1.05] Boosting { trees: 2000, patience: 33, depth: 8, eta: 0.0303, min_child_weight: 3.18, lambda: 0.408, subsample: 0.951, colsample: 0.747, residual_limit: 0.417 }"
        );
    }

    #[test]
    fn three_trials_share_a_stage() {
        let same = |a, b| is_same_stage(&params(1, a), &params(1, b));
        assert!(same(1, 2) && same(2, 3) && same(4, 6));
        assert!(!same(3, 4) && !same(0, 1));
        assert_ne!(params(1, 1).boosting, params(1, 2).boosting);
    }

    #[test]
    fn every_choice_comes_up() {
        let drawn: Vec<Params> = (1..600).map(|number| params(3, number)).collect();
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
