"""Large graphs: time per node from a thousand to a million, and shapes that break recursion."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from autograd import Value
from autograd import sum as total


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


def seconds(make: Callable[[int], tuple[Value, Value, float]], n: int) -> float:
    """Time to build, differentiate and free, with the gradient checked."""
    start = time.perf_counter()
    root, leaf, expected = make(n)
    root.backward()
    assert leaf.grad == expected, (make.__name__, n, leaf.grad, expected)
    del root, leaf
    return time.perf_counter() - start


def report() -> None:
    """Print the table."""
    print("\nLarge graphs: microseconds per node to build, differentiate and free")
    for n in (1_000, 10_000, 100_000, 1_000_000):
        runs = [1e6 * seconds(chain, n) / n for _ in range(3)]
        print(f"  a chain of {n:>9,} nodes       {statistics.median(runs):6.2f}")
    for name, make, n in (
        ("a value used 100,000 times", reuse, 100_000),
        ("a sum of 100,000 parents", wide, 100_000),
    ):
        runs = [1e6 * seconds(make, n) / n for _ in range(3)]
        print(f"  {name:31}{statistics.median(runs):6.2f}")
    print(f"  a ladder of 60 levels, 2^60 paths: {1e3 * seconds(ladder, 60):.2f} ms in all")
