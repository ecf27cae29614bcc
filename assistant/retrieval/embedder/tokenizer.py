"""The bilingual tokenizer: one text in, one list of ids out (defined precisely in TOKENIZER.md).

English keeps BERT's uncased WordPiece, ids 0..30521, untouched. A text that the gate
takes for Vietnamese goes another way: syllables and two-syllable compounds of our own
(ids from 30522 on), WordPiece only for words that are neither. Every rule is written
so that Rust's standard library plus `unicode-normalization` can follow it exactly; the
three Unicode classes that Rust's std lacks are stored as ranges in `gate.tsv`.

Invariant: nothing here depends on the interpreter's Unicode version but NFC, NFD and
lower case, and those never change for a character once it is assigned.
"""

import math
import unicodedata
from bisect import bisect_right
from collections import Counter
from pathlib import Path

PAD, UNK, CLS, SEP = 0, 100, 101, 102
ENGLISH_SIZE = 30522
MAX_ENGLISH, MAX_VIETNAMESE = 256, 64
MAX_WORD_CHARS = 100

# The 67 lower-case letters that Vietnamese writes and ASCII lacks.
VIETNAMESE_LETTERS = frozenset(
    "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
)
# Unicode's White_Space property.
WHITE_SPACE = frozenset(
    [*range(0x9, 0xE), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000]
)
# CJK ideographs as BERT's BasicTokenizer lists them.
CJK = (
    (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F), (0x2B920, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
)  # fmt: skip
# Characters that make up a word on the Vietnamese path, after NFC and lower-casing.
WORD_RANGES = (
    (0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6),
    (0xF8, 0x24F), (0x300, 0x36F), (0x1E00, 0x1EFF),
)  # fmt: skip


class Ranges:
    """A set of code points kept as sorted inclusive ranges."""

    def __init__(self, ranges):
        self.ranges = sorted(ranges)
        self.starts = [a for a, _ in self.ranges]

    @classmethod
    def of_categories(cls, *prefixes):
        """Code points of these general categories, among those that Unicode 3.2 had: the same on every Python."""
        ranges, start = [], None
        for cp in range(0x110001):
            old = unicodedata.ucd_3_2_0.category(chr(cp)) if cp < 0x110000 else "Cn"
            inside = old not in ("Cn", "Cs") and unicodedata.category(chr(cp)).startswith(prefixes)
            if inside and start is None:
                start = cp
            elif not inside and start is not None:
                ranges.append((start, cp - 1))
                start = None
        return cls(ranges)

    def __contains__(self, cp):
        i = bisect_right(self.starts, cp) - 1
        return i >= 0 and cp <= self.ranges[i][1]


_WORD = Ranges(WORD_RANGES)
_CJK = Ranges(CJK)


def lower(text):
    """Lower-case each character by itself (full mapping, no context: Σ is always σ)."""
    return "".join(c.lower() for c in text)


def strip_diacritics(text):
    """Vietnamese without diacritics: đ -> d, then NFD without U+0300..U+036F, then NFC."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not 0x300 <= ord(c) <= 0x36F))


def words(text):
    """NFC, lower case, then maximal runs of word characters; any other visible character stands alone."""
    out, run = [], []
    for c in lower(unicodedata.normalize("NFC", text)):
        if ord(c) in _WORD:
            run.append(c)
            continue
        if run:
            out.append("".join(run))
            run = []
        if ord(c) not in WHITE_SPACE:
            out.append(c)
    if run:
        out.append("".join(run))
    return out


def has_vietnamese_letter(word):
    return any(c in VIETNAMESE_LETTERS for c in word)


class Tokenizer:
    """English vocabulary, Vietnamese vocabulary and gate; `ids` is the only thing that callers need."""

    def __init__(self, english, vietnamese, weights, constants, mark, punctuation, control):
        assert len(english) == ENGLISH_SIZE
        self.english_tokens, self.vietnamese_tokens = english, vietnamese
        self.english = {t: i for i, t in enumerate(english)}
        self.vietnamese = {t: ENGLISH_SIZE + i for i, t in enumerate(vietnamese)}
        assert len(self.english) == len(english) and len(self.vietnamese) == len(vietnamese)
        self.weights, self.constants = weights, constants
        self.mark, self.punctuation, self.control = mark, punctuation, control
        self._pieces = {}

    @property
    def size(self):
        return ENGLISH_SIZE + len(self.vietnamese_tokens)

    # ---- gate ------------------------------------------------------------------------

    def weight(self, word):
        """Evidence of one word for Vietnamese (positive) or English (negative)."""
        known = self.weights.get(word)
        if known is not None:
            return known
        if has_vietnamese_letter(word):
            return self.constants["vietnamese_letter"]
        if len(word) >= 4 and all("a" <= c <= "z" for c in word) and word in self.english:
            return self.constants["english_word"]
        return 0

    def is_vietnamese(self, text):
        return self.constants["bias"] + sum(self.weight(w) for w in words(text)) > 0

    # ---- English: BERT's BasicTokenizer and WordPiece ----------------------------------

    def basic_tokens(self, text):
        spaced = []
        for c in text:
            cp = ord(c)
            if cp == 0xFFFD or (cp in self.control and c not in "\t\n\r"):
                continue
            if cp in WHITE_SPACE:
                spaced.append(" ")
            elif cp in _CJK:
                spaced += (" ", c, " ")
            else:
                spaced.append(c)
        decomposed = unicodedata.normalize("NFD", "".join(spaced))
        plain = lower("".join(c for c in decomposed if ord(c) not in self.mark))
        out, run = [], []
        for c in plain:
            cp = ord(c)
            if cp in WHITE_SPACE or cp in self.punctuation:
                if run:
                    out.append("".join(run))
                    run = []
                if cp not in WHITE_SPACE:
                    out.append(c)
            else:
                run.append(c)
        if run:
            out.append("".join(run))
        return out

    def word_pieces(self, token):
        if len(token) > MAX_WORD_CHARS:
            return [UNK]
        out, start = [], 0
        while start < len(token):
            end = len(token)
            while end > start:
                piece = self.english.get(("##" if start else "") + token[start:end])
                if piece is not None:
                    break
                end -= 1
            if end == start:
                return [UNK]
            out.append(piece)
            start = end
        return out

    def plain_ids(self, text):
        """WordPiece ids without [CLS] and [SEP]; cached, since the Vietnamese path asks word by word."""
        ids = self._pieces.get(text)
        if ids is None:
            ids = self._pieces[text] = [p for t in self.basic_tokens(text) for p in self.word_pieces(t)]
        return ids

    def english_ids(self, text):
        ids = [p for t in self.basic_tokens(text) for p in self.word_pieces(t)]
        return [CLS, *ids[: MAX_ENGLISH - 2], SEP]

    # ---- Vietnamese --------------------------------------------------------------------

    def vietnamese_ids(self, text, skip_compound=None):
        """Greedy from the left: compound, else syllable, else WordPiece. `skip_compound` is for training only."""
        ws, out, i = words(text), [], 0
        while i < len(ws) and len(out) < MAX_VIETNAMESE - 2:
            if i + 1 < len(ws):
                pair = self.vietnamese.get(f"{ws[i]} {ws[i + 1]}")
                if pair is not None and not (skip_compound and skip_compound()):
                    out.append(pair)
                    i += 2
                    continue
            one = self.vietnamese.get(ws[i])
            if one is not None:
                out.append(one)
            else:
                out += self.plain_ids(ws[i])
            i += 1
        return [CLS, *out[: MAX_VIETNAMESE - 2], SEP]

    def ids(self, text):
        return self.vietnamese_ids(text) if self.is_vietnamese(text) else self.english_ids(text)

    # ---- files -------------------------------------------------------------------------

    def save(self, folder):
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        write = lambda name, lines: (folder / name).write_bytes("".join(f"{x}\n" for x in lines).encode())
        write("vocab.txt", self.english_tokens)
        write("vocab_vi.txt", self.vietnamese_tokens)
        lines = ["version\t1"]
        lines += [f"constant\t{k}\t{v}" for k, v in sorted(self.constants.items())]
        for name in ("mark", "punctuation", "control"):
            lines += [f"{name}\t{a:X}\t{b:X}" for a, b in getattr(self, name).ranges]
        lines += [f"weight\t{w}\t{v}" for w, v in sorted(self.weights.items())]
        write("gate.tsv", lines)

    @classmethod
    def load(cls, folder):
        folder = Path(folder)
        read = lambda name: (folder / name).read_bytes().decode().removesuffix("\n").split("\n")
        parts = {"weight": {}, "constant": {}, "mark": [], "punctuation": [], "control": []}
        for line in read("gate.tsv")[1:]:
            kind, a, b = line.split("\t")
            if kind in ("weight", "constant"):
                parts[kind][a] = int(b)
            else:
                parts[kind].append((int(a, 16), int(b, 16)))
        ranges = (Ranges(parts[k]) for k in ("mark", "punctuation", "control"))
        return cls(read("vocab.txt"), read("vocab_vi.txt"), parts["weight"], parts["constant"], *ranges)


def bert_classes():
    """Mn; P and the ASCII symbols; Cc, Cf and Co: what BERT strips, splits at and drops."""
    punctuation = Ranges.of_categories("P").ranges
    punctuation += [(0x24, 0x24), (0x2B, 0x2B), (0x3C, 0x3E), (0x5E, 0x5E), (0x60, 0x60), (0x7C, 0x7C), (0x7E, 0x7E)]
    merged = []
    for a, b in sorted(punctuation):
        if merged and a <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        else:
            merged.append((a, b))
    return Ranges.of_categories("Mn"), Ranges(merged), Ranges.of_categories("Cc", "Cf", "Co")


# ---- building ----------------------------------------------------------------------------

SYLLABLE_MIN, PLAIN_MIN, COMPOUND_MIN, NPMI_MIN = 2, 8, 5, 0.30


def is_letters(word):
    return word.isalpha()


def build_vietnamese(vietnamese, english, always, slang):
    """Token list: syllables, native plain syllables, slang, compounds (by normalised PMI), then plain forms.

    `always` holds texts of our own (FAQ, glossary), whose syllables need no minimum count
    and whose two-syllable entries are compounds as they stand.
    """
    one, two, english_count = Counter(), Counter(), Counter()
    for text in english:
        english_count.update(w for w in words(text) if is_letters(w))
    for text in vietnamese:
        ws = words(text)
        one.update(w for w in ws if is_letters(w))
        two.update((a, b) for a, b in zip(ws, ws[1:]) if is_letters(a) and is_letters(b))
    total, english_total = sum(one.values()), sum(english_count.values())
    ours, ours_two = Counter(), Counter()
    for text in always:
        ws = words(text)
        ours.update(w for w in ws if is_letters(w))
        ours_two.update((a, b) for a, b in zip(ws, ws[1:]))
    marked = {w for w, c in one.items() if has_vietnamese_letter(w) and len(w) <= 7 and (c >= SYLLABLE_MIN or w in ours)}
    native = {
        w for w, c in one.items()
        if not has_vietnamese_letter(w) and len(w) <= 6 and c >= PLAIN_MIN
        and c / total > 4 * english_count[w] / english_total
    }  # fmt: skip
    syllables = marked | native
    entries = {tuple(words(t)) for t in always if len(words(t)) == 2}
    compounds = []
    for (a, b), c in two.items():
        if a not in syllables or b not in syllables or (a not in marked and b not in marked and c < 20):
            continue
        npmi = math.log(c * total / (one[a] * one[b])) / -math.log(c / total)
        if (a, b) in entries or (npmi > NPMI_MIN and (c >= COMPOUND_MIN or (c >= 3 and ours_two[a, b] >= 2))):
            compounds.append(f"{a} {b}")
    keys = sorted(syllables) + sorted(compounds)
    seen = set(keys)
    for extra in (sorted({strip_diacritics(k) for k in keys}), sorted(slang)):
        fresh = [k for k in extra if k not in seen]
        keys += fresh
        seen.update(fresh)
    return keys


def build_gate(vietnamese, english, tokens):
    """Integer weights by naive Bayes over document counts: 2 x ln of the ratio, within +-12, none below 1."""
    vi, en = Counter(), Counter()
    for text in vietnamese:
        vi.update({w for w in words(text) if is_letters(w)})
    for text in english:
        en.update({w for w in words(text) if is_letters(w)})
    n_vi, n_en = len(vietnamese), len(english)
    known = {t for t in tokens if " " not in t}
    weights = {}
    for w in sorted(set(vi) | set(en)):
        if vi[w] + en[w] < 3 and w not in known:
            continue
        ratio = math.log((vi[w] + 0.3) / n_vi) - math.log((en[w] + 0.3) / n_en)
        weight = max(-12, min(12, round(2 * ratio)))
        if w in known and not en[w] and weight < 2:
            weight = 2
        if weight:
            weights[w] = weight
    return weights, {"bias": 0, "english_word": -1, "vietnamese_letter": 4}
