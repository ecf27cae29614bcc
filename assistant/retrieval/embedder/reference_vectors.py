"""Vectors of the trained encoder in full precision, for the test that the embedded model agrees with them.

    python reference_vectors.py TRAINED        (TRAINED: what train.py wrote)

Reads tests/fixtures/minilm/texts.json and writes tests/fixtures/embedded/: the vectors with the upper 16 bits of each
float, and the hash of the int8 network that they belong to.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np

from export import Session
from tokenizer import Tokenizer

FIXTURES = Path(__file__).parent.parent / "tests" / "fixtures"


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("trained", type=Path)
    trained = p.parse_args().trained
    texts = json.loads((FIXTURES / "minilm" / "texts.json").read_text(encoding="utf-8"))
    vectors = Session(trained / "model_fp32.onnx", Tokenizer.load(trained))(texts).astype("<f4")
    bits = vectors.view("<u4").astype(np.uint64)
    rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16
    out = FIXTURES / "embedded"
    out.mkdir(parents=True, exist_ok=True)
    rounded.astype("<u2").tofile(out / "vectors.bf16")
    network = hashlib.sha256((trained / "model_int8.onnx").read_bytes()).hexdigest()
    (out / "network.sha256").write_text(network + "\n")


if __name__ == "__main__":
    main()
