"""Starting and stopping the servers, and what /proc says about them."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from .prerequisites import BenchmarkError, say

TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 15
STOP_SECONDS = 8


class Server:
    """One server program with its worker processes, ended by process id."""

    def __init__(
        self, name: str, command: list[str], folder: Path, port: int, environment: dict[str, str] | None = None,
        admin_port: int | None = None,
    ):  # fmt: skip
        self.name = name
        self.port = port
        self.admin_port = admin_port
        self.output = folder / f"{name}.out"
        self.errors = folder / f"{name}.err"
        with open(self.output, "ab") as output, open(self.errors, "ab") as errors:
            self.process = subprocess.Popen(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
                env={**os.environ, **(environment or {})},
            )  # fmt: skip
        try:
            self._wait_until_listening()
        except BaseException:
            self.stop()
            raise

    def cpu_seconds(self) -> tuple[float, float]:
        """User and system time of the program and its workers so far, all threads."""
        ticks = [cpu_ticks(pid) for pid in self.pids()]
        return sum(user for user, _ in ticks) / TICKS, sum(system for _, system in ticks) / TICKS

    def resident_bytes(self) -> int:
        return sum(resident_bytes(pid) for pid in self.pids())

    def peak_bytes(self) -> int:
        """The most that was resident since `forget_peak`."""
        return sum(resident_bytes(pid, "VmHWM:") for pid in self.pids())

    def forget_peak(self) -> None:
        for pid in self.pids():
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def pids(self) -> list[int]:
        return [self.process.pid] + children(self.process.pid)

    def check_alive(self) -> None:
        if self.process.poll() is not None:
            raise BenchmarkError(f"{self.name} ended with {self.process.returncode}:\n{self.last_words()}")

    def stop(self) -> None:
        """SIGTERM first; one that does not end in time is killed and named."""
        if self.process.poll() is not None:
            return
        workers = children(self.process.pid)
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            say(f"{self.name} did not end within {STOP_SECONDS} s of SIGTERM: killed")
            self.process.kill()
            self.process.wait(STOP_SECONDS)
            for pid in workers:
                kill_quietly(pid)

    def last_words(self) -> str:
        text = self.errors.read_text(errors="replace") + self.output.read_text(errors="replace")[:4000]
        return "\n".join(text.splitlines()[-30:])

    def _wait_until_listening(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            self.check_alive()
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise BenchmarkError(f"{self.name} does not listen after {START_SECONDS} s:\n{self.last_words()}")


def free_ports(count: int) -> list[int]:
    """Ports that are free now: all are held at once, so that they differ."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [server.getsockname()[1] for server in held]
    for server in held:
        server.close()
    return ports


def cpu_ticks(pid: int) -> tuple[int, int]:
    """utime and stime of /proc/PID/stat; the name in it may hold spaces, so counting starts after its bracket."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0, 0
    return int(fields[11]), int(fields[12])


def resident_bytes(pid: int, field: str = "VmRSS:") -> int:
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(field):
                return int(line.split()[1]) * 1024
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def kill_quietly(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
