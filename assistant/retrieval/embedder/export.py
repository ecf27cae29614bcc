"""The trained encoder as ONNX graphs, written node by node: fp32 for checks, int8 to ship.

Node by node, so that they hold only what rten and onnxruntime both run and fuse. Inputs
`input_ids`, `attention_mask` (int64, [batch, seq]); output `sentence_embedding` [batch,
384], pooled and normalised in the graph.

int8: weight matrices symmetric per output channel, activations dynamic per tensor
(DynamicQuantizeLinear + MatMulInteger), embedding rows each with its own scale.
"""

import hashlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

MAX_POSITIONS = 512


class Graph:
    def __init__(self, int8):
        self.int8, self.nodes, self.weights, self.count, self.quantized = int8, [], [], 0, {}

    def constant(self, name, value, dtype=np.float32):
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value, dtype=dtype), name))
        return name

    def op(self, kind, *inputs, outputs=1, **attributes):
        self.count += 1
        names = [f"{kind}_{self.count}" + (f"_{i}" if i else "") for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, name=names[0], **attributes))
        return names if outputs > 1 else names[0]

    def linear(self, x, name, weight, bias):
        """x @ weight.T + bias; `weight` as torch keeps it, [out, in]."""
        if not self.int8:
            y = self.op("MatMul", x, self.constant(f"{name}.weight", weight.T))
            return self.op("Add", y, self.constant(f"{name}.bias", bias))
        scale = np.maximum(np.abs(weight).max(1), 1e-8) / 127
        values = np.clip(np.rint(weight / scale[:, None]), -127, 127)
        if x not in self.quantized:
            self.quantized[x] = self.op("DynamicQuantizeLinear", x, outputs=3)
        xq, x_scale, x_zero = self.quantized[x]
        wq = self.constant(f"{name}.weight_q", values.T, np.int8)
        zero = self.constant(f"{name}.weight_zero", np.zeros(len(weight)), np.int8)
        both = self.op("Mul", x_scale, self.constant(f"{name}.weight_scale", scale))
        y = self.op("Cast", self.op("MatMulInteger", xq, wq, x_zero, zero), to=TensorProto.FLOAT)
        return self.op("Add", self.op("Mul", y, both), self.constant(f"{name}.bias", bias))

    def norm(self, x, name, weight, bias):
        centred = self.op("Sub", x, self.op("ReduceMean", x, axes=[-1], keepdims=1))
        variance = self.op("ReduceMean", self.op("Pow", centred, "two"), axes=[-1], keepdims=1)
        unit = self.op("Div", centred, self.op("Sqrt", self.op("Add", variance, "eps")))
        scaled = self.op("Mul", unit, self.constant(f"{name}.weight", weight))
        return self.op("Add", scaled, self.constant(f"{name}.bias", bias))

    def rows(self, table):
        """Look up the embedding rows of `input_ids`."""
        if not self.int8:
            return self.op("Gather", self.constant("embeddings", table), "input_ids")
        scale = np.maximum(np.abs(table).max(1, keepdims=True), 1e-8) / 127
        values = np.clip(np.rint(table / scale), -127, 127)
        picked = self.op("Gather", self.constant("embeddings_q", values, np.int8), "input_ids")
        scales = self.op("Gather", self.constant("embeddings_scale", scale), "input_ids")
        return self.op("Mul", self.op("Cast", picked, to=TensorProto.FLOAT), scales)


def build(model, int8):
    """`model` is a student.Encoder; returns the checked ONNX model."""
    w = {k: v.detach().numpy().astype(np.float32) for k, v in model.state_dict().items()}
    hidden, heads, depth = w["english"].shape[1], model.layers[0].heads, len(model.layers)
    g = Graph(int8)
    for name, value in {
        "one": 1, "two": 2, "half": 0.5, "minus": -1e9, "eps": model.norm.eps, "tiny": 1e-9,
        "root": np.sqrt(0.5), "scale": (hidden // heads) ** -0.5,
    }.items():  # fmt: skip
        g.constant(name, value)
    for name, value in {
        "split": [0, 0, heads, hidden // heads], "merge": [0, 0, hidden], "zero": [0], "first": [1], "second": [2],
        "mask_axes": [1, 2],
    }.items():  # fmt: skip
        g.constant(name, value, np.int64)
    x = g.rows(np.concatenate([w["english"], w["new"]]))
    length = g.op("Slice", g.op("Shape", "input_ids"), "first", "second")
    positions = g.constant("positions", w["positions"][:MAX_POSITIONS])
    x = g.op("Add", x, g.op("Slice", positions, "zero", length, "zero"))
    x = g.norm(x, "norm", w["norm.weight"], w["norm.bias"])
    mask = g.op("Cast", "attention_mask", to=TensorProto.FLOAT)
    bias = g.op("Mul", g.op("Sub", "one", g.op("Unsqueeze", mask, "mask_axes")), "minus")
    for i in range(depth):
        of = lambda part: (f"layers.{i}.{part}", w[f"layers.{i}.{part}.weight"], w[f"layers.{i}.{part}.bias"])
        q, k, v = (g.op("Reshape", g.linear(x, *of(part)), "split") for part in ("query", "key", "value"))
        q = g.op("Transpose", q, perm=[0, 2, 1, 3])
        k = g.op("Transpose", k, perm=[0, 2, 3, 1])
        v = g.op("Transpose", v, perm=[0, 2, 1, 3])
        scores = g.op("Add", g.op("Mul", g.op("MatMul", q, k), "scale"), bias)
        mixed = g.op("MatMul", g.op("Softmax", scores, axis=-1), v)
        mixed = g.op("Reshape", g.op("Transpose", mixed, perm=[0, 2, 1, 3]), "merge")
        x = g.norm(g.op("Add", g.linear(mixed, *of("out")), x), *of("norm"))
        up = g.linear(x, *of("up"))
        bell = g.op("Add", g.op("Erf", g.op("Mul", up, "root")), "one")
        up = g.op("Mul", g.op("Mul", up, "half"), bell)
        x = g.norm(g.op("Add", g.linear(up, *of("down")), x), *of("final"))
    column = g.op("Unsqueeze", mask, "second")
    total = g.op("ReduceSum", g.op("Mul", x, column), "first", keepdims=0)
    count = g.op("ReduceSum", mask, "first", keepdims=1)
    pooled = g.op("Div", total, g.op("Add", count, "tiny"))
    length = g.op("Sqrt", g.op("ReduceSum", g.op("Mul", pooled, pooled), "first", keepdims=1))
    result = g.op("Div", pooled, g.op("Add", length, "tiny"))
    g.nodes[-1].output[0] = "sentence_embedding"
    assert result == g.nodes[-1].name
    value = helper.make_tensor_value_info
    inputs = [value(n, TensorProto.INT64, ["batch", "seq"]) for n in ("input_ids", "attention_mask")]
    outputs = [value("sentence_embedding", TensorProto.FLOAT, ["batch", hidden])]
    graph = helper.make_graph(g.nodes, "giaxe_embedder", inputs, outputs, g.weights)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    made.producer_name = "giaxe"
    onnx.checker.check_model(made)
    return made


def save(model, path, int8):
    path.write_bytes(build(model, int8).SerializeToString(deterministic=True))


CONFIGURATION = """\
name = "giaxe-vi-en"
dimensions = 384
pooling = "graph"
normalise = true
max_tokens = 256
batch = 1
round_activations = true
query_prefix = ""
passage_prefix = ""

[tokenizer]
kind = "bilingual"

[files]
"""


def bundle(out):
    """`out/bundle`: just what the service loads, int8, with `embedder.toml` and every file's sha256."""
    folder = out / "bundle"
    folder.mkdir(exist_ok=True)
    lines = []
    for source, name in (("model_int8.onnx", "model.onnx"), *((n, n) for n in ("vocab.txt", "vocab_vi.txt", "gate.tsv"))):
        content = (out / source).read_bytes()
        (folder / name).write_bytes(content)
        lines.append(f'"{name}" = "{hashlib.sha256(content).hexdigest()}"\n')
    (folder / "embedder.toml").write_text(CONFIGURATION + "".join(lines), encoding="utf-8")


class Session:
    """onnxruntime on one of the graphs, as a function from texts to vectors."""

    def __init__(self, path, tokenizer):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        self.run = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"]).run
        self.tokenizer = tokenizer

    def __call__(self, texts, batch=1):
        """One text a batch by default: dynamic quantisation sees the whole batch, so this is what a query gets."""
        lists = [self.tokenizer.ids(t) for t in texts]
        out = []
        for a in range(0, len(lists), batch):
            part = lists[a : a + batch]
            width = max(map(len, part))
            ids = np.array([x + [0] * (width - len(x)) for x in part], np.int64)
            mask = np.array([[1] * len(x) + [0] * (width - len(x)) for x in part], np.int64)
            out.append(self.run(None, {"input_ids": ids, "attention_mask": mask})[0])
        return np.concatenate(out)
