#!/usr/bin/env python3
"""CPU seconds of one fit by family: ours beside LightGBM, XGBoost and scikit-learn on the very same rows and features.

DESIGN is a folder that `design export` (tests/examples/design) wrote:
  X_train.npy, X_test.npy   float32, one row a car; categories as codes 0, 1, …; NaN where unknown
  y_train.npy               float32, natural logarithm of the price
  y_test.npy                prices themselves
  w_train.npy               weights of the training rows
  categorical.json          indices of the columns that hold categories, e.g. [0, 1, 4]
  terms_{train,test}_*.npy  the ridge's sparse rows as CSR (data, indices, indptr)
  ridge.json                its penalty and number of columns, and the dense column that holds its estimate

`design fit` fits one of ours on it, peers.py one of theirs; each prints a JSON line {"family": …, "fit_cpu_s": …,
"mae": …}. Families: gradient_boosting (of the price), boosted_residual (of what the ridge leaves, as our training does),
random_forest and ridge. Every fit is a process of its own; rounds are interleaved. Each side has several settings. A
peer's is compared with our cheapest one whose MAE is no worse; where none of ours is as accurate, with our most
accurate one, and the ratio of the MAEs is then above 1.
"""
import argparse
import json
import shlex
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import common
import peers

OURS = {
    "gradient_boosting": [
        *(f"ours trees={trees} depth={depth} eta={eta} subsample=1 colsample={share} categorical={categorical}"
          for trees, depth, eta, share, categorical in [
              (40, 7, 0.15, 1, "true"), (40, 8, 0.15, 0.6, "true"), (60, 7, 0.15, 0.8, "false"), (60, 7, 0.15, 1, "true"),
              (80, 7, 0.12, 0.8, "false"), (100, 7, 0.1, 1, "true"), (100, 8, 0.1, 0.6, "true"),
              (150, 8, 0.1, 0.6, "true"), (150, 7, 0.06, 0.8, "true"), (300, 7, 0.03, 0.8, "true")]),
    ],
    "boosted_residual": [
        *(f"ours trees={trees} depth={depth} eta={eta} subsample={rows} colsample={share} categorical={categorical}"
          for trees, depth, eta, rows, share, categorical in [
              (40, 6, 0.15, 1, 0.8, "true"), (50, 6, 0.15, 1, 0.8, "true"), (60, 6, 0.1, 1, 0.8, "true"),
              (90, 7, 0.08, 1, 0.8, "true"), (100, 6, 0.08, 1, 0.6, "false"), (150, 6, 0.04, 1, 0.6, "true"),
              (150, 8, 0.04, 1, 0.8, "true"), (150, 6, 0.04, 0.8, 0.6, "false")]),
    ],
    "random_forest": [
        *(f"ours trees={trees} depth={depth} columns_a_split={columns} min_leaf_weight={leaf}"
          for trees, depth, columns, leaf in [
              (20, 12, 0.6, 2), (25, 12, 0.4, 2), (30, 12, 0.4, 2), (40, 12, 0.4, 2), (50, 12, 0.4, 2), (60, 12, 0.4, 2),
              (30, 14, 0.4, 2), (30, 14, 0.6, 2), (60, 14, 0.4, 2), (60, 14, 0.6, 2)]),
    ],
    "ridge": [
        "ours tolerance=1e-3", "ours tolerance=3e-4", "ours tolerance=1e-4", "ours max_iterations=30",
        "ours max_iterations=30 huber=0.2,0.06,0.06", "ours max_iterations=30 huber=0.2" + 9 * ",0.06",
    ],
}


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("design", type=Path, metavar="DESIGN")
    args.add_argument("--ours", metavar="COMMAND",
                      default=f"env RAYON_NUM_THREADS={{threads}} {common.RELEASE}/examples/design "
                              "fit {design} {family} {setting}",
                      help="our command line; `{design}`, `{family}`, `{setting}` and `{threads}` are replaced")
    args.add_argument("--peers-alone", action="store_true")
    args.add_argument("--family", action="append", choices=list(peers.FAMILIES), help="default: all")
    args.add_argument("--rounds", type=int, default=3)
    args.add_argument("--threads", type=int, default=2, help="of each fit that can use several (default: 2)")
    args = args.parse_args()
    common.enter_venv()
    for name in ["X_train.npy", "y_train.npy", "X_test.npy", "y_test.npy", "w_train.npy", "categorical.json", "ridge.json"]:
        common.need(args.design / name, "part of the design")

    peer = shlex.join([sys.executable, peers.__file__, "{design}", "{family}", "{setting}", "{threads}"])
    rows = []
    for family in args.family or peers.FAMILIES:
        commands = {} if args.peers_alone else dict.fromkeys(OURS[family], args.ours)
        commands |= dict.fromkeys(peers.FAMILIES[family], peer)
        fits = {setting: [] for setting in commands}
        for number in range(1, args.rounds + 1):
            for setting, command in commands.items():
                run = common.measure(command, design=args.design, family=family, threads=args.threads,
                                     setting=setting.removeprefix("ours "))
                lines = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
                fit = next((line for line in lines if line.get("family") == family), None)
                if fit is None:
                    common.stop(f"{setting}: printed no line of family {family}: {run.stdout!r}")
                fits[setting].append(fit)
                common.say(f"round {number}: {family}, {setting}: {fit['fit_cpu_s']:.3f} CPU s, MAE {fit['mae']:.4g}")
        rows += compare(family, fits)
    print(f"{args.rounds} interleaved round(s), {args.threads} threads; median CPU seconds.\n")
    print(common.table(["family", "fit", "CPU s", "MAE", "compared with", "ours / it, CPU", "ours / it, MAE"], rows))


def compare(family, fits):
    """Rows of the table: ours numbered, and each peer's beside ours that it is compared with."""
    cpu = {setting: statistics.median(fit["fit_cpu_s"] for fit in done) for setting, done in fits.items()}
    mae = {setting: statistics.median(fit["mae"] for fit in done) for setting, done in fits.items()}
    ours = [setting for setting in fits if setting.startswith("ours")]
    # A robust ridge is another model than the peers': shown, not compared.
    like = [setting for setting in ours if "huber" not in setting]
    rows = []
    for setting in fits:
        row = [family, setting, cpu[setting], mae[setting], "", "", ""]
        if setting in ours:
            row[1] = f"({ours.index(setting) + 1}) {setting}"
        elif like:
            as_good = [own for own in like if mae[own] <= mae[setting]]
            own = min(as_good, key=cpu.get) if as_good else min(like, key=mae.get)
            row[4:] = [f"({ours.index(own) + 1})", cpu[own] / cpu[setting], mae[own] / mae[setting]]
        rows.append(row)
    return rows


if __name__ == "__main__":
    main()
