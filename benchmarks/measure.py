"""Timing that can be believed: each rival runs in a process of its own, and they take turns.

In one process, each would pay for the garbage that the other left behind.
"""

from __future__ import annotations

import os
import pickle
import platform
import statistics
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module, metadata
from typing import Any, NamedTuple

import numpy as np

Seconds = dict[str, list[float]]
Numbers = dict[str, Any]
Task = Callable[[], object]

TUNED_FOR_ANOTHER_MACHINE = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
"""Settings that would keep NumPy from picking the kernel for this machine: no rival gets them."""

LONGEST = 2.0
"""Seconds after which a turn ends early: threads that a busy machine starves take much longer."""


class Rival(NamedTuple):
    """A task to time: `make` (as module:name) returns the function that runs `times` times.

    What follows a second colon in `make` is an argument, a string. In each round, before the clock
    starts, the function runs `warm_up` times. With no warm-up it is timed cold: each round has a
    new process. `environment` are variables of that process, besides those of this one.
    """

    make: str
    times: int
    warm_up: int = 1
    environment: Mapping[str, str] = {}


class Process:
    """A rival's process, which starts when it is first asked, and keeps its task."""

    def __init__(self, rival: Rival) -> None:
        self.rival = rival
        self.child: subprocess.Popen[bytes] | None = None

    def seconds(self) -> float:
        """Mean seconds of one run."""
        found = self.ask("seconds", self.rival.times, self.rival.warm_up)
        if not self.rival.warm_up:
            self.close()
        return found

    def numbers(self, calls: int) -> Numbers:
        """The arrays that the task's `numbers()` gives, by name, after so many runs."""
        return self.ask("numbers", calls)

    def ask(self, *request: object) -> Any:
        """The answer of `serve` in the process; raises what it says went wrong."""
        child = self.child = self.child or self.started()
        pickle.dump(request, child.stdin)
        child.stdin.flush()
        try:
            wrong, answer = pickle.load(child.stdout)
        except EOFError:
            wrong = f"its process ended with {child.wait()}"
        if wrong:
            raise RuntimeError(f"{self.rival.make} failed:\n{wrong}")
        return answer

    def started(self) -> subprocess.Popen[bytes]:
        """The process."""
        inherited = {k: v for k, v in os.environ.items() if k not in TUNED_FOR_ANOTHER_MACHINE}
        return subprocess.Popen(
            [sys.executable, "-m", "benchmarks.measure", self.rival.make],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**inherited, **self.rival.environment},
        )

    def close(self) -> None:
        """End the process, if there is one."""
        if self.child:
            self.child.stdin.close()
            self.child.stdout.close()
            self.child.wait()
            self.child = None


@contextmanager
def in_own_processes(rivals: dict[str, Rival]) -> Iterator[dict[str, Process]]:
    """The rivals' processes, ended with the block."""
    processes = {name: Process(rival) for name, rival in rivals.items()}
    with ExitStack() as stack:
        for process in processes.values():
            stack.callback(process.close)
        yield processes


def take_turns(processes: dict[str, Process], rounds: int) -> Seconds:
    """Mean seconds of one run of each rival, once for each round."""
    seconds: Seconds = {name: [] for name in processes}
    for _ in range(rounds):
        for name, process in processes.items():
            seconds[name].append(process.seconds())
    return seconds


def in_turns(rivals: dict[str, Rival], rounds: int) -> Seconds:
    """The same from beginning to end."""
    with in_own_processes(rivals) as processes:
        return take_turns(processes, rounds)


def serve(make: str) -> None:
    """The other side of a `Process`: answer requests about a task until there are no more."""
    answers, task = {"seconds": mean_seconds, "numbers": numbers_after}, None
    with suppress(EOFError):
        while True:
            request, *counts = pickle.load(sys.stdin.buffer)
            try:
                task = task or made(make)
                answer = None, answers[request](task, *counts)
            except Exception:
                answer = traceback.format_exc(), None
            pickle.dump(answer, sys.stdout.buffer)
            sys.stdout.buffer.flush()


def made(make: str) -> Task:
    """The task of a rival's `make`."""
    module, name, *settings = make.split(":")
    return getattr(import_module(module), name)(*settings)


def mean_seconds(task: Task, times: int, warm_up: int) -> float:
    """Run a task `warm_up` times, then `times` times; garbage counts."""
    for _ in range(warm_up):
        task()
    done, passed = 0, 0.0
    start = time.perf_counter()
    while done < times and passed < LONGEST:
        task()
        done += 1
        passed = time.perf_counter() - start
    return passed / done


def numbers_after(task: Any, calls: int) -> Numbers:
    """A task's numbers as arrays, after so many runs."""
    for _ in range(calls):
        task()
    return {name: np.asarray(found) for name, found in task.numbers().items()}


def milliseconds(seconds: Seconds, name: str) -> str:
    """Median and range, in milliseconds."""
    ms = [1e3 * s for s in seconds[name]]
    return f"{statistics.median(ms):8.1f} ms ({min(ms):.1f} to {max(ms):.1f})"


def machine() -> str:
    """The machine on which the figures were measured, and the packages."""
    rivals = ("numpy", "scipy", "llvmlite", "torch", "jax", "casadi", "micrograd")
    packages = ", ".join(f"{name} {metadata.version(name)}" for name in rivals)
    return (
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores; {packages}"
    )


if __name__ == "__main__":
    serve(*sys.argv[1:])
