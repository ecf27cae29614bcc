//! What runs a network: rten, built in, or a native ONNX Runtime where its library is configured.

mod onnx_runtime;
mod rten;

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use super::graph::Graph;
use super::{Error, Result};
use onnx_runtime::{OnnxRuntime, Runtime};
use rten::Rten;

/// A backend that runs ONNX graphs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Backend {
    /// The pure-Rust one, always there.
    Rten,
    /// The library at this path.
    Native(PathBuf),
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rten => f.write_str("rten"),
            Self::Native(path) => write!(f, "ONNX Runtime ({})", path.display()),
        }
    }
}

impl Backend {
    /// Makes sure that the backend can be used, before a network is read for it.
    ///
    /// # Errors
    /// [`Error::Library`]; [`Error::LibraryTaken`] where the process uses another library.
    pub(super) fn start(&self) -> Result<()> {
        match self {
            Self::Rten => Ok(()),
            Self::Native(path) => Runtime::get(path).map(|_| ()),
        }
    }

    /// Loads a network that can run `sessions` batches at once.
    pub(super) fn load(
        &self,
        file: Cow<'static, [u8]>,
        graph: Graph,
        round_activations: bool,
        sessions: usize,
    ) -> Result<Box<dyn Engine>, String> {
        match self {
            Self::Rten => {
                // A processor without instructions for it sums bytes in 16 bits, which full-range weights overflow.
                let bytes = round_activations && !rten::overflows();
                Ok(Box::new(Rten::load(file, graph, bytes, sessions)?))
            }
            Self::Native(path) => {
                let runtime = Runtime::get(path).map_err(|error: Error| error.to_string())?;
                Ok(Box::new(OnnxRuntime::load(runtime, &file, sessions)?))
            }
        }
    }
}

/// A network on a backend.
pub(super) trait Engine: fmt::Debug + Send + Sync {
    /// Runs a batch; returns the shape and the values of `output`.
    fn run(&self, batch: &Batch<'_>, output: &str) -> Result<(Vec<usize>, Vec<f32>), String>;
}

/// What a network is given: by the name of each input, one number a token, texts padded to one length.
#[derive(Debug)]
pub(super) struct Batch<'a> {
    /// Texts, and tokens of each.
    pub(super) shape: [usize; 2],
    pub(super) inputs: Vec<(&'static str, &'a [i64])>,
}

/// Several of what only one caller can use at a time.
#[derive(Debug)]
struct Slots<T> {
    all: Vec<Mutex<T>>,
    turn: AtomicUsize,
}

impl<T> Slots<T> {
    /// `count` of what `make` makes, at least one.
    fn new<E>(count: usize, make: impl Fn() -> Result<T, E>) -> Result<Self, E> {
        let all = (0..count.max(1)).map(|_| make().map(Mutex::new));
        Ok(Self {
            all: all.collect::<Result<_, _>>()?,
            turn: AtomicUsize::new(0),
        })
    }

    /// One that is free, or the next in turn as soon as it is.
    fn take(&self) -> MutexGuard<'_, T> {
        let free = self.all.iter().find_map(|slot| match slot.try_lock() {
            Ok(slot) => Some(slot),
            // A run that panicked leaves no state that a next one could see.
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        });
        free.unwrap_or_else(|| {
            let turn = self.turn.fetch_add(1, Ordering::Relaxed) % self.all.len();
            self.all[turn]
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_slot_is_used_twice_at_once() {
        let slots = Slots::new(2, || Ok::<_, ()>(0_u32)).expect("two slots");
        let (one, other) = (slots.take(), slots.take());
        assert!(slots.all.iter().all(|slot| slot.try_lock().is_err()));
        drop((one, other));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..1000).for_each(|_| *slots.take() += 1));
            }
        });
        let counted = slots.all.iter().map(|slot| *slot.lock().expect("free"));
        assert_eq!(counted.sum::<u32>(), 4000);
    }
}
