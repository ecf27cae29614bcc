"""IBM Model 1: p(English piece | Vietnamese token), and the first rows of the new embedding table.

A new token starts as the mean of the English embeddings, weighted by what it is a
translation of. That alone does most of the work of the whole training.
"""

import numpy as np


def expand(pairs):
    """All co-occurrences of the sentence pairs as three flat arrays: source, target, target position."""
    source, target, slot, position = [], [], [], 0
    for vi, en in pairs:
        vi = np.array([0, *vi], np.int64)  # 0 is the null word, which takes "the" and "of"
        en = np.array(en, np.int64)
        source.append(np.repeat(vi[None, :], len(en), 0).ravel())
        target.append(np.repeat(en, len(vi)))
        slot.append(np.repeat(np.arange(position, position + len(en)), len(vi)))
        position += len(en)
    return np.concatenate(source), np.concatenate(target), np.concatenate(slot), position


def ibm_model_1(pairs, english_size, rounds):
    """Expectation-maximisation over (Vietnamese ids, English ids); returns sorted (source, target, probability)."""
    source, target, slot, slots = expand(pairs)
    cells, cell = np.unique(source * english_size + target, return_inverse=True)
    cell_source = cells // english_size
    size = int(source.max()) + 1
    together = np.bincount(cell).astype(np.float64)
    prob = together / np.bincount(cell_source, weights=together, minlength=size)[cell_source]
    for _ in range(rounds):
        share = prob[cell]
        share = share / np.bincount(slot, weights=share, minlength=slots)[slot]
        count = np.bincount(cell, weights=share, minlength=len(cells))
        prob = count / np.bincount(cell_source, weights=count, minlength=size)[cell_source]
    return cell_source, cells % english_size, prob


def new_rows(tokens, pairs, english_rows, rounds=6, top=8, power=1.3):
    """Rows for `tokens` new ids (english_size ...): weighted means of English rows, at those rows' usual length."""
    english_size = len(english_rows)
    source, target, prob = ibm_model_1(pairs, english_size, rounds)
    rows = np.zeros((tokens, english_rows.shape[1]), np.float64)
    found = np.zeros(tokens, bool)
    starts = np.searchsorted(source, np.arange(english_size, english_size + tokens + 1))
    lengths = np.linalg.norm(english_rows, axis=1)
    for i in range(tokens):
        a, b = starts[i], starts[i + 1]
        if a == b:
            continue
        best = a + np.argsort(-prob[a:b], kind="stable")[:top]
        weight = prob[best] ** power
        weight /= weight.sum()
        row = weight @ english_rows[target[best]]
        usual = weight @ lengths[target[best]]
        rows[i] = row * (0.5 + 0.5 * usual / max(np.linalg.norm(row), 1e-9))
        found[i] = True
    if not found.all():
        rows[~found] = rows[found].mean(0) if found.any() else english_rows.mean(0)
    return rows.astype(np.float32), int(found.sum())
