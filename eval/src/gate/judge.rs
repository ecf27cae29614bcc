//! Holds a score sheet against a policy.

use serde::Serialize;

use super::{Error, Gate, Policy};
use crate::{
    bootstrap::MIN_UNITS,
    scores::{Aim, Definition},
    sheet::{ALL, Group, Sheet},
};

/// What became of one gate on one group of rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// The gate's name.
    pub gate: String,
    /// The score.
    pub metric: String,
    /// The rows: `all rows`, `make=BMW`.
    pub group: String,
    /// How many they are.
    pub n: usize,
    /// Whether it passed.
    pub passed: bool,
    /// What was measured: the score, or how much worse it is than the champion's; `None` if it is undefined, which
    /// never passes.
    pub value: Option<f64>,
    /// The bound that `value` is held against.
    pub bound: f64,
    /// The bound in words.
    pub rule: String,
    /// Value and bound in words.
    pub detail: String,
}

/// Judges every gate on every group that it holds for.
///
/// # Errors
///
/// [`Error::NoGates`]; [`Error::Policy`] for a gate that cannot be followed, names segments that the sheet does not have
/// or needs a champion and has none; [`Error::Nothing`] for one that no group is large enough for.
pub fn judge(policy: &Policy, sheet: &Sheet) -> Result<Vec<Outcome>, Error> {
    if policy.gates.is_empty() {
        return Err(Error::NoGates);
    }
    let mut outcomes = Vec::new();
    for gate in &policy.gates {
        gate.check()?;
        let groups = groups(gate, sheet)?;
        for definition in metrics(gate, sheet)? {
            for group in &groups {
                judge_absolute(gate, &definition, group, &mut outcomes);
                judge_relative(gate, &definition, group, groups.len(), &mut outcomes);
            }
        }
    }
    Ok(outcomes)
}

/// The groups that a gate holds for, at least one.
fn groups<'a>(gate: &Gate, sheet: &'a Sheet) -> Result<Vec<&'a Group>, Error> {
    let nothing = |reason: String| Error::Nothing {
        gate: gate.name().to_owned(),
        reason,
    };
    let ways = sheet.ways();
    if let Some(unknown) = gate.by.iter().find(|by| !ways.contains(&by.as_str())) {
        let valid = ways.join(", ");
        return Err(gate.refuse(format!("`by` is `{unknown}`; valid: {valid}")));
    }
    let is_asked = |group: &&Group| {
        if gate.by.is_empty() {
            return group.by == ALL;
        }
        let segment = gate.segment.as_ref();
        gate.by.contains(&group.by) && segment.is_none_or(|name| *name == group.segment)
    };
    let asked: Vec<&Group> = sheet.groups.iter().filter(is_asked).collect();
    if let (true, Some(name)) = (asked.is_empty(), &gate.segment) {
        return Err(nothing(format!("there is no segment `{name}`")));
    }
    let is_enough =
        |group: &&Group| group.n >= gate.min_n && (!gate.is_relative() || group.units >= MIN_UNITS);
    let large: Vec<&Group> = asked.iter().copied().filter(is_enough).collect();
    if large.is_empty() {
        let most = asked.iter().map(|group| group.n).max().unwrap_or(0);
        let min_n = gate.min_n;
        let drawn = if gate.is_relative() {
            format!(" of at least {MIN_UNITS} sellers or rows to draw")
        } else {
            String::new()
        };
        let reason = format!("no group has {min_n} rows (`min_n`){drawn}; the largest has {most}");
        return Err(nothing(reason));
    }
    if gate.is_relative() && large.iter().all(|group| group.against.is_empty()) {
        return Err(gate.refuse("it compares, and there is no champion to compare with".to_owned()));
    }
    Ok(large)
}

/// The scores that a gate is about.
fn metrics(gate: &Gate, sheet: &Sheet) -> Result<Vec<Definition>, Error> {
    let names: Vec<&str> = if gate.metric == "coverage" {
        let all = sheet.all().map(|group| &group.scores).into_iter().flatten();
        all.map(|(name, _)| name.as_str())
            .filter(|name| name.starts_with("coverage_"))
            .collect()
    } else {
        vec![&gate.metric]
    };
    let known = |name: &str| {
        sheet
            .groups
            .iter()
            .any(|group| group.scores.contains_key(name))
    };
    if names.is_empty() || !names.iter().all(|name| known(name)) {
        return Err(Error::Nothing {
            gate: gate.name().to_owned(),
            reason: format!("the scores hold no `{}`", gate.metric),
        });
    }
    Ok(names.into_iter().filter_map(Definition::of).collect())
}

fn judge_absolute(gate: &Gate, metric: &Definition, group: &Group, outcomes: &mut Vec<Outcome>) {
    let score = group.scores.get(&metric.name).copied();
    // Where chance is to be left out of it, the end of the interval that lies nearest to the bound is judged.
    let ends = score.map(|score| {
        let wide = gate.beyond_chance;
        let low = score.low.filter(|_| wide).unwrap_or(score.value);
        let high = score.high.filter(|_| wide).unwrap_or(score.value);
        (low, high)
    });
    let value = score.map(|score| score.value);
    let mut tell = |passed: Option<bool>, bound: f64, rule: String| {
        let found = value.map_or_else(|| "undefined".to_owned(), shown);
        outcomes.push(Outcome {
            gate: gate.name().to_owned(),
            metric: metric.name.clone(),
            group: group.title(),
            n: group.n,
            passed: passed.unwrap_or(false),
            value,
            bound,
            detail: format!("{found}; {rule}"),
            rule,
        });
    };
    let room = gate.tolerance;
    if let Some(max) = gate.max {
        let bound = max + room;
        let passed = ends.map(|(low, _)| low <= bound);
        tell(passed, bound, format!("at most {}", shown(bound)));
    }
    if let Some(min) = gate.min {
        let bound = min - room;
        let passed = ends.map(|(_, high)| high >= bound);
        tell(passed, bound, format!("at least {}", shown(bound)));
    }
    if let Some(max_off) = gate.max_off {
        let bound = max_off + room;
        let target = match metric.aim {
            Aim::Target(target) => target,
            Aim::Low => 0.0,
            Aim::High => 1.0,
        };
        let passed = ends.map(|(low, high)| low <= target + bound && high >= target - bound);
        let rule = format!("at most {} off {}", shown(bound), shown(target));
        tell(passed, bound, rule);
    }
}

fn judge_relative(
    gate: &Gate,
    metric: &Definition,
    group: &Group,
    n_groups: usize,
    outcomes: &mut Vec<Outcome>,
) {
    let difference = group.against.get(&metric.name).copied();
    let needed = 1.0 - (1.0 - gate.probability) / n_groups as f64;
    let mut tell = |passed: bool, bound: f64, rule: String| {
        let found = difference.map_or_else(
            || "undefined".to_owned(),
            |own| {
                format!(
                    "{} against the champion's {}, {} with probability {:.3}",
                    shown(own.challenger),
                    shown(own.champion),
                    if own.worse_by > 0.0 {
                        format!("{:.2} % worse", own.worse_by * 100.0)
                    } else {
                        format!("{:.2} % better", -own.worse_by * 100.0)
                    },
                    if own.worse_by > 0.0 {
                        1.0 - own.probability_better
                    } else {
                        own.probability_better
                    },
                )
            },
        );
        outcomes.push(Outcome {
            gate: gate.name().to_owned(),
            metric: metric.name.clone(),
            group: group.title(),
            n: group.n,
            passed,
            value: difference.map(|own| own.worse_by),
            bound,
            detail: format!("{found}; {rule}"),
            rule,
        });
    };
    if let Some(max_worse) = gate.max_worse {
        let passed = difference
            .is_some_and(|own| own.worse_by <= max_worse || 1.0 - own.probability_better < needed);
        let percent = max_worse * 100.0;
        tell(passed, max_worse, format!("at most {percent:.2} % worse"));
    }
    if gate.better {
        let passed =
            difference.is_some_and(|own| own.worse_by < 0.0 && own.probability_better >= needed);
        tell(passed, 0.0, format!("better with probability {needed:.3}"));
    }
}

/// A number in as few digits as tell it apart.
fn shown(value: f64) -> String {
    if value.abs() >= 1_000.0 {
        let digits = format!("{:.0}", value.abs());
        let mut grouped = String::from(if value < 0.0 { "-" } else { "" });
        for (place, digit) in digits.char_indices() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        grouped
    } else {
        let text = format!("{value:.4}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn numbers_are_short_and_grouped() {
        for (value, want) in [
            (0.06, "0.06"),
            (0.041_234, "0.0412"),
            (2.0, "2"),
            (69_392_361.4, "69,392,361"),
            (-1_000.0, "-1,000"),
        ] {
            assert_eq!(shown(value), want);
        }
    }
}
