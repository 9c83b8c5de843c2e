"""What an idle connection and a request cost in memory."""

import re
import signal
import ssl
import time
from pathlib import Path

from .load import Client, Load
from .prerequisites import BenchmarkError
from .processes import Server
from .stage import Stage, connect, read_answer, request_bytes

FIRST_CONNECTIONS = 100
SETTLE_SECONDS = 3.0


def idle_connection_kibibytes(stage: Stage, server: Server, count: int) -> float:
    """Resident growth for each of `count` more TLS keep-alive connections that made one request and went idle.

    The first hundred are not counted: they pay for what is allocated once.
    """
    headers = stage.request_headers()
    connections: list[ssl.SSLSocket] = []
    try:
        open_connections(connections, server, headers, FIRST_CONNECTIONS)
        time.sleep(SETTLE_SECONDS)
        before = server.resident_bytes()
        open_connections(connections, server, headers, count)
        time.sleep(SETTLE_SECONDS)
        grown = server.resident_bytes() - before
        check_still_open(connections, server)
    finally:
        for connection in connections:
            connection.close()
    return grown / count / 1024


def allocations_per_request(stage: Stage, server: Server, seconds: float) -> float:
    """Counted by the preloaded library between two points of a steady run."""
    client = Client(stage, server, Load(warm_up_requests=20000))
    try:
        client.warm_up()
        requests, allocations = stage.upstream_requests(), count_allocations(server)
        time.sleep(seconds)
        more_requests, more_allocations = stage.upstream_requests(), count_allocations(server)
    finally:
        output = client.stop()
    client.check(output)
    return (more_allocations - allocations) / (more_requests - requests)


def open_connections(connections: list[ssl.SSLSocket], server: Server, headers: dict[str, str], count: int) -> None:
    request = request_bytes(headers)
    for _ in range(count):
        connection = connect(server.port)
        connections.append(connection)
        connection.sendall(request)
        status, _ = read_answer(connection)
        if status != 200:
            raise BenchmarkError(f"{server.name} answers {status} on connection {len(connections)}")


def check_still_open(connections: list[ssl.SSLSocket], server: Server) -> None:
    """A server that closes idle connections early would look small."""
    closed = 0
    for connection in connections:
        connection.setblocking(False)
        try:
            closed += connection.recv(1) == b""
        except (ssl.SSLWantReadError, BlockingIOError):
            continue
        except (ssl.SSLError, OSError):
            closed += 1
    if closed:
        raise BenchmarkError(f"{server.name} closed {closed} of {len(connections)} idle connections")


def count_allocations(server: Server) -> int:
    """Asks the preloaded library and waits for its line."""
    known = len(allocation_lines(server.errors))
    server.process.send_signal(signal.SIGUSR2)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        lines = allocation_lines(server.errors)
        if len(lines) > known:
            return int(lines[-1])
        time.sleep(0.01)
    raise BenchmarkError(f"{server.name} does not answer SIGUSR2 with its allocations:\n{server.last_words()}")


def allocation_lines(path: Path) -> list[str]:
    return re.findall(r"allocations (\d+) bytes \d+\n", path.read_text(errors="replace"))
