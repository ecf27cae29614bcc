"""Reference texts with their ids, for the test of the Rust port of the tokenizer.

`--large` draws 12,000 texts of every kind, the parallel pairs among them, and stays
outside the repository; `--small` draws 300 that we wrote ourselves.
"""

import argparse
import json
import random
import unicodedata
from pathlib import Path

import data
from tokenizer import Tokenizer, strip_diacritics

EMOJI = "😀🚗🔥👍🏽❤️🇻🇳👨‍👩‍👧🤔💰✅🚙⛽️"
ODD = [
    "", " ", "\t\n", "a", "ơ", "Đ", "ß", "İstanbul", "ΣΊΣΥΦΟΣ Σ", "ﬁne ﬂow", "Ⅷ ⅷ", "①②③", "x" * 100, "x" * 101,
    "đ" * 150, "giá xe " * 60, "price of the car " * 100, "gia xe bao nhieu " * 40, "中文 ô tô 汽车", "한국어 xe",
    "a\u0300\u0323b", "xe\u200bô\u200dtô", "naïve café", "Toyota Vios 1.5G 2019", "500tr", "500 triệu?", "1.200.000 đ",
    "VND 49,000", "ib giá", "xe cũ-mới", "e-mail", "o'clock", "don’t", "_snake_case_", "a\u00a0b\u3000c\u2028d", "\ufeffxe",
    "\x00a\x01b\x0bc\x85d\x7f", "\ufffd", "[CLS] xe [SEP] [UNK]", "##ing", "ĐẶT CỌC AN TOÀN", "ðđÐĐ", "ǅ ǆ Ǆ",
]  # fmt: skip


def junk(rng, alphabet, assigned):
    pick = lambda: rng.choice(alphabet) if rng.random() < 0.6 else rng.choice(assigned)
    return "".join(pick() for _ in range(rng.randint(1, 40)))


def variants(text, slang, rng):
    yield text
    yield strip_diacritics(text)
    yield unicodedata.normalize("NFD", text)
    yield slang.apply(text, rng, 0.7)
    yield text.upper()
    yield strip_diacritics(slang.apply(text, rng, 0.9))


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--vocabulary", type=Path, required=True, help="folder with vocab.txt, vocab_vi.txt, gate.tsv")
    p.add_argument("--pairs", type=Path)
    p.add_argument("--faq", type=Path, nargs="*", default=[])
    p.add_argument("--glossary", type=Path, default=Path("none"))
    p.add_argument("--teencode", type=Path, default=Path("none"))
    p.add_argument("--large", type=Path)
    p.add_argument("--small", type=Path)
    p.add_argument("--seed", type=int, default=11)
    args = p.parse_args()
    rng, tokenizer, slang = random.Random(args.seed), Tokenizer.load(args.vocabulary), data.Slang(args.teencode)
    old = unicodedata.ucd_3_2_0
    assigned = [c for c in map(chr, range(0x110000)) if old.category(c) not in ("Cn", "Cs", "Co")]
    low = [c for c in assigned if ord(c) < 0x2100]
    alphabet = "abcdeghiklmnoqrstuvxyáàảãạăâđêôơưếộỹ  ABCĐ0123456789.,!?-_" + EMOJI + "\u0300\u0301\u0323"
    own = [t for topic in data.read_topics(args.faq, rng, 0) for t in (*topic.vietnamese, *topic.english, *topic.answers.values())]
    own += [t for pair in data.read_glossary(args.glossary) for t in pair]
    made = ODD + [junk(rng, alphabet, low) for _ in range(80)]
    for path, size in ((args.small, 300), (args.large, 12_000)):
        if not path:
            continue
        texts = list(made)
        if size > 1000:
            texts += [junk(rng, alphabet, assigned) for _ in range(1500)]
            texts += [v for t in own for v in variants(t, slang, rng)]
            pairs, _ = data.read_pairs(args.pairs)
            source = [t for q in rng.sample(pairs, min(4000, len(pairs))) for t in (q.english, q.vietnamese)]
            texts += [v for t in source for v in rng.sample(list(variants(t, slang, rng)), 2)]
        else:
            texts += [rng.choice(list(variants(t, slang, rng))) for t in rng.sample(own, min(size, len(own)))]
        rest = sorted(set(texts[len(ODD) :]) - set(ODD))
        rng.shuffle(rest)
        texts = sorted(ODD + rest[: size - len(ODD)])
        lines = [{"text": t, "ids": tokenizer.ids(t)} for t in texts]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(x, ensure_ascii=True) + "\n" for x in lines), encoding="utf-8")
        print(path, len(lines), "texts,", sum(map(tokenizer.is_vietnamese, texts)), "taken for Vietnamese")


if __name__ == "__main__":
    main()
