"""A graph without regularity: a random one of 10,000 nodes, one example, value and gradient.

Each operation takes one of the 50 newest values and, with two operands, any other besides; tanh,
sin and e^(−x²) keep the numbers in range. What nothing uses is averaged at the end.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import autograd
from autograd import Value, exp, mean, sin, tanh
from benchmarks.measure import Numbers, Rival, Seconds
from benchmarks.programs.contest import Contest, Row, against

NODES, LEAVES, WINDOW = 10_000, 50, 50
Step = tuple[Callable[..., Any], tuple[int, ...]]


def add(x: Any, y: Any) -> Any:
    """One node."""
    return x + y


def subtract(x: Any, y: Any) -> Any:
    """One node."""
    return x - y


def multiply(x: Any, y: Any) -> Any:
    """One node."""
    return x * y


def bell(x: Any) -> Any:
    """Three nodes."""
    return exp(-(x * x))


OPERATIONS = (
    (add, 2, 1),
    (subtract, 2, 1),
    (multiply, 2, 1),
    (tanh, 1, 1),
    (sin, 1, 1),
    (bell, 1, 3),
)
"""Function, operands, nodes."""


class Graph:
    """A random graph as a function of its leaves, the same for the same seed.

    Args:
        nodes: how many, leaves included; the last one may bring two more.
    """

    def __init__(self, nodes: int, seed: int = 0) -> None:
        rng = random.Random(seed)
        self.start = [rng.uniform(-1, 1) for _ in range(LEAVES)]
        self.steps: list[Step] = []
        unused: set[int] = set()
        values, made = LEAVES, LEAVES + 1
        while made < nodes:
            function, operands, cost = rng.choice(OPERATIONS)
            chosen = (rng.randrange(max(0, values - WINDOW), values), rng.randrange(values))
            self.steps.append((function, chosen[:operands]))
            unused.difference_update(chosen[:operands])
            unused.add(values)
            values, made = values + 1, made + cost
        self.unused = sorted(unused)

    def __call__(self, leaves: Sequence[Any]) -> Any:
        """The graph's value."""
        values = list(leaves)
        for function, operands in self.steps:
            values.append(function(*[values[i] for i in operands]))
        return mean([values[i] for i in self.unused])


class Chainrule:
    """Compiled."""

    def __init__(self) -> None:
        self.graph = Graph(NODES)
        self.arguments = (self.graph.start,)
        self.program = autograd.compile(self.graph.__call__, argnums=0)

    def __call__(self) -> tuple[float, Any]:
        """Value and gradient."""
        self.result = self.program.value_and_grad(*self.arguments)
        return self.result

    def numbers(self) -> Numbers:
        """The last value and gradient."""
        value, gradient = self.result
        return {"value": [value], "gradient": gradient}


class Eager:
    """Recorded anew each time, and differentiated."""

    def __init__(self) -> None:
        self.graph = Graph(NODES)

    def __call__(self) -> tuple[float, list[float]]:
        """Value and gradient."""
        leaves = [Value(x) for x in self.graph.start]
        root = self.graph(leaves)
        root.backward()
        self.result = (root.data, [leaf.grad for leaf in leaves])
        return self.result

    def numbers(self) -> Numbers:
        """The last value and gradient."""
        value, gradient = self.result
        return {"value": [value], "gradient": gradient}


def rows(seconds: Seconds) -> list[Row]:
    """Ours against the eager engine."""
    return [against(seconds, "eager", 0.1, "≥ 10× as fast as the eager engine")]


CONTEST = Contest(
    f"irregular graph of {NODES:,} nodes, one example, value and gradient",
    {
        "chainrule": Rival("benchmarks.programs.irregular:Chainrule", 100, 3),
        "eager": Rival("benchmarks.programs.irregular:Eager", 10, 2),
    },
    rows,
)
