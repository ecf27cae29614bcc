//! How the odometer enters the ridge: straight lines between fixed readings, none of which rises.
//!
//! A term of the odometer does not move the price itself: it moves the slopes between readings. All terms that a car takes
//! part in are summed slope by slope, a slope that would rise counts as flat, and the price follows the slopes from the
//! usual reading to the car's. So more kilometres never raise the price, and no reading has a cliff.

/// Number of slopes.
pub(super) const SLOPES: usize = 9;

/// Readings between which a slope holds, in kilometres. Beyond the last the price is level: so few cars were driven
/// farther that their prices say nothing.
const READINGS_KM: [f32; SLOPES + 1] = [0.0, 5e3, 1e4, 2e4, 3.5e4, 5e4, 8e4, 1.2e5, 2e5, 4e5];

/// The last of them.
pub(super) const MOST_KM: f32 = READINGS_KM[SLOPES];

/// Share of a change in ln(km + 2,000) that falls between two readings: the first kilometres cost the most.
const LOGARITHMIC: [f32; SLOPES] = [
    1.253, 0.539, 0.606, 0.520, 0.340, 0.456, 0.397, 0.504, 0.688,
];

/// Share of a change in kilometres, in 50,000 km; the last counts less than its length, for it rests on few cars.
const LINEAR: [f32; SLOPES] = [0.1, 0.1, 0.2, 0.3, 0.3, 0.6, 0.8, 1.6, 1.0];

/// Which slopes a term moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One of them.
    Slope(usize),
    /// All of them, the first most.
    Logarithmic,
    /// All of them, by their length.
    Linear,
}

/// How far a car's odometer is from the usual one, slope by slope; each from −1 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Distance([f32; SLOPES]);

impl Distance {
    /// From `usual_km` to `km`. An odometer that is not known stands at the usual.
    pub(super) fn of(km: Option<f32>, usual_km: f32) -> Self {
        let Some(km) = km else {
            return Self([0.0; SLOPES]);
        };
        Self(std::array::from_fn(|slope| {
            let (from, to) = (READINGS_KM[slope], READINGS_KM[slope + 1]);
            let part = |km: f32| ((km - from) / (to - from)).clamp(0.0, 1.0);
            part(km) - part(usual_km)
        }))
    }

    /// By how much a term of this shape and weight 1 would move the price, were it alone.
    pub(super) fn along(&self, shape: Shape) -> f32 {
        let sum = |of: &[f32; SLOPES]| self.0.iter().zip(of).map(|(own, of)| own * of).sum();
        match shape {
            Shape::Slope(slope) => self.0[slope],
            Shape::Logarithmic => sum(&LOGARITHMIC),
            Shape::Linear => sum(&LINEAR),
        }
    }
}

/// The slopes of one car, summed over its terms.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Slopes {
    single: [f32; SLOPES],
    logarithmic: f32,
    linear: f32,
}

impl Slopes {
    /// Adds a term's weight.
    pub(super) fn add(&mut self, shape: Shape, weight: f32) {
        match shape {
            Shape::Slope(slope) => self.single[slope] += weight,
            Shape::Logarithmic => self.logarithmic += weight,
            Shape::Linear => self.linear += weight,
        }
    }

    /// How far the price moves over `distance`.
    pub(super) fn over(&self, distance: &Distance) -> f32 {
        let slope = |at: usize| {
            let sum =
                self.single[at] + self.logarithmic * LOGARITHMIC[at] + self.linear * LINEAR[at];
            sum.min(0.0)
        };
        distance
            .0
            .iter()
            .enumerate()
            .map(|(at, way)| way * slope(at))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithmic_shape_is_that_of_its_formula() {
        for (slope, share) in LOGARITHMIC.iter().enumerate() {
            let ln = |at: usize| (READINGS_KM[at] + 2_000.0).ln();
            assert!(
                (share - (ln(slope + 1) - ln(slope))).abs() < 1e-3,
                "{slope}"
            );
        }
    }

    #[test]
    fn no_weights_make_a_price_rise_or_jump() {
        let mut slopes = Slopes::default();
        for (slope, weight) in [(0, -0.2), (1, 0.4), (4, -0.1), (8, 0.3)] {
            slopes.add(Shape::Slope(slope), weight);
        }
        slopes.add(Shape::Logarithmic, 0.05);
        slopes.add(Shape::Linear, -0.03);
        let at = |km: u32| slopes.over(&Distance::of(Some(km as f32), 60_000.0));
        for km in (0..1_000_000).step_by(500) {
            let step = at(km + 500) - at(km);
            assert!((-0.05..=1e-6).contains(&step), "{km}: {step}");
        }
        assert!(at(60_000).abs() < 1e-6);
        assert_eq!(slopes.over(&Distance::of(None, 60_000.0)), 0.0);
    }
}
