"""The code of a graph by a program's back end, made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property, partial
from typing import Any, NamedTuple

import numpy as np

from autograd.context.lints import warn_of_matrices
from autograd.core.wiring import FLOAT_ERRORS
from autograd.primitives.reductions import dot_
from autograd.program.loops.gradients import has_loops
from autograd.program.loops.needed import needed
from autograd.program.running.devices import JaxCode
from autograd.program.running.execution import (
    AddingUp,
    ArrayCode,
    FloatCode,
    Results,
    Wanted,
)
from autograd.program.running.looping import GradientCode
from autograd.program.running.native import NativeCode
from autograd.program.running.regularity import is_irregular
from autograd.program.tracing.arguments import Arguments
from autograd.program.tracing.graph import TracedGraph
from autograd.program.tracing.options import Options

Array = np.ndarray[Any, Any]
MOST_WEIGHTS = 5_000
"""From here on matrix products are quicker: a network 196-30-10 takes 0.34 ms a batch by NumPy and
0.45 ms natively; one of 64-32-10 0.20 and 0.14 ms, an LSTM of 1,600 weights 0.6 and 0.3 ms."""
FEW_OUTPUTS = 8
"""Up to so many outputs have a code each for their gradients; more of them share one, which runs
for each. For 1,000 poses of an arm (3 outputs) that takes 0.65 and 1.2 ms; for the Hessian of a
logistic regression (30) 16 and 8, and that of Rosenbrock's function of 200 variables has 13.7 s to
compile, and 0.4."""
Code = ArrayCode | NativeCode | JaxCode | FloatCode | GradientCode
Make = Callable[[TracedGraph, Wanted], Code]


def _of_values(make: Make, graph: TracedGraph) -> Code:
    return make(graph, None)


_SIZES = {
    "numpy": "{0.statements:,} statements, forward and backward ({0.calls:,} calls of NumPy); "
    "{0.bytes:,} bytes of buffers for one example",
    "python": "{0.statements:,} statements, forward and backward of Python, over floats",
    "native": "{0.statements:,} instructions of machine code, forward and backward",
    "jax": "{0.statements:,} statements, forward and backward, compiled by JAX",
}


class Stats(NamedTuple):
    """Sizes of a program, and the back end that runs it."""

    nodes: int
    parameters: int
    statements: int
    calls: int
    bytes: int
    backend: str

    def __str__(self) -> str:
        return (
            f"{self.nodes:,} scalar operations on {self.parameters:,} parameters in "
            f"{_SIZES[self.backend].format(self)}"
        )


def is_straight(graph: TracedGraph, options: Options, *, batch: bool) -> bool:
    """True if straight-line Python computes a graph, as asked for or since that is quicker."""
    if options.backend != "auto":
        return options.backend == "python"
    return not batch and options.dtype == np.float64 and is_irregular(graph)


def _weights(graph: TracedGraph) -> int:
    """The count of parameters among the weights of weighted sums."""
    sums = (step.operands for step in graph.steps if step.primitive is dot_)
    found = {w for operands in sums for w in operands[: len(operands) // 2]}
    return len(found & graph.parameters)


class Codes:
    """The code of a graph for each choice of gradients.

    Args:
        seed: the seed of the backward pass, for the reader.
        each: gradients are those of each example.
        straight: straight-line Python does what it can.
    """

    def __init__(
        self, graph: TracedGraph, options: Options, seed: str, *, each: bool, straight: bool
    ) -> None:
        self.graph, self._options, self._each, self._straight = graph, options, each, straight
        dtype = options.dtype
        makers: dict[str, Make] = {
            "jax": lambda graph, wanted: JaxCode(graph, dtype, seed, each, options.mesh, wanted),
            "native": lambda graph, wanted: NativeCode(graph, dtype, each, wanted),
        }
        make = makers.get(
            options.backend, lambda graph, wanted: ArrayCode(graph, dtype, seed, each, wanted)
        )
        if options.backend == "native" and (weights := _weights(graph)) > MOST_WEIGHTS:
            warn_of_matrices(weights)

        def of_floats(graph: TracedGraph, wanted: Wanted) -> Code:
            return FloatCode(graph, each, wanted)

        self._has_loops = has_loops(graph)
        self._arrays = cache(partial(self._made, make))
        self._floats = cache(partial(self._made, of_floats)) if straight else None
        places = range(len(graph.outputs))
        self._native = cache(partial(NativeCode, graph, dtype, outputs=places))
        self._jacobians_of_loops = [
            cache(partial(GradientCode, graph, partial(_of_values, one), True, places=places))
            for one in [*[of_floats] * straight, make]
        ]
        self._alone = cache(self._of_output)

    @cached_property
    def _taken(self) -> Codes:
        """The code of the same graph for the output that an index names."""
        straight = self._options.backend == "python"
        return Codes(
            self.graph.with_output_taken(), self._options, "1.0", each=True, straight=straight
        )

    def _made(self, make: Make, wanted: Wanted) -> Code:
        """The code of the graph; with gradients of loops, that of the graph of the gradient."""
        if wanted is None or not self._has_loops:
            return make(needed(self.graph), wanted)
        if self._options.backend == "jax":
            return make(self.graph, wanted)
        return GradientCode(self.graph, partial(_of_values, make), self._each, wanted)

    def of(self, wanted: Wanted) -> Code:
        """The code that is tried first."""
        return self._floats(wanted) if self._floats else self._arrays(wanted)

    def run(
        self, arguments: Arguments, theta: Array, wanted: Wanted, share: float | None
    ) -> Results:
        """Outputs and gradients."""
        if self._floats is not None:
            try:
                return self._floats(wanted).run(arguments, theta, share)
            except FLOAT_ERRORS:  # the array statements go on, by IEEE 754
                pass
        return self._arrays(wanted).run(arguments, theta, share)

    def adding_up(self, arguments: Arguments, wanted: Wanted) -> AddingUp | None:
        """A short run for the sum of the values and its gradient by the parameters, or None."""
        if self._options.has_aux:
            return None
        code = self.of(wanted)
        return code.adding_up(arguments) if isinstance(code, (ArrayCode, NativeCode)) else None

    def jacobian(
        self, arguments: Arguments, theta: Array, wanted: Wanted, *, total: bool
    ) -> dict[int, Array]:
        """By block, the gradients of all outputs: (outputs, elements, examples or 1).

        `total`: those of all examples added up.
        """
        if not self.graph.outputs:  # the function returns an empty list
            return {}
        if self._options.backend == "native" and not self._has_loops:  # it adds up by itself
            return self._native(each=not total, wanted=wanted).jacobian(arguments, theta)
        found = self._of_each(arguments, theta, wanted)
        if not total:
            return found
        return {n: total_of(table, arguments.examples) for n, table in found.items()}

    def _of_each(self, arguments: Arguments, theta: Array, wanted: Wanted) -> dict[int, Array]:
        """The gradients of all outputs, for each example."""
        count = len(self.graph.outputs)
        if self._has_loops:
            return self._jacobian_of_loops(arguments, theta, wanted)
        if count <= FEW_OUTPUTS:
            runs = [self._alone(i).run(arguments, theta, wanted, 1.0)[1] for i in range(count)]
            return {n: np.stack([tables[n] for tables in runs]) for n in wanted or ()}
        _, found = self._taken.run(_for_each_output(arguments, count), theta, wanted, 1.0)
        examples = arguments.examples or 1
        tables = {n: table.reshape(len(table), examples, count) for n, table in found.items()}
        return {n: np.moveaxis(table, -1, 0) for n, table in tables.items()}

    def _jacobian_of_loops(
        self, arguments: Arguments, theta: Array, wanted: Wanted
    ) -> dict[int, Array]:
        *quick, sure = self._jacobians_of_loops
        for code in quick:
            try:
                return code(wanted).jacobian(arguments, theta)
            except FLOAT_ERRORS:  # as in `run`
                pass
        return sure(wanted).jacobian(arguments, theta)

    def _of_output(self, place: int) -> Codes:
        """The code of the same graph with one output, for each example."""
        graph = self.graph
        alone = graph.made_of(graph.blocks, graph.origins, graph.steps, graph.outputs[place:][:1])
        return Codes(alone, self._options, "1.0", each=True, straight=self._straight)


def total_of(table: Array, examples: int | None) -> Array:
    """The sums over the last axis, of the examples, which stays with length 1.

    A table of one column is that of all examples.
    """
    with np.errstate(all="ignore"):
        return table.sum(-1, keepdims=True) * ((examples or 1) / table.shape[-1])


def _for_each_output(arguments: Arguments, count: int) -> Arguments:
    """Every example so many times, and an index of outputs after its arguments."""
    leaves = [
        np.repeat(np.asarray(leaf), count, axis=0) if block.batched else leaf
        for leaf, block in zip(arguments.leaves, arguments.blocks, strict=True)
    ]
    index = np.tile(np.arange(count), arguments.examples or 1)
    return arguments._replace(leaves=[*leaves, index], examples=len(index))
