"""The source of a program over arrays: its statements, which back ends print and run."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from autograd.program.adjoint import adjoint, adjoint_of
from autograd.program.arrange import Arrangement
from autograd.program.backends.numpy import NumpyProgram
from autograd.program.backends.text import Printed
from autograd.program.lift import values_of
from autograd.program.row_patterns import Index
from autograd.program.statements import Operands, Rows, Statements
from autograd.program.tracing.graph import TracedGraph


class ArraySource:
    """Statements for a graph; prints itself as mathematics writes them.

    `.code` is the Python text that runs: the same statements, into buffers.
    """

    def __init__(
        self, graph: TracedGraph, arrangement: Arrangement, *, gradient: bool, share: str = "1"
    ):
        self.statements = statements_of(graph, arrangement, gradient=gradient)
        self._where, self._arrays = arrangement.where, arrangement.arrays
        self._arguments = [block.argument for block in graph.blocks]
        self._share = share

    @cached_property
    def printed(self) -> Printed:
        """The statements for the reader."""
        return Printed(self.statements, self._arguments, self._share)

    @property
    def forward(self) -> tuple[str, ...]:
        """The lines of the forward pass, for the reader."""
        return tuple(self.printed.forward)

    @property
    def backward(self) -> tuple[str, ...]:
        """The lines of the backward pass, for the reader."""
        return tuple(self.printed.backward)

    @cached_property
    def grids(self) -> dict[str, Index]:
        """The values of the graph that each array of the text holds, as they lie in it, by name.

        A row for each value, and of a part of the parameters, such as `W1`, its own shape; what
        only sums are made of (products, additions) lies in no array, and nor do copies. What the
        graph has no value for (the sum under a mean, a loop's way back) has a number beyond it.

        >>> from autograd import Value, compile
        >>> w, b = Value(2.0), Value(-1.0)
        >>> program = compile(lambda x: w * x + b)
        >>> program(np.array([1.0, 3.0]))
        array([1., 5.])
        >>> {name: grid.tolist() for name, grid in program.source.grids.items()}
        {'X1': [0], 'P': [1, 2], 'w1': [1], 'b1': [2], 'Z1': [4]}
        """
        array, row = self._where
        values = np.lexsort((row, array))
        found = {
            known.name: values[array[values] == number]
            for number, known in enumerate(self._arrays)
            if number in array
        }
        parameters = found.get("P")
        if parameters is not None:
            parts = self.printed.names.parts.items()
            found |= {name: parameters[index] for name, index in parts}
        return dict(sorted(found.items(), key=lambda item: int(item[1].flat[0])))

    @cached_property
    def code(self) -> str:
        """The Python source that runs; it defines `forward` and `backward`."""
        return NumpyProgram(self.statements, np.float64).code

    def __len__(self) -> int:
        return len(self.statements.forward) + len(self.statements.backward)

    def __str__(self) -> str:
        return str(self.printed)

    def __repr__(self) -> str:
        return f"<source of {len(self)} statements>"


def statements_of(graph: TracedGraph, arrangement: Arrangement, *, gradient: bool) -> Statements:
    """The statements of a graph, with a backward pass if the gradient is wanted."""
    operands = Operands()
    found = values_of(graph, arrangement, operands)
    if not gradient:
        return found
    wanted = {b: adjoint_of(a) for b, a in found.leaves.items() if a.differentiable}
    if isinstance(found.outputs[0], float):
        return found._replace(gradients=wanted)
    array, row = found.outputs[0]
    seed, backward = adjoint(found.forward, operands, Rows(array, np.array([row])))
    return found._replace(backward=backward, gradients=wanted, seed=seed)
