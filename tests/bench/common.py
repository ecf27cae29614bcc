"""What the measuring scripts share: a virtual environment, measured commands, Markdown tables."""
import os
import shlex
import subprocess
import sys
import time
import venv
from dataclasses import dataclass
from pathlib import Path

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent.parent
SHARED = Path(os.environ.get("GIAXE_SHARED", ROOT.parent / "shared"))
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "giaxe"
RELEASE = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"


def enter_venv():
    """Goes on under the Python of a virtual environment that holds requirements.txt, made where it is absent."""
    home = Path(os.environ.get("GIAXE_BENCH_VENV", CACHE / "bench-venv"))
    python = home / "bin" / "python"
    if Path(sys.prefix).resolve() == home.resolve():
        return
    wanted = (BENCH / "requirements.txt").read_text()
    stamp = home / "installed.txt"
    if "GIAXE_BENCH_VENV" not in os.environ and not (stamp.exists() and stamp.read_text() == wanted):
        say(f"installing requirements.txt into {home}")
        venv.create(home, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", BENCH / "requirements.txt"], check=True)
        stamp.write_text(wanted)
    os.execv(need(python, "Python of a virtual environment"), [python, *sys.argv])


def say(text):
    """Progress goes to stderr: stdout holds the result alone."""
    print(text, file=sys.stderr, flush=True)


def stop(text):
    """Ends the script: nothing was measured."""
    say(f"error: {text}")
    sys.exit(2)


def need(path, what):
    """The path, where it exists; else ends the script with what it is and where it was looked for."""
    if not Path(path).exists():
        stop(f"{path}: no {what} here")
    return Path(path)


@dataclass
class Measured:
    """One run of a command. CPU is user and system time of it and of every process that it waited for."""
    cpu_s: float
    wall_s: float
    rss_mb: float
    stdout: str


def measure(command, **places):
    """Runs a command line, `{name}` in it replaced from `places` (after splitting: no value can break the line)."""
    words = [word.format(**places) for word in shlex.split(command)]
    # A thread that waits for its peers by spinning is no work: charge none of it to either side.
    env = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE"}
    start = time.monotonic()
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=env) as process:
        stdout = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        stop(f"`{shlex.join(words)}` ended with {process.returncode}")
    return Measured(usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss / 1024, stdout)


def table(head, rows):
    """A Markdown table; numbers to three significant digits."""
    def cell(value):
        if isinstance(value, float):
            return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
        return str(value)

    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell(value) for value in line) + " |" for line in lines)
