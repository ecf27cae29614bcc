//! ONNX graphs as data: what is looked at before a backend gets them, and what is built for it.

#[cfg(feature = "import")]
pub(super) mod builder;
mod widen;

use std::cell::RefCell;

use rten_onnx::onnx::{DataType, GraphProto, ModelProto, TensorProto};

/// A network that has been read but not loaded.
pub(super) struct Graph {
    model: ModelProto,
}

impl Graph {
    /// Reads an ONNX file; the error says what is wrong with it.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        let model = ModelProto::parse_buf(bytes);
        let model = model.map_err(|error| format!("no ONNX file: {error}"))?;
        match &model.graph {
            Some(graph) if !graph.node.is_empty() => Ok(Self { model }),
            _ => Err("no ONNX file: it has no graph".into()),
        }
    }

    /// A network of our own making.
    #[cfg(feature = "import")]
    pub(super) fn new(model: ModelProto) -> Self {
        Self { model }
    }

    /// The file's bytes.
    pub(super) fn bytes(&self) -> Result<Vec<u8>, String> {
        self.model.write_buf().map_err(|error| error.to_string())
    }

    fn graph(&self) -> Option<&GraphProto> {
        self.model.graph.as_ref()
    }

    /// Names of the inputs that a caller has to fill.
    pub(super) fn inputs(&self) -> Vec<&str> {
        let Some(graph) = self.graph() else {
            return Vec::new();
        };
        let names = graph.input.iter().filter_map(|input| input.name.as_deref());
        names
            .filter(|&name| tensor_named(graph, name).is_none())
            .collect()
    }

    /// Names of the outputs.
    pub(super) fn outputs(&self) -> Vec<&str> {
        let outputs = self.graph().map(|graph| graph.output.as_slice());
        let outputs = outputs.unwrap_or_default().iter();
        outputs
            .filter_map(|output| output.name.as_deref())
            .collect()
    }

    /// How many token ids the network knows: the rows of the table that `input_ids` picks from, where one is found.
    ///
    /// An id beyond the table would fail whichever text holds it, long after the start.
    pub(super) fn known_tokens(&self) -> Option<usize> {
        let graph = self.graph()?;
        let tables = graph
            .node
            .iter()
            .filter(|node| node.op_type.as_deref() == Some("Gather"))
            .filter(|node| node.input.get(1).is_some_and(|input| input == "input_ids"))
            .filter_map(|node| tensor_named(graph, node.input.first()?));
        tables
            .filter_map(|tensor| usize::try_from(*tensor.dims.first()?).ok())
            .min()
    }

    /// Turns matrices of 8-bit integers into floating point, with the arithmetic around them; returns how many.
    pub(super) fn widen(&mut self) -> usize {
        self.model.graph.as_mut().map_or(0, widen::widen)
    }
}

/// The constant of this name.
fn tensor_named<'a>(graph: &'a GraphProto, name: &str) -> Option<&'a TensorProto> {
    let mut tensors = graph.initializer.iter();
    tensors.find(|tensor| tensor.name.as_deref() == Some(name))
}

/// A named tensor of floats.
pub(super) fn float_tensor(name: &str, dims: &[usize], values: &[f32]) -> TensorProto {
    tensor(
        name,
        DataType::FLOAT,
        dims,
        le_bytes(values, f32::to_le_bytes),
    )
}

/// A named tensor of 64-bit integers.
#[cfg(feature = "import")]
pub(super) fn int_tensor(name: &str, dims: &[usize], values: &[i64]) -> TensorProto {
    tensor(
        name,
        DataType::INT64,
        dims,
        le_bytes(values, i64::to_le_bytes),
    )
}

fn tensor(name: &str, kind: DataType, dims: &[usize], raw_data: Vec<u8>) -> TensorProto {
    TensorProto {
        name: Some(name.into()),
        data_type: Some(kind),
        dims: dims.iter().map(|&dim| dim.cast_signed() as i64).collect(),
        raw_data: Some(RefCell::new(raw_data)),
        ..TensorProto::default()
    }
}

fn le_bytes<T: Copy, const N: usize>(values: &[T], bytes: fn(T) -> [u8; N]) -> Vec<u8> {
    values.iter().copied().flat_map(bytes).collect()
}

/// The values of a tensor of floats.
fn floats(tensor: &TensorProto) -> Option<Vec<f32>> {
    if tensor.data_type != Some(DataType::FLOAT) {
        return None;
    }
    if !tensor.float_data.is_empty() {
        return Some(tensor.float_data.clone());
    }
    let bytes = tensor.raw_data.as_ref()?.borrow();
    let chunks = bytes.chunks_exact(4);
    chunks
        .map(|chunk| chunk.try_into().ok().map(f32::from_le_bytes))
        .collect()
}

#[cfg(test)]
mod tests;
