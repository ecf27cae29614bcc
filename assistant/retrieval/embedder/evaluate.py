"""The figures of the model card: retrieval across languages, English fidelity, the gate.

`rank` takes any function from texts to vectors, so the same code measures the torch
student, the fp32 graph and the int8 graph.
"""

import json
import random
from pathlib import Path

import numpy as np

from data import key
from tokenizer import strip_diacritics


def ranks(queries, documents, right):
    """Rank (from 1) of the right document for every query; ties count against us."""
    scores = queries @ documents.T
    own = scores[np.arange(len(queries)), right]
    return 1 + (scores > own[:, None]).sum(1) + (scores == own[:, None]).sum(1) - 1


def summary(found):
    found = np.asarray(found)
    at = lambda k: round(float((found <= k).mean()), 4)
    return {"at1": at(1), "at3": at(3), "at5": at(5), "mrr": round(float((1 / found).mean()), 4), "queries": len(found)}


def held_pairs(encode, pairs, slang, seed):
    """Vietnamese to English among the held-out pairs, typed in three ways, and English to itself."""
    rng = random.Random(seed)
    english = encode([p.english for p in pairs])
    right = np.arange(len(pairs))
    vietnamese = [p.vietnamese for p in pairs]
    ways = {
        "vietnamese": vietnamese,
        "without_diacritics": [strip_diacritics(t) for t in vietnamese],
        "chat_slang": [strip_diacritics(slang.apply(t, rng, 0.7)) for t in vietnamese],
    }
    return {name: summary(ranks(encode(texts), english, right)) for name, texts in ways.items()}


def held_faq(encode, topics, slang, seed):
    """Held-back phrasings against the questions of all topics, across and within the languages."""
    rng = random.Random(seed)
    index = {"vi": encode([t.vietnamese[0] for t in topics]), "en": encode([t.english[0] for t in topics])}
    right = np.array([i for i, t in enumerate(topics) if t.held_vietnamese])
    if not len(right):
        return {}
    vi = [topics[i].held_vietnamese for i in right]
    queries = {
        "vi": vi,
        "vi_plain": [strip_diacritics(t) for t in vi],
        "vi_slang": [strip_diacritics(slang.apply(t, rng, 0.7)) for t in vi],
        "en": [topics[i].held_english for i in right],
    }
    vectors = {name: encode(texts) for name, texts in queries.items()}
    return {f"{q}_to_{d}": summary(ranks(vectors[q], index[d], right)) for q in queries for d in ("vi", "en")}


def covid(encode, path):
    """CovidFAQ, questions only in the index: does English retrieval keep what the teacher had?"""
    if not path or not Path(path).is_file():
        return {}
    faq = json.loads(Path(path).read_text(encoding="utf-8"))
    place = {f["id"]: i for i, f in enumerate(faq["faqs"])}
    documents = encode([f["question"] for f in faq["faqs"]])
    queries = encode([q["query"] for q in faq["queries"]])
    return summary(ranks(queries, documents, np.array([place[q["faq_id"]] for q in faq["queries"]])))


def gate(tokenizer, corpus, slang, seed):
    """Share of held-out texts that the gate sends the wrong way."""
    rng = random.Random(seed)
    vi = [p.vietnamese for p in corpus.held_pairs] + [t.held_vietnamese for t in corpus.topics if t.held_vietnamese]
    en = [p.english for p in corpus.held_pairs] + [t.held_english for t in corpus.topics if t.held_english]
    vi = [t for t in vi if len(key(t).split()) >= 3]
    en = [t for t in en if len(key(t).split()) >= 3]
    wrong = lambda texts, want: round(sum(tokenizer.is_vietnamese(t) != want for t in texts) / len(texts), 4)
    return {
        "vietnamese_wrong": wrong(vi, True),
        "without_diacritics_wrong": wrong([strip_diacritics(t) for t in vi], True),
        "chat_slang_wrong": wrong([strip_diacritics(slang.apply(t, rng, 0.7)) for t in vi], True),
        "english_wrong": wrong(en, False),
        "vietnamese_texts": len(vi),
        "english_texts": len(en),
    }


def all_figures(encode, corpus, covid_path, seed):
    return {
        "held_pairs": held_pairs(encode, corpus.held_pairs, corpus.slang, seed),
        "held_faq_phrasings": held_faq(encode, corpus.topics, corpus.slang, seed),
        "covidfaq_questions": covid(encode, covid_path),
    }
