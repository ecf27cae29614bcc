#!/usr/bin/env python3
"""/predict under load: our `serve` beside a bare axum handler and the FastAPI peer, in interleaved rounds.

Servers and load generator (wrk) are pinned to cores of their own, and every server to the same ones. The CPU column
is processor time a request: on a shared machine it is the figure that neighbours disturb least.
"""
import argparse
import json
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import common
from server import TICKS, Server

class Loaded(Server):
    """A server that is put under load."""

    def load(self, body_file, seconds, connections, cpus):
        """One round under load."""
        before = self.cpu_s()
        run = subprocess.run(
            ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s",
             "--timeout", "30s", "--script", HERE / "post.lua", self.url],
            env={**os.environ, "BODY": str(body_file)}, check=True, capture_output=True, text=True,
            preexec_fn=lambda: os.sched_setaffinity(0, cpus))
        got = json.loads(run.stdout.splitlines()[-1])
        if got["failed"] or not got["requests"]:
            common.stop(f"{self.name}: {got['failed']} of {got['requests']} requests failed; nothing is measured")
        self.rounds.append({
            "rate": got["requests"] / got["seconds"], "p50": got["p50_ms"], "p99": got["p99_ms"],
            "cpu_us": (self.cpu_s() - before) / got["requests"] * 1e6, "rss": self.rss_mb()})
        self.settle()

    def settle(self):
        """Waits until what wrk left unanswered is done, lest it take the cores from the next server."""
        before = -1.0
        while self.cpu_s() - before > 2 / TICKS:
            before = self.cpu_s()
            time.sleep(0.3)

    def figures(self):
        """Medians over the rounds: rate, p50, p99, CPU, RSS."""
        return [statistics.median(measured[name] for measured in self.rounds)
                for name in ("rate", "p50", "p99", "cpu_us", "rss")]


def peer_model(directory):
    """The peer's fitted XGBoost, fitted now where it is not there yet."""
    model = directory / "xgboost.joblib"
    if not model.exists():
        directory.mkdir(parents=True, exist_ok=True)
        common.say(f"fitting the peer's models into {directory}: about 8 CPU minutes, once")
        listings = common.need(common.SHARED / "data/listings/vn_listings.parquet", "listings")
        peer = common.need(common.SHARED / "peers/valuation_fastapi/train.py", "peer")
        subprocess.run([sys.executable, peer, listings, directory], check=True, stdout=sys.stderr)
    return model


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--registry", default="registry", help="registry that `serve` loads (default: registry)")
    args.add_argument("--serve", default=f"{common.RELEASE}/serve --listen 127.0.0.1:{{port}} --registry {{registry}}",
                      help="command line of our server, `{port}` and `{registry}` replaced")
    args.add_argument("--bare", default=f"{common.RELEASE}/examples/bare_axum", help="binary of examples/bare_axum.rs")
    args.add_argument("--peer-models", type=Path, default=common.CACHE / "bench-peer",
                      help="where the peer's xgboost.joblib is, or is fitted")
    args.add_argument("--body", type=Path, default=HERE / "body.json", help="JSON file to POST")
    args.add_argument("--rounds", type=int, default=3)
    args.add_argument("--seconds", type=int, default=8, help="length of a round")
    args.add_argument("--connections", type=int, default=32)
    args = args.parse_args()
    common.enter_venv()
    if not shutil.which("wrk"):
        common.stop("wrk is not installed (Debian: apt-get install wrk)")
    cpus = sorted(os.sched_getaffinity(0))
    if len(cpus) < 2:
        common.stop("one core: the load would measure itself; two are needed")
    server_cpus, wrk_cpus = cpus[:-1], cpus[-1:]
    body = common.need(args.body, "JSON body").read_bytes()
    model = peer_model(args.peer_models)

    servers = []
    with tempfile.TemporaryDirectory() as scratch:
        try:
            servers.append(Loaded("serve", args.serve.replace("{registry}", shlex.quote(args.registry)), "/predict",
                                  server_cpus))
            reply_file = Path(scratch) / "reply.json"
            reply_file.write_bytes(servers[0].reply(body))
            bare = shlex.join([str(common.need(args.bare, "bare_axum; cargo build --release -p tests --examples")),
                               "127.0.0.1:{port}", str(reply_file)])
            servers.append(Loaded("bare axum", bare, "/predict", server_cpus))
            uvicorn = shlex.join([sys.executable, "-m", "uvicorn", "app:app", "--port", "{port}",
                                  "--log-level", "warning"])
            servers.append(Loaded("FastAPI peer", uvicorn, "/predict", server_cpus, {"MODEL": str(model.resolve())},
                                  common.SHARED / "peers/valuation_fastapi"))
            sizes = [len(server.reply(body)) for server in servers]
            for server in servers:
                server.load(args.body, 1, args.connections, wrk_cpus)
                server.rounds.clear()
            for number in range(1, args.rounds + 1):
                for server in servers:
                    server.load(args.body, args.seconds, args.connections, wrk_cpus)
                    common.say(f"round {number}: {server.name} {server.rounds[-1]['rate']:.0f} req/s")
            report(args, servers, sizes, server_cpus)
        finally:
            for server in servers:
                server.stop()


def report(args, servers, sizes, cpus):
    """Medians over the rounds, then ours over each of the others."""
    print(f"{args.rounds} rounds of {args.seconds} s, {args.connections} connections, "
          f"servers on {len(cpus)} core(s), wrk on 1; medians over the rounds.\n")
    figures = [server.figures() for server in servers]
    rows = [[server.name, *figures, size] for server, figures, size in zip(servers, figures, sizes)]
    for other, theirs in zip(servers[1:], figures[1:]):
        rows.append([f"serve / {other.name}", *(ours / their for ours, their in zip(figures[0], theirs)), ""])
    head = ["target", "req/s", "p50 ms", "p99 ms", "CPU µs/req", "RSS MB", "reply bytes"]
    print(common.table(head, rows))


if __name__ == "__main__":
    main()
