"""What a flood of wrong passwords does to those who only pass through."""

import re
import signal
import subprocess
import time
from dataclasses import dataclass

from .load import LONGEST_RUN_SECONDS, Load, measure
from .prerequisites import BENCHMARKS, BenchmarkError
from .processes import Server
from .stage import Stage

CONNECTIONS = 64
MEAN_DELAY_MILLISECONDS = "5"
SETTLE_SECONDS = 2.0


@dataclass
class FloodSample:
    """One quiet window and one flooded window of the same gate."""

    quiet_milliseconds: float
    flooded_milliseconds: float
    logins_per_second: float
    busy_share: float
    grown_mebibytes: float

    @property
    def ratio(self) -> float:
        return self.flooded_milliseconds / self.quiet_milliseconds


def measure_flood(stage: Stage, server: Server, seconds: float) -> FloodSample:
    """p99 of a few proxied requests at a fixed rate, without and then with 64 clients that guess passwords."""
    load = Load(connections=4, script="paced.lua", arguments=[MEAN_DELAY_MILLISECONDS], warm_up_requests=200)
    quiet = measure(stage, server, load, seconds)
    before = server.resident_bytes()
    server.forget_peak()
    flood = Flood(server)
    try:
        time.sleep(SETTLE_SECONDS)
        flooded = measure(stage, server, load, seconds)
        grown = server.peak_bytes() - before
    finally:
        output = flood.stop()
    refused, busy = flood.answers(output)
    if quiet.p99_milliseconds is None or flooded.p99_milliseconds is None:
        raise BenchmarkError(f"wrk says nothing of latency:\n{output}")
    return FloodSample(
        quiet_milliseconds=quiet.p99_milliseconds,
        flooded_milliseconds=flooded.p99_milliseconds,
        logins_per_second=refused / flood.seconds,
        busy_share=busy / (refused + busy),
        grown_mebibytes=grown / (1 << 20),
    )


def describe_flood(sample: FloodSample) -> str:
    return (
        f"p99 {sample.quiet_milliseconds:.2f} ms, flooded {sample.flooded_milliseconds:.2f} ms, "
        f"{sample.logins_per_second:.0f} logins/s, 503 {100 * sample.busy_share:.0f} %, "
        f"grown {sample.grown_mebibytes:.1f} MiB"
    )


class Flood:
    """wrk with a wrong password in every request."""

    def __init__(self, server: Server):
        self.server = server
        self.began = time.monotonic()
        self.seconds = 0.0
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{LONGEST_RUN_SECONDS}s", "--timeout", "20s"]
        command += ["-s", str(BENCHMARKS / "lua" / "login.lua"), f"https://localhost:{server.port}/"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def stop(self) -> str:
        self.seconds = time.monotonic() - self.began
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.communicate(timeout=20)[0]
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.communicate()[0]

    def answers(self, output: str) -> tuple[int, int]:
        """How many logins were refused after work and how many without; nothing else may have come."""
        match = re.search(r"logins refused (\d+) busy (\d+) others (\d+)", output)
        if match is None or int(match[1]) == 0 or int(match[3]) > 0:
            raise BenchmarkError(f"the flood of logins was none:\n{output}\n{self.server.last_words()}")
        return int(match[1]), int(match[2])
