"""A graph without regularity: a random one of 10,000 nodes, one example.

Each operation takes one of the 50 newest values and, with two operands, any other besides; tanh,
sin and e^(−x²) keep the numbers in range. What nothing uses is averaged at the end. In one contest
it is asked for value and gradient, in the other for its value alone. All rivals but the eager
engine are given the same text, a line for each operation, with functions of their own.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import autograd
from autograd import Value, exp, mean, sin, tanh
from benchmarks.contest import NATIVE, Contest, Row, against, ours
from benchmarks.measure import Numbers, Rival, Seconds

NODES, LEAVES, WINDOW = 10_000, 50, 50
Function = Callable[..., Any]
Step = tuple[Function, tuple[int, ...]]


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
SPELLED = {
    add: "{} + {}",
    subtract: "{} - {}",
    multiply: "{} * {}",
    tanh: "tanh({})",
    sin: "sin({})",
    bell: "exp(-({0} * {0}))",
}


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

    def written_out(self, functions: ModuleType, total: Function) -> Function:
        """The same as straight-line code: a loop over steps would be slow by its own."""
        lines = [
            f"v{number} = {SPELLED[function].format(*[f'v{i}' for i in operands])}"
            for number, (function, operands) in enumerate(self.steps, LEAVES)
        ]
        leaves, unused = (", ".join(f"v{i}" for i in v) for v in (range(LEAVES), self.unused))
        mean = f"return total([{unused}]) / {len(self.unused)}"
        scope = {name: getattr(functions, name) for name in ("exp", "sin", "tanh")}
        scope["total"] = total
        exec("\n    ".join(["def f(leaves):", f"{leaves} = leaves", *lines, mean]), scope)
        return scope["f"]


class Chainrule:
    """Compiled."""

    def __init__(self, backend: str = "auto") -> None:
        graph = Graph(NODES)
        self.arguments = (graph.start,)
        function = graph.written_out(autograd, autograd.sum)
        self.program = autograd.compile(function, argnums=0, backend=backend)

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


class Alone(Chainrule):
    """Compiled, and asked for the value alone."""

    def __call__(self) -> float:
        """The value."""
        self.result = self.program(*self.arguments)
        return self.result

    def numbers(self) -> Numbers:
        """The last value."""
        return {"value": [self.result]}


class Itself(Alone):
    """The function that is compiled, called with numbers."""

    def __init__(self) -> None:
        graph = Graph(NODES)
        self.program, self.arguments = graph.written_out(autograd, autograd.sum), (graph.start,)


class PlainPython(Alone):
    """The same with Python's own functions of floats."""

    def __init__(self) -> None:
        graph = Graph(NODES)
        self.program, self.arguments = graph.written_out(math, sum), (graph.start,)


def rows(seconds: Seconds) -> list[Row]:
    """The default back end against the eager engine, native code against CasADi."""
    return [
        against(seconds, "eager", 0.1, "≥ 10× as fast as the eager engine"),
        against(seconds, "CasADi SX", 0.4, "native ≤ 0.4× CasADi SX", NATIVE),
        against(seconds, "CasADi, buffers", ours=NATIVE),
    ]


def rows_alone(seconds: Seconds) -> list[Row]:
    """Ours against Python."""
    return [
        against(seconds, "plain Python", 1.0, "≤ 1.0× the plain Python function"),
        against(seconds, "plain Python", ours=NATIVE),
        against(seconds, "the function itself"),
    ]


MAKE, CASADI = "benchmarks.programs.irregular", "benchmarks.programs.in_casadi"
CONTEST = Contest(
    f"irregular graph of {NODES:,} nodes, one example, value and gradient",
    {
        **ours(f"{MAKE}:Chainrule", 100, 3),
        "CasADi SX": Rival(f"{CASADI}:random_graph", 200, 20),
        "CasADi, buffers": Rival(f"{CASADI}:random_graph:buffers", 200, 20),
        "eager": Rival(f"{MAKE}:Eager", 10, 2),
    },
    rows,
)
ALONE = Contest(
    f"irregular graph of {NODES:,} nodes, one example, value alone",
    {
        **ours(f"{MAKE}:Alone", 200, 20),
        "the function itself": Rival(f"{MAKE}:Itself", 20, 2),
        "plain Python": Rival(f"{MAKE}:PlainPython", 200, 20),
    },
    rows_alone,
)
