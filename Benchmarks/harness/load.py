"""Drives one proxy and samples it in the middle of the run, with every connection open and warm."""

import re
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from .prerequisites import BENCHMARKS, BenchmarkError
from .processes import Server
from .quotas import check_quotas, degraded_decisions
from .stage import Stage

WARM_UP_LIMIT_SECONDS = 30
LONGEST_RUN_SECONDS = 900


@dataclass
class Load:
    """What the clients do; the window opens when the warm-up is over."""

    connections: int = 64
    algorithm: str = "HS256"
    path: str = "/"
    script: str | None = None
    arguments: list[str] = field(default_factory=list)
    warm_up_seconds: float = 1.0
    warm_up_requests: int = 1000
    upstream_requests_each: int = 1
    full_handshakes: bool = False


@dataclass
class Sample:
    """One window of one proxy."""

    microseconds: float
    user_microseconds: float
    rate: float
    p99_milliseconds: float | None
    redis_microseconds: float | None = None


def measure(stage: Stage, server: Server, load: Load, seconds: float) -> Sample:
    """CPU of the proxy in the window, divided by the requests that the upstream answered in it."""
    client = Client(stage, server, load)
    try:
        client.warm_up()
        quotas = QuotaWindow(stage, server)
        before, cpu_before, began = stage.upstream_requests(), server.cpu_seconds(), time.monotonic()
        time.sleep(seconds)
        after, cpu_after, ended = stage.upstream_requests(), server.cpu_seconds(), time.monotonic()
        quotas.end()
    finally:
        output = client.stop()
    server.check_alive()
    client.check(output)
    requests = (after - before) / load.upstream_requests_each
    if requests < 1:
        raise BenchmarkError(f"{server.name} forwarded nothing:\n{output}\n{server.last_words()}")
    truncate_logs(stage.folder)
    redis = quotas.redis_microseconds(requests)
    user, system = ((late - early) * 1e6 / requests for early, late in zip(cpu_before, cpu_after, strict=True))
    return Sample(user + system, user, requests / (ended - began), percentile(output, "99%"), redis)


class QuotaWindow:
    """What Redis did for the gate in the window; nothing for the other proxies."""

    def __init__(self, stage: Stage, server: Server):
        self.server = server
        self.redis = stage.redis if server.name == "gatehouse" else None
        self.began = self._counters()
        self.ended = self.began

    def end(self) -> None:
        self.ended = self._counters()

    def redis_microseconds(self, requests: float) -> float | None:
        """The CPU of Redis for each request, which is not the gate's; throws if quotas were not taken there."""
        if self.redis is None:
            return None
        lookups, degraded, cpu = (late - early for early, late in zip(self.began, self.ended, strict=True))
        check_quotas(requests, lookups, degraded)
        return cpu * 1e6 / requests

    def _counters(self) -> tuple[int, int, float]:
        if self.redis is None:
            return 0, 0, 0.0
        return self.redis.lookups(), degraded_decisions(self.server), sum(self.redis.cpu_seconds())


class Client:
    """wrk, or our own client where every connection must make a full handshake."""

    def __init__(self, stage: Stage, server: Server, load: Load):
        self.stage = stage
        self.server = server
        self.load = load
        command = self._handshakes() if load.full_handshakes else self._wrk()
        self.began = stage.upstream_requests()
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def warm_up(self) -> None:
        start = time.monotonic()
        wanted = self.load.warm_up_requests * self.load.upstream_requests_each
        while True:
            time.sleep(0.1)
            waited = time.monotonic() - start
            done = self.stage.upstream_requests() - self.began
            if waited >= self.load.warm_up_seconds and done >= wanted:
                return
            if self.process.poll() is not None or waited > WARM_UP_LIMIT_SECONDS:
                words = self.stop() + self.server.last_words()
                raise BenchmarkError(f"{self.server.name} let only {done} of {wanted} requests through\n{words}")

    def stop(self) -> str:
        """Ends the client early, which still prints its figures."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.communicate(timeout=20)[0]
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.communicate()[0]

    def check(self, output: str) -> None:
        """Refused or broken requests are cheaper than forwarded ones, so none may be among those counted."""
        refused = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
        broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
        failed = re.search(r"failures (\d+)", output)
        errors = sum(int(number) for match in (refused, broken, failed) if match for number in match.groups())
        if errors:
            raise BenchmarkError(f"{self.server.name}: {errors} requests failed\n{output}\n{self.server.last_words()}")

    def _wrk(self) -> list[str]:
        load = self.load
        command = ["wrk", "-t1", f"-c{load.connections}", f"-d{LONGEST_RUN_SECONDS}s", "--timeout", "20s", "--latency"]
        for name, value in self.stage.request_headers(load.algorithm).items():
            command += ["-H", f"{name}: {value}"]
        if load.script:
            command += ["-s", str(BENCHMARKS / "lua" / load.script)]
        command.append(f"https://localhost:{self.server.port}{load.path}")
        return command + (["--", *load.arguments] if load.arguments else [])

    def _handshakes(self) -> list[str]:
        headers = {**self.stage.request_headers(self.load.algorithm), "Connection": "close"}
        lines = ["GET / HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        request = self.stage.folder / "handshake.request"
        request.write_bytes("\r\n".join(lines).encode())
        program = self.stage.folder / "handshakes"
        return [str(program), str(self.server.port), str(self.load.connections), str(request)]


def percentile(output: str, name: str) -> float | None:
    """A line of wrk's latency distribution, in milliseconds."""
    match = re.search(rf"^\s*{re.escape(name)}\s+([\d.]+)(us|ms|s|m)\s*$", output, re.MULTILINE)
    if match is None:
        return None
    return float(match[1]) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[match[2]]


def truncate_logs(folder: Path) -> None:
    """The logs are appended to, so they may be emptied under their writers: a long run would fill the disk."""
    for path in [*folder.glob("*.log"), *folder.glob("*.out")]:
        with open(path, "r+b") as log:
            log.truncate(0)
