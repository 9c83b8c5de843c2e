"""The command: reads the options, runs the rounds, prints the report."""

import argparse
import resource
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from . import prerequisites
from .credentials import Credentials
from .footprint import allocations_per_request, idle_connection_kibibytes
from .load import Load, Sample, measure
from .login import describe_flood, measure_flood
from .prerequisites import PACKAGES, PROFILE_PACKAGES, BenchmarkError, say
from .profile import profile
from .quotas import STORES
from .report import Results, render
from .stage import PROXIES, Stage
from .workloads import ALLOCATIONS, IDLE, LOGIN, MANY_TOKENS, NAMES, WORKLOADS, Workload


def main() -> int:
    options = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    allow_many_descriptors()
    folder = Path(tempfile.mkdtemp(prefix="gatehouse-bench-"))
    try:
        prerequisites.install({**PACKAGES, **(PROFILE_PACKAGES if options.profile else {})})
        run(options, folder)
        return options.status
    except BenchmarkError as error:
        say(f"failed: {error}")
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        if options.keep:
            say(f"kept {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def allow_many_descriptors() -> None:
    """Thousands of connections need more than the usual soft limit, here and in the servers, which inherit it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def run(options: argparse.Namespace, folder: Path) -> None:
    gate = find_gate(options)
    stage = Stage(folder, Credentials(folder), gate, options.quotas)
    try:
        if options.profile:
            print(profile(stage, load_of(stage, chosen(options)[0], None), options.seconds))
            return
        results = Results()
        for number in range(1, options.rounds + 1):
            say(f"round {number} of {options.rounds}")
            run_round(stage, options, results)
        if ALLOCATIONS in options.only and "gatehouse" in options.proxies:
            with results.failures_noted(ALLOCATIONS):
                results.allocations = count(stage, options)
    finally:
        stage.close()
    print(render(results))
    if results.failed:
        say(f"failed: {', '.join(results.failed)}")
        options.status = 1
    if results.over:
        say(f"over budget: {', '.join(results.over)}")
        options.status = 1 if options.strict or ALLOCATIONS in results.over else options.status


def run_round(stage: Stage, options: argparse.Namespace, results: Results) -> None:
    """Every proxy is started afresh, then each workload goes through all of them in turn."""
    workloads = chosen(options)
    if workloads:
        servers = {proxy: stage.start(proxy) for proxy in options.proxies}
        for server in servers.values():
            if not options.unchecked:
                stage.check(server)
        for workload in workloads:
            reference = half_load(stage, servers, options, results) if workload.paced else None
            for proxy, server in servers.items():
                with results.failures_noted(f"{workload.name}/{proxy}"):
                    sample = measure(stage, server, load_of(stage, workload, reference), options.seconds)
                    results.add(workload, proxy, sample)
                    say(f"{workload.name:10} {proxy:9} {describe(sample)}")
        for server in servers.values():
            stage.stop(server)
    if IDLE in options.only:
        for proxy in options.proxies:
            server = stage.start(proxy)
            with results.failures_noted(f"{IDLE}/{proxy}"):
                size = idle_connection_kibibytes(stage, server, options.idle)
                results.idle.setdefault(proxy, []).append(size)
                say(f"{IDLE:10} {proxy:9} {size:.1f} KiB for each of {options.idle} connections")
            stage.stop(server)
    if LOGIN in options.only and "gatehouse" in options.proxies:
        with results.failures_noted(LOGIN):
            server = stage.start("gatehouse", has_accounts=True)
            flood = measure_flood(stage, server, options.seconds)
            results.floods.append(flood)
            say(f"{LOGIN:10} {describe_flood(flood)}")
            stage.stop(server)


def count(stage: Stage, options: argparse.Namespace) -> float:
    library = prerequisites.compile_c("allocations.c", stage.folder / "allocations.so", "-shared", "-fPIC")
    server = stage.start("gatehouse", {"LD_PRELOAD": str(library)})
    allocations = allocations_per_request(stage, server, min(options.seconds, 5))
    stage.stop(server)
    return allocations


def half_load(stage: Stage, servers: dict, options: argparse.Namespace, results: Results) -> float:
    """Half of what HAProxy, or else the first proxy, carries at most with one HS256 token: the same for all."""
    name = "haproxy" if "haproxy" in servers else next(iter(servers))
    known = results.samples.get("hs256", {}).get(name)
    sample = known[-1] if known else measure(stage, servers[name], Load(), min(options.seconds, 3))
    return sample.rate / 2


def load_of(stage: Stage, workload: Workload, rate: float | None) -> Load:
    """The workload's load with its arguments filled in; what they name is made when it is first needed."""
    values = {}
    if "@TOKENS@" in workload.load.arguments:
        values["@TOKENS@"] = str(many_tokens(stage))
    if rate:
        values["@DELAY@"] = f"{1000 * workload.load.connections / rate:.1f}"
    if workload.load.full_handshakes and not (stage.folder / "handshakes").exists():
        prerequisites.compile_c("handshakes.c", stage.folder / "handshakes", "-lssl", "-lcrypto")
    arguments = [values.get(argument, argument) for argument in workload.load.arguments]
    return Load(**{**vars(workload.load), "arguments": arguments})


def many_tokens(stage: Stage) -> Path:
    path = stage.folder / "tokens"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text("".join(stage.credentials.token("HS256", number) + "\n" for number in range(MANY_TOKENS)))
    return path


def find_gate(options: argparse.Namespace) -> Path | None:
    if "gatehouse" not in options.proxies:
        return None
    if options.binary:
        if not options.binary.is_file():
            raise BenchmarkError(f"{options.binary} is no file")
        return options.binary.resolve()
    return prerequisites.built_gate() if options.no_build else prerequisites.build_gate()


def chosen(options: argparse.Namespace) -> list[Workload]:
    return [workload for workload in WORKLOADS if workload.name in options.only]


def describe(sample: Sample) -> str:
    tail = "" if sample.p99_milliseconds is None else f", p99 {sample.p99_milliseconds:.2f} ms"
    redis = "" if sample.redis_microseconds is None else f", Redis {sample.redis_microseconds:.1f} us"
    return f"{sample.microseconds:8.1f} us (user {sample.user_microseconds:.1f}), {sample.rate:8.0f}/s{tail}{redis}"


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measures the gate beside nginx and HAProxy.")
    parser.add_argument("--rounds", type=int, help="rounds through all proxies (default 3)")
    parser.add_argument("--seconds", type=float, help="the measured window of each run (default 10)")
    parser.add_argument("--only", action="append", metavar="WORKLOAD", help=f"of: {', '.join(NAMES)}; may be repeated")
    parser.add_argument("--proxies", default=",".join(PROXIES), help=f"default {','.join(PROXIES)}")
    parser.add_argument("--quick", action="store_true", help="one round of 2 s windows: shows that it runs")
    parser.add_argument("--quotas", choices=STORES, default=STORES[0], help="where the gate counts (default redis)")
    parser.add_argument("--idle", type=int, default=1000, metavar="N", help="idle connections (default 1000)")
    parser.add_argument("--binary", type=Path, help="measure this binary; nothing is built")
    parser.add_argument("--no-build", action="store_true", help="measure the release binary built before")
    parser.add_argument("--profile", action="store_true", help="print the gate's top symbols under load")
    parser.add_argument("--strict", action="store_true", help="exit 1 when any budget is exceeded")
    parser.add_argument("--unchecked", action="store_true", help="do not check first that all do the same work")
    parser.add_argument("--keep", action="store_true", help="keep the temporary folder with all logs")
    options = parser.parse_args()
    options.only = names_of(parser, options.only or (["hs256"] if options.profile else NAMES), NAMES)
    options.proxies = names_of(parser, [options.proxies], PROXIES)
    options.rounds = options.rounds or (1 if options.quick else 3)
    options.seconds = options.seconds or (2.0 if options.quick else 10.0)
    options.status = 0
    if options.rounds < 1 or options.seconds <= 0 or options.idle < 1:
        parser.error("--rounds, --seconds and --idle are positive")
    if options.profile and ("gatehouse" not in options.proxies or not chosen(options) or chosen(options)[0].paced):
        parser.error("--profile needs the gate and one of the workloads under full load")
    return options


def names_of(parser: argparse.ArgumentParser, given: list[str], known: list[str]) -> list[str]:
    names = [name for item in given for name in item.split(",")]
    unknown = [name for name in names if name not in known]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
    return [name for name in known if name in names]
