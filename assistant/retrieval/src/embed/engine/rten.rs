//! The pure-Rust backend.

use std::borrow::Cow;
use std::sync::Arc;

use rten::{Model, ModelOptions, RunOptions, ThreadPool, Value};
use rten_gemm::GemmExecutor;
use rten_tensor::Layout as _;

use super::super::graph::Graph;
use super::{Batch, Engine, Slots};

/// A network in rten, which every session shares.
#[derive(Debug)]
pub(super) struct Rten {
    model: Model,
    /// Each of one thread: more gain nothing on short texts.
    threads: Slots<Arc<ThreadPool>>,
}

/// Whether products of bytes may come out wrong on this processor.
pub(super) fn overflows() -> bool {
    GemmExecutor::<u8, i8, i32>::new().may_saturate()
}

impl Rten {
    /// Loads the network in `file`, which `graph` was read from. It multiplies `bytes` where it has them, or widens them.
    pub(super) fn load(
        file: Cow<'static, [u8]>,
        mut graph: Graph,
        bytes: bool,
        sessions: usize,
    ) -> Result<Self, String> {
        let widened = !bytes && graph.widen() > 0;
        let mut options = ModelOptions::with_all_ops();
        // Short texts are embedded more than twice as fast, for a third more memory.
        options.prepack_weights(true);
        let model = if widened {
            options.load(graph.bytes()?)
        } else {
            drop(graph);
            match file {
                Cow::Borrowed(bytes) => options.load_static_slice(bytes),
                Cow::Owned(bytes) => options.load(bytes),
            }
        };
        let threads = || Ok::<_, String>(Arc::new(ThreadPool::with_num_threads(1)));
        Ok(Self {
            model: model.map_err(|error| error.to_string())?,
            threads: Slots::new(sessions, threads)?,
        })
    }
}

impl Engine for Rten {
    fn run(&self, batch: &Batch<'_>, output: &str) -> Result<(Vec<usize>, Vec<f32>), String> {
        let run = || {
            let output = self.model.node_id(output)?;
            let inputs = batch.inputs.iter().map(|&(name, values)| {
                let values = values.iter().map(|&value| value as i32).collect();
                let value = Value::from_shape(batch.shape, values)?;
                Ok((self.model.node_id(name)?, value.into()))
            });
            let inputs = inputs.collect::<Result<_, Box<dyn std::error::Error>>>()?;
            let threads = self.threads.take();
            let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&threads)));
            let [value] = self.model.run_n(inputs, [output], Some(options))?;
            let shape = value.shape().to_vec();
            let values = value.into_tensor::<f32>().ok_or("no floats came out")?;
            Ok((shape, values.into_data()))
        };
        run().map_err(|error: Box<dyn std::error::Error>| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::embed::description::NETWORK;
    use crate::embed::files::Files;

    #[test]
    fn bytes_and_floats_give_nearly_the_same_vectors() {
        let Ok(files) = Files::embedded() else {
            let test = "bytes_and_floats_give_nearly_the_same_vectors";
            let line = format!("skipped: {test} needs assistant/retrieval/embedder/model\n");
            return std::io::stderr()
                .write_all(line.as_bytes())
                .expect("stderr");
        };
        let description = files.description().expect("a description");
        let file = files.read(NETWORK, &description).expect("a network");
        let ids = [101_i64, 2129, 2172, 2003, 1037, 2482, 1029, 102];
        let batch = Batch {
            shape: [1, ids.len()],
            inputs: vec![("input_ids", &ids), ("attention_mask", &[1; 8])],
        };
        let vector = |bytes| {
            let graph = Graph::read(&file).expect("a graph");
            let network = Rten::load(file.clone(), graph, bytes, 1);
            let run = network.expect("loaded").run(&batch, description.output());
            let (shape, vector) = run.expect("a vector");
            assert_eq!(shape, [1, 384]);
            vector
        };
        let (bytes, floats) = (vector(true), vector(false));
        // Both have the length one.
        let cosine: f32 = bytes.iter().zip(&floats).map(|(a, b)| a * b).sum();
        assert!((0.98..0.99999).contains(&cosine), "{cosine}");
    }
}
