//! Dynamic quantisation undone: integer products become float products of the same weights.
//!
//! What quantisers write for `x · W` is five nodes: `DynamicQuantizeLinear` of `x`; `MatMulInteger` with an 8-bit
//! `W`; `Cast`; the product of both scales; `Mul` by it. The last becomes `MatMul` of `x` and a float `W`, and
//! nothing asks for the others any more. Whatever looks different is left as it is.

use std::collections::HashMap;

use rten_onnx::onnx::{DataType, GraphProto, NodeProto, TensorProto};

use super::{float_tensor, floats};

/// One product that can be widened.
struct Product {
    /// Position of the node that computes integers.
    integer: usize,
    /// Position of the `Cast` behind it.
    cast: usize,
    /// Position of the `Mul` that gives the result.
    result: usize,
    /// The float input.
    x: String,
    /// Name of the weights, integer and float.
    name: String,
    /// The float weights.
    weights: TensorProto,
}

/// Widens all products that look as described; returns how many.
pub(super) fn widen(graph: &mut GraphProto) -> usize {
    let products = find(graph);
    let mut gone = vec![false; graph.node.len()];
    let mut weights: HashMap<String, TensorProto> = HashMap::new();
    let count = products.len();
    for product in products {
        gone[product.integer] = true;
        gone[product.cast] = true;
        let result = &mut graph.node[product.result];
        result.op_type = Some("MatMul".into());
        result.input = vec![product.x, product.name.clone()];
        weights.insert(product.name, product.weights);
    }
    for tensor in &mut graph.initializer {
        if let Some(wide) = weights.remove(tensor.name.as_deref().unwrap_or_default()) {
            *tensor = wide;
        }
    }
    let mut position = 0..;
    graph
        .node
        .retain(|_| !position.next().is_some_and(|at| gone[at]));
    count
}

/// Who makes and who takes the values of a graph, by their names.
struct Wiring<'a> {
    graph: &'a GraphProto,
    makers: HashMap<&'a str, usize>,
    takers: HashMap<&'a str, Vec<usize>>,
    constants: HashMap<&'a str, &'a TensorProto>,
}

impl<'a> Wiring<'a> {
    fn new(graph: &'a GraphProto) -> Self {
        let mut makers = HashMap::new();
        let mut takers: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, node) in graph.node.iter().enumerate() {
            for output in &node.output {
                makers.insert(output.as_str(), at);
            }
            for input in &node.input {
                takers.entry(input).or_default().push(at);
            }
        }
        for output in &graph.output {
            // A value that leaves the graph has a taker that no node is.
            let name = output.name.as_deref().unwrap_or_default();
            takers.entry(name).or_default().push(usize::MAX);
        }
        let constants = graph.initializer.iter();
        Self {
            graph,
            makers,
            takers,
            constants: constants
                .filter_map(|tensor| Some((tensor.name.as_deref()?, tensor)))
                .collect(),
        }
    }

    /// The only node that takes `value`, if it is a `kind`.
    fn only_taker(&self, value: &str, kind: &str) -> Option<usize> {
        match self.takers.get(value)?.as_slice() {
            &[at] if is(self.graph.node.get(at)?, kind) => Some(at),
            _ => None,
        }
    }

    /// The product that the node at `integer` belongs to.
    fn product(&self, integer: usize) -> Option<Product> {
        let nodes = &self.graph.node;
        let node = &nodes[integer];
        let [quantised, weights, x_zero, zero @ ..] = node.input.as_slice() else {
            return None;
        };
        let quantiser = &nodes[*self.makers.get(quantised.as_str())?];
        let [_, x_scale, made_zero] = quantiser.output.as_slice() else {
            return None;
        };
        if !is(quantiser, "DynamicQuantizeLinear") || made_zero != x_zero {
            return None;
        }
        let cast = self.only_taker(node.output.first()?, "Cast")?;
        let made = nodes[cast].output.first()?;
        let result = self.only_taker(made, "Mul")?;
        let scales = other(&nodes[result].input, made)?;
        let scaling = &nodes[*self.makers.get(scales.as_str())?];
        if !is(scaling, "Mul") {
            return None;
        }
        let scale = other(&scaling.input, x_scale)?;
        let only_here = self.takers.get(weights.as_str())?.len() == 1;
        let integers = self.constants.get(weights.as_str()).filter(|_| only_here)?;
        let zero = match zero {
            [] => None,
            [zero] => Some(*self.constants.get(zero.as_str())?),
            _ => return None,
        };
        Some(Product {
            integer,
            cast,
            result,
            x: quantiser.input.first()?.clone(),
            name: weights.clone(),
            weights: wide(weights, integers, self.constants.get(scale.as_str())?, zero)?,
        })
    }
}

fn is(node: &NodeProto, kind: &str) -> bool {
    node.op_type.as_deref() == Some(kind)
}

fn find(graph: &GraphProto) -> Vec<Product> {
    let wiring = Wiring::new(graph);
    let nodes = graph.node.iter().enumerate();
    nodes
        .filter(|(_, node)| is(node, "MatMulInteger"))
        .filter_map(|(at, _)| wiring.product(at))
        .collect()
}

/// The one of two inputs that is not `this`.
fn other<'a>(inputs: &'a [String], this: &str) -> Option<&'a String> {
    match inputs {
        [a, b] if a == this => Some(b),
        [a, b] if b == this => Some(a),
        _ => None,
    }
}

/// `(integers - zero) · scale`, both of one value or one a column.
fn wide(
    name: &str,
    integers: &TensorProto,
    scale: &TensorProto,
    zero: Option<&TensorProto>,
) -> Option<TensorProto> {
    let &[rows, columns] = integers.dims.as_slice() else {
        return None;
    };
    let (rows, columns) = (usize::try_from(rows).ok()?, usize::try_from(columns).ok()?);
    let values = small_integers(integers)?;
    let scale = per_column(floats(scale)?, columns)?;
    let zero = match zero {
        Some(zero) => per_column(small_integers(zero)?, columns)?,
        None => vec![0.0; columns],
    };
    if values.len() != rows * columns || columns == 0 {
        return None;
    }
    let mut wide = values;
    for row in wide.chunks_exact_mut(columns) {
        for ((value, zero), scale) in row.iter_mut().zip(&zero).zip(&scale) {
            *value = (*value - zero) * scale;
        }
    }
    Some(float_tensor(name, &[rows, columns], &wide))
}

fn per_column(values: Vec<f32>, columns: usize) -> Option<Vec<f32>> {
    match values.as_slice() {
        &[one] => Some(vec![one; columns]),
        several => (several.len() == columns).then_some(values),
    }
}

/// The values of a tensor of signed or unsigned bytes.
fn small_integers(tensor: &TensorProto) -> Option<Vec<f32>> {
    let signed = match tensor.data_type? {
        DataType::INT8 => true,
        DataType::UINT8 => false,
        _ => return None,
    };
    if !tensor.int32_data.is_empty() {
        return Some(
            tensor
                .int32_data
                .iter()
                .map(|&value| value as f32)
                .collect(),
        );
    }
    let bytes = tensor.raw_data.as_ref()?.borrow();
    let bytes = bytes.iter();
    Some(if signed {
        bytes.map(|&byte| f32::from(byte.cast_signed())).collect()
    } else {
        bytes.map(|&byte| f32::from(byte)).collect()
    })
}
