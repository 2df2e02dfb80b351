"""The workloads of one example in CasADi: an SX function of a vector, for value and derivative.

Each is made by "called", the function called with an array, as a user does, or by "buffers",
CasADi's quicker way: it reads and writes memory that it was given once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import casadi
import numpy as np

from benchmarks.measure import Numbers
from benchmarks.programs import irregular, kinematics, lotka_volterra

Array = Any


class Called:
    """A function called with an array."""

    def __init__(self, function: casadi.Function, x: Array, names: Sequence[str]) -> None:
        self.function, self.x, self.names = function, np.array(x, dtype=float), names

    def __call__(self) -> Any:
        """Value and derivative, or the derivative alone."""
        self.found = self.function.call([self.x])
        return self.found

    def numbers(self) -> Numbers:
        """The last ones."""
        found = [np.squeeze(np.array(x)) for x in self.found]
        return dict(zip(self.names, found, strict=True))


class Buffered(Called):
    """A function that reads `x` and writes `found`, which are column after column."""

    def __init__(self, *settings: Any) -> None:
        super().__init__(*settings)
        shapes = [self.function.size_out(i) for i in range(len(self.names))]
        memory = [np.empty(rows * columns) for rows, columns in shapes]
        self.found = [m.reshape(s, order="F") for m, s in zip(memory, shapes, strict=True)]
        self.buffer, self.run = self.function.buffer()
        self.buffer.set_arg(0, memoryview(self.x))
        for i, numbers in enumerate(memory):
            self.buffer.set_res(i, memoryview(numbers))

    def __call__(self) -> Any:
        """Value and derivative, or the derivative alone."""
        self.run()
        return self.found


WAYS = {"called": Called, "buffers": Buffered}


def random_graph(way: str = "called") -> Called:
    """The random graph without regularity."""
    graph = irregular.Graph(irregular.NODES)
    function = graph.written_out(casadi, sum)
    return with_gradient(function, graph.start, ("value", "gradient"), way)


def lotka(way: str = "called") -> Called:
    """Lotka and Volterra's equations."""
    seen = lotka_volterra.observed().tolist()

    def distance(p: list[casadi.SX]) -> casadi.SX:
        return lotka_volterra.distance(p, seen)

    return with_gradient(distance, lotka_volterra.sets(1), ("loss", "gradient"), way)


def with_gradient(
    function: Callable[[list[casadi.SX]], casadi.SX], x: Array, names: Sequence[str], way: str
) -> Called:
    """A function's value and gradient."""
    variable = casadi.SX.sym("x", len(x))
    value = function(casadi.vertsplit(variable))
    outputs = [value, casadi.densify(casadi.gradient(value, variable))]
    return WAYS[way](casadi.Function("f", [variable], outputs), x, names)


def arm(way: str = "called") -> Called:
    """The Jacobian of the hand's position."""
    q = kinematics.poses(1)
    angles = casadi.SX.sym("q", len(q))
    position = casadi.vertcat(*kinematics.arm(casadi, casadi.vertsplit(angles)))
    outputs = [casadi.densify(casadi.jacobian(position, angles))]
    return WAYS[way](casadi.Function("f", [angles], outputs), q, ("jacobian",))
