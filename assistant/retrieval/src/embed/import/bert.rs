//! BERT's encoder as a graph that both backends run: token vectors of one text, whose token types are all zero.
//!
//! The operators are those that both backends fuse.

use std::f32::consts::SQRT_2;

use super::settings::Encoder;
use super::weights::Weights;
use crate::embed::Result;
use crate::embed::graph::Graph;
use crate::embed::graph::builder::{Attribute, Builder};

/// Added to the scores of what is masked: next to nothing remains of it after the softmax.
const MASKED: f32 = -1e9;

/// The encoder with the weights of a checkpoint.
pub(super) fn graph(shape: &Encoder, weights: &Weights) -> Result<Graph> {
    let mut encoder = Writer {
        shape,
        weights,
        graph: Builder::default(),
    };
    encoder.constants();
    let mask = encoder.mask();
    let mut state = encoder.embeddings()?;
    for layer in 0..shape.num_hidden_layers {
        state = encoder.layer(&format!("encoder.layer.{layer}"), &state, &mask)?;
    }
    let inputs = ["input_ids", "attention_mask"];
    let graph = encoder.graph;
    Ok(graph.finish(&inputs, &state, "last_hidden_state", shape.hidden_size))
}

struct Writer<'a> {
    shape: &'a Encoder,
    weights: &'a Weights,
    graph: Builder,
}

impl Writer<'_> {
    /// Values that nodes of every layer share.
    fn constants(&mut self) {
        let heads = self.shape.num_attention_heads.cast_signed() as i64;
        let hidden = self.shape.hidden_size.cast_signed() as i64;
        let graph = &mut self.graph;
        for (name, value) in [
            ("one", 1.0),
            ("half", 0.5),
            ("root of two", SQRT_2),
            ("masked", MASKED),
        ] {
            graph.floats(name, &[], &[value]);
        }
        graph.ints("apart", &[0, 0, heads, hidden / heads]);
        graph.ints("together", &[0, 0, hidden]);
        graph.ints("axes 1 and 2", &[1, 2]);
        for (name, value) in [("0", 0), ("1", 1), ("2", 2)] {
            graph.ints(name, &[value]);
        }
    }

    /// What is added to attention's scores: nothing for tokens, [`MASKED`] for padding.
    fn mask(&mut self) -> String {
        const FLOAT: i64 = 1;
        let graph = &mut self.graph;
        let mask = graph.node_with(
            "Cast",
            &["attention_mask"],
            &[("to", Attribute::Int(FLOAT))],
        );
        let mask = graph.node("Unsqueeze", &[&mask, "axes 1 and 2"]);
        let mask = graph.node("Sub", &["one", &mask]);
        graph.node("Mul", &[&mask, "masked"])
    }

    /// Words and their places. The one token type is part of every place.
    fn embeddings(&mut self) -> Result<String> {
        let shape = self.shape;
        let (hidden, places) = (shape.hidden_size, shape.max_position_embeddings);
        let table = |part: &str| format!("embeddings.{part}_embeddings.weight");
        let words = table("word");
        let values = self.weights.floats(&words, &[shape.vocab_size, hidden])?;
        self.graph
            .floats(&words, &[shape.vocab_size, hidden], &values);
        drop(values);
        let positions = table("position");
        let mut values = self.weights.floats(&positions, &[places, hidden])?;
        let types = [shape.type_vocab_size, hidden];
        let types = self.weights.floats(&table("token_type"), &types)?;
        for row in values.chunks_exact_mut(hidden) {
            for (value, of_type) in row.iter_mut().zip(&types) {
                *value += of_type;
            }
        }
        self.graph.floats(&positions, &[places, hidden], &values);
        let graph = &mut self.graph;
        let words = graph.node("Gather", &[&words, "input_ids"]);
        let length = graph.node("Shape", &["input_ids"]);
        let length = graph.node("Slice", &[&length, "1", "2"]);
        let positions = graph.node("Slice", &[&positions, "0", &length, "0"]);
        let sum = graph.node("Add", &[&words, &positions]);
        self.norm("embeddings.LayerNorm", &sum)
    }

    fn layer(&mut self, name: &str, state: &str, mask: &str) -> Result<String> {
        let mixed = self.attention(&format!("{name}.attention.self"), state, mask)?;
        let (hidden, inner) = (self.shape.hidden_size, self.shape.intermediate_size);
        let output = format!("{name}.attention.output");
        let mixed = self.linear(&format!("{output}.dense"), &mixed, (hidden, hidden), 1.0)?;
        let sum = self.graph.node("Add", &[&mixed, state]);
        let state = self.norm(&format!("{output}.LayerNorm"), &sum)?;
        let wide = format!("{name}.intermediate.dense");
        let wide = self.linear(&wide, &state, (hidden, inner), 1.0)?;
        let wide = self.gelu(&wide);
        let output = format!("{name}.output");
        let narrow = self.linear(&format!("{output}.dense"), &wide, (inner, hidden), 1.0)?;
        let sum = self.graph.node("Add", &[&narrow, &state]);
        self.norm(&format!("{output}.LayerNorm"), &sum)
    }

    /// Each token's mixture of all tokens, head by head.
    fn attention(&mut self, name: &str, state: &str, mask: &str) -> Result<String> {
        const HEADS_FIRST: &[i64] = &[0, 2, 1, 3];
        const TRANSPOSED: &[i64] = &[0, 2, 3, 1];
        let hidden = self.shape.hidden_size;
        // The scores' scale is part of the queries' weights.
        let scale = ((hidden / self.shape.num_attention_heads) as f32)
            .sqrt()
            .recip();
        let mut part = |part: &str, scale: f32, order: &[i64]| -> Result<String> {
            let value = self.linear(&format!("{name}.{part}"), state, (hidden, hidden), scale)?;
            let value = self.graph.node("Reshape", &[&value, "apart"]);
            let order = [("perm", Attribute::Ints(order))];
            Ok(self.graph.node_with("Transpose", &[&value], &order))
        };
        let queries = part("query", scale, HEADS_FIRST)?;
        let keys = part("key", 1.0, TRANSPOSED)?;
        let values = part("value", 1.0, HEADS_FIRST)?;
        let graph = &mut self.graph;
        let scores = graph.node("MatMul", &[&queries, &keys]);
        let scores = graph.node("Add", &[&scores, mask]);
        let shares = graph.node_with("Softmax", &[&scores], &[("axis", Attribute::Int(-1))]);
        let mixed = graph.node("MatMul", &[&shares, &values]);
        let order = [("perm", Attribute::Ints(HEADS_FIRST))];
        let mixed = graph.node_with("Transpose", &[&mixed], &order);
        Ok(graph.node("Reshape", &[&mixed, "together"]))
    }

    /// `(state · weightᵀ + bias) · scale`, from the first to the second of `widths`.
    fn linear(
        &mut self,
        name: &str,
        state: &str,
        widths: (usize, usize),
        scale: f32,
    ) -> Result<String> {
        let (from, to) = widths;
        let weight = format!("{name}.weight");
        let rows = self.weights.floats(&weight, &[to, from])?;
        let mut columns = vec![0.0; rows.len()];
        for (output, row) in rows.chunks_exact(from).enumerate() {
            for (input, value) in row.iter().enumerate() {
                columns[input * to + output] = value * scale;
            }
        }
        let bias = format!("{name}.bias");
        let mut offsets = self.weights.floats(&bias, &[to])?;
        for value in &mut offsets {
            *value *= scale;
        }
        self.graph.floats(&weight, &[from, to], &columns);
        self.graph.floats(&bias, &[to], &offsets);
        let product = self.graph.node("MatMul", &[state, &weight]);
        Ok(self.graph.node("Add", &[&product, &bias]))
    }

    fn norm(&mut self, name: &str, state: &str) -> Result<String> {
        let hidden = self.shape.hidden_size;
        let [weight, bias] = ["weight", "bias"].map(|part| format!("{name}.{part}"));
        for part in [&weight, &bias] {
            let values = self.weights.floats(part, &[hidden])?;
            self.graph.floats(part, &[hidden], &values);
        }
        let settings = [
            ("axis", Attribute::Int(-1)),
            ("epsilon", Attribute::Float(self.shape.layer_norm_eps)),
        ];
        let inputs = [state, &weight, &bias];
        Ok(self
            .graph
            .node_with("LayerNormalization", &inputs, &settings))
    }

    /// `x · (1 + erf(x / √2)) · ½`
    fn gelu(&mut self, x: &str) -> String {
        let graph = &mut self.graph;
        let scaled = graph.node("Div", &[x, "root of two"]);
        let bell = graph.node("Erf", &[&scaled]);
        let bell = graph.node("Add", &[&bell, "one"]);
        let product = graph.node("Mul", &[x, &bell]);
        graph.node("Mul", &[&product, "half"])
    }
}
