//! What runs the networks: tract, built in, or a native ONNX Runtime where its library is configured.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use ort::environment::Environment;
use ort::session::{Session, builder::GraphOptimizationLevel};

use super::foreign;
use super::{Error, Result};

/// A backend that runs ONNX graphs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Backend {
    /// The pure-Rust one, always there.
    Tract,
    /// The library at this path.
    Native(PathBuf),
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tract => f.write_str("tract"),
            Self::Native(path) => write!(f, "ONNX Runtime ({})", path.display()),
        }
    }
}

/// The backend of this process. `ort` knows one table of functions, so the first one used is the only one.
#[derive(Debug)]
pub(super) struct Runtime {
    backend: Backend,
    environment: Environment,
}

impl Runtime {
    /// The runtime of the process, started with `library` by the first caller.
    ///
    /// A library that cannot be used leaves nothing behind: the caller may ask again, for tract or another library.
    ///
    /// # Errors
    /// [`Error::Library`]; [`Error::BackendTaken`] where the process runs on another backend.
    pub(super) fn get(library: Option<&Path>) -> Result<&'static Self> {
        static RUNTIME: OnceLock<Runtime> = OnceLock::new();
        static STARTING: Mutex<()> = Mutex::new(());

        let wanted = library.map_or(Backend::Tract, |path| Backend::Native(path.to_owned()));
        let _one = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
        let runtime = if let Some(runtime) = RUNTIME.get() {
            runtime
        } else {
            let started = Self::start(wanted.clone())?;
            RUNTIME.get_or_init(|| started)
        };
        if runtime.backend != wanted {
            return Err(Error::BackendTaken {
                active: runtime.backend.to_string(),
                wanted: wanted.to_string(),
            });
        }
        Ok(runtime)
    }

    fn start(backend: Backend) -> Result<Self> {
        let api = match &backend {
            Backend::Tract => ort_tract::api(),
            Backend::Native(path) => foreign::open(path).map_err(|detail| Error::Library {
                path: path.clone(),
                detail,
            })?,
        };
        let failed = |detail: String| Error::Backend {
            backend: backend.to_string(),
            detail,
        };
        if !ort::set_api(api) {
            return Err(failed("something else in this process uses `ort`".into()));
        }
        let environment = ort::init()
            .with_name("giaxe")
            .with_telemetry(false)
            .build()
            .map_err(|error| failed(error.to_string()))?;
        Ok(Self {
            backend,
            environment,
        })
    }

    pub(super) fn backend(&self) -> &Backend {
        &self.backend
    }

    /// A session that runs `graph` on the caller's thread: more threads gain nothing on short texts.
    pub(super) fn session(&self, graph: &[u8]) -> ort::Result<Session> {
        Session::builder(&self.environment)?
            .with_optimization_level(GraphOptimizationLevel::Level3)
            // An option that a backend does not know is not worth failing for.
            .unwrap_or_else(ort::Error::recover)
            .with_intra_threads(1)
            .unwrap_or_else(ort::Error::recover)
            .with_intra_op_spinning(false)
            .unwrap_or_else(ort::Error::recover)
            .commit_from_memory(graph)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_that_cannot_be_used_is_named() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let absent = dir.path().join("libonnxruntime.so");
        let broken = dir.path().join("broken.so");
        fs_err::write(&broken, "no library at all").expect("a file");
        for path in [&absent, &broken, &dir.path().to_owned()] {
            let error = foreign::open(path).err().unwrap_or_default();
            assert!(!error.is_empty(), "{}", path.display());
            let error = Runtime::start(Backend::Native(path.clone()));
            let message = error.err().map(|error| error.to_string());
            let message = message.unwrap_or_default();
            assert!(
                message.starts_with(&path.display().to_string()),
                "{message}"
            );
        }
    }

    #[test]
    fn the_first_backend_stays() {
        assert!(Runtime::get(None).is_ok());
        let other = Runtime::get(Some(Path::new("libonnxruntime.so")));
        assert!(matches!(other, Err(Error::BackendTaken { .. })));
        assert!(Runtime::get(None).is_ok());
    }
}
