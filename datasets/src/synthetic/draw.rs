//! Random draws that are the same on every platform.

use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha12Rng;

/// A seeded source of draws; takes nothing from the generator but its 64-bit words.
pub(super) struct Draw(ChaCha12Rng);

impl Draw {
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha12Rng::seed_from_u64(seed))
    }

    /// 64 random bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Uniform in [0, 1).
    pub(super) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform in `0..n`; 0 for `n` of 0.
    pub(super) fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(n)) >> 64) as u64
    }

    /// True with the probability `p`.
    pub(super) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// About normal with mean 0 and standard deviation 1, within ±6: the sum of twelve uniform draws.
    pub(super) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// An index with the probability of its weight. `weights` is not empty and its sum is above 0.
    pub(super) fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.unit() * weights.iter().sum::<f64>();
        for (index, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return index;
            }
        }
        weights.len() - 1
    }

    /// One of `items`, which is not empty.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u64) as usize]
    }

    /// One of `items`, the first of them in two of three draws; none of none.
    pub(super) fn mostly_first<T: Copy>(&mut self, items: &[T]) -> Option<T> {
        let index = self.below(items.len() as u64) as usize;
        let first = self.chance(0.5);
        items.get(if first { 0 } else { index }).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_have_their_distribution() {
        let mut draw = Draw::new(1);
        let n = 20_000;
        let (mut sum, mut squares, mut thirds) = (0.0, 0.0, [0_u32; 3]);
        for _ in 0..n {
            let x = draw.normal();
            sum += x;
            squares += x * x;
            thirds[draw.weighted(&[1.0, 1.0, 2.0])] += 1;
        }
        let n = f64::from(n);
        assert!((sum / n).abs() < 0.03, "{}", sum / n);
        assert!((squares / n - 1.0).abs() < 0.05, "{}", squares / n);
        assert!((f64::from(thirds[2]) / n - 0.5).abs() < 0.02, "{thirds:?}");
        assert!((0..1000).all(|_| draw.below(7) < 7));
        assert_eq!(draw.below(0), 0);
    }
}
