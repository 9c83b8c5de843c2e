"""The Redis that counts the quotas, and whether it really did."""

import re
import socket
import urllib.request
from pathlib import Path

from .prerequisites import BenchmarkError
from .processes import Server, free_ports

STORES = ["redis", "memory", "off"]
POLICIES = ["default", "address"]
TOLERANCE = 0.02


class QuotaServer(Server):
    """A redis-server that keeps nothing on disk."""

    def __init__(self, folder: Path):
        (port,) = free_ports(1)
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
        command += ["--save", "", "--appendonly", "no", "--daemonize", "no"]
        super().__init__("redis", command, folder, port)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def lookups(self) -> int:
        """How many quotas were looked up so far: the script reads each once."""
        with socket.create_connection(("127.0.0.1", self.port), 5) as connection:
            connection.sendall(b"INFO commandstats\r\nQUIT\r\n")
            text = b""
            while part := connection.recv(65536):
                text += part
        match = re.search(rb"cmdstat_get:calls=(\d+)", text)
        return int(match[1]) if match else 0


def degraded_decisions(server: Server) -> int:
    """How many decisions the gate says that it made without the store."""
    with urllib.request.urlopen(f"http://127.0.0.1:{server.admin_port}/metrics", timeout=10) as answer:
        page = answer.read().decode()
    counts = re.findall(r'^gatehouse_ratelimit_decisions_total\{.*outcome="degraded".*\} (\d+)$', page, re.MULTILINE)
    return sum(int(count) for count in counts)


def check_quotas(requests: float, lookups: int, degraded: int) -> None:
    """A request that no quota was taken for is cheaper, so hardly any may be among those counted."""
    expected = requests * len(POLICIES)
    if lookups < expected * (1 - TOLERANCE) - 200 or degraded > expected * TOLERANCE:
        raise BenchmarkError(
            f"{requests:.0f} requests looked up {lookups} quotas in Redis; {degraded} were decided without it"
        )
