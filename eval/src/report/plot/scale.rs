//! From numbers to places along an axis, with ticks at round numbers.

/// An axis from one number to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    low: f64,
    high: f64,
    is_log: bool,
}

impl Scale {
    /// Equal steps for equal differences, from `low` to `high`; widened where they are one.
    pub fn linear(low: f64, high: f64) -> Self {
        let (low, high) = if high > low {
            (low, high)
        } else {
            (low - 0.5, low + 0.5)
        };
        Self {
            low,
            high,
            is_log: false,
        }
    }

    /// Equal steps for equal ratios; both ends are above 0.
    pub fn log(low: f64, high: f64) -> Self {
        let (low, high) = if high > low {
            (low, high)
        } else {
            (low / 2.0, low * 2.0)
        };
        Self {
            low,
            high,
            is_log: true,
        }
    }

    /// Place of a number, 0 to 1; one beyond the ends lies at the end.
    pub fn share(&self, value: f64) -> f64 {
        let share = if self.is_log {
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        share.clamp(0.0, 1.0)
    }

    /// Whether a number lies between the ends.
    pub fn holds(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// About `wanted` round numbers with their places.
    pub fn ticks(&self, wanted: usize) -> Vec<(f64, f64)> {
        let numbers = if self.is_log && self.high / self.low >= 3.0 {
            log_ticks(self.low, self.high, wanted)
        } else {
            linear_ticks(self.low, self.high, wanted)
        };
        numbers.into_iter().map(|n| (self.share(n), n)).collect()
    }
}

fn linear_ticks(low: f64, high: f64, wanted: usize) -> Vec<f64> {
    let raw = (high - low) / wanted.max(1) as f64;
    let power = 10_f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|round| round * power)
        .find(|step| *step >= raw * 0.999)
        .unwrap_or(power * 10.0);
    let first = (low / step - 1e-9).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    (first..=last).map(|n| n as f64 * step).collect()
}

fn log_ticks(low: f64, high: f64, wanted: usize) -> Vec<f64> {
    let decades = low.log10().floor() as i32..=high.log10().ceil() as i32;
    let all: &[f64] = &[1.0, 2.0, 5.0];
    let of = |steps: &[f64]| -> Vec<f64> {
        let numbers = decades.clone().flat_map(|decade| {
            steps
                .iter()
                .map(move |step| step * 10_f64.powi(decade))
                .collect::<Vec<_>>()
        });
        numbers
            .filter(|n| (low * 0.999..=high * 1.001).contains(n))
            .collect()
    };
    let fine = of(all);
    if fine.len() <= wanted + 3 {
        fine
    } else {
        of(&all[..1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(scale: Scale) -> Vec<f64> {
        scale.ticks(5).into_iter().map(|(_, n)| n).collect()
    }

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(
            numbers(Scale::linear(0.0, 1.0)),
            [0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0]
        );
        assert_eq!(
            numbers(Scale::linear(-60.0, 60.0)),
            [-50.0, -25.0, 0.0, 25.0, 50.0]
        );
        assert_eq!(
            numbers(Scale::log(80.0, 4_500.0)),
            [100.0, 200.0, 500.0, 1_000.0, 2_000.0]
        );
        assert_eq!(numbers(Scale::log(1.0, 1e6)).len(), 7);
        assert_eq!(numbers(Scale::linear(5.0, 5.0)).len(), 5);
    }

    #[test]
    fn places_are_shares_of_the_way() {
        assert_eq!(Scale::linear(10.0, 20.0).share(15.0), 0.5);
        assert_eq!(Scale::linear(10.0, 20.0).share(99.0), 1.0);
        assert!((Scale::log(10.0, 1_000.0).share(100.0) - 0.5).abs() < 1e-12);
        assert!(!Scale::log(10.0, 1_000.0).holds(9.0));
    }
}
