"""Trains the bilingual embedder: one run, from the texts to the graphs, the card and the figures.

Stages, top to bottom in `main`: read and hold out -> vocabulary and gate -> teacher's
vectors -> IBM Model 1 -> phase F (only new rows learn) -> phase U (the encoder too,
English replayed) -> export -> measure -> card. Same seed and two threads: same bytes.
"""

import argparse
import json
import math
import random
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import card
import data
import evaluate
import export
import init
from student import Encoder, encode, pad, teacher_folder
from tokenizer import Tokenizer, bert_classes, build_gate, build_vietnamese, strip_diacritics, words

TEMPERATURE = 0.05
NEGATIVES = 8192
LONGEST = 40  # training texts of more tokens cost much and teach little
SAME = 0.97  # a negative whose teacher vector is this near to the right one's is no negative


def arguments():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--pairs", type=Path, required=True, help="parallel pairs: source<TAB>English<TAB>Vietnamese")
    p.add_argument("--faq", type=Path, nargs="*", default=[], help="FAQ files (JSON Lines)")
    p.add_argument("--glossary", type=Path, default=Path("none"), help="vi<TAB>en")
    p.add_argument("--teencode", type=Path, default=Path("none"), help="chat spellings (TOML)")
    p.add_argument("--covidfaq", type=Path, help="English FAQ set to measure on, never trained on")
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--seed", type=int, default=20261121)
    p.add_argument("--held-pairs", type=int, default=1000)
    p.add_argument("--held-faq", type=float, default=0.15, help="share of topics of which one phrasing is held back")
    p.add_argument("--limit", type=int, default=0, help="use only so many parallel pairs (for development)")
    p.add_argument("--frozen-passes", type=float, default=1.0)
    p.add_argument("--full-passes", type=float, default=3.0)
    p.add_argument("--batch", type=int, default=192)
    p.add_argument("--date", default="2026-11-21")
    return p.parse_args()


class Clock:
    def __init__(self):
        self.start, self.stages, self.last = time.time(), {}, time.time()

    def done(self, stage, detail=""):
        now = time.time()
        self.stages[stage] = round(now - self.last, 1)
        self.last = now
        print(f"[{now - self.start:7.1f} s] {stage} {detail}", flush=True)


@dataclass(frozen=True)
class Item:
    vietnamese: str
    target: int  # row of the bank
    group: int  # FAQ topic, or -1


class Bank:
    """All English texts once each, with their FAQ topic and (later) the teacher's vectors."""

    def __init__(self):
        self.texts, self.groups, self.rows = [], [], {}

    def add(self, text, group=-1):
        row = self.rows.get(text)
        if row is None:
            row = self.rows[text] = len(self.texts)
            self.texts.append(text)
            self.groups.append(group)
        elif group >= 0:
            self.groups[row] = group
        return row


class Items:
    """What one pass over the data consists of."""

    def __init__(self, corpus, bank):
        self.fixed = [Item(p.vietnamese, bank.add(p.english), -1) for p in corpus.pairs]
        self.fixed += [Item(vi, bank.add(en), -1) for vi, en in corpus.glossary]
        self.topics = []
        for group, topic in enumerate(corpus.topics):
            self.topics.append((group, topic.vietnamese, [bank.add(t, group) for t in topic.english]))
            if len(topic.answers) == 2:
                self.fixed.append(Item(topic.answers["vi"], bank.add(topic.answers["en"]), -1))

    def one_pass(self, rng, per_text=4):
        """The fixed pairs, and every Vietnamese FAQ phrasing with some of its topic's English ones."""
        items = list(self.fixed)
        for group, vietnamese, english in self.topics:
            for text in vietnamese:
                items += [Item(text, row, group) for row in rng.sample(english, min(per_text, len(english)))]
        rng.shuffle(items)
        return items

    def every_pair(self):
        return self.fixed + [Item(v, e, g) for g, vi, en in self.topics for v in vi for e in en]


def batches(items, english, tokenizer, slang, size, rng):
    """Batches of (id lists, bank rows, groups), of similar length; `english` items replay the teacher on itself."""
    skip = lambda: rng.random() < 0.08
    rows = [
        (tokenizer.vietnamese_ids(data.roughen(i.vietnamese, slang, rng), skip), i.target, i.group) for i in items
    ] + english
    rows = [r for r in rows if len(r[0]) <= LONGEST]
    rng.shuffle(rows)
    chunk, out = size * 24, []
    for a in range(0, len(rows), chunk):
        part = sorted(rows[a : a + chunk], key=lambda r: len(r[0]))
        out += [part[b : b + size] for b in range(0, len(part), size)]
    rng.shuffle(out)
    return out


def loss_of(vectors, rows, groups, bank, bank_groups, sample):
    """Cosine to the teacher's vector, and InfoNCE against it and a sample of all others."""
    right = bank[rows]
    cosine = (vectors * right).sum(1)
    others = bank[sample]
    logits = vectors @ others.T / TEMPERATURE
    same = right @ others.T > SAME
    same |= (groups[:, None] >= 0) & (groups[:, None] == bank_groups[sample][None, :])
    logits = logits.masked_fill(same, -1e9)
    logits = torch.cat([cosine[:, None] / TEMPERATURE, logits], 1)
    contrast = F.cross_entropy(logits, torch.zeros(len(rows), dtype=torch.long))
    return 4 * (1 - cosine).mean() + contrast, cosine.detach().mean()


def run_phase(name, model, groups, make_batches, total, bank, bank_groups, generator, average=None):
    """`groups`: optimiser groups with their peak rates; linear warm-up, then cosine down to zero."""
    optimiser = torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=0.0)
    peaks = [g["lr"] for g in optimiser.param_groups]
    step, shown, begin = 0, [], time.time()
    while step < total:
        for part in make_batches():
            if step >= total:
                break
            warm = min(1.0, (step + 1) / (0.06 * total))
            rate = warm * 0.5 * (1 + math.cos(math.pi * step / total))
            for group, peak in zip(optimiser.param_groups, peaks):
                group["lr"] = peak * rate
            rows = torch.tensor([r[1] for r in part])
            topic = torch.tensor([r[2] for r in part])
            sample = torch.randint(len(bank), (NEGATIVES,), generator=generator)
            loss, cosine = loss_of(model(*pad([r[0] for r in part])), rows, topic, bank, bank_groups, sample)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([p for g in groups for p in g["params"]], 1.0)
            optimiser.step()
            if average is not None:
                average.update(model, step)
            shown.append((loss.item(), cosine.item()))
            step += 1
            if step % 25 == 0 or step == total:
                a, b = np.mean(shown, 0)
                print(f"  {name} {step}/{total} loss {a:.3f} cosine {b:.4f} {(time.time() - begin) / step:.3f} s/step", flush=True)
                shown = []


class Average:
    """Moving average of the learnt weights; it is what gets exported."""

    def __init__(self, model, decay):
        self.decay = decay
        self.kept = {n: p.detach().clone() for n, p in model.named_parameters()}

    @torch.no_grad()
    def update(self, model, step):
        decay = min(self.decay, (step + 1) / (step + 10))
        for name, p in model.named_parameters():
            self.kept[name].lerp_(p, 1 - decay)

    @torch.no_grad()
    def apply(self, model):
        for name, p in model.named_parameters():
            p.copy_(self.kept[name])


def main():
    args, clock = arguments(), Clock()
    torch.set_num_threads(2)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    generator = torch.Generator().manual_seed(args.seed)

    corpus = data.load(args)
    bank = Bank()
    items = Items(corpus, bank)
    clock.done("read", f"{len(corpus.pairs)} pairs, {len(corpus.held_pairs)} held, {len(corpus.topics)} topics, {len(corpus.glossary)} glossary entries")

    own_vi = [t for topic in corpus.topics for t in (*topic.vietnamese, topic.answers.get("vi", ""))]
    own_vi += [vi for vi, _ in corpus.glossary]
    vietnamese = [p.vietnamese for p in corpus.pairs] + own_vi
    folder = teacher_folder()
    english_tokens = (folder / "vocab.txt").read_bytes().decode().removesuffix("\n").split("\n")
    heard = Counter(w for t in bank.texts for w in set(words(t)))
    slang_words = {w for w in corpus.slang.words if heard[w] < 3}
    tokens = build_vietnamese(vietnamese, bank.texts, own_vi, slang_words)
    wild = random.Random(args.seed + 3)
    typed = [f(t) for t in vietnamese for f in (str, strip_diacritics, lambda t: strip_diacritics(corpus.slang.apply(t, wild, 0.6)))]
    weights, constants = build_gate(typed, bank.texts, tokens)
    tokenizer = Tokenizer(english_tokens, tokens, weights, constants, *bert_classes())
    tokenizer.save(args.out)
    clock.done("vocabulary", f"{len(tokens)} new tokens, {len(weights)} gate weights; gate {evaluate.gate(tokenizer, corpus, corpus.slang, args.seed)}")

    teacher = Encoder.from_teacher(folder)
    teacher.requires_grad_(False)
    english_ids = [tokenizer.english_ids(t) for t in bank.texts]
    vectors = encode(teacher, english_ids)
    bank_groups = torch.tensor(bank.groups)
    clock.done("teacher", f"{len(vectors)} English texts")

    lexical = []
    for item in items.every_pair():
        target = english_ids[item.target][1:-1][:62]
        for text in (item.vietnamese, strip_diacritics(item.vietnamese), strip_diacritics(corpus.slang.apply(item.vietnamese, wild, 0.8))):
            ids = tokenizer.vietnamese_ids(text)[1:-1]
            if ids and target:
                lexical.append((ids, target))
    rows, found = init.new_rows(len(tokens), lexical, teacher.english.numpy())
    model = Encoder.from_teacher(folder, torch.from_numpy(rows))
    clock.done("IBM Model 1", f"{len(lexical)} pairs, {found} of {len(tokens)} tokens found")

    texts_of = lambda m: lambda texts: encode(m, [tokenizer.ids(t) for t in texts]).numpy()
    figures = {"teacher": {"covidfaq_questions": evaluate.covid(texts_of(teacher), args.covidfaq)}}
    figures["init"] = {"held_pairs": evaluate.held_pairs(texts_of(model), corpus.held_pairs, corpus.slang, args.seed)}
    print(figures["init"], flush=True)
    clock.done("measured: teacher and initialisation")

    per_pass = len(items.one_pass(random.Random(0)))
    model.requires_grad_(False)
    model.new.requires_grad_(True)
    frozen = lambda: batches(items.one_pass(rng), [], tokenizer, corpus.slang, args.batch, rng)
    steps = int(args.frozen_passes * per_pass / args.batch)
    run_phase("F", model, [{"params": [model.new], "lr": 3e-3}], frozen, steps, vectors, bank_groups, generator)
    clock.done("phase F", f"{steps} steps")
    figures["frozen"] = {"held_pairs": evaluate.held_pairs(texts_of(model), corpus.held_pairs, corpus.slang, args.seed)}
    print(figures["frozen"], flush=True)

    model.requires_grad_(True)
    replay_size = per_pass // 3
    faq_rows = [i for i, g in enumerate(bank.groups) if g >= 0]

    def full():
        replay = rng.sample(range(len(bank.texts)), min(replay_size, len(bank.texts))) + faq_rows
        english = [(english_ids[i], i, bank.groups[i]) for i in replay]
        return batches(items.one_pass(rng), english, tokenizer, corpus.slang, args.batch, rng)

    steps = int(args.full_passes * (per_pass + replay_size + len(faq_rows)) / args.batch)
    body = [p for n, p in model.named_parameters() if n != "new"]
    average = Average(model, 0.995)
    run_phase("U", model, [{"params": [model.new], "lr": 1e-3}, {"params": body, "lr": 1e-4}], full, steps, vectors, bank_groups, generator, average)
    average.apply(model)
    model.requires_grad_(False)
    clock.done("phase U", f"{steps} steps")

    export.save(model, args.out / "model_fp32.onnx", int8=False)
    export.save(model, args.out / "model_int8.onnx", int8=True)
    export.bundle(args.out)
    clock.done("export")

    figures["fp32"] = evaluate.all_figures(texts_of(model), corpus, args.covidfaq, args.seed)
    session = export.Session(args.out / "model_int8.onnx", tokenizer)
    figures["int8"] = evaluate.all_figures(session, corpus, args.covidfaq, args.seed)
    figures["gate"] = evaluate.gate(tokenizer, corpus, corpus.slang, args.seed)
    check = [t for p in corpus.held_pairs[:100] for t in (p.english, p.vietnamese)]
    ours = texts_of(model)(check)
    cosines = {
        name: (export.Session(args.out / f"model_{name}.onnx", tokenizer)(check) * ours).sum(1) for name in ("fp32", "int8")
    }
    figures["onnx_against_torch"] = {
        name: {"min": round(float(c.min()), 7), "mean": round(float(c.mean()), 7), "texts": len(c)} for name, c in cosines.items()
    }
    held_english = [p.english for p in corpus.held_pairs]
    drift = (texts_of(teacher)(held_english) * texts_of(model)(held_english)).sum(1)
    figures["english_against_teacher"] = {"mean": round(float(drift.mean()), 4), "min": round(float(drift.min()), 4)}
    clock.done("measured")

    facts = {
        "date": args.date, "seed": args.seed, "new_tokens": len(tokens), "gate_weights": len(weights),
        "parameters": sum(p.numel() for p in model.parameters()) + model.english.numel() + model.positions.numel(),
        "pairs": len(corpus.pairs), "held_pairs": len(corpus.held_pairs), "sources": corpus.sources,
        "faq_topics": len(corpus.topics), "glossary_entries": len(corpus.glossary), "chat_spellings": len(corpus.slang.words),
        "bytes": {n: (args.out / n).stat().st_size for n in ("model_fp32.onnx", "model_int8.onnx", "vocab.txt", "vocab_vi.txt", "gate.tsv")},
    }  # fmt: skip
    figures = {"facts": facts, **figures}
    (args.out / "metrics.json").write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (args.out / "model_card.md").write_text(card.write(figures), encoding="utf-8")
    (args.out / "timings.json").write_text(json.dumps(clock.stages, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps({k: v for k, v in figures.items() if k != "facts"}, indent=1), flush=True)
    print(f"done in {sum(clock.stages.values()):.0f} s", flush=True)


if __name__ == "__main__":
    main()
