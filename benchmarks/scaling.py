"""Large graphs: time per node from a thousand to a million, and shapes that break recursion."""

from __future__ import annotations

import statistics
import time

from autograd import Value
from autograd import sum as total
from benchmarks.contest import COMPILED, ROUNDS, Row, in_both_builds, verdict
from benchmarks.measure import Numbers, Seconds, in_own_processes


def chain(n: int) -> tuple[Value, Value, float]:
    """x + 1 + 1 + …: n nodes in a row; the gradient is 1."""
    x = y = Value(0.0)
    for _ in range(n):
        y = y + 1.0
    return y, x, 1.0


def ladder(n: int) -> tuple[Value, Value, float]:
    """y = y + y, n times: 2ⁿ paths from x to the top."""
    x = y = Value(1.0)
    for _ in range(n):
        y = y + y
    return y, x, 2.0**n


def reuse(n: int) -> tuple[Value, Value, float]:
    """One value that n nodes use."""
    x = Value(2.0)
    return total([x * 3.0 for _ in range(n)]), x, 3.0 * n


def wide(n: int) -> tuple[Value, Value, float]:
    """One sum of n parents."""
    xs = [Value(1.0) for _ in range(n)]
    return total(xs), xs[-1], 1.0


PHASES = ("build", "backward", "free")
SHAPES = {shape.__name__: shape for shape in (chain, ladder, reuse, wide)}
LONGEST, LIMIT = 1_000_000, 0.25
BAR = f"≤ {LIMIT} µs, build and backward, compiled"
GRAPHS = (
    ("ladder", 60),
    ("reuse", 100_000),
    ("wide", 100_000),
    ("chain", 1_000),
    ("chain", 10_000),
    ("chain", 100_000),
    ("chain", LONGEST),
)
"""What is measured; the last is the one that has a bar."""


class Walk:
    """A task: build a graph, differentiate it, check the gradient and free it, each timed."""

    def __init__(self, shape: str, size: str) -> None:
        self.make, self.size = SHAPES[shape], int(size)
        self.seconds = dict.fromkeys(PHASES, 0.0)

    def __call__(self) -> None:
        """One graph."""
        start = time.perf_counter()
        root, leaf, expected = self.make(self.size)
        built = time.perf_counter()
        root.backward()
        walked = time.perf_counter()
        assert leaf.grad == expected, (self.make.__name__, self.size, leaf.grad, expected)
        checked = time.perf_counter()
        del root, leaf
        freed = time.perf_counter()
        self.seconds = dict(
            zip(PHASES, (built - start, walked - built, freed - checked), strict=True)
        )

    def numbers(self) -> Numbers:
        """Seconds of each phase of the last graph."""
        return self.seconds


def phases(shape: str, size: int) -> dict[str, Seconds]:
    """Seconds of each phase in every round, for either build; they take turns."""
    with in_own_processes(in_both_builds(f"benchmarks.scaling:Walk:{shape}:{size}", 1)) as builds:
        found: dict[str, Seconds] = {name: {phase: [] for phase in PHASES} for name in builds}
        for _ in range(ROUNDS):
            for name, process in builds.items():
                for phase, passed in process.numbers(1).items():
                    found[name][phase].append(float(passed))
    return found


def microseconds(seconds: list[float], size: int) -> str:
    """Median per node."""
    return f"{1e6 * statistics.median(seconds) / size:10.3f}"


def report() -> None:
    """Print the table."""
    title = "Large graphs: microseconds per node (medians)"
    print(f"\n{title:59}" + "".join(f"{phase:>10}" for phase in PHASES))
    for shape, size in GRAPHS:
        found = phases(shape, size)
        for name, seconds in found.items():
            figures = "".join(microseconds(seconds[phase], size) for phase in PHASES)
            print(f"  {f'{shape}, {size:,}, {name}':57}{figures}", flush=True)
    row = chain_row(found)
    print(f"  {row.bar:46}{row.measured}   {verdict(row)}")


def chain_row(found: dict[str, Seconds]) -> Row:
    """The bar, of the longest chain: compiled, build and backward."""
    if COMPILED not in found:
        return Row(BAR, f"{COMPILED} was not measured", None)
    both = [1e6 * (f + b) / LONGEST for f, b, _ in zip(*found[COMPILED].values(), strict=True)]
    measured = f"{statistics.median(both):.3f} µs ({min(both):.3f} to {max(both):.3f})"
    return Row(BAR, measured, statistics.median(both) <= LIMIT)
