//! What each score is called, what it is counted in, and which way is better.

/// What a score is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Money, in the currency of the prices.
    Amount,
    /// A fraction of 1, shown in per cent.
    Share,
    /// A bare number.
    Number,
    /// Milliseconds.
    Milliseconds,
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Aim {
    /// The lower the better.
    Low,
    /// The higher the better.
    High,
    /// The nearer to this the better.
    Target(f64),
}

/// A score.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// Name in files.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// What it is counted in.
    pub unit: Unit,
    /// Which way is better.
    pub aim: Aim,
}

/// Every score that has no level, in the order of reports: name, title, unit, aim.
const PLAIN: &[(&str, &str, Unit, Aim)] = &[
    ("mdape", "MdAPE", Unit::Share, Aim::Low),
    ("mape", "MAPE", Unit::Share, Aim::Low),
    ("mae", "MAE", Unit::Amount, Aim::Low),
    ("median_ae", "median AE", Unit::Amount, Aim::Low),
    ("rmse", "RMSE", Unit::Amount, Aim::Low),
    ("rmsle", "RMSLE", Unit::Number, Aim::Low),
    ("r2", "R²", Unit::Number, Aim::High),
    ("within_5", "within 5 %", Unit::Share, Aim::High),
    ("within_10", "within 10 %", Unit::Share, Aim::High),
    ("within_20", "within 20 %", Unit::Share, Aim::High),
    (
        "median_ratio",
        "median ratio",
        Unit::Number,
        Aim::Target(1.0),
    ),
    ("cod", "COD", Unit::Number, Aim::Low),
    ("prd", "PRD", Unit::Number, Aim::Target(1.0)),
    ("prb", "PRB", Unit::Number, Aim::Target(0.0)),
    ("hit_1", "hit@1", Unit::Share, Aim::High),
    ("hit_3", "hit@3", Unit::Share, Aim::High),
    ("hit_5", "hit@5", Unit::Share, Aim::High),
    ("mrr", "MRR", Unit::Number, Aim::High),
    ("ndcg_10", "nDCG@10", Unit::Number, Aim::High),
    ("map", "MAP", Unit::Number, Aim::High),
    ("answered_right", "answered right", Unit::Share, Aim::High),
    ("wrongly_refused", "wrongly refused", Unit::Share, Aim::Low),
    (
        "refusal_precision",
        "refusal precision",
        Unit::Share,
        Aim::High,
    ),
    ("refusal_recall", "refusal recall", Unit::Share, Aim::High),
    (
        "latency_p50_ms",
        "latency p50",
        Unit::Milliseconds,
        Aim::Low,
    ),
    (
        "latency_p95_ms",
        "latency p95",
        Unit::Milliseconds,
        Aim::Low,
    ),
];

/// Scores of the ranges of a level: prefix, what stands before and after the level in the title.
const LEVELLED: &[(&str, &str, &str)] = &[
    ("coverage_", "in ", " % range"),
    ("interval_width_", "width of ", " % range"),
    ("pinball_", "pinball of ", " % range"),
];

impl Definition {
    /// The score called `name`, if there is one.
    pub fn of(name: &str) -> Option<Self> {
        let plain = PLAIN.iter().find(|(own, ..)| *own == name);
        if let Some((_, title, unit, aim)) = plain {
            return Some(Self {
                name: name.to_owned(),
                title: (*title).to_owned(),
                unit: *unit,
                aim: *aim,
            });
        }
        let (prefix, before, after) = LEVELLED.iter().find(|own| name.starts_with(own.0))?;
        let percent: f64 = name.strip_prefix(prefix)?.parse().ok()?;
        let is_level = percent > 0.0 && percent < 100.0;
        let (unit, aim) = match *prefix {
            "coverage_" => (Unit::Share, Aim::Target(percent / 100.0)),
            "interval_width_" => (Unit::Share, Aim::Low),
            _ => (Unit::Amount, Aim::Low),
        };
        is_level.then(|| Self {
            name: name.to_owned(),
            title: format!("{before}{percent}{after}"),
            unit,
            aim,
        })
    }

    /// Names as an error lists them.
    pub fn valid() -> String {
        let plain = PLAIN.iter().map(|(name, ..)| (*name).to_owned());
        let levelled = LEVELLED.iter().map(|(prefix, ..)| format!("{prefix}80"));
        plain.chain(levelled).collect::<Vec<_>>().join(", ")
    }

    /// Place in reports.
    pub fn order(&self) -> (usize, &str) {
        let plain = PLAIN.iter().position(|(name, ..)| *name == self.name);
        let levelled = || LEVELLED.iter().position(|own| self.name.starts_with(own.0));
        let place = plain.or_else(|| Some(PLAIN.len() + levelled()?));
        (place.unwrap_or(usize::MAX), &self.name)
    }

    /// Distance from what would be best, up to a constant: lower is better whatever the aim.
    pub fn loss(&self, value: f64) -> f64 {
        match self.aim {
            Aim::Low => value,
            Aim::High => -value,
            Aim::Target(target) => (value - target).abs(),
        }
    }

    /// How much worse `challenger` is than `champion`: as a fraction of the champion's value, or, where the score has a
    /// target, the growth of its distance from that. Below 0 where it is better.
    pub fn worse_by(&self, champion: f64, challenger: f64) -> f64 {
        let difference = self.loss(challenger) - self.loss(champion);
        match self.aim {
            Aim::Target(_) => difference,
            Aim::Low | Aim::High if difference == 0.0 => 0.0,
            Aim::Low | Aim::High => difference / champion.abs(),
        }
    }
}

/// Name of a score of the ranges of `level`: `coverage_80`.
pub(crate) fn levelled(prefix: &str, level: f64) -> String {
    // To a thousandth of a per cent: 0.8 × 100 is not 80 to the last bit.
    format!("{prefix}{}", (level * 1e5).round() / 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_part_of_the_name() {
        let coverage = Definition::of(&levelled("coverage_", 0.8)).expect("a score");
        assert_eq!(coverage.name, "coverage_80");
        assert_eq!(coverage.title, "in 80 % range");
        assert_eq!(coverage.aim, Aim::Target(0.8));
        assert_eq!(levelled("coverage_", 0.975), "coverage_97.5");
        for unknown in ["coverage_", "coverage_x", "coverage_100", "maee", ""] {
            assert_eq!(Definition::of(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn worse_means_worse_whatever_the_aim() {
        for (name, champion, challenger, want) in [
            ("mae", 50.0, 60.0, 0.2),
            ("mae", 50.0, 45.0, -0.1),
            ("within_10", 0.8, 0.6, 0.25),
            ("coverage_80", 0.79, 0.84, 0.03),
            ("coverage_80", 0.70, 0.84, -0.06),
            ("prb", 0.01, -0.04, 0.03),
            ("mdape", 0.0, 0.0, 0.0),
        ] {
            let score = Definition::of(name).expect("a score");
            let worse = score.worse_by(champion, challenger);
            assert!((worse - want).abs() < 1e-12, "{name}: {worse}");
        }
    }

    #[test]
    fn the_order_is_that_of_the_table() {
        let mut names = ["pinball_80", "coverage_90", "mae", "coverage_50", "mdape"];
        names.sort_by(|a, b| {
            let [a, b] = [a, b].map(|name| Definition::of(name).expect("a score"));
            a.order().cmp(&b.order())
        });
        let want = ["mdape", "mae", "coverage_50", "coverage_90", "pinball_80"];
        assert_eq!(names, want);
    }
}
