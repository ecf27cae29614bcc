//! Graphs of a few nodes, looked at and widened.

use rten_onnx::onnx::{NodeProto, ValueInfoProto};

use super::*;

fn node(kind: &str, inputs: &[&str], outputs: &[&str]) -> NodeProto {
    let owned = |names: &[&str]| names.iter().map(|&name| name.into()).collect();
    NodeProto {
        op_type: Some(kind.into()),
        input: owned(inputs),
        output: owned(outputs),
        ..NodeProto::default()
    }
}

fn value(name: &str) -> ValueInfoProto {
    ValueInfoProto {
        name: Some(name.into()),
        ..ValueInfoProto::default()
    }
}

fn bytes_tensor(name: &str, dims: &[usize], values: &[i8]) -> TensorProto {
    let raw = values.iter().map(|&value| value.cast_unsigned()).collect();
    tensor(name, DataType::INT8, dims, raw)
}

/// `y = x · W` as quantisers write it, of two rows and two columns.
fn quantised() -> Graph {
    Graph::new(ModelProto {
        graph: Some(GraphProto {
            node: vec![
                node("Gather", &["table", "input_ids"], &["x"]),
                node("DynamicQuantizeLinear", &["x"], &["xq", "xs", "xz"]),
                node("Mul", &["xs", "ws"], &["scales"]),
                node("MatMulInteger", &["xq", "wq", "xz", "wz"], &["yi"]),
                node("Cast", &["yi"], &["yf"]),
                node("Mul", &["yf", "scales"], &["y"]),
            ],
            initializer: vec![
                float_tensor("table", &[5, 2], &[0.0; 10]),
                bytes_tensor("wq", &[2, 2], &[1, -2, 3, 4]),
                bytes_tensor("wz", &[2], &[0, 1]),
                float_tensor("ws", &[2], &[0.5, 2.0]),
            ],
            input: vec![value("input_ids"), value("table")],
            output: vec![value("y")],
            ..GraphProto::default()
        }),
        ..ModelProto::default()
    })
}

fn bytes(graph: &Graph) -> Vec<u8> {
    graph.bytes().expect("bytes")
}

fn kinds(graph: &Graph) -> Vec<&str> {
    let nodes = graph.graph().map(|graph| graph.node.as_slice());
    let nodes = nodes.unwrap_or_default().iter();
    nodes.filter_map(|node| node.op_type.as_deref()).collect()
}

#[test]
fn a_graph_tells_what_goes_in_and_out() {
    let graph = Graph::read(&bytes(&quantised())).expect("its own bytes");
    assert_eq!(graph.inputs(), ["input_ids"]);
    assert_eq!(graph.outputs(), ["y"]);
    assert_eq!(graph.known_tokens(), Some(5));
}

#[test]
fn what_is_no_graph_is_refused() {
    for bytes in [b"" as &[u8], b"version https://git-lfs.github.com/spec/v1"] {
        let error = Graph::read(bytes).err().unwrap_or_default();
        assert!(error.starts_with("no ONNX file"), "{error}");
    }
}

#[test]
fn integer_products_become_float_products() {
    let mut graph = quantised();
    assert_eq!(graph.widen(), 1);
    assert_eq!(
        kinds(&graph),
        ["Gather", "DynamicQuantizeLinear", "Mul", "MatMul"]
    );
    let proto = graph.graph().expect("a graph");
    let product = proto.node.last().expect("a node");
    assert_eq!(product.input, ["x", "wq"]);
    assert_eq!(product.output, ["y"]);
    // (integer - zero of its column) · scale of its column
    let weights = floats(&proto.initializer[1]).expect("floats");
    assert_eq!(weights, [0.5, -6.0, 1.5, 6.0]);
    assert_eq!(graph.widen(), 0);
}

#[test]
fn what_looks_different_stays() {
    type Change = fn(&mut GraphProto);
    let changes: [(&str, Change); 6] = [
        ("someone else takes the integers", |graph| {
            graph.output.push(value("yi"));
        }),
        ("weights that are computed", |graph| {
            graph.initializer.remove(1);
        }),
        ("a zero point of another input", |graph| {
            graph.node[3].input[2] = "other".into();
        }),
        ("weights used twice", |graph| {
            graph.node.push(node("Identity", &["wq"], &["again"]));
        }),
        ("a sum in place of the product", |graph| {
            graph.node[5].op_type = Some("Add".into());
        }),
        ("scales that fit no column", |graph| {
            graph.initializer[3] = float_tensor("ws", &[3], &[1.0; 3]);
        }),
    ];
    for (name, change) in changes {
        let mut graph = quantised();
        change(graph.model.graph.as_mut().expect("a graph"));
        let before = bytes(&graph);
        assert_eq!(graph.widen(), 0, "{name}");
        assert_eq!(bytes(&graph), before, "{name}");
    }
}
