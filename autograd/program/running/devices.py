"""Array statements by JAX: compiled for its devices, one of them or all of a mesh."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from autograd.primitives.indexing import checked_index
from autograd.program.arrange import arrange
from autograd.program.backends.jax.arrays import library
from autograd.program.backends.jax.function import Found, PureFunction
from autograd.program.loops.gradients import gradient_graph, has_loops
from autograd.program.loops.needed import needed
from autograd.program.running.execution import Results, Wanted
from autograd.program.source import ArraySource
from autograd.program.tracing.arguments import Arguments
from autograd.program.tracing.graph import TracedGraph

Array = np.ndarray[Any, Any]


def pure_function(
    graph: TracedGraph, wanted: Wanted, seed: str, *, each: bool, mesh: Any
) -> tuple[ArraySource, PureFunction]:
    """The statements of a graph, and the function of JAX arrays that they are.

    They go forward and backward; those of a graph with loops go forward, as the gradient's does.
    """
    each, outputs = each and wanted is not None, None
    by = wanted or ()
    if wanted is not None and has_loops(graph):
        outputs, graph, by = len(graph.outputs), gradient_graph(graph, wanted), ()
    graph = needed(graph)
    arrangement = arrange(graph, wanted=lambda block: block in by, per_example=each)
    gradient = wanted is not None and outputs is None
    source = ArraySource(graph, arrangement, gradient=gradient, share=seed)
    function = PureFunction(
        source.statements, graph.blocks, wanted, each=each, mesh=mesh, outputs=outputs
    )
    return source, function


class JaxCode:
    """Array statements for JAX, for any number of examples; `ArrayCode` says the arguments.

    Where a mesh lies over several processes (`jax.distributed`), each gives its own examples,
    equally many, and is given their values; what is added up is added up over all of them.
    """

    backend, calls, nbytes = "jax", 0, 0

    def __init__(
        self, graph: TracedGraph, dtype: Any, seed: str, each: bool, mesh: Any, wanted: Wanted
    ) -> None:
        self.source, self._function = pure_function(graph, wanted, seed, each=each, mesh=mesh)
        self.statements = len(self.source)
        self._dtype = np.dtype(dtype)
        self.compiled = library("jax").jit(partial(self._function, self._dtype))

    def run(self, arguments: Arguments, theta: Array, seed: float | None = None) -> Results:
        """Outputs and gradients; `seed` is ∂(result)/∂(one example's value).

        Where a gradient is added up over the examples, so are their values: into one column.
        """
        found = self._fetched(theta, arguments.arrays(self._dtype), seed)
        in_order = sorted(found.gradients.items())
        return found.rows, {block: np.array(g, np.float64) for block, g in in_order}

    def _fetched(self, theta: Array, leaves: Sequence[Array], share: float | None) -> Found:
        """Results in the memory of this process."""
        jax = library("jax")
        with jax.enable_x64(True):  # JAX has no float64 by default; other threads keep theirs
            found = self.compiled(
                theta, self._function.placed(leaves), 1.0 if share is None else share
            )
            here: Found = jax.tree.map(_of_this_process, found)
        for is_miss, index, count in here.misses.tolist():
            if is_miss:
                checked_index(index, int(count))
        return here


def _of_this_process(array: Any) -> Array:
    """All numbers of an array; of one that is spread over processes, those of this one."""
    if not (array.is_fully_addressable or array.is_fully_replicated):
        mesh, spec = array.sharding.mesh, array.sharding.spec
        utils = library("jax.experimental.multihost_utils")
        array = utils.global_array_to_host_local_array(array, mesh, spec)
    return np.asarray(array)
