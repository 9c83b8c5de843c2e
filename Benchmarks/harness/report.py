"""The figures as Markdown tables, medians over the rounds."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

from .load import Sample
from .login import FloodSample
from .prerequisites import BenchmarkError, say
from .stage import PROXIES
from .workloads import ALLOCATIONS_BUDGET, IDLE_BUDGET_KIBIBYTES, LOGIN_BUDGET, WORKLOADS, Workload

PEERS = ["nginx", "haproxy"]


@dataclass
class Results:
    """Everything that was measured; a list has one entry a round, in the order of the rounds."""

    samples: dict[str, dict[str, list[Sample]]] = field(default_factory=dict)
    idle: dict[str, list[float]] = field(default_factory=dict)
    floods: list[FloodSample] = field(default_factory=list)
    allocations: float | None = None
    over: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @contextmanager
    def failures_noted(self, name: str) -> Iterator[None]:
        """One figure that cannot be had does not cost the others; the run fails at its end."""
        try:
            yield
        except BenchmarkError as error:
            say(f"{name} failed: {error}")
            self.failed.append(name)

    def add(self, workload: Workload, proxy: str, sample: Sample) -> None:
        self.samples.setdefault(workload.name, {}).setdefault(proxy, []).append(sample)


def render(results: Results) -> str:
    lines: list[str] = []
    measured = [workload for workload in WORKLOADS if workload.name in results.samples]
    if measured:
        lines += cost_table(results, measured) + redis_line(results, measured)
        lines += ["", *rate_table(results, measured)]
    if results.floods:
        lines += ["", *flood_table(results)]
    if results.idle:
        lines += ["", *idle_table(results)]
    if results.allocations is not None:
        verdict = judge(results, "allocations", results.allocations, ALLOCATIONS_BUDGET)
        lines += ["", f"Allocations per request: {results.allocations:.2f} (<= {ALLOCATIONS_BUDGET:g}: {verdict})"]
    return "\n".join(lines)


def cost_table(results: Results, workloads: list[Workload]) -> list[str]:
    lines = [
        "CPU microseconds of the proxy for each request: median (lowest to highest); ratios: the rounds' median",
        "",
        "| workload | gatehouse | nginx | HAProxy | gatehouse / nginx | gatehouse / HAProxy |",
        "|---|---|---|---|---|---|",
    ]
    for workload in workloads:
        cells = [cost_cell(results.samples[workload.name].get(proxy, [])) for proxy in PROXIES]
        # A paced run is judged by its latency, in the next table.
        ratios = [ratio_cell(results, workload, peer, cost, not workload.paced) for peer in PEERS]
        lines.append(f"| {workload.unit} | {' | '.join(cells + ratios)} |")
    return lines


def redis_line(results: Results, workloads: list[Workload]) -> list[str]:
    """What the quotas cost elsewhere, without a budget."""
    costs = []
    for workload in workloads:
        samples = results.samples[workload.name].get("gatehouse", [])
        known = [sample.redis_microseconds for sample in samples if sample.redis_microseconds is not None]
        if known:
            costs.append(f"{workload.unit} {median(known):.1f}")
    if not costs:
        return []
    return ["", f"CPU microseconds of Redis for each request to the gate, in none of these figures: {', '.join(costs)}"]


def flood_table(results: Results) -> list[str]:
    quiet, flooded, rate, busy, grown = (
        median(getattr(flood, name) for flood in results.floods)
        for name in ("quiet_milliseconds", "flooded_milliseconds", "logins_per_second", "busy_share", "grown_mebibytes")
    )
    ratio = median(flood.ratio for flood in results.floods)
    verdict = judge(results, "login", ratio, LOGIN_BUDGET)
    return [
        "p99 of proxied requests while 64 clients guess passwords, medians",
        "",
        "| quiet | flooded | ratio | guesses | 503 | memory grown, at most |",
        "|---|---|---|---|---|---|",
        f"| {quiet:.2f} ms | {flooded:.2f} ms | {ratio:.2f} (<= {LOGIN_BUDGET:g}: {verdict}) "
        f"| {rate:.0f}/s | {100 * busy:.0f} % | {grown:.1f} MiB |",
    ]


def rate_table(results: Results, workloads: list[Workload]) -> list[str]:
    lines = [
        "Requests a second and p99, medians (indicative: client, proxy and upstream share the cores)",
        "",
        "| workload | gatehouse | nginx | HAProxy | p99 gatehouse / HAProxy |",
        "|---|---|---|---|---|",
    ]
    for workload in workloads:
        cells = [rate_cell(results.samples[workload.name].get(proxy, [])) for proxy in PROXIES]
        tail = ratio_cell(results, workload, "haproxy", latency, workload.paced)
        lines.append(f"| {workload.unit} | {' | '.join(cells)} | {tail} |")
    return lines


def idle_table(results: Results) -> list[str]:
    lines = ["Resident KiB for each idle TLS connection, median", "", "| gatehouse | nginx | HAProxy |", "|---|---|---|"]
    cells = []
    for proxy in PROXIES:
        values = results.idle.get(proxy)
        cell = f"{median(values):.1f}" if values else "-"
        if values and proxy == "gatehouse":
            verdict = judge(results, "idle", median(values), IDLE_BUDGET_KIBIBYTES)
            cell += f" (<= {IDLE_BUDGET_KIBIBYTES:g}: {verdict})"
        cells.append(cell)
    return lines + [f"| {' | '.join(cells)} |"]


def cost_cell(samples: list[Sample]) -> str:
    values = [sample.microseconds for sample in samples]
    return f"{median(values):.1f} ({min(values):.1f}-{max(values):.1f})" if values else "-"


def rate_cell(samples: list[Sample]) -> str:
    if not samples:
        return "-"
    tails = [sample.p99_milliseconds for sample in samples if sample.p99_milliseconds is not None]
    tail = f", {median(tails):.1f} ms" if tails else ""
    return f"{median(sample.rate for sample in samples):,.0f}/s{tail}"


def ratio_cell(results: Results, workload: Workload, peer: str, figure, judged: bool) -> str:
    """The median of the ratios of rounds, which cancels what was slow for all of a round."""
    samples = results.samples[workload.name]
    pairs = zip(samples.get("gatehouse", []), samples.get(peer, []), strict=False)
    ratios = [figure(ours) / figure(theirs) for ours, theirs in pairs if figure(ours) and figure(theirs)]
    if not ratios:
        return "-"
    ratio = median(ratios)
    budget = {"nginx": workload.nginx_budget, "haproxy": workload.haproxy_budget}[peer]
    if budget is None or not judged:
        return f"{ratio:.2f}"
    return f"{ratio:.2f} (<= {budget:g}: {judge(results, f'{workload.name}/{peer}', ratio, budget)})"


def cost(sample: Sample) -> float:
    return sample.microseconds


def latency(sample: Sample) -> float | None:
    return sample.p99_milliseconds


def judge(results: Results, name: str, value: float, budget: float) -> str:
    if value <= budget:
        return "PASS"
    results.over.append(name)
    return "over"
