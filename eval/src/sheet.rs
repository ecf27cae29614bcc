//! Scores as files hold them: over all rows and by segment, each with its interval, alone or beside a champion's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::scores::Definition;

/// Name of the group of all rows.
pub const ALL: &str = "all";

/// What was scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Predicted prices.
    Price,
    /// Answers from a FAQ.
    Faq,
}

/// A score sheet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// What was scored.
    pub kind: Kind,
    /// What is known of the model, the rows and how they were chosen, by name.
    pub subject: BTreeMap<String, String>,
    /// What a reader must know before the numbers.
    pub warnings: Vec<String>,
    /// Bootstrap replicates behind each interval.
    pub replicates: usize,
    /// Seed of the bootstrap.
    pub seed: u64,
    /// Level of the intervals of the scores.
    pub confidence: f64,
    /// What was drawn: `row` or `seller`.
    pub resampled: String,
    /// All rows, then one group a segment.
    pub groups: Vec<Group>,
}

/// Scores of some rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// What tells its rows from others: [`ALL`], `make`, `age`, …
    pub by: String,
    /// Which of them: `Toyota`, `3-5 years`, …; [`ALL`] for all rows.
    pub segment: String,
    /// Number of rows.
    pub n: usize,
    /// Number of what was drawn: sellers, or rows. Too few of them have no interval.
    pub units: usize,
    /// Least and largest actual price, where the segment is a band of prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prices: Option<[f64; 2]>,
    /// Segments that were too small to stand alone and are scored together here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub folded: Vec<String>,
    /// Scores by name; what is undefined on these rows is absent.
    pub scores: BTreeMap<String, Score>,
    /// The same beside a champion's, where there is one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub against: BTreeMap<String, Difference>,
}

/// A score with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// On the rows as they are.
    pub value: f64,
    /// Lower end; `None` if there are too few rows.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// A challenger's score beside the champion's on the same rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// The champion's score.
    pub champion: f64,
    /// The challenger's score.
    pub challenger: f64,
    /// How much worse the challenger is; see [`Definition::worse_by`].
    pub worse_by: f64,
    /// Lower end of its interval.
    pub worse_low: Option<f64>,
    /// Upper end.
    pub worse_high: Option<f64>,
    /// Share of replicates in which the challenger was better, ties halved.
    pub probability_better: f64,
    /// What that comes to.
    pub verdict: Verdict,
}

/// What a comparison comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The challenger is better, beyond chance.
    Better,
    /// Other rows might turn it round.
    NoDifference,
    /// The challenger is worse, beyond chance.
    Worse,
}

impl Verdict {
    /// The verdict of an interval of [`Difference::worse_by`].
    pub fn of(low: Option<f64>, high: Option<f64>) -> Self {
        match (low, high) {
            (Some(low), _) if low > 0.0 => Self::Worse,
            (_, Some(high)) if high < 0.0 => Self::Better,
            _ => Self::NoDifference,
        }
    }

    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::NoDifference => "no difference",
            Self::Worse => "worse",
        }
    }
}

impl Sheet {
    /// The group of all rows.
    pub fn all(&self) -> Option<&Group> {
        self.groups.iter().find(|group| group.by == ALL)
    }

    /// The groups of one way of telling rows apart.
    pub fn by<'a>(&'a self, by: &'a str) -> impl Iterator<Item = &'a Group> {
        self.groups.iter().filter(move |group| group.by == by)
    }

    /// The ways of telling rows apart, in the order of the groups, without [`ALL`].
    pub fn ways(&self) -> Vec<&str> {
        let mut ways: Vec<&str> = Vec::new();
        for group in &self.groups {
            if group.by != ALL && !ways.contains(&group.by.as_str()) {
                ways.push(&group.by);
            }
        }
        ways
    }

    /// Whether generated rows are among what was scored or learned from.
    pub fn is_synthetic(&self) -> bool {
        self.subject.contains_key("synthetic")
    }
}

impl Group {
    /// The value of a score.
    pub fn value(&self, name: &str) -> Option<f64> {
        Some(self.scores.get(name)?.value)
    }

    /// The scores in the order of reports.
    pub fn ordered(&self) -> Vec<(Definition, Score)> {
        let known = |(name, score): (&String, &Score)| Some((Definition::of(name)?, *score));
        let mut scores: Vec<(Definition, Score)> = self.scores.iter().filter_map(known).collect();
        scores.sort_by(|a, b| a.0.order().cmp(&b.0.order()));
        scores
    }

    /// The name with what is worth knowing of it: `make=Toyota`; nothing for all rows.
    pub fn title(&self) -> String {
        if self.by == ALL {
            "all rows".to_owned()
        } else {
            format!("{}={}", self.by, self.segment)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_needs_a_whole_interval_on_one_side() {
        for (low, high, want) in [
            (Some(0.01), Some(0.2), Verdict::Worse),
            (Some(-0.2), Some(-0.01), Verdict::Better),
            (Some(-0.01), Some(0.2), Verdict::NoDifference),
            (Some(0.0), Some(0.0), Verdict::NoDifference),
            (None, None, Verdict::NoDifference),
        ] {
            assert_eq!(Verdict::of(low, high), want, "{low:?} {high:?}");
        }
    }

    #[test]
    fn a_sheet_reads_back_as_it_was_written() {
        let score = Score {
            value: 0.1,
            low: Some(0.05),
            high: None,
        };
        let group = Group {
            by: ALL.to_owned(),
            segment: ALL.to_owned(),
            n: 3,
            units: 3,
            prices: None,
            folded: Vec::new(),
            scores: BTreeMap::from([("mdape".to_owned(), score), ("mae".to_owned(), score)]),
            against: BTreeMap::new(),
        };
        let sheet = Sheet {
            kind: Kind::Price,
            subject: BTreeMap::new(),
            warnings: Vec::new(),
            replicates: 100,
            seed: 1,
            confidence: 0.95,
            resampled: "row".to_owned(),
            groups: vec![group],
        };
        let json = serde_json::to_string(&sheet).expect("plain data");
        assert_eq!(serde_json::from_str::<Sheet>(&json).expect("read"), sheet);
        assert!(sheet.ways().is_empty() && !sheet.is_synthetic());
        let all = sheet.all().expect("the group");
        assert_eq!(all.ordered()[0].0.name, "mdape");
        assert_eq!(all.value("mae"), Some(0.1));
    }
}
