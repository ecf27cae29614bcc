//! A graph written node by node.

use rten_onnx::onnx::{
    AttributeProto, AttributeType, DataType, Dimension, GraphProto, ModelProto, NodeProto,
    OperatorSetIdProto, TensorProto, TensorShapeProto, TypeProto, TypeProtoTensor, ValueInfoProto,
};

use super::{Graph, float_tensor, int_tensor};

/// Version of ONNX's operators: the first with `LayerNormalization`.
const OPERATORS: i64 = 17;
/// Version of the file format that came with it.
const FORMAT: i64 = 8;

/// A graph in the making. Values go by their names.
#[derive(Debug, Default)]
pub(in super::super) struct Builder {
    nodes: Vec<NodeProto>,
    tensors: Vec<TensorProto>,
}

/// A setting of a node.
pub(in super::super) enum Attribute<'a> {
    Int(i64),
    Ints(&'a [i64]),
    Float(f32),
}

impl Builder {
    /// A constant of floats.
    pub(in super::super) fn floats(
        &mut self,
        name: &str,
        dims: &[usize],
        values: &[f32],
    ) -> String {
        self.tensors.push(float_tensor(name, dims, values));
        name.into()
    }

    /// A constant of integers in one dimension.
    pub(in super::super) fn ints(&mut self, name: &str, values: &[i64]) -> String {
        self.tensors.push(int_tensor(name, &[values.len()], values));
        name.into()
    }

    /// A node with one result.
    pub(in super::super) fn node(&mut self, kind: &str, inputs: &[&str]) -> String {
        self.node_with(kind, inputs, &[])
    }

    /// A node with settings and one result.
    pub(in super::super) fn node_with(
        &mut self,
        kind: &str,
        inputs: &[&str],
        attributes: &[(&str, Attribute<'_>)],
    ) -> String {
        let output = format!("{kind}_{}", self.nodes.len());
        self.nodes.push(NodeProto {
            name: Some(output.clone()),
            op_type: Some(kind.into()),
            input: inputs.iter().map(|&input| input.into()).collect(),
            output: vec![output.clone()],
            attribute: attributes.iter().map(attribute).collect(),
            ..NodeProto::default()
        });
        output
    }

    /// The graph from `inputs`, ids of `[batch, length]`, to `output`: the value of that name, of
    /// `[batch, length, width]`.
    pub(in super::super) fn finish(
        mut self,
        inputs: &[&str],
        value: &str,
        output: &str,
        width: usize,
    ) -> Graph {
        self.nodes.push(NodeProto {
            name: Some(output.into()),
            op_type: Some("Identity".into()),
            input: vec![value.into()],
            output: vec![output.into()],
            ..NodeProto::default()
        });
        let free = ["batch", "length"].map(|name| Dimension {
            dim_param: Some(name.into()),
            ..Dimension::default()
        });
        let ids = inputs
            .iter()
            .map(|name| value_info(name, DataType::INT64, free.to_vec()));
        let mut dims = free.to_vec();
        dims.push(Dimension {
            dim_value: Some(width.cast_signed() as i64),
            ..Dimension::default()
        });
        Graph::new(ModelProto {
            ir_version: Some(FORMAT),
            producer_name: Some("giaxe".into()),
            opset_import: vec![OperatorSetIdProto {
                domain: None,
                version: Some(OPERATORS),
            }],
            graph: Some(GraphProto {
                node: self.nodes,
                initializer: self.tensors,
                input: ids.collect(),
                output: vec![value_info(output, DataType::FLOAT, dims)],
                ..GraphProto::default()
            }),
            ..ModelProto::default()
        })
    }
}

fn value_info(name: &str, kind: DataType, dim: Vec<Dimension>) -> ValueInfoProto {
    let tensor = TypeProtoTensor {
        elem_type: Some(kind),
        shape: Some(TensorShapeProto { dim }),
    };
    ValueInfoProto {
        name: Some(name.into()),
        r#type: Some(TypeProto {
            tensor_type: Some(tensor),
            ..TypeProto::default()
        }),
    }
}

fn attribute((name, value): &(&str, Attribute<'_>)) -> AttributeProto {
    let mut made = AttributeProto {
        name: Some((*name).into()),
        ..AttributeProto::default()
    };
    made.r#type = Some(match value {
        Attribute::Int(value) => {
            made.i = Some(*value);
            AttributeType::INT
        }
        Attribute::Ints(values) => {
            made.ints = values.to_vec();
            AttributeType::INTS
        }
        Attribute::Float(value) => {
            made.f = Some(*value);
            AttributeType::FLOAT
        }
    });
    made
}
