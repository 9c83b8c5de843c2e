"""The workloads by name, each with its budgets."""

from dataclasses import dataclass

from .load import Load

MANY_TOKENS = 10_000


@dataclass(frozen=True)
class Workload:
    """One row of the report. A budget is the largest ratio to a peer that is allowed; None is shown only."""

    name: str
    unit: str
    load: Load
    nginx_budget: float | None = None
    haproxy_budget: float | None = None
    paced: bool = False


WORKLOADS = [
    Workload("hs256", "one HS256 token", Load(algorithm="HS256"), 1.25, 0.7),
    Workload("rs256", "one RS256 token", Load(algorithm="RS256"), 1.25, None),
    Workload("es256", "one ES256 token", Load(algorithm="ES256"), 1.25, 0.4),
    Workload(
        "tokens", "10,000 HS256 tokens",
        Load(script="tokens.lua", arguments=["@TOKENS@"], warm_up_requests=MANY_TOKENS + 500), 1.35, None,
    ),
    Workload("download", "answer of 1 MiB", Load(connections=16, path="/mebibyte", warm_up_requests=100), 1.0, None),
    Workload(
        "upload", "upload of 1 MiB",
        Load(connections=16, script="upload.lua", warm_up_requests=100, upstream_requests_each=2), 1.0, None,
    ),
    Workload("handshakes", "new TLS connection", Load(full_handshakes=True), None, 1.0),
    Workload("latency", "half load", Load(script="paced.lua", arguments=["@DELAY@"]), None, 1.0, paced=True),
]  # fmt: skip

LOGIN = "login"
LOGIN_BUDGET = 2.0
IDLE = "idle"
IDLE_BUDGET_KIBIBYTES = 16.0
ALLOCATIONS = "allocations"
ALLOCATIONS_BUDGET = 10.0

NAMES = [workload.name for workload in WORKLOADS] + [LOGIN, IDLE, ALLOCATIONS]
