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
from benchmarks.measure import Rival, in_turns, milliseconds, ratio

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


def rebuild(kind: Callable[[float], Any]) -> Callable[[], None]:
    """A task: build the graph and differentiate it, while the one before is still there."""
    graphs: list[Any] = []

    def task() -> None:
        root, _ = build(kind)
        graphs[:] = [root]
        root.backward()

    return task


def chainrule() -> Callable[[], None]:
    """Ours, with the interpreter's settings as they are."""
    return rebuild(Value)


def chainrule_paused() -> Callable[[], None]:
    """Ours with the garbage collector paused, as a user may choose."""
    task = rebuild(Value)

    def paused() -> None:
        with paused_gc():
            task()

    return paused


def lists() -> Callable[[], None]:
    """The baseline."""
    return rebuild(ListValue)


def micrograd() -> Callable[[], None]:
    """PyPI's micrograd."""
    return rebuild(MicrogradValue)


def report() -> None:
    """Print the table."""
    rivals = {
        "chainrule": Rival("benchmarks.operators:chainrule", REBUILDS),
        "chainrule, paused_gc()": Rival("benchmarks.operators:chainrule_paused", REBUILDS),
        "lists of local gradients": Rival("benchmarks.operators:lists", REBUILDS),
        "micrograd": Rival("benchmarks.operators:micrograd", 5),
    }
    seconds = in_turns(rivals, ROUNDS)
    _, nodes = build(Value)
    print(f"\nOp by op: {nodes:,} nodes of + and ×, rebuilt {REBUILDS} times; per rebuild")
    for name in seconds:
        print(f"  {name:28}{milliseconds(seconds, name)}")
    lists_name, paused_name = "lists of local gradients", "chainrule, paused_gc()"
    print(f"  against lists of local gradients  {ratio(seconds, lists_name, 'chainrule')}")
    print(f"  the same, with paused_gc()        {ratio(seconds, lists_name, paused_name)}")
    print(f"  against PyPI micrograd            {ratio(seconds, 'micrograd', 'chainrule')}")
