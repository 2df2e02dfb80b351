"""The numbers of a graph that a quiz may ask for: those that a second computation confirms."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from autograd import Graph, Value, Wire
from viz.errors import DrawingError
from viz.formulas.notation import operation
from viz.formulas.short import short_formulas
from viz.graph.doubts import refuse_outdated
from viz.graph.given import graph_of, names_of
from viz.text import atom, derivative, number

MOST_VALUES = 60
"""Values of a graph that can be followed on paper; beyond that nobody does."""
LONGEST = 24
"""Characters of a formula that can stand for a name in a line."""
CLEARLY = 1.01
"""How many times as large a gradient is that is the largest to be seen."""
STEP, AGREE, KINK = 1e-4, 1e-5, 0.05
"""The step of measured slopes, how well they agree with a gradient, and with each other."""


class Material:
    """A graph with everything that a question is made of.

    Attributes:
        graph, root: the graph, and the number of its output.
        names: what values are called in formulas.
        data, grads: the values, and the gradients ∂root/∂value; 0 where no message came.
        uses: the wires by the value that they start from, in the order of the messages.
        asked: the values that have a name in the figure and whose numbers are confirmed.
        is_confirmed: True if these are all that have a name.
    """

    def __init__(self, root: Any, wrt: Iterable[Value | str] = ()):
        self.graph = graph = graph_of(root, caller="quiz", wrt=wrt)
        if len(graph) > MOST_VALUES:
            raise DrawingError(
                f"a quiz is about a graph of at most {MOST_VALUES} values, not {len(graph):,}: "
                "nobody follows more on paper; give a smaller model, or quiz(seed=3)"
            )
        refuse_outdated(graph)
        self.root = len(graph)
        self.names = _names(graph)
        self.data = {i: float(value.data) for i, value in graph.values.items()}
        self._reached = graph.gradients()
        self.grads = dict.fromkeys(graph.numbers, 0.0) | self._reached
        self.uses: defaultdict[int, list[Wire]] = defaultdict(list)
        for i in reversed(graph.numbers):
            for wire in graph.wires(i):
                self.uses[wire.source].append(wire)
        named = sorted({self.root, *graph.labels, *_seen(graph)})
        self.asked = [i for i in named if self._is_confirmed(i)]
        self.is_confirmed = len(self.asked) == len(named)
        if self.root not in self.computed or not self.inputs:
            raise DrawingError(
                "a quiz asks only for numbers that a second computation confirms, and this graph "
                "has too few: label its leaves, and keep away from kinks, inf and nan"
            )

    def _is_confirmed(self, i: int) -> bool:
        """True where evaluating again gives the output, and measured slopes the gradient."""
        x, grad, run = self.data[i], self.grads[i], self.graph.function_of(i)
        h = STEP * max(1.0, abs(x))
        try:
            left, middle, right = (run(at) for at in (x - h, x, x + h))
        except (ArithmeticError, ValueError):  # beside x the function is not defined
            return False
        if not all(map(math.isfinite, (left, middle, right, grad))):
            return False
        scale = max(1.0, abs(grad), abs(middle))
        is_smooth = abs(right - 2.0 * middle + left) <= KINK * scale * h
        measured = (right - left) / (2.0 * h)
        return (
            math.isclose(middle, self.data[self.root], rel_tol=1e-12, abs_tol=1e-12)
            and is_smooth
            and abs(measured - grad) <= AGREE * scale
        )

    @property
    def inputs(self) -> list[int]:
        """The parameters that are asked for; all leaves where none is marked as one."""
        chosen = self.graph.parameters or self.graph.leaves
        return [i for i in self.asked if i in chosen]

    @property
    def computed(self) -> list[int]:
        """The computed values that are asked for."""
        return [i for i in self.graph.computed if i in self.asked]

    @property
    def shared(self) -> list[int]:
        """The values that are asked for and get more than one message."""
        return [i for i in self.asked if len(self.sent(i)) > 1]

    @property
    def has_steepest(self) -> bool:
        """True where one of several inputs has the largest gradient."""
        first, *rest = sorted((abs(self.grads[i]) for i in self.inputs), reverse=True)
        return bool(rest) and first > CLEARLY * rest[0]

    @property
    def wires(self) -> list[Wire]:
        """The wires that carry a message between values asked for, each used once there."""
        asked = {*self.asked}
        sent = [wire for i in self.asked for wire in self.sent(i)]
        return [wire for wire in sent if wire.target in asked and not wire.use]

    def sent(self, i: int) -> list[Wire]:
        """The wires over which messages come back to a value."""
        return [wire for wire in self.uses[i] if wire.taken and wire.target in self._reached]

    # As text

    def formula(self, i: int, *, filled: bool = False) -> str:
        """The operation that makes a value, of names or `filled` with numbers: `a + b`."""
        primitive, operands = self.graph.computed[i]
        texts = [
            number(x) if isinstance(x, float) else number(self.data[x]) if filled else self.names[x]
            for x in operands
        ]
        return operation(primitive, texts, times=" · " if filled else "·")

    def line(self, i: int) -> str:
        """The definition of a value: `x = a + b`; the formula alone where that is its name."""
        formula = self.formula(i)
        return formula if self.names[i] == formula else f"{self.names[i]} = {formula}"

    @property
    def told(self) -> list[str]:
        """The leaves with their numbers, then a line for each operation but those that are one."""
        leaves = (f"{self.names[i]} = {number(self.data[i])}" for i in self.graph.leaves)
        lines = [self.line(i) for i in self.graph.computed if self.names[i] != self.formula(i)]
        return [f"Given: {', '.join(leaves)}", *lines]

    def partial(self, i: int) -> str:
        """The gradient of the output by a value: `∂f/∂x`."""
        return derivative(self.names[self.root], self.names[i])

    def local(self, wire: Wire) -> str:
        """The local gradient of a wire: `∂x/∂a`."""
        names = self.names[wire.target], self.names[wire.source]
        return derivative(*names, use=wire.use)

    def chain(self, i: int) -> str:
        """The gradient of a value, from what comes back: `∂f/∂b = ∂f/∂x · ∂x/∂b = 7 · 1 = 7`."""
        sent = self.sent(i)
        if not sent:
            return f"{self.partial(i)} = {number(self.grads[i])}"
        symbols = [f"{self.partial(wire.target)} · {self.local(wire)}" for wire in sent]
        numbers = [product(self.grads[wire.target], wire.local) for wire in sent]
        sides = [self.partial(i), " + ".join(symbols), " + ".join(numbers)]
        return " = ".join([*sides, number(self.grads[i])])


def _names(graph: Graph) -> dict[int, str]:
    """Labels; for values without one their formula where that is short, else `v7`."""
    names = names_of(graph)
    for i, (primitive, operands) in graph.computed.items():
        if i in graph.labels or i == len(graph):
            continue
        read = [number(x) if isinstance(x, float) else names[x] for x in operands]
        formula = operation(primitive, read, times="·")
        if len(formula) <= LONGEST and formula not in names.values():
            names[i] = formula
    return names


def _seen(graph: Graph) -> list[int]:
    """Values without a label that a figure shows by their formula; squares may be in a ½( )²."""
    return [i for i in short_formulas(graph) if graph.made[i] != "power"]


def product(upstream: float, local: float) -> str:
    """A message in numbers: `7 · (−1)`."""
    return f"{atom(number(upstream))} · {atom(number(local))}"
