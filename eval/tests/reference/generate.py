"""Reference values of scikit-learn, SciPy and ranx for tests/it/reference.rs.

    pip install scikit-learn scipy ranx
    python generate.py > reference.json

The test reads reference.json and needs no Python.
"""

import json
import sys

import numpy as np
import ranx
import scipy
import sklearn
from ranx import Qrels, Run
from scipy import special, stats
from sklearn import metrics

random = np.random.default_rng(20251121)


def prices(n):
    actual = np.round(np.exp(random.normal(20, 0.8, n)), -5)
    predicted = np.round(actual * np.exp(random.normal(0, 0.12, n)), -3)
    low, high = predicted * np.exp(-random.uniform(0.05, 0.3, n)), predicted * np.exp(random.uniform(0.05, 0.3, n))
    off = np.abs(predicted - actual) / actual
    ratio = predicted / actual
    median = np.median(ratio)
    value = np.log2(0.5 * (actual + predicted / median))
    slope = stats.linregress(value, (ratio - median) / median).slope
    return {
        "actual": actual.tolist(),
        "predicted": predicted.tolist(),
        "low": low.tolist(),
        "high": high.tolist(),
        "scores": {
            "mae": metrics.mean_absolute_error(actual, predicted),
            "median_ae": metrics.median_absolute_error(actual, predicted),
            "rmse": metrics.root_mean_squared_error(actual, predicted),
            "rmsle": metrics.root_mean_squared_log_error(actual, predicted),
            "r2": metrics.r2_score(actual, predicted),
            "mape": metrics.mean_absolute_percentage_error(actual, predicted),
            "mdape": float(np.median(off)),
            "within_10": float(np.mean(off <= 0.1)),
        },
        "ratios": {
            "median_ratio": float(median),
            "cod": float(100 * np.mean(np.abs(ratio - median)) / median),
            "prd": float(ratio.mean() / (predicted.sum() / actual.sum())),
            "prb": float(slope),
        },
        "pinball": {
            "low_10": metrics.mean_pinball_loss(actual, low, alpha=0.1),
            "high_90": metrics.mean_pinball_loss(actual, high, alpha=0.9),
        },
    }


def samples(n, m, shift, decimals):
    a, b = np.round(random.normal(0, 1, n), decimals), np.round(random.normal(shift, 1.1, m), decimals)
    distance = stats.ks_2samp(a, b).statistic
    return {
        "reference": a.tolist(),
        "current": b.tolist(),
        "ks": float(distance),
        "p_value": float(special.kolmogorov(np.sqrt(n * m / (n + m)) * distance)),
    }


def rankings():
    qrels, run, places = {}, {}, []
    for q in range(60):
        relevant = random.choice(40, size=int(random.integers(1, 5)), replace=False)
        order = random.permutation(40)[: int(random.integers(3, 30))]
        qrels[f"q{q}"] = {f"d{d}": 1 for d in relevant}
        run[f"q{q}"] = {f"d{d}": float(100 - i) for i, d in enumerate(order)}
        own = [i + 1 for i, d in enumerate(order) if d in relevant]
        places.append({"places": own, "relevant": len(relevant)})
    names = {
        "hit_1": "hit_rate@1",
        "hit_3": "hit_rate@3",
        "hit_5": "hit_rate@5",
        "mrr": "mrr",
        "ndcg_10": "ndcg@10",
        "map": "map",
    }
    scores = ranx.evaluate(Qrels(qrels), Run(run), list(names.values()))
    return {"queries": places, "scores": {own: float(scores[theirs]) for own, theirs in names.items()}}


json.dump(
    {
        "made_by": {
            "numpy": np.__version__,
            "scikit-learn": sklearn.__version__,
            "scipy": scipy.__version__,
            "ranx": "0.3.21",
        },
        "prices": [prices(200), prices(41), prices(5)],
        "samples": [samples(150, 90, 0.2, 6), samples(300, 40, 0.0, 1), samples(12, 500, 1.5, 3)],
        "rankings": rankings(),
        "kolmogorov": [[x, float(special.kolmogorov(x))] for x in [0.2, 0.4, 0.7, 0.999, 1.0, 1.3, 2.0, 3.5]],
    },
    sys.stdout,
)
print()
