//! The native backend: an ONNX Runtime library that is opened at run time.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use ort::environment::Environment;
use ort::session::{Session, builder::GraphOptimizationLevel};
use ort::value::TensorRef;

use super::super::foreign;
use super::{Batch, Engine, Error, Result, Slots};

/// The library of this process. `ort` knows one table of functions, so the first one used is the only one.
#[derive(Debug)]
pub(super) struct Runtime {
    path: PathBuf,
    environment: Environment,
}

impl Runtime {
    /// The runtime of the process, started with the library at `path` by the first caller.
    ///
    /// A library that cannot be used leaves nothing behind: the caller may ask again, for another one.
    ///
    /// # Errors
    /// [`Error::Library`]; [`Error::LibraryTaken`] where the process uses another library.
    pub(super) fn get(path: &Path) -> Result<&'static Self> {
        static RUNTIME: OnceLock<Runtime> = OnceLock::new();
        static STARTING: Mutex<()> = Mutex::new(());

        let _one = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
        let runtime = if let Some(runtime) = RUNTIME.get() {
            runtime
        } else {
            let started = Self::start(path).map_err(|detail| Error::Library {
                path: path.to_owned(),
                detail,
            })?;
            RUNTIME.get_or_init(|| started)
        };
        if runtime.path != path {
            return Err(Error::LibraryTaken {
                active: runtime.path.clone(),
                wanted: path.to_owned(),
            });
        }
        Ok(runtime)
    }

    fn start(path: &Path) -> Result<Self, String> {
        if !ort::set_api(foreign::open(path)?) {
            return Err("something else in this process uses `ort`".into());
        }
        let environment = ort::init()
            .with_name("giaxe")
            .with_telemetry(false)
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self {
            path: path.to_owned(),
            environment,
        })
    }

    /// A session that runs `graph` on the caller's thread: more threads gain nothing on short texts.
    fn session(&self, graph: &[u8]) -> ort::Result<Session> {
        Session::builder(&self.environment)?
            .with_optimization_level(GraphOptimizationLevel::Level3)
            // An option that a library does not know is not worth failing for.
            .unwrap_or_else(ort::Error::recover)
            .with_intra_threads(1)
            .unwrap_or_else(ort::Error::recover)
            .with_intra_op_spinning(false)
            .unwrap_or_else(ort::Error::recover)
            .commit_from_memory(graph)
    }
}

/// A network in ONNX Runtime, once a session, for a session runs one batch at a time.
#[derive(Debug)]
pub(super) struct OnnxRuntime {
    sessions: Slots<Session>,
}

impl OnnxRuntime {
    pub(super) fn load(runtime: &Runtime, file: &[u8], sessions: usize) -> Result<Self, String> {
        let sessions = Slots::new(sessions, || runtime.session(file));
        Ok(Self {
            sessions: sessions.map_err(|error| error.to_string())?,
        })
    }
}

impl Engine for OnnxRuntime {
    fn run(&self, batch: &Batch<'_>, output: &str) -> Result<(Vec<usize>, Vec<f32>), String> {
        let run = || {
            let inputs = batch.inputs.iter().map(|&(name, values)| {
                Ok((
                    name,
                    TensorRef::from_array_view((batch.shape, values))?.into(),
                ))
            });
            let inputs: Vec<(&str, ort::session::SessionInputValue<'_>)> =
                inputs.collect::<ort::Result<_>>()?;
            let mut session = self.sessions.take();
            let outputs = session.run(inputs)?;
            let (shape, values) = outputs[output].try_extract_tensor::<f32>()?;
            let shape = shape.iter().map(|&size| size as usize).collect();
            Ok((shape, values.to_vec()))
        };
        run().map_err(|error: ort::Error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_that_cannot_be_used_is_named_and_leaves_the_choice_open() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let absent = dir.path().join("libonnxruntime.so");
        let broken = dir.path().join("broken.so");
        fs_err::write(&broken, "no library at all").expect("a file");
        for path in [&absent, &broken, &dir.path().to_owned()] {
            let error = Runtime::get(path);
            let message = error.err().map(|error| error.to_string());
            let message = message.unwrap_or_default();
            assert!(
                message.starts_with(&path.display().to_string()),
                "{message}"
            );
        }
    }
}
