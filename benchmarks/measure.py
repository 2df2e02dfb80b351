"""Timing that can be believed: rivals take turns, and a ratio comes with its spread."""

from __future__ import annotations

import gc
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from importlib import metadata

Seconds = dict[str, list[float]]


def in_turns(tasks: Mapping[str, Callable[[], object]], rounds: int) -> Seconds:
    """Seconds of each task in each round; the tasks take turns, after one warm-up each."""
    for task in tasks.values():
        task()
    seconds: Seconds = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            gc.collect()  # nobody pays for what the one before left behind
            start = time.perf_counter()
            task()
            seconds[name].append(time.perf_counter() - start)
    return seconds


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
