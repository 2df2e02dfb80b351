"""Timing that can be believed: each rival runs in a process of its own, and they take turns.

In one process, each would pay for the garbage that the other left behind.
"""

from __future__ import annotations

import io
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module, metadata
from typing import Any, NamedTuple

import numpy as np

Seconds = dict[str, list[float]]
Numbers = dict[str, Any]
Task = Callable[[], object]

TUNED_FOR_ANOTHER_MACHINE = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
"""Settings that would keep NumPy from picking the kernel for this machine: no rival gets them."""


class Rival(NamedTuple):
    """A task to time: `make` (as module:name) returns the function that runs `times` times.

    What follows a second colon in `make` is an argument, a string. Before the clock starts the
    function runs `warm_up` times.
    """

    make: str
    times: int
    warm_up: int = 1


def in_turns(rivals: dict[str, Rival], rounds: int) -> Seconds:
    """Mean seconds of one run of each rival, once for each round."""
    seconds: Seconds = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, rival in rivals.items():
            done = in_own_process("seconds", rival.make, rival.times, rival.warm_up)
            seconds[name].append(json.loads(done))
    return seconds


def numbers_after(rival: Rival, calls: int) -> Numbers:
    """What a rival's `numbers()` gives, by name, after so many calls in a process of its own."""
    with np.load(io.BytesIO(in_own_process("numbers", rival.make, calls))) as arrays:
        return dict(arrays)


def in_own_process(*request: object) -> bytes:
    """What `answer` writes to standard output for this request."""
    command = [sys.executable, "-m", "benchmarks.measure", *map(str, request)]
    wanted = {k: v for k, v in os.environ.items() if k not in TUNED_FOR_ANOTHER_MACHINE}
    done = subprocess.run(command, capture_output=True, env=wanted)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[2:])} failed:\n{done.stderr.decode()}")
    return done.stdout


def answer(what: str, make: str, *counts: str) -> bytes:
    """The other side of `in_own_process`."""
    module, name, *settings = make.split(":")
    task = getattr(import_module(module), name)(*settings)
    if what == "seconds":
        return json.dumps(mean_seconds(task, *map(int, counts))).encode()
    for _ in range(int(counts[0])):
        task()
    file = io.BytesIO()
    np.savez(file, **task.numbers())
    return file.getvalue()


def mean_seconds(task: Task, times: int, warm_up: int) -> float:
    """Run a task `warm_up` times and then `times` times, garbage collection and all."""
    for _ in range(warm_up):
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
    rivals = ("numpy", "scipy", "torch", "jax", "micrograd")
    packages = ", ".join(f"{name} {metadata.version(name)}" for name in rivals)
    return (
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores; {packages}"
    )


if __name__ == "__main__":
    sys.stdout.buffer.write(answer(*sys.argv[1:]))
