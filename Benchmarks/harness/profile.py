"""Where the gate's time goes under load, by symbol."""

import re
import shutil
import subprocess
from pathlib import Path

from .load import Client, Load
from .prerequisites import BenchmarkError
from .stage import Stage

SYMBOLS = 40
CALLERS = 70


def profile(stage: Stage, load: Load, seconds: float) -> str:
    """The top symbols, alone and with what they call, and the shares of the libraries and the kernel.

    The software clock is sampled, because virtual machines often have no hardware counters; Swift keeps frame
    pointers, so the recording holds call graphs too.
    """
    server = stage.start("gatehouse")
    recording = stage.folder / "perf.data"
    client = Client(stage, server, load)
    try:
        client.warm_up()
        command = ["perf", "record", "-q", "-e", "cpu-clock", "-F", "1999", "-g", "-p", str(server.process.pid)]
        command += ["-o", str(recording), "--", "sleep", str(seconds)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
    finally:
        client.stop()
    stage.stop(server)
    if done.returncode != 0:
        raise BenchmarkError(f"perf record failed; kernel.perf_event_paranoid may forbid it:\n{done.stderr}")
    sections = [
        ("Shares by library", perf_report(recording, "dso", "--no-children")),
        ("By time in the symbol itself", perf_report(recording, "symbol,dso", "--no-children")[:SYMBOLS]),
        ("By time in the symbol and what it calls, outside the kernel", inclusive(recording)[:CALLERS]),
    ]
    lines: list[str] = []
    for title, rows in sections:
        lines += ["", title, "", *demangle(rows)]
    return "\n".join(lines[1:])


def inclusive(recording: Path) -> list[str]:
    return [row for row in perf_report(recording, "symbol", "--children") if "[k]" not in row]


def perf_report(recording: Path, sort: str, mode: str) -> list[str]:
    """The rows of one table, largest first."""
    command = ["perf", "report", "-i", str(recording), "--stdio", mode, "-g", "none", "--sort", sort]
    command += ["--percent-limit", "0.1"]
    text = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stdout
    return [re.sub(r"[\s-]+$", "", line) for line in text.splitlines() if re.match(r"\s+\d", line)]


def demangle(lines: list[str]) -> list[str]:
    if shutil.which("swift") is None:
        return lines
    command = ["swift", "demangle", "--simplified"]
    mangled = "\n".join(lines)
    text = subprocess.run(command, input=mangled, check=True, capture_output=True, text=True, timeout=60).stdout
    return [re.sub(r"\s{3,}", "  ", line) for line in text.splitlines()]
