//! A blend of families: the weighted mean of their log prices, the weights learnt from rows that none of them saw.
//!
//! Stacked regression (Wolpert 1992; Breiman 1996, *Machine Learning* 24): the members' estimates out of fold are
//! regressed on the prices, with weights that are not negative. They sum to 1 here, since every member is an unbiased
//! estimate of the same thing; the error of the blend is then the blend of the errors `e`, and the best weights
//! minimise `wᵀGw` with `G = Σ e eᵀ` over the rows, which for a handful of members is solved exactly, subset by subset.
//! Wild prices are tamed as in the ridge: rows whose error exceeds a limit weigh less in proportion (Huber 1964).

use ndarray::Array1;

use super::{design::Design, family::Member, learner::json, ridge_stage::RidgeStage};
use crate::{
    Error, Family, Result,
    artifact::Parts,
    predictor::{Blend, Predictor},
    scorer,
};

/// Errors beyond it, in log price, weigh less.
const HUBER: f64 = 0.06;

/// Solves after the plain one, each with the weights of rows that the one before implies.
const ROBUST_ROUNDS: usize = 3;

/// Weights below it are none: a member that adds nothing would only cost time.
const LEAST_WEIGHT: f64 = 0.01;

/// A blend and what it is worth on rows that its members did not see.
#[derive(Debug, Clone)]
pub struct Blended {
    /// The blend, to be given ranges as any family.
    pub member: Member,
    /// Weighted mean absolute error of the log price, each row's weights learnt without its fold.
    pub error: f64,
    /// The best member alone, and its error on the same rows.
    pub best: (Family, f64),
}

impl Blended {
    /// Whether the blend is better than its best member.
    pub fn wins(&self) -> bool {
        self.error < self.best.1
    }
}

/// Blends fitted members.
///
/// # Errors
/// [`Error::Parameter`] for fewer than two members or one that is a blend itself.
pub fn blend(members: &[Member], design: &Design, ridge: &RidgeStage) -> Result<Blended> {
    let is_single = |member: &&Member| member.family != Family::Blend;
    if members.len() < 2 || !members.iter().all(|member| is_single(&member)) {
        let names: Vec<&str> = members.iter().map(|own| own.family.as_str()).collect();
        let valid = "two families or more, none of them a blend";
        return Err(Error::parameter("members", names.join(", "), valid));
    }
    let dense = design.dense(&ridge.out_of_fold);
    let errors: Vec<Array1<f32>> = members
        .iter()
        .map(|member| member.out_of_fold(design, &dense) - &design.ln_prices)
        .collect();
    let errors = Errors {
        rows: (0..design.len())
            .map(|row| errors.iter().map(|own| f64::from(own[row])).collect())
            .collect(),
        weights: design.weights.iter().map(|own| f64::from(*own)).collect(),
    };

    let all: Vec<usize> = (0..design.len()).collect();
    let weights = trimmed(&errors.best_weights(&all));
    let single = |place: usize| {
        let alone: Vec<f64> = (0..members.len())
            .map(|own| f64::from(u8::from(own == place)))
            .collect();
        errors.mean_absolute(&all, &alone)
    };
    let best = (0..members.len())
        .map(|place| (members[place].family, single(place)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .ok_or_else(|| Error::parameter("members", 0, "two or more"))?;
    let mut error = 0.0;
    for fold in 0..design.n_folds() {
        let (own, others): (Vec<usize>, Vec<usize>) =
            all.iter().partition(|row| design.folds[**row] == fold);
        let weights = trimmed(&errors.best_weights(&others));
        error += errors.absolute(&own, &weights);
    }
    error /= errors.weights.iter().sum::<f64>();
    Ok(Blended {
        member: assemble(members, &weights)?,
        error,
        best,
    })
}

/// Leaves out members of next to no weight.
fn trimmed(weights: &[f64]) -> Vec<f64> {
    let kept = weights
        .iter()
        .map(|own| if *own < LEAST_WEIGHT { 0.0 } else { *own });
    let kept: Vec<f64> = kept.collect();
    let sum: f64 = kept.iter().sum();
    kept.iter().map(|own| own / sum).collect()
}

fn assemble(members: &[Member], weights: &[f64]) -> Result<Member> {
    let used: Vec<(f32, &Member)> = weights
        .iter()
        .zip(members)
        .filter(|(weight, _)| **weight > 0.0)
        .map(|(weight, member)| (*weight as f32, member))
        .collect();
    let of = |pick: &dyn Fn(&Member) -> Predictor| {
        let members = used
            .iter()
            .map(|(weight, member)| (*weight, pick(member)))
            .collect();
        Predictor::Blend(Blend { members })
    };
    let predictor = of(&|member| member.predictor.clone());
    let n_folds = used
        .iter()
        .map(|(_, member)| member.without_fold.len())
        .min();
    let without_fold = (0..n_folds.unwrap_or(0))
        .map(|fold| of(&|member| member.without_fold[fold].clone()))
        .collect();
    let mut parts = Parts::new();
    for (_, member) in &used {
        parts.extend(member.parts.clone());
    }
    if let Predictor::Blend(blend) = &predictor {
        parts.insert(scorer::BLEND.to_owned(), json(&blend.weights())?);
    }
    let chosen: Vec<String> = used
        .iter()
        .map(|(weight, member)| format!("{weight:.2} {}", member.family.as_str()))
        .collect();
    Ok(Member {
        family: Family::Blend,
        predictor,
        without_fold,
        parts,
        chosen: chosen.join(" + "),
    })
}

/// Errors of each member on each row, in log price, with the weights of the rows.
struct Errors {
    rows: Vec<Vec<f64>>,
    weights: Vec<f64>,
}

impl Errors {
    /// The weights of the members, at least 0 and 1 in all, that fit the chosen rows best.
    fn best_weights(&self, rows: &[usize]) -> Vec<f64> {
        let mut weights = least_squares(&self.gram(rows, |_| 1.0));
        for _ in 0..ROBUST_ROUNDS {
            let tamed = |row: usize| (HUBER / self.blended(row, &weights).abs()).min(1.0);
            weights = least_squares(&self.gram(rows, tamed));
        }
        weights
    }

    fn blended(&self, row: usize, weights: &[f64]) -> f64 {
        self.rows[row]
            .iter()
            .zip(weights)
            .map(|(error, weight)| error * weight)
            .sum()
    }

    fn absolute(&self, rows: &[usize], weights: &[f64]) -> f64 {
        rows.iter()
            .map(|row| self.blended(*row, weights).abs() * self.weights[*row])
            .sum()
    }

    fn mean_absolute(&self, rows: &[usize], weights: &[f64]) -> f64 {
        let total: f64 = rows.iter().map(|row| self.weights[*row]).sum();
        self.absolute(rows, weights) / total
    }

    /// `Σ weight e eᵀ`.
    fn gram(&self, rows: &[usize], factor: impl Fn(usize) -> f64) -> Vec<Vec<f64>> {
        let n = self.rows.first().map_or(0, Vec::len);
        let mut gram = vec![vec![0.0; n]; n];
        for row in rows {
            let weight = self.weights[*row] * factor(*row);
            let errors = &self.rows[*row];
            for (line, own) in gram.iter_mut().zip(errors) {
                for (sum, other) in line.iter_mut().zip(errors) {
                    *sum += weight * own * other;
                }
            }
        }
        gram
    }
}

/// Minimises `wᵀGw` over weights that are at least 0 and sum to 1: of every subset of members the least with all of
/// them free, if none comes out negative; the best of these is the solution, for it is one of them.
fn least_squares(gram: &[Vec<f64>]) -> Vec<f64> {
    let n = gram.len();
    let mut best: Option<(f64, Vec<f64>)> = None;
    for subset in 1_u32..1 << n {
        let members: Vec<usize> = (0..n).filter(|own| subset & (1 << own) != 0).collect();
        let Some(solution) = minimum(gram, &members) else {
            continue;
        };
        let mut weights = vec![0.0; n];
        for (member, weight) in members.iter().zip(&solution) {
            weights[*member] = *weight;
        }
        let loss: f64 = (0..n)
            .flat_map(|i| (0..n).map(move |j| (i, j)))
            .map(|(i, j)| weights[i] * gram[i][j] * weights[j])
            .sum();
        if best.as_ref().is_none_or(|(least, _)| loss < *least) {
            best = Some((loss, weights));
        }
    }
    best.map_or_else(|| vec![1.0 / n as f64; n], |(_, weights)| weights)
}

/// `G⁻¹1 / 1ᵀG⁻¹1` over the chosen members; `None` if a weight is negative or the members cannot be told apart.
fn minimum(gram: &[Vec<f64>], members: &[usize]) -> Option<Vec<f64>> {
    let n = members.len();
    // The system with its right-hand side of ones, solved by elimination with pivots.
    let mut system: Vec<Vec<f64>> = members
        .iter()
        .map(|i| members.iter().map(|j| gram[*i][*j]).chain([1.0]).collect())
        .collect();
    let scale = members.iter().map(|i| gram[*i][*i]).fold(0.0, f64::max);
    for column in 0..n {
        let pivot = (column..n).max_by(|a, b| {
            system[*a][column]
                .abs()
                .total_cmp(&system[*b][column].abs())
        })?;
        system.swap(column, pivot);
        if system[column][column].abs() <= scale * 1e-12 {
            return (n == 1).then(|| vec![1.0]);
        }
        let line = system[column].clone();
        for (row, other) in system.iter_mut().enumerate() {
            if row != column {
                let factor = other[column] / line[column];
                for (value, own) in other.iter_mut().zip(&line) {
                    *value -= factor * own;
                }
            }
        }
    }
    let solution: Vec<f64> = (0..n)
        .map(|row| system[row][n] / system[row][row])
        .collect();
    let sum: f64 = solution.iter().sum();
    let weights: Vec<f64> = solution.iter().map(|own| own / sum).collect();
    weights
        .iter()
        .all(|own| own.is_finite() && *own >= 0.0)
        .then_some(weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: &[f64], wanted: &[f64]) {
        for (found, wanted) in found.iter().zip(wanted) {
            assert!((found - wanted).abs() < 1e-9, "{found} {wanted}");
        }
    }

    #[test]
    fn weights_are_those_of_the_textbook() {
        // Independent errors: inversely as their variances.
        close(
            &least_squares(&[vec![1.0, 0.0], vec![0.0, 3.0]]),
            &[0.75, 0.25],
        );
        // One that only adds noise to the other gets nothing.
        close(
            &least_squares(&[vec![1.0, 1.0], vec![1.0, 2.0]]),
            &[1.0, 0.0],
        );
        close(
            &least_squares(&[vec![4.0, 3.0], vec![3.0, 1.0]]),
            &[0.0, 1.0],
        );
        close(&least_squares(&[vec![0.0]]), &[1.0]);
    }

    #[test]
    fn no_other_weights_do_better() {
        let gram = [
            vec![2.0, 0.7, 0.3],
            vec![0.7, 1.5, 0.9],
            vec![0.3, 0.9, 3.0],
        ];
        let loss = |w: &[f64]| -> f64 {
            (0..9)
                .map(|at| w[at / 3] * gram[at / 3][at % 3] * w[at % 3])
                .sum()
        };
        let best = least_squares(&gram);
        close(&[best.iter().sum()], &[1.0]);
        for a in 0..=20 {
            for b in 0..=20 - a {
                let w = [
                    f64::from(a) / 20.0,
                    f64::from(b) / 20.0,
                    f64::from(20 - a - b) / 20.0,
                ];
                assert!(loss(&best) <= loss(&w) + 1e-12, "{w:?} beats {best:?}");
            }
        }
    }

    #[test]
    fn a_wild_row_hardly_moves_the_weights() {
        let mut rows: Vec<Vec<f64>> = (0..200)
            .map(|i| {
                let sign = if i % 2 == 0 { 1.0 } else { -1.0 };
                vec![0.02 * sign, if i % 4 < 2 { 0.03 } else { -0.03 }]
            })
            .collect();
        let all: Vec<usize> = (0..200).collect();
        let weights = |rows: &[Vec<f64>]| {
            let errors = Errors {
                rows: rows.to_vec(),
                weights: vec![1.0; 200],
            };
            (
                errors.best_weights(&all),
                least_squares(&errors.gram(&all, |_| 1.0)),
            )
        };
        let (calm, _) = weights(&rows);
        close(&calm, &[9.0 / 13.0, 4.0 / 13.0]);
        rows[7] = vec![0.5, 0.2];
        let (tamed, plain) = weights(&rows);
        assert!((tamed[0] - calm[0]).abs() < 0.1, "{tamed:?}");
        assert!((plain[0] - calm[0]).abs() > 0.3, "{plain:?}");
    }

    #[test]
    fn trifles_are_left_out() {
        close(
            &trimmed(&[0.495, 0.005, 0.5]),
            &[0.495 / 0.995, 0.0, 0.5 / 0.995],
        );
    }
}
