"""A server under measurement: started on a free port, pinned to cores, asked for its CPU and memory."""
import os
import shlex
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import common

TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """A running server: name, address, process."""

    def __init__(self, name, command, path, cpus, env=None, cwd=None):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.name = name
        self.url = f"http://127.0.0.1:{port}{path}"
        self.rounds = []
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [word.format(port=port) for word in shlex.split(command)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=cwd, env={**os.environ, **(env or {})},
            preexec_fn=lambda: os.sched_setaffinity(0, cpus))

    def reply(self, body, patience_s=120):
        """The first good reply, awaited."""
        deadline = time.monotonic() + patience_s
        while True:
            request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})
            try:
                with urllib.request.urlopen(request, timeout=10) as reply:
                    return reply.read()
            except urllib.error.HTTPError as refused:
                common.stop(f"{self.name} answered {refused.code}: {refused.read().decode(errors='replace')}")
            except OSError as absent:
                if self.process.poll() is not None:
                    common.stop(f"{self.name} ended with {self.process.returncode} before it answered")
                if time.monotonic() > deadline:
                    common.stop(f"{self.name} did not answer within {patience_s} s: {absent}")
                time.sleep(0.1)

    def cpu_s(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def rss_mb(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024

    def stop(self):
        """Ends the process and waits for it."""
        self.process.terminate()
        self.process.wait()
