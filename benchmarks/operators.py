"""Op by op: the moons network on 100 points, forward and backward, from + and × alone.

Every weighted input is written out as products and sums of two operands: some 60,000 nodes for
each time the graph is built.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from autograd import paused_gc
from benchmarks.baseline import KINDS
from benchmarks.contest import (
    COMPILED,
    INTERPRETED,
    LISTS,
    PURE,
    Contest,
    Row,
    against,
    in_both_builds,
    report_on,
)
from benchmarks.measure import Numbers, Rival, Seconds

SIZES, POINTS = (2, 16, 16, 1), 99
PAUSED = "chainrule, pure, paused_gc()"


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


class Rebuild:
    """A task: build the graph and differentiate it, while the one before is still there."""

    def __init__(self, kind: str) -> None:
        self.kind = KINDS[kind]
        self.root: Any = None

    def __call__(self) -> None:
        """One graph."""
        self.root, _ = build(self.kind)
        self.root.backward()

    def numbers(self) -> Numbers:
        """The sum, and the gradient of every leaf."""
        leaves: list[Any] = []

        def leaf(x: float) -> Any:
            leaves.append(self.kind(x))
            return leaves[-1]

        root, _ = build(leaf)
        root.backward()
        return {"sum": root.data, "gradients": [leaf.grad for leaf in leaves]}


class Paused(Rebuild):
    """The same with the garbage collector paused, as a user may choose."""

    def __call__(self) -> None:
        """One graph."""
        with paused_gc():
            super().__call__()


def rows(seconds: Seconds) -> list[Row]:
    """Either build against the lists and against micrograd."""
    return [
        against(seconds, LISTS, 1 / 6, "≥ 6× as fast as lists, compiled", COMPILED),
        against(seconds, LISTS, 1 / 2.2, "≥ 2.2× as fast as lists, pure", PURE),
        against(seconds, LISTS, None, "as fast as lists, pure, paused_gc()", PAUSED),
        against(seconds, "micrograd", 1 / 50, "≥ 50× as fast as micrograd, compiled", COMPILED),
        against(seconds, "micrograd", None, "as fast as micrograd, pure", PURE),
    ]


CONTEST = Contest(
    title="Op by op: 60,000 nodes of + and ×, built and differentiated",
    rivals={
        **in_both_builds("benchmarks.operators:Rebuild:chainrule", 20),
        PAUSED: Rival("benchmarks.operators:Paused:chainrule", 20, environment=INTERPRETED),
        LISTS: Rival("benchmarks.operators:Rebuild:lists", 20),
        "micrograd": Rival("benchmarks.operators:Rebuild:micrograd", 5),
    },
    rows=rows,
)


def report() -> None:
    """Print the table."""
    report_on(CONTEST)
