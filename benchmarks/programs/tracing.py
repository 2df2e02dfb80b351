"""How long it takes until a program first answers: trace, lift, source, and the first run."""

from __future__ import annotations

import statistics

import autograd
from benchmarks.contest import Contest, Row, within
from benchmarks.measure import Rival, Seconds
from benchmarks.programs.irregular import Graph
from benchmarks.programs.moons import Network, data

SMALL, LARGE = 10_000, 100_000
LARGE_LIMIT, NATIVE_LIMIT, MOONS_LIMIT, LINEAR_LIMIT = 15.0, 5.0, 0.5, 1.5


class RandomGraph:
    """The random graph of `irregular`, of any size."""

    def __init__(self, nodes: str, backend: str = "auto") -> None:
        self.graph, self.backend = Graph(int(nodes)), backend

    def __call__(self) -> None:
        """A program made and asked once."""
        program = autograd.compile(self.graph.__call__, argnums=0, backend=self.backend)
        program.value_and_grad(self.graph.start)


class Moons:
    """The moons network with its loss."""

    def __init__(self) -> None:
        self.model, self.arguments = Network(), data()

    def __call__(self) -> None:
        """A program made and asked once."""
        autograd.compile(self.model.cost).value_and_grad(*self.arguments)


def rows(seconds: Seconds) -> list[Row]:
    """The times themselves, and time per node of the large graph against the small one."""
    large, small = seconds["100,000 nodes"], seconds["10,000 nodes"]
    growth = statistics.median(a / b for a, b in zip(large, small, strict=True)) * SMALL / LARGE
    return [
        within(seconds, "100,000 nodes", LARGE_LIMIT),
        Row(
            f"linear in nodes (≤ {LINEAR_LIMIT}× per node)",
            f"{growth:.2f}× the time per node at {SMALL:,} nodes",
            growth <= LINEAR_LIMIT,
        ),
        within(seconds, "10,000 nodes, native", NATIVE_LIMIT),
        within(seconds, "moons network", MOONS_LIMIT),
    ]


CONTEST = Contest(
    "trace and compile, until the first answer",
    {
        "10,000 nodes": Rival(f"benchmarks.programs.tracing:RandomGraph:{SMALL}", 1, 0),
        "10,000 nodes, native": Rival(
            f"benchmarks.programs.tracing:RandomGraph:{SMALL}:native", 1, 0
        ),
        "100,000 nodes": Rival(f"benchmarks.programs.tracing:RandomGraph:{LARGE}", 1, 0),
        "moons network": Rival("benchmarks.programs.tracing:Moons", 1, 0),
    },
    rows,
    calls=0,
)
