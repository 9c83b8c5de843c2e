"""The temporary folder with the upstream and the three proxies in front of it."""

import os
import re
import socket
import ssl
from pathlib import Path

from .credentials import Credentials
from .prerequisites import BENCHMARKS, BenchmarkError
from .processes import Server, free_ports
from .quotas import POLICIES, QuotaServer

ORIGIN = "https://app.example.com"
PROXIES = ["gatehouse", "nginx", "haproxy"]
EXPECTED_HEADERS = [
    "strict-transport-security", "x-content-type-options", "x-frame-options", "referrer-policy",
    "content-security-policy", "permissions-policy", "cross-origin-opener-policy", "cross-origin-resource-policy",
    "x-request-id", "access-control-allow-origin", "access-control-allow-credentials",
    "access-control-expose-headers", "vary",
]  # fmt: skip
QUOTA_HEADERS = ["ratelimit", "ratelimit-policy"]
USUAL_FAILURES = "{ requests: 60, per: 1m, by: address }"


class Stage:
    """Starts servers on free ports from the committed templates and ends every one of them."""

    def __init__(self, folder: Path, credentials: Credentials, gate: Path | None, store: str):
        self.folder = folder
        self.credentials = credentials
        self.gate = gate
        self.store = store
        self.redis: QuotaServer | None = None
        self.servers: list[Server] = []
        self._make_files()
        self.upstream_port, self.status_port = free_ports(2)
        self._start_upstream()
        if gate and store == "redis":
            self.redis = QuotaServer(folder)
            self.servers.append(self.redis)

    def start(self, name: str, environment: dict[str, str] | None = None, has_accounts: bool = False) -> Server:
        """Starts one proxy that listens with TLS on a port of its own; the accounts service is the gate's."""
        port, admin_port = free_ports(2)
        templates = {
            "gatehouse": self._gate_templates(has_accounts),
            "nginx": ["nginx.conf"],
            "haproxy": ["haproxy.cfg"],
        }[name]
        configuration = self._render(
            templates, f"{name}-{templates[0]}", PORT=port, ADMIN_PORT=admin_port,
            STORE=self.redis.url if self.redis else "memory",
            POLICIES=", ".join(POLICIES) if "quotas.conf" in templates else "",
            # The flood of wrong passwords must reach the passwords.
            FAILURES="off" if has_accounts else USUAL_FAILURES,
        )  # fmt: skip
        command = {
            "gatehouse": [str(self.gate), "serve", "--config", str(configuration)],
            "nginx": ["nginx", "-e", "stderr", "-c", str(configuration)],
            "haproxy": ["haproxy", "-db", "-f", str(configuration)],
        }[name]
        server = Server(name, command, self.folder, port, environment, admin_port)
        self.servers.append(server)
        return server

    def stop(self, server: Server) -> None:
        server.stop()
        self.servers.remove(server)
        for log in self.folder.glob(f"{server.name}-*.log"):
            log.unlink()

    def close(self) -> None:
        for server in reversed(self.servers):
            server.stop()

    def upstream_requests(self) -> int:
        """The requests that the upstream has answered so far; asking is not counted."""
        with socket.create_connection(("127.0.0.1", self.status_port), 5) as connection:
            connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
            text = b""
            while part := connection.recv(4096):
                text += part
        numbers = re.search(rb"(\d+) (\d+) (\d+) \n", text)
        if numbers is None:
            raise BenchmarkError("the upstream's counters cannot be read")
        self.questions += 1
        return int(numbers[3]) - self.questions

    def request_headers(self, algorithm: str = "HS256") -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.credentials.token(algorithm)}",
            "Origin": ORIGIN,
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate, br",
            "User-Agent": "bench/1.0 (load generator)",
        }

    def check(self, server: Server) -> None:
        """A proxy that does less than its share makes the figures worthless: all must do the same work."""
        for algorithm in ("HS256", "RS256", "ES256"):
            headers = self.request_headers(algorithm)
            status, names = fetch(server.port, headers)
            expected = EXPECTED_HEADERS + (QUOTA_HEADERS if self._has_quotas(server) else [])
            missing = [name for name in expected if name not in names]
            if status != 200 or missing:
                what = f"status {status}, missing headers: {missing}"
                raise BenchmarkError(f"{server.name}, {algorithm}: {what}\n{server.last_words()}")
            if server.name == "nginx":
                continue
            headers["Authorization"] = headers["Authorization"][:-12] + "AAAAAAAAAAAA"
            status, _ = fetch(server.port, headers)
            if status != 401:
                raise BenchmarkError(f"{server.name} answers {status} to an {algorithm} token with a wrong signature")

    def _has_quotas(self, server: Server) -> bool:
        return server.name == "gatehouse" and self.store != "off"

    def _gate_templates(self, has_accounts: bool) -> list[str]:
        quotas = [] if self.store == "off" else ["quotas.conf"]
        return ["proxy.conf", *quotas, *(["accounts.conf"] if has_accounts else [])]

    def _start_upstream(self) -> None:
        self.questions = 0
        configuration = self._render(["upstream.conf"], "upstream.conf", PORT=self.upstream_port, KIBIBYTE="0" * 1024)
        command = ["nginx", "-e", "stderr", "-c", str(configuration)]
        self.servers.append(Server("upstream", command, self.folder, self.upstream_port))

    def _make_files(self) -> None:
        (self.folder / "files").mkdir()
        (self.folder / "files" / "mebibyte").write_bytes(os.urandom(1 << 20))

    def _render(self, templates: list[str], name: str, **more: object) -> Path:
        credentials = self.credentials
        values = {
            "USER": "user root;" if os.geteuid() == 0 else "",
            "DIRECTORY": self.folder,
            "CERTIFICATE": credentials.certificate,
            "PRIVATE_KEY": credentials.private_key,
            "CERTIFICATE_AND_KEY": credentials.certificate_and_key,
            "SECRET": credentials.secret,
            "SECRET_FILE": credentials.secret_file,
            "RS256_PUBLIC_KEY": credentials.rs256_public_key,
            "ES256_PUBLIC_KEY": credentials.es256_public_key,
            "ACCESS_LOG": self.folder / f"{name}.log",
            "UPSTREAM_PORT": self.upstream_port,
            "STATUS_PORT": self.status_port,
            **more,
        }
        text = "".join((BENCHMARKS / "templates" / template).read_text() for template in templates)
        path = self.folder / name
        path.touch(mode=0o600)
        path.write_text(re.sub(r"@([A-Z0-9_]+)@", lambda match: str(values[match[1]]), text))
        return path


def connect(port: int) -> ssl.SSLSocket:
    """A TLS connection to a proxy; its certificate was made by this run, so nothing is to be verified."""
    context = connect.context
    raw = socket.create_connection(("127.0.0.1", port), 10)
    return context.wrap_socket(raw, server_hostname="localhost")


connect.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
connect.context.check_hostname = False
connect.context.verify_mode = ssl.CERT_NONE


def request_bytes(headers: dict[str, str], path: str = "/") -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines + ["", ""]).encode()


def read_answer(connection: ssl.SSLSocket) -> tuple[int, set[str]]:
    """Status and header names of one answer; its body is read to the end."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            raise BenchmarkError("a connection was closed before the answer")
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    fields = dict(line.lower().split(":", 1) for line in lines[1:])
    left = int(fields.get("content-length", "0")) - len(body)
    while left > 0:
        part = connection.recv(65536)
        if not part:
            raise BenchmarkError("a connection was closed in the middle of an answer")
        left -= len(part)
    return int(lines[0].split()[1]), set(fields)


def fetch(port: int, headers: dict[str, str]) -> tuple[int, set[str]]:
    with connect(port) as connection:
        connection.sendall(request_bytes(headers))
        return read_answer(connection)
