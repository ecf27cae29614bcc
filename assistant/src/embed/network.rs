//! A loaded network: token ids in, one vector a text out.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, TryLockError};

use ort::session::{Session, SessionInputValue};
use ort::value::TensorRef;

use super::description::{Description, Pooling};
use super::graph::Graph;
use super::runtime::{Backend, Runtime};

/// What a sentence encoder may ask for.
const INPUTS: [&str; 3] = ["input_ids", "attention_mask", "token_type_ids"];

/// One network in several sessions, since a session runs one batch at a time.
#[derive(Debug)]
pub(super) struct Network {
    sessions: Vec<Mutex<Session>>,
    turn: AtomicUsize,
    inputs: Vec<&'static str>,
    output: String,
    pooling: Pooling,
    normalise: bool,
    dimensions: usize,
}

impl Network {
    /// Loads a network for texts of a tokenizer with `tokens` ids; the error says what does not fit.
    pub(super) fn load(
        runtime: &Runtime,
        file: &[u8],
        description: &Description,
        tokens: usize,
        sessions: usize,
    ) -> Result<Self, String> {
        let graph = Graph::read(file)?;
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
        let adapted = match runtime.backend() {
            Backend::Tract => adapt(graph, description.batch),
            Backend::Native(_) => None,
        };
        let load = |file: &[u8]| -> ort::Result<Vec<_>> {
            let sessions = (0..sessions.max(1)).map(|_| runtime.session(file).map(Mutex::new));
            sessions.collect()
        };
        let adapted = adapted.map(|file| load(&file));
        let sessions = match adapted {
            Some(Ok(sessions)) => sessions,
            // It may have a reason to be as it is: then it is run so.
            Some(Err(_)) | None => load(file).map_err(|error| error.to_string())?,
        };
        Ok(Self {
            sessions,
            turn: AtomicUsize::new(0),
            inputs,
            output: output.to_owned(),
            pooling: description.pooling,
            normalise: description.normalise,
            dimensions: description.dimensions,
        })
    }

    /// How many batches can run at once.
    pub(super) fn sessions(&self) -> usize {
        self.sessions.len()
    }

    /// The vectors of a batch of texts, each at least one token long.
    pub(super) fn run(&self, batch: &[&[u32]]) -> Result<Vec<Vec<f32>>, String> {
        let length = batch.iter().map(|ids| ids.len()).max().unwrap_or_default();
        if length == 0 {
            return Ok(Vec::new());
        }
        let shape = [batch.len(), length];
        let mut ids = vec![0_i64; batch.len() * length];
        let mut mask = ids.clone();
        let types = ids.clone();
        for (row, text) in batch.iter().enumerate() {
            for (column, &id) in text.iter().enumerate() {
                ids[row * length + column] = i64::from(id);
                mask[row * length + column] = 1;
            }
        }
        let values = self
            .inputs
            .iter()
            .map(|&input| {
                let data = match input {
                    "input_ids" => ids.as_slice(),
                    "attention_mask" => &mask,
                    _ => &types,
                };
                TensorRef::from_array_view((shape, data)).map(|tensor| (input, tensor.into()))
            })
            .collect::<ort::Result<Vec<(&str, SessionInputValue<'_>)>>>()
            .map_err(|error| error.to_string())?;
        self.with_session(|session| {
            let outputs = session.run(values).map_err(|error| error.to_string())?;
            let (shape, data) = outputs[self.output.as_str()]
                .try_extract_tensor::<f32>()
                .map_err(|error| error.to_string())?;
            self.pool(batch, shape, data)
        })
    }

    /// Runs with a session that is free, or waits for one in turn.
    fn with_session<T>(&self, work: impl FnOnce(&mut Session) -> T) -> T {
        let free = self
            .sessions
            .iter()
            .find_map(|session| match session.try_lock() {
                Ok(session) => Some(session),
                // A session that panicked holds no state that a next run could see.
                Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) => None,
            });
        let mut session = free.unwrap_or_else(|| {
            let turn = self.turn.fetch_add(1, Ordering::Relaxed) % self.sessions.len();
            let session = self.sessions[turn].lock();
            session.unwrap_or_else(PoisonError::into_inner)
        });
        work(&mut session)
    }

    /// One vector a text from what the network answered.
    fn pool(&self, batch: &[&[u32]], shape: &[i64], data: &[f32]) -> Result<Vec<Vec<f32>>, String> {
        let texts = batch.len();
        let per_text = data.len() / texts;
        let dimensions = shape.last().map_or(0, |&last| last as usize);
        let rank = match self.pooling {
            Pooling::Graph => 2,
            Pooling::Mean | Pooling::Cls => 3,
        };
        if dimensions != self.dimensions || shape.len() != rank || shape[0] as usize != texts {
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

/// The graph as tract runs it faster, where there is anything to change.
fn adapt(mut graph: Graph, batch: usize) -> Option<Vec<u8>> {
    let widened = graph.widen() > 0;
    let single = batch == 1 && graph.single_batch();
    (widened || single).then(|| graph.bytes())
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
