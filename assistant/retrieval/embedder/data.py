"""Reading the training texts, holding some back, and roughening the Vietnamese ones.

Sources: the parallel pairs (never stored in the repository), our own FAQ, glossary and
chat spellings. Everything is read in file order and drawn with a seeded generator, so
that two runs see the same items in the same order.
"""

import json
import random
import tomllib
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from tokenizer import strip_diacritics, words

# LineageOS repositories without a licence file at their root. Kept are those whose own
# Vietnamese string files carry the Apache-2.0 header, or which have a NOTICE (looked up
# one by one in November 2026); the others are left out.
UNCONFIRMED = frozenset(
    f"LineageOS+android_packages_{name}"
    for name in (
        "apps_DeskClock", "apps_Dialer", "apps_DocumentsUI", "apps_Email", "apps_Gallery2",
        "apps_ManagedProvisioning", "apps_Trebuchet", "modules_Wifi", "providers_MediaProvider",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Pair:
    source: str
    english: str
    vietnamese: str


@dataclass
class Topic:
    """One FAQ entry in both languages; texts are the question and its alternatives."""

    name: str
    vietnamese: list = field(default_factory=list)
    english: list = field(default_factory=list)
    answers: dict = field(default_factory=dict)
    held_vietnamese: str | None = None
    held_english: str | None = None


@dataclass
class Corpus:
    pairs: list
    held_pairs: list
    topics: list
    glossary: list
    slang: "Slang"
    sources: dict


def key(text):
    """What two texts must share to count as the same: their words, without case or punctuation."""
    return " ".join(w for w in words(text) if w[0].isalnum())


def read_pairs(path):
    pairs, sources = [], defaultdict(int)
    for line in Path(path).read_text(encoding="utf-8").split("\n"):
        if not line:
            continue
        source, english, vietnamese = line.split("\t")
        if source in UNCONFIRMED or not key(english) or key(english) == key(vietnamese):
            continue
        pairs.append(Pair(source, english, vietnamese))
        sources[source] += 1
    return pairs, dict(sorted(sources.items()))


def hold_out(pairs, count, rng):
    """Hold back `count` pairs of which neither side occurs in any other pair; return (training, held)."""
    english, vietnamese = defaultdict(set), defaultdict(set)
    for p in pairs:
        english[key(p.english)].add(key(p.vietnamese))
        vietnamese[key(p.vietnamese)].add(key(p.english))
    seen, unique, lone = set(), [], []
    for p in pairs:
        k = (key(p.english), key(p.vietnamese))
        if k in seen:
            continue
        seen.add(k)
        unique.append(p)
        if len(english[k[0]]) == 1 and len(vietnamese[k[1]]) == 1:
            lone.append(p)
    held = rng.sample(lone, min(count, len(lone) // 4))
    out = set(held)
    return [p for p in unique if p not in out], held


def first_sentence(text):
    for i, c in enumerate(text[:-1]):
        if c in ".!?" and text[i + 1] == " " and i > 15:
            return text[: i + 1]
    return text


def read_topics(files, rng, held_share):
    topics = {}
    for file in sorted(files):
        for line in Path(file).read_text(encoding="utf-8").splitlines():
            if not line.strip():
                continue
            entry = json.loads(line)
            # Examples of what is out of scope share a theme, not a meaning.
            if entry.get("outside"):
                continue
            topic = topics.setdefault(entry["topic"], Topic(entry["topic"]))
            texts = topic.vietnamese if entry["language"] == "vi" else topic.english
            texts += [entry["question"], *entry["alternatives"]]
            topic.answers[entry["language"]] = first_sentence(entry["answer"])
    topics = [topics[name] for name in sorted(topics)]
    for topic in topics:
        if rng.random() < held_share and len(topic.vietnamese) > 3 and len(topic.english) > 3:
            topic.held_vietnamese = topic.vietnamese.pop(rng.randrange(1, len(topic.vietnamese)))
            topic.held_english = topic.english.pop(rng.randrange(1, len(topic.english)))
    return topics


def read_glossary(path):
    lines = Path(path).read_text(encoding="utf-8").splitlines() if Path(path).is_file() else []
    rows = [line.split("\t")[:2] for line in lines if "\t" in line and not line.startswith("#")]
    return [(vi, en) for vi, en in rows if (vi, en) != ("vi", "en")]


class Slang:
    """Chat spellings turned round: from a plain Vietnamese phrase to the ways in which it is abbreviated."""

    def __init__(self, path):
        table = {}
        if Path(path).is_file():
            parsed = tomllib.loads(Path(path).read_text(encoding="utf-8"))
            for part in ("words", "phrases"):
                table.update(parsed.get(part, {}))
        self.spellings, self.words = defaultdict(list), set()
        for short, plain in sorted(table.items()):
            if short == plain or not isinstance(plain, str):
                continue
            self.spellings[tuple(words(plain))].append(short)
            ws = words(short)
            if len(ws) == 1 and ws[0].isalpha():
                self.words.add(ws[0])
                self.words.add(strip_diacritics(ws[0]))
        self.longest = max(map(len, self.spellings), default=0)

    def apply(self, text, rng, chance):
        ws, out, i = words(text), [], 0
        while i < len(ws):
            for n in range(min(self.longest, len(ws) - i), 0, -1):
                short = self.spellings.get(tuple(ws[i : i + n]))
                if short and rng.random() < chance:
                    out.append(rng.choice(short))
                    i += n
                    break
            else:
                out.append(ws[i])
                i += 1
        return " ".join(out)


def roughen(text, slang, rng):
    """One of the ways in which people type Vietnamese: as it is, without diacritics, partly so, in chat slang."""
    draw = rng.random()
    if draw < 0.52:
        return text
    if draw < 0.78:
        return strip_diacritics(text)
    if draw < 0.85:
        return " ".join(strip_diacritics(w) if rng.random() < 0.5 else w for w in text.split(" "))
    chatty = slang.apply(text, rng, 0.7)
    return strip_diacritics(chatty) if rng.random() < 0.6 else chatty


def load(args):
    pairs, sources = read_pairs(args.pairs)
    if args.limit:
        pairs = random.Random(args.seed).sample(pairs, min(args.limit, len(pairs)))
    training, held = hold_out(pairs, args.held_pairs, random.Random(args.seed + 1))
    topics = read_topics(args.faq, random.Random(args.seed + 2), args.held_faq)
    return Corpus(training, held, topics, read_glossary(args.glossary), Slang(args.teencode), sources)
