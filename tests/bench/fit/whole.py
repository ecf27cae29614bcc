#!/usr/bin/env python3
"""CPU seconds of a whole training: `trainer train`, all families, beside the Python peer's train.py.

CPU is user and system time of each command and its children. The peer takes 8 to 17 CPU minutes a round.
"""
import argparse
import json
import shlex
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import common


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--listings", default="listings.parquet",
                      help="imported listings for ours (default: listings.parquet)")
    args.add_argument("--ours", default=f"{common.RELEASE}/trainer train --listings {{listings}} --registry {{out}}",
                      help="our command line; `{listings}` and `{out}`, a fresh folder, are replaced")
    args.add_argument("--peer-listings", default=common.SHARED / "data/listings/vn_listings.parquet",
                      help="the same listings as their exporter left them, for the peer")
    args.add_argument("--rounds", type=int, default=1)
    args = args.parse_args()
    common.enter_venv()
    train = common.need(common.SHARED / "peers/valuation_fastapi/train.py", "peer")
    commands = {
        "trainer train": (args.ours, common.need(args.listings, "listings")),
        "peer train.py": (shlex.join([sys.executable, str(train), "{listings}", "{out}"]),
                          common.need(args.peer_listings, "listings")),
    }
    runs = {name: [] for name in commands}
    for number in range(1, args.rounds + 1):
        for name, (command, listings) in commands.items():
            with tempfile.TemporaryDirectory() as out:
                run = common.measure(command, listings=listings, out=out)
            runs[name].append(run)
            common.say(f"round {number}: {name} {run.cpu_s:.1f} CPU s")

    print(f"{args.rounds} interleaved round(s); medians.\n")
    rows = [[name, *(statistics.median(getattr(run, figure) for run in done) for figure in ("cpu_s", "wall_s", "rss_mb"))]
            for name, done in runs.items()]
    ours, peer = rows
    rows.append(["ours / peer", *(mine / theirs for mine, theirs in zip(ours[1:], peer[1:]))])
    print(common.table(["", "CPU s", "wall s", "peak RSS MB"], rows))
    print("\nWhat the peer printed in its last round:\n")
    for line in runs["peer train.py"][-1].stdout.splitlines():
        print("    " + json.dumps(json.loads(line)))


if __name__ == "__main__":
    main()
