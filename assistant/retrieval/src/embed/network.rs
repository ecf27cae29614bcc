//! A loaded network: token ids in, one vector a text out.

use std::borrow::Cow;

use super::description::{Description, Pooling};
use super::engine::{Backend, Batch, Engine};
use super::graph::Graph;

/// What a sentence encoder may ask for.
const INPUTS: [&str; 3] = ["input_ids", "attention_mask", "token_type_ids"];

/// A network, on the backend that it was loaded for.
#[derive(Debug)]
pub(super) struct Network {
    engine: Box<dyn Engine>,
    sessions: usize,
    inputs: Vec<&'static str>,
    output: String,
    pooling: Pooling,
    normalise: bool,
    dimensions: usize,
}

impl Network {
    /// Loads a network for texts of a tokenizer with `tokens` ids; the error says what does not fit.
    pub(super) fn load(
        backend: &Backend,
        file: Cow<'static, [u8]>,
        description: &Description,
        tokens: usize,
        sessions: usize,
    ) -> Result<Self, String> {
        let graph = Graph::read(&file)?;
        let inputs = inputs(&graph)?;
        let output = description.output();
        if !graph.outputs().contains(&output) {
            let found = graph.outputs().join("`, `");
            return Err(format!("no output `{output}`; the network has `{found}`"));
        }
        if let Some(known) = graph.known_tokens()
            && tokens > known
        {
            return Err(format!(
                "the tokenizer makes {tokens} different tokens, of which the network knows {known}"
            ));
        }
        Ok(Self {
            engine: backend.load(file, graph, description.round_activations, sessions)?,
            sessions,
            inputs,
            output: output.to_owned(),
            pooling: description.pooling,
            normalise: description.normalise,
            dimensions: description.dimensions,
        })
    }

    /// How many batches can run at once.
    pub(super) fn sessions(&self) -> usize {
        self.sessions
    }

    /// The vectors of a batch of texts, each at least one token long.
    pub(super) fn run(&self, batch: &[&[u32]]) -> Result<Vec<Vec<f32>>, String> {
        let length = batch.iter().map(|ids| ids.len()).max().unwrap_or_default();
        if length == 0 {
            return Ok(Vec::new());
        }
        let mut ids = vec![0_i64; batch.len() * length];
        let mut mask = ids.clone();
        let types = ids.clone();
        for (row, text) in batch.iter().enumerate() {
            for (column, &id) in text.iter().enumerate() {
                ids[row * length + column] = i64::from(id);
                mask[row * length + column] = 1;
            }
        }
        let inputs = self.inputs.iter().map(|&input| match input {
            "input_ids" => (input, ids.as_slice()),
            "attention_mask" => (input, mask.as_slice()),
            _ => (input, types.as_slice()),
        });
        let padded = Batch {
            shape: [batch.len(), length],
            inputs: inputs.collect(),
        };
        let (shape, data) = self.engine.run(&padded, &self.output)?;
        self.pool(batch, &shape, &data)
    }

    /// One vector a text from what the network answered.
    fn pool(
        &self,
        batch: &[&[u32]],
        shape: &[usize],
        data: &[f32],
    ) -> Result<Vec<Vec<f32>>, String> {
        let texts = batch.len();
        let per_text = data.len() / texts;
        let dimensions = shape.last().copied().unwrap_or_default();
        let rank = match self.pooling {
            Pooling::Graph => 2,
            Pooling::Mean | Pooling::Cls => 3,
        };
        if dimensions != self.dimensions || shape.len() != rank || shape[0] != texts {
            return Err(format!(
                "`{}` came as {shape:?}; {rank} dimensions, the last of {}, were described",
                self.output, self.dimensions
            ));
        }
        let rows = data.chunks_exact(per_text).zip(batch);
        rows.map(|(row, ids)| {
            let mut vector = match self.pooling {
                Pooling::Graph | Pooling::Cls => row[..dimensions].to_vec(),
                Pooling::Mean => mean(&row[..ids.len() * dimensions], dimensions),
            };
            if self.normalise {
                normalise(&mut vector);
            }
            if vector.iter().all(|value| value.is_finite()) {
                Ok(vector)
            } else {
                Err("a vector came out that is not finite".into())
            }
        })
        .collect()
    }
}

/// The inputs of the graph, all of which must be known ones.
fn inputs(graph: &Graph) -> Result<Vec<&'static str>, String> {
    let wanted = graph.inputs();
    let known = wanted.iter().map(|&name| {
        let known = INPUTS.into_iter().find(|&input| input == name);
        known.ok_or_else(|| {
            format!("it asks for `{name}`; sentence encoders ask for {INPUTS:?} or some of them")
        })
    });
    let inputs: Vec<_> = known.collect::<Result<_, _>>()?;
    if inputs.contains(&"input_ids") {
        Ok(inputs)
    } else {
        Err("it does not ask for `input_ids`".into())
    }
}

fn mean(rows: &[f32], dimensions: usize) -> Vec<f32> {
    let mut sum = vec![0.0; dimensions];
    for row in rows.chunks_exact(dimensions) {
        for (sum, value) in sum.iter_mut().zip(row) {
            *sum += value;
        }
    }
    let count = (rows.len() / dimensions) as f32;
    for sum in &mut sum {
        *sum /= count;
    }
    sum
}

/// Brings a vector to length one; one of zeros stays.
fn normalise(vector: &mut [f32]) {
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length > 0.0 {
        for value in vector {
            *value /= length;
        }
    }
}
