//! Tensors of a `model.safetensors`, as 32-bit floats.

use std::path::{Path, PathBuf};

use half::{bf16, f16};
use safetensors::tensor::{Dtype, SafeTensorError, SafeTensors};

use crate::embed::{Error, Result};

/// The file's content.
#[derive(Debug)]
pub(super) struct Weights {
    path: PathBuf,
    bytes: Vec<u8>,
    /// Put before the names of an encoder's tensors: some checkpoints hold it as part of a larger model.
    prefix: &'static str,
}

impl Weights {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let mut weights = Self {
            path: path.to_owned(),
            bytes: fs_err::read(path)?,
            prefix: "",
        };
        let tensors = weights.tensors()?;
        let inside = tensors.names().iter().any(|name| name.starts_with("bert."));
        if inside {
            weights.prefix = "bert.";
        }
        Ok(weights)
    }

    /// The values of the encoder's tensor `name`, which must have the shape `dims`.
    pub(super) fn floats(&self, name: &str, dims: &[usize]) -> Result<Vec<f32>> {
        let name = format!("{}{name}", self.prefix);
        let tensors = self.tensors()?;
        let tensor = tensors
            .tensor(&name)
            .map_err(|_| self.wrong(format!("no tensor `{name}`")))?;
        if tensor.shape() != dims {
            let found = tensor.shape();
            return Err(self.wrong(format!(
                "`{name}` has the shape {found:?}; config.json makes it {dims:?}"
            )));
        }
        let bytes = tensor.data();
        let pairs = || bytes.chunks_exact(2).map(|pair| [pair[0], pair[1]]);
        match tensor.dtype() {
            Dtype::F32 => {
                let words = bytes.chunks_exact(4);
                let value = |word: &[u8]| f32::from_le_bytes([word[0], word[1], word[2], word[3]]);
                Ok(words.map(value).collect())
            }
            Dtype::F16 => Ok(pairs()
                .map(|pair| f16::from_le_bytes(pair).to_f32())
                .collect()),
            Dtype::BF16 => Ok(pairs()
                .map(|pair| bf16::from_le_bytes(pair).to_f32())
                .collect()),
            other => Err(self.wrong(format!(
                "`{name}` is of {other:?}; supported: F32, F16, BF16"
            ))),
        }
    }

    fn tensors(&self) -> Result<SafeTensors<'_>> {
        SafeTensors::deserialize(&self.bytes)
            .map_err(|error: SafeTensorError| self.wrong(error.to_string()))
    }

    fn wrong(&self, detail: String) -> Error {
        Error::File {
            path: self.path.clone(),
            detail,
        }
    }
}
