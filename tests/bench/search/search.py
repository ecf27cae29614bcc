#!/usr/bin/env python3
"""/v1/faq/search beside the FastAPI, sentence-transformers and Chroma peer: one question at a time, over HTTP.

Both hold the same English entries. Ours runs twice: on pure Rust, and on ONNX Runtime where a library is named.
Questions differ, so that no answer comes from a cache. Rounds are interleaved; a question's time is wall time.
"""
import argparse
import json
import os
import shlex
import statistics
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import common
from server import Server

FAQ = common.ROOT / "assistant/retrieval/data/faq"
QUESTIONS = common.ROOT / "assistant/retrieval/tests/data/questions.jsonl"


class Asked(Server):
    """A server that is asked one question after another."""

    def __init__(self, name, command, cpus, env=None, cwd=None):
        super().__init__(name, command, "/v1/faq/search", cpus, env, cwd)
        self.reply(body("Is anybody there?"), patience_s=180)
        self.ready_s = time.monotonic() - self.started

    def ask(self, questions):
        """One round: milliseconds of every question, CPU milliseconds a question."""
        before, times = self.cpu_s(), []
        for question in questions:
            request = urllib.request.Request(self.url, body(question), {"Content-Type": "application/json"})
            start = time.perf_counter()
            with urllib.request.urlopen(request, timeout=30) as reply:
                found = json.load(reply)["results"]
            times.append((time.perf_counter() - start) * 1e3)
            if not found:
                common.stop(f"{self.name} found nothing for {question!r}")
        self.rounds.append({"times": times, "cpu_ms": (self.cpu_s() - before) / len(times) * 1e3})

    def figures(self):
        """p50, p95 and CPU a question in milliseconds; memory; seconds until the first answer."""
        times = sorted(ms for measured in self.rounds for ms in measured["times"])
        cpu = statistics.median(measured["cpu_ms"] for measured in self.rounds)
        return [statistics.median(times), times[int(len(times) * 0.95)], cpu, self.rss_mb(), self.ready_s]


def body(question):
    return json.dumps({"query": question, "k": 5}).encode()


def english_entries():
    """The shipped FAQ's English side."""
    entries = []
    for file in sorted(FAQ.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            if entry["language"] == "en" and not entry.get("outside"):
                entries.append(entry)
    return entries


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--serve", default=f"{common.RELEASE}/serve", help="our server")
    args.add_argument("--registry", required=True, help="registry of price models: they are loaded beside the assistant")
    args.add_argument("--folder", help="assistant folder of ours (the shipped FAQ in both languages where not given)")
    args.add_argument("--onnx-runtime", help="ONNX Runtime library for the native backend")
    args.add_argument("--rounds", type=int, default=5)
    args = args.parse_args()
    common.enter_venv()
    asked = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    questions = [line["text"] for line in asked if line["language"] == "en"]
    cpus = sorted(os.sched_getaffinity(0))[:1]
    entries = english_entries()
    ours = f"{args.serve} --listen 127.0.0.1:{{port}} --registry {shlex.quote(args.registry)}"
    if args.folder:
        ours += f" --assistant-folder {shlex.quote(args.folder)}"
    servers = []
    with tempfile.TemporaryDirectory() as scratch:
        faqs = Path(scratch) / "faqs.json"
        faqs.write_text(json.dumps({"faqs": [{name: entry[name] for name in ("id", "question", "answer")}
                                             for entry in entries]}))
        try:
            servers.append(Asked("serve, pure Rust", ours, cpus))
            if args.onnx_runtime:
                library = shlex.quote(str(common.need(args.onnx_runtime, "ONNX Runtime library")))
                servers.append(Asked("serve, ONNX Runtime", f"{ours} --onnx-runtime {library}", cpus))
            uvicorn = shlex.join([sys.executable, "-m", "uvicorn", "app:app", "--port", "{port}", "--log-level", "warning"])
            # torch's threads fight on a busy machine, which would flatter us.
            servers.append(Asked("peer", uvicorn, cpus, {"FAQ": str(faqs), "OMP_NUM_THREADS": "1"},
                                 common.need(common.SHARED / "peers/faq_chroma", "peer")))
            for server in servers:
                server.ask(questions[:20])
                server.rounds.clear()
            for number in range(args.rounds):
                for server in servers:
                    server.ask(questions[number::args.rounds])
                    common.say(f"round {number + 1}: {server.name} {statistics.median(server.rounds[-1]['times']):.2f} ms")
            report(servers, len(questions), len(entries))
        finally:
            for server in servers:
                server.stop()


def report(servers, questions, entries):
    """Each server's figures, then the peer's over ours."""
    print(f"{questions} English questions, {entries} English entries at the peer, one core a server.\n")
    figures = [server.figures() for server in servers]
    rows = [[server.name, *numbers] for server, numbers in zip(servers, figures)]
    for server, numbers in zip(servers[:-1], figures):
        rows.append([f"peer / {server.name}", *(their / our for their, our in zip(figures[-1], numbers))])
    print(common.table(["target", "p50 ms", "p95 ms", "CPU ms/question", "RSS MB", "ready s"], rows))


if __name__ == "__main__":
    main()
