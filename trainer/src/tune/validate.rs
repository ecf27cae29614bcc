//! The rows that trials are judged on: inside the training rows, so that the hold-out is never looked at.

use std::borrow::Borrow;

use datasets::split::{self, GroupedHoldout, Holdout, Origin, Split};
use datasets::{Error as DataError, Listing};
use eval::PriceScores;
use models::Family;

use super::space;
use crate::{
    Result,
    params::Params,
    pipeline::{Stage, actual},
};

/// Origins, at most.
const ORIGINS: usize = 3;

/// Draws of groups at the newest origin, half as many at the one before, and so on: prices are asked for today, and what
/// was best for the cars of years ago need not be.
const DRAWS: u64 = 4;

/// Draws of groups where there is no origin.
const HASH_DRAWS: u64 = 4;

/// Fewest rows that a split judges by, and learns from.
const LEAST: (usize, usize) = (20, 100);

/// Validation splits of the training rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Whether they roll through time.
    pub is_rolling: bool,
    /// Name and rows of each; the first is the one that most trials are measured on.
    pub splits: Vec<(String, Split)>,
}

impl Plan {
    /// Splits `rows`, the training rows, as `holdout` splits all rows: at each of the newest origins, several times where
    /// groups are drawn. Where rows do not reach back in time, groups are drawn from all of them.
    ///
    /// # Errors
    /// [`crate::Error::Data`] where no split has enough rows.
    pub fn new<R: Borrow<Listing>>(rows: &[R], holdout: Holdout, seed: u64) -> Result<Self> {
        let draws = if let Holdout::Grouped { .. } = holdout {
            DRAWS
        } else {
            1
        };
        let mut splits = Vec::new();
        for draw in 0..draws {
            let origins = split::rolling(rows, holdout, ORIGINS, seed.wrapping_add(draw))?;
            for (age, origin) in origins.into_iter().enumerate() {
                if draw < (draws >> age).max(1) {
                    splits.push((name(&origin, draw), origin.split));
                }
            }
        }
        splits.retain(|(_, split)| is_enough(split));
        let is_rolling = !splits.is_empty();
        if !is_rolling {
            for draw in 0..HASH_DRAWS {
                let split = by_hash(rows, holdout, seed.wrapping_add(draw))?;
                splits.push((format!("groups {}", draw + 1), split));
            }
            splits.retain(|(_, split)| is_enough(split));
        }
        if splits.is_empty() {
            return Err(DataError::Value {
                place: "validation".into(),
                field: "training rows".into(),
                value: rows.len().to_string(),
                valid: format!(
                    "enough for {} rows to judge by and {} to learn from",
                    LEAST.0, LEAST.1
                ),
            }
            .into());
        }
        Ok(Self { is_rolling, splits })
    }

    /// Names and test rows, as a log keeps them.
    pub fn names(&self) -> Vec<(String, usize)> {
        let name = |(name, split): &(String, Split)| (name.clone(), split.test.len());
        self.splits.iter().map(name).collect()
    }

    /// In words.
    pub fn describe(&self) -> String {
        let names = self.names();
        let names: Vec<String> = names
            .iter()
            .map(|(name, n)| format!("{name} ({n})"))
            .collect();
        let kind = if self.is_rolling {
            "rolling origins"
        } else {
            "groups by hash, since the rows do not reach back in time"
        };
        format!(
            "validation by {kind}, inside the training rows: {}",
            names.join(", ")
        )
    }
}

fn name(origin: &Origin, draw: u64) -> String {
    let (since, until) = (origin.since.format("%Y-%m"), origin.until.format("%Y-%m"));
    let period = if since.to_string() == until.to_string() {
        since.to_string()
    } else {
        format!("{since} to {until}")
    };
    format!("{period} draw {}", draw + 1)
}

fn is_enough(split: &Split) -> bool {
    split.test.len() >= LEAST.0 && split.train.len() >= LEAST.1
}

fn by_hash<R: Borrow<Listing>>(rows: &[R], holdout: Holdout, seed: u64) -> Result<Split> {
    Ok(match holdout {
        Holdout::Grouped { buckets } => split::grouped(
            rows,
            &GroupedHoldout {
                buckets,
                seed: Some(seed),
                since: None,
            },
        )?,
        Holdout::Time { fraction } | Holdout::Hash { fraction } => {
            split::by_hash(rows, fraction, seed)?
        }
    })
}

/// Measures trials, and keeps the stage of the last one for the next that shares it.
pub struct Judge<'a> {
    rows: &'a [&'a Listing],
    plan: &'a Plan,
    seed: u64,
    stage: Option<(usize, Params, Stage)>,
}

impl<'a> Judge<'a> {
    /// A judge of trials on `rows`, the training rows.
    pub fn new(rows: &'a [&'a Listing], plan: &'a Plan, seed: u64) -> Self {
        Self {
            rows,
            plan,
            seed,
            stage: None,
        }
    }

    /// Fits boosted trees as `params` say without the test rows of a split, and scores them on these.
    ///
    /// # Errors
    /// Learners that fail.
    pub fn measure(&mut self, params: &Params, split: usize) -> Result<(PriceScores, String)> {
        let own = &self.plan.splits[split].1;
        let pick = |side: &[usize]| -> Vec<&'a Listing> {
            side.iter().map(|row| self.rows[*row]).collect()
        };
        let test = pick(&own.test);
        let is_kept = self
            .stage
            .as_ref()
            .is_some_and(|(kept, of, _)| *kept == split && space::is_same_stage(of, params));
        if !is_kept {
            // Let go of before the next is made: a design of all rows takes some memory.
            self.stage = None;
            let stage = Stage::fit(&pick(&own.train), params, self.seed)?;
            self.stage = Some((split, params.clone(), stage));
        }
        let (_, _, stage) = self.stage.as_ref().expect("it was just fitted");
        let family = Family::GradientBoosting;
        let (predicted, chosen) = stage.predict(family, params, self.seed, &test)?;
        Ok((PriceScores::of(&actual(&test), &predicted)?, chosen))
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    fn rows(months: u32) -> Vec<Listing> {
        let row = |i: u32| Listing {
            make: Some("Kia".into()),
            model: Some("Morning".into()),
            year: Some(2018),
            mileage_km: Some(f64::from(10_001 + 13 * i)),
            seller_hash: Some(format!("s{}", i % 90)),
            listed_on: NaiveDate::from_ymd_opt(2025, 1 + i % months, 15),
            ..Listing::default()
        };
        (0..900).map(row).collect()
    }

    const GROUPED: Holdout = Holdout::Grouped { buckets: 3 };

    #[test]
    fn origins_roll_newest_first_and_new_ones_are_drawn_more_often() {
        let plan = Plan::new(&rows(4), GROUPED, 1).expect("a plan");
        assert!(plan.is_rolling);
        let names: Vec<&str> = plan.splits.iter().map(|(name, _)| name.as_str()).collect();
        let expected = [
            "2025-04 draw 1",
            "2025-03 draw 1",
            "2025-02 draw 1",
            "2025-04 draw 2",
            "2025-03 draw 2",
            "2025-04 draw 3",
            "2025-04 draw 4",
        ];
        assert_eq!(names, expected);
        assert!(plan.describe().contains("rolling origins"));
        let by_time = Plan::new(&rows(4), Holdout::Time { fraction: 0.2 }, 1).expect("a plan");
        assert_eq!(by_time.splits.len(), 3);
    }

    #[test]
    fn rows_of_one_month_are_split_by_groups_and_it_is_said() {
        for holdout in [GROUPED, Holdout::Hash { fraction: 0.25 }] {
            let plan = Plan::new(&rows(1), holdout, 1).expect("a plan");
            assert!(!plan.is_rolling);
            assert_eq!(plan.splits.len(), 4);
            assert!(plan.describe().contains("do not reach back in time"));
            assert_ne!(plan.splits[0].1, plan.splits[1].1);
        }
    }

    #[test]
    fn too_few_rows_are_refused() {
        let error = Plan::new(&rows(4)[..60], GROUPED, 1)
            .expect_err("refused")
            .to_string();
        assert!(error.contains("`training rows` is 60"), "{error}");
    }
}
