"""Op by op: the moons network on 100 points, forward and backward, from + and × alone.

Every weighted input is written out as products and sums of two operands: some 60,000 nodes for
each time the graph is built.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from micrograd.engine import Value as MicrogradValue

from autograd import Value, paused_gc
from benchmarks.baseline import ListValue
from benchmarks.measure import in_turns, milliseconds, ratio

SIZES, POINTS, REBUILDS, ROUNDS = (2, 16, 16, 1), 99, 20, 5


def build(kind: Callable[[float], Any]) -> tuple[Any, int]:
    """The sum of a linear network's outputs over the points, and how many nodes that took."""
    layers = [
        [[kind(math.cos(31 * i + j) / m) for j in range(m + 1)] for i in range(n)]
        for m, n in pairwise(SIZES)
    ]
    total = kind(0.0)
    for point in range(POINTS):
        x = [kind(math.sin(point)), kind(math.cos(point))]
        for layer in layers:
            x = [weighted_input(ws, x) for ws in layer]
        total = total + x[0]
    nodes = POINTS * (1 + sum(2 * m * n for m, n in pairwise(SIZES)))
    return total, nodes


def weighted_input(ws: list[Any], xs: list[Any]) -> Any:
    """w₁x₁ + w₂x₂ + … + b, one operation at a time; the bias is the last of the weights."""
    z = ws[-1]
    for w, x in zip(ws, xs, strict=False):
        z = z + w * x
    return z


def rebuilds(kind: Callable[[float], Any], times: int) -> Callable[[], None]:
    """A task: build and differentiate the graph so many times."""

    def task() -> None:
        for _ in range(times):
            root, _ = build(kind)
            root.backward()

    return task


def paused() -> None:
    """The same with the garbage collector paused, as a user may choose."""
    with paused_gc():
        rebuilds(Value, REBUILDS)()


def report() -> None:
    """Print the table."""
    seconds = in_turns(
        {
            "chainrule": rebuilds(Value, REBUILDS),
            "chainrule, paused_gc()": paused,
            "lists of local gradients": rebuilds(ListValue, REBUILDS),
        },
        ROUNDS,
    )
    few = in_turns({"micrograd": rebuilds(MicrogradValue, 2), "ours": rebuilds(Value, 2)}, 3)
    _, nodes = build(Value)
    print(f"\nOp by op: {nodes:,} nodes of + and ×, rebuilt {REBUILDS} times")
    for name in seconds:
        print(f"  {name:28}{milliseconds(seconds, name)}")
    print(f"  against lists of local gradients  {ratio(seconds, _LISTS, 'chainrule')}")
    print(f"  the same, with paused_gc()        {ratio(seconds, _LISTS, _PAUSED)}")
    print(f"  against PyPI micrograd            {ratio(few, 'micrograd', 'ours')}")


_LISTS, _PAUSED = "lists of local gradients", "chainrule, paused_gc()"
