"""Gradients of a graph with loops: the code of the graph of its gradient, which goes forward."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.program.loops.gradients import gradient_graph
from autograd.program.running.execution import Results, Wanted
from autograd.program.tracing.arguments import Arguments
from autograd.program.tracing.graph import TracedGraph

Array = np.ndarray[Any, Any]


class GradientCode:
    """Values and gradients of a graph with loops, for any number of examples.

    Args:
        make: the code of a graph for values alone.
        each: gradients are those of each example.
        places: of the outputs that are differentiated.
    """

    def __init__(
        self, graph: TracedGraph, make: Callable[[TracedGraph], Any], each: bool,
        wanted: Wanted, places: Sequence[int] = (0,),
    ) -> None:  # fmt: skip
        blocks = wanted or ()
        self.code = make(gradient_graph(graph, blocks, places))
        self.source, self.backend = self.code.source, self.code.backend
        self.statements, self.calls = self.code.statements, self.code.calls
        self._outputs, self._places = len(graph.outputs), len(places)
        self._spans: dict[int, tuple[slice, bool]] = {}
        start = 0
        for block in blocks:
            size = len(graph.parameters) if block < 0 else graph.blocks[block].size
            own = each or (block >= 0 and graph.blocks[block].batched)
            self._spans[block] = slice(start, start + size), own
            start += size
        self._size = start

    @property
    def nbytes(self) -> int:
        """The size of all buffers for one example."""
        return int(self.code.nbytes)

    def run(self, arguments: Arguments, theta: Array, seed: float | None = None) -> Results:
        """Outputs and gradients; the seed is ∂(result)/∂(one example's value)."""
        rows, tables = self._run(arguments, theta, 1.0 if seed is None else seed)
        return rows, {block: table[0] for block, table in tables.items()}

    def jacobian(self, arguments: Arguments, theta: Array) -> dict[int, Array]:
        """By block, the gradients of all outputs: (outputs, elements, examples or 1)."""
        return self._run(arguments, theta, 1.0)[1]

    def _run(self, arguments: Arguments, theta: Array, seed: float) -> tuple[Any, dict[int, Array]]:
        rows, _ = self.code.run(arguments, theta)
        table = np.asarray(rows[self._outputs :], np.float64)
        table = table.reshape(self._places, self._size, -1)
        if seed != 1.0 or table.shape[-1] > 1:
            return rows[: self._outputs], self._added_up(table, seed)
        return rows[: self._outputs], {n: table[:, span] for n, (span, _) in self._spans.items()}

    def _added_up(self, table: Array, seed: float) -> dict[int, Array]:
        """By block, the gradients times the seed; those that examples share added up over them."""
        with np.errstate(all="ignore"):
            return {
                n: seed * (table[:, span] if own else table[:, span].sum(-1, keepdims=True))
                for n, (span, own) in self._spans.items()
            }
