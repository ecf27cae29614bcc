//! ONNX graphs as data: what is looked at before a backend gets them, and what is built for it.

pub(super) mod builder;
mod widen;

use prost::Message as _;
use tract_onnx::pb::tensor_shape_proto::dimension::Value as Size;
use tract_onnx::pb::{GraphProto, ModelProto, TensorProto, tensor_proto::DataType, type_proto};

/// A network that has been read but not loaded.
#[derive(Debug)]
pub(super) struct Graph {
    model: ModelProto,
}

impl Graph {
    /// Reads an ONNX file; the error says what is wrong with it.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        let model = ModelProto::decode(bytes).map_err(|error| format!("no ONNX file: {error}"))?;
        match &model.graph {
            Some(graph) if !graph.node.is_empty() => Ok(Self { model }),
            _ => Err("no ONNX file: it has no graph".into()),
        }
    }

    /// A network of our own making.
    pub(super) fn new(model: ModelProto) -> Self {
        Self { model }
    }

    /// The file's bytes.
    pub(super) fn bytes(&self) -> Vec<u8> {
        self.model.encode_to_vec()
    }

    fn graph(&self) -> Option<&GraphProto> {
        self.model.graph.as_ref()
    }

    /// Names of the inputs that a caller has to fill.
    pub(super) fn inputs(&self) -> Vec<&str> {
        let Some(graph) = self.graph() else {
            return Vec::new();
        };
        let names = graph.input.iter().map(|input| input.name.as_str());
        names
            .filter(|&name| !graph.initializer.iter().any(|tensor| tensor.name == name))
            .collect()
    }

    /// Names of the outputs.
    pub(super) fn outputs(&self) -> Vec<&str> {
        let outputs = self.graph().map(|graph| graph.output.as_slice());
        let outputs = outputs.unwrap_or_default().iter();
        outputs.map(|output| output.name.as_str()).collect()
    }

    /// How many token ids the network knows: the rows of the table that `input_ids` picks from, where one is found.
    ///
    /// tract ends the process on an id beyond the table, so that nobody may ask for one.
    pub(super) fn known_tokens(&self) -> Option<usize> {
        let graph = self.graph()?;
        let tables = graph
            .node
            .iter()
            .filter(|node| node.op_type == "Gather")
            .filter(|node| node.input.get(1).is_some_and(|input| input == "input_ids"))
            .filter_map(|node| node.input.first());
        tables
            .filter_map(|table| {
                graph
                    .initializer
                    .iter()
                    .find(|tensor| tensor.name == *table)
            })
            .filter_map(|tensor| usize::try_from(*tensor.dims.first()?).ok())
            .min()
    }

    /// Says that a batch is always of one text, where inputs and outputs leave it open; returns whether any did.
    ///
    /// tract then has one unknown less in every shape.
    pub(super) fn single_batch(&mut self) -> bool {
        let Some(graph) = self.model.graph.as_mut() else {
            return false;
        };
        let mut open = false;
        for value in graph.input.iter_mut().chain(&mut graph.output) {
            let kind = value.r#type.as_mut().and_then(|kind| kind.value.as_mut());
            let Some(type_proto::Value::TensorType(tensor)) = kind else {
                continue;
            };
            let dims = tensor
                .shape
                .as_mut()
                .and_then(|shape| shape.dim.first_mut());
            if let Some(dim) = dims.filter(|dim| !matches!(dim.value, Some(Size::DimValue(_)))) {
                dim.value = Some(Size::DimValue(1));
                open = true;
            }
        }
        if open {
            // Hints for values in between, which still speak of the open batch.
            graph.value_info.clear();
        }
        open
    }

    /// Turns matrices of 8-bit integers into floating point, with the arithmetic around them; returns how many.
    ///
    /// tract multiplies integers more slowly than floats.
    pub(super) fn widen(&mut self) -> usize {
        self.model.graph.as_mut().map_or(0, widen::widen)
    }
}

/// A named tensor of floats.
pub(super) fn float_tensor(name: &str, dims: &[usize], values: &[f32]) -> TensorProto {
    tensor(
        name,
        DataType::Float,
        dims,
        le_bytes(values, f32::to_le_bytes),
    )
}

/// A named tensor of 64-bit integers.
pub(super) fn int_tensor(name: &str, dims: &[usize], values: &[i64]) -> TensorProto {
    tensor(
        name,
        DataType::Int64,
        dims,
        le_bytes(values, i64::to_le_bytes),
    )
}

fn tensor(name: &str, kind: DataType, dims: &[usize], raw_data: Vec<u8>) -> TensorProto {
    TensorProto {
        name: name.into(),
        data_type: kind as i32,
        dims: dims.iter().map(|&dim| dim.cast_signed() as i64).collect(),
        raw_data,
        ..TensorProto::default()
    }
}

fn le_bytes<T: Copy, const N: usize>(values: &[T], bytes: fn(T) -> [u8; N]) -> Vec<u8> {
    values.iter().copied().flat_map(bytes).collect()
}

/// The values of a tensor of floats.
fn floats(tensor: &TensorProto) -> Option<Vec<f32>> {
    if tensor.data_type != DataType::Float as i32 {
        return None;
    }
    if !tensor.float_data.is_empty() {
        return Some(tensor.float_data.clone());
    }
    let chunks = tensor.raw_data.chunks_exact(4);
    chunks
        .map(|chunk| chunk.try_into().ok().map(f32::from_le_bytes))
        .collect()
}

#[cfg(test)]
mod tests;
