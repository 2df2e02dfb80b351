"""Timing that can be believed: each rival runs in a process of its own, and they take turns.

In one process, each would pay for the garbage that the other left behind.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module, metadata
from typing import NamedTuple

Seconds = dict[str, list[float]]


class Rival(NamedTuple):
    """A task to time: `make` (as module:name) returns the function that runs `times` times."""

    make: str
    times: int


def in_turns(rivals: dict[str, Rival], rounds: int) -> Seconds:
    """Mean seconds of one run of each rival, once for each round."""
    seconds: Seconds = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, rival in rivals.items():
            command = [sys.executable, "-m", "benchmarks.measure", rival.make, str(rival.times)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            seconds[name].append(json.loads(done.stdout))
    return seconds


def mean_seconds(make: str, times: int) -> float:
    """Run a rival, once to warm up and then `times` times, garbage collection and all."""
    module, _, name = make.partition(":")
    task: Callable[[], object] = getattr(import_module(module), name)()
    task()
    start = time.perf_counter()
    for _ in range(times):
        task()
    return (time.perf_counter() - start) / times


def ratio(seconds: Seconds, slow: str, fast: str) -> str:
    """How many times as fast `fast` is as `slow`: median over the rounds, and the range."""
    ratios = [s / f for s, f in zip(seconds[slow], seconds[fast], strict=True)]
    return f"{statistics.median(ratios):6.1f}×  ({min(ratios):.1f} to {max(ratios):.1f})"


def milliseconds(seconds: Seconds, name: str) -> str:
    """Median and range, in milliseconds."""
    ms = [1e3 * s for s in seconds[name]]
    return f"{statistics.median(ms):8.1f} ms ({min(ms):.1f} to {max(ms):.1f})"


def machine() -> str:
    """What the figures were measured on."""
    packages = ", ".join(f"{name} {metadata.version(name)}" for name in ("numpy", "micrograd"))
    return (
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores; {packages}"
    )


if __name__ == "__main__":
    print(json.dumps(mean_seconds(sys.argv[1], int(sys.argv[2]))))
