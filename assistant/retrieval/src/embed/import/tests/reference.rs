//! BERT in plain arithmetic, in double precision.

use std::collections::BTreeMap;

use super::Pooling;

pub(super) const HIDDEN: usize = 8;
pub(super) const INNER: usize = 16;
pub(super) const LAYERS: usize = 2;
pub(super) const PLACES: usize = 12;
pub(super) const WORDS: usize = 8;
const HEADS: usize = 2;

/// Tensors by name, with shape and values.
pub(super) type Tensors = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

/// Weights that are the same on every call, between -1 and 1.
pub(super) fn tensors() -> Tensors {
    let mut state = 1_u32;
    let mut random = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (f64::from(state >> 8) / f64::from(1 << 23) - 1.0) as f32
    };
    let mut shapes: Vec<(String, Vec<usize>)> = vec![
        (
            "embeddings.word_embeddings.weight".into(),
            vec![WORDS, HIDDEN],
        ),
        (
            "embeddings.position_embeddings.weight".into(),
            vec![PLACES, HIDDEN],
        ),
        (
            "embeddings.token_type_embeddings.weight".into(),
            vec![2, HIDDEN],
        ),
    ];
    let mut both = |name: String, to: usize, from: Option<usize>| {
        let mut dims = vec![to];
        dims.extend(from);
        shapes.push((format!("{name}.weight"), dims));
        shapes.push((format!("{name}.bias"), vec![to]));
    };
    both("embeddings.LayerNorm".into(), HIDDEN, None);
    for layer in 0..LAYERS {
        let name = |part: &str| format!("encoder.layer.{layer}.{part}");
        for part in ["query", "key", "value"] {
            both(
                name(&format!("attention.self.{part}")),
                HIDDEN,
                Some(HIDDEN),
            );
        }
        both(name("attention.output.dense"), HIDDEN, Some(HIDDEN));
        both(name("attention.output.LayerNorm"), HIDDEN, None);
        both(name("intermediate.dense"), INNER, Some(HIDDEN));
        both(name("output.dense"), HIDDEN, Some(INNER));
        both(name("output.LayerNorm"), HIDDEN, None);
    }
    let filled = shapes.into_iter().map(|(name, dims)| {
        let values = (0..dims.iter().product()).map(|_| random()).collect();
        (name, (dims, values))
    });
    filled.collect()
}

/// The vector of one text by the book.
pub(super) fn encode(tensors: &Tensors, ids: &[usize], pooling: Pooling) -> Vec<f32> {
    let bert = Bert { tensors };
    let rows = ids.iter().enumerate().map(|(place, &id)| {
        let word = bert.row("embeddings.word_embeddings.weight", id);
        let place = bert.row("embeddings.position_embeddings.weight", place);
        let kind = bert.row("embeddings.token_type_embeddings.weight", 0);
        let sum: Vec<f64> = (0..HIDDEN)
            .map(|at| word[at] + place[at] + kind[at])
            .collect();
        bert.norm("embeddings.LayerNorm", &sum)
    });
    let mut rows: Vec<Vec<f64>> = rows.collect();
    for layer in 0..LAYERS {
        rows = bert.layer(&format!("encoder.layer.{layer}"), &rows);
    }
    let pooled = match pooling {
        Pooling::Cls => rows[0].clone(),
        _ => (0..HIDDEN)
            .map(|at| rows.iter().map(|row| row[at]).sum())
            .collect(),
    };
    let length = pooled.iter().map(|value| value * value).sum::<f64>().sqrt();
    pooled.iter().map(|value| (value / length) as f32).collect()
}

struct Bert<'a> {
    tensors: &'a Tensors,
}

impl Bert<'_> {
    fn values(&self, name: &str) -> Vec<f64> {
        self.tensors[name]
            .1
            .iter()
            .map(|&value| f64::from(value))
            .collect()
    }

    fn row(&self, name: &str, row: usize) -> Vec<f64> {
        self.values(name)[row * HIDDEN..(row + 1) * HIDDEN].to_vec()
    }

    fn linear(&self, name: &str, input: &[f64]) -> Vec<f64> {
        let weights = self.values(&format!("{name}.weight"));
        let rows = weights.chunks_exact(input.len());
        rows.zip(self.values(&format!("{name}.bias")))
            .map(|(row, bias)| bias + row.iter().zip(input).map(|(a, b)| a * b).sum::<f64>())
            .collect()
    }

    fn norm(&self, name: &str, input: &[f64]) -> Vec<f64> {
        let count = input.len() as f64;
        let mean = input.iter().sum::<f64>() / count;
        let variance = input
            .iter()
            .map(|value| (value - mean).powi(2))
            .sum::<f64>()
            / count;
        let weights = self.values(&format!("{name}.weight"));
        let biases = self.values(&format!("{name}.bias"));
        let places = input.iter().zip(weights).zip(biases);
        places
            .map(|((value, weight), bias)| {
                (value - mean) / (variance + 1e-12).sqrt() * weight + bias
            })
            .collect()
    }

    fn layer(&self, name: &str, rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let part = |part: &str| -> Vec<Vec<f64>> {
            let name = format!("{name}.attention.self.{part}");
            rows.iter().map(|row| self.linear(&name, row)).collect()
        };
        let (queries, keys, values) = (part("query"), part("key"), part("value"));
        let outputs = rows.iter().zip(&queries).map(|(row, query)| {
            let mixed = mix(query, &keys, &values);
            let mixed = self.linear(&format!("{name}.attention.output.dense"), &mixed);
            let state = self.norm(
                &format!("{name}.attention.output.LayerNorm"),
                &sum(&mixed, row),
            );
            let wide = self.linear(&format!("{name}.intermediate.dense"), &state);
            let wide: Vec<f64> = wide.into_iter().map(gelu).collect();
            let narrow = self.linear(&format!("{name}.output.dense"), &wide);
            self.norm(&format!("{name}.output.LayerNorm"), &sum(&narrow, &state))
        });
        outputs.collect()
    }
}

fn sum(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

/// Attention of one token, head by head.
fn mix(query: &[f64], keys: &[Vec<f64>], values: &[Vec<f64>]) -> Vec<f64> {
    let width = HIDDEN / HEADS;
    let heads = (0..HEADS).flat_map(|head| {
        let part = head * width..(head + 1) * width;
        let scores: Vec<f64> = keys
            .iter()
            .map(|key| {
                let pairs = query[part.clone()].iter().zip(&key[part.clone()]);
                (pairs.map(|(a, b)| a * b).sum::<f64>() / (width as f64).sqrt()).exp()
            })
            .collect();
        let total: f64 = scores.iter().sum();
        part.map(|at| {
            let shares = scores.iter().zip(values);
            shares.map(|(score, value)| score / total * value[at]).sum()
        })
        .collect::<Vec<f64>>()
    });
    heads.collect()
}

fn gelu(x: f64) -> f64 {
    x * 0.5 * (1.0 + erf(x / std::f64::consts::SQRT_2))
}

/// The error function by its series, which is exact enough for the few units that occur here.
fn erf(x: f64) -> f64 {
    let x = x.clamp(-5.0, 5.0);
    let (mut term, mut total) = (x, x);
    for n in 1..150_u32 {
        let n = f64::from(n);
        term *= -x * x / n;
        total += term / (2.0 * n + 1.0);
    }
    total * std::f64::consts::FRAC_2_SQRT_PI
}
