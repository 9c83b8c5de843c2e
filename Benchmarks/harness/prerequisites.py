"""What has to be installed or built before anything can be measured."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parent.parent
REPOSITORY = BENCHMARKS.parent

PACKAGES = {
    "haproxy": "haproxy", "nginx": "nginx", "wrk": "wrk", "openssl": "openssl", "cc": "gcc",
    "redis-server": "redis-server",
}  # fmt: skip
BUILD = ["swift", "build", "-c", "release", "--static-swift-stdlib"]
PROFILE_PACKAGES = {"perf": "linux-perf"}


class BenchmarkError(Exception):
    """Something that makes the figures impossible or meaningless; the message is for the person who ran it."""


def install(programs: dict[str, str]) -> None:
    """Installs the Debian packages of the programs that are missing, without starting their services."""
    os.environ["PATH"] = os.environ["PATH"] + ":/usr/sbin:/sbin"
    packages = [package for program, package in programs.items() if shutil.which(program) is None]
    if "cc" in programs and not Path("/usr/include/openssl/ssl.h").exists():
        packages.append("libssl-dev")
    if not packages:
        return
    say(f"installing {' '.join(packages)}")
    root = [] if os.geteuid() == 0 else ["sudo"]
    # Run level 1 keeps the packages' own services from starting.
    apt = root + ["env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "apt-get", "-qq"]
    subprocess.run(apt + ["update"], check=True, stdout=sys.stderr, timeout=600)
    install_command = apt + ["install", "-y", "--no-install-recommends"] + packages
    subprocess.run(install_command, check=True, stdout=sys.stderr, timeout=900)


def build_gate() -> Path:
    """Builds the release binary and gives its path."""
    command = [*BUILD, "--product", "gatehouse", "--package-path", str(REPOSITORY)]
    say("building the release gate")
    subprocess.run(command, check=True, stdout=sys.stderr)
    return built_gate()


def built_gate() -> Path:
    """The path of the release binary that was built before."""
    command = [*BUILD, "--show-bin-path", "--package-path", str(REPOSITORY)]
    folder = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    binary = Path(folder) / "gatehouse"
    if not binary.exists():
        raise BenchmarkError(f"{binary} does not exist; run without --no-build")
    return binary


def compile_c(source: str, output: Path, *options: str) -> Path:
    """Compiles one helper of Benchmarks/ into the temporary folder."""
    command = ["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", str(output), str(BENCHMARKS / source), *options]
    subprocess.run(command, check=True, stdout=sys.stderr, timeout=120)
    return output


def say(message: str) -> None:
    """Progress goes to standard error; standard output is the report."""
    print(f"bench: {message}", file=sys.stderr, flush=True)
