"""Logarithms of functions: (ln q(x))′ = q′(x)/q(x), where 1/q(x) alone would be beyond all floats.

ln σ(−720) is −720 and its slope is 1, though σ(−720) is 2e−313 and 1/σ(−720) overflows. A logarithm
of what a primitive made of one operand sends its message past that, to the operand.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from autograd.graph import Step
from autograd.node.local_gradients import differentiable_locals
from autograd.primitives.elementary import LN2, LN10, log, log2, log10
from autograd.primitives.primitive import Block, Primitive
from autograd.primitives.selection import where
from autograd.primitives.shapes import Binary
from autograd.program.tracing.graph import TracedGraph

_NATURAL: dict[Primitive, float] = {log: 1.0, log2: LN2, log10: LN10}
"""The natural logarithm of each base."""


class LogOf(Binary):
    """The logarithm of its first operand, q(x); its gradient goes to x, the second."""

    def __init__(self, logarithm: Primitive, q: Primitive) -> None:
        self.logarithm, self.q = logarithm, q
        natural = _NATURAL[logarithm]

        def body(a: float, x: float) -> float:
            return float(logarithm.forward(a))

        def slope(out: Any, a: Any, x: Any) -> Any:
            (local,) = q.local_gradients(a, x)
            return local / a if natural == 1.0 else local / a / natural

        body.__name__ = logarithm.name
        arrays = logarithm.arrays
        block = Block("", "", lambda a, x: arrays(a), (0.0, slope), selects=True)
        super().__init__(body, block, {})

    def messages(self, node: Any, grad: Any, there: Any) -> Iterator[tuple[Any, Any, Any]]:
        """The message to the operand, where a graph is run again on Values."""
        *_, (x, _, slope) = differentiable_locals(node)
        message = slope * grad
        yield x, message if there is None else where(there, message, 0.0), there

    def tangent(self, node: Any, found: Any) -> Any:
        """The tangent, by that of the operand."""
        *_, (x, _, slope) = differentiable_locals(node)
        return slope * found[x] if x in found else None


_log_of = lru_cache(maxsize=1024)(LogOf)


def through_logarithms(graph: TracedGraph) -> TracedGraph:
    """The graph with logarithms of functions in that form."""
    if not any(step.primitive in _NATURAL for step in graph.steps):
        return graph
    return graph.with_steps(_through(step, graph) for step in graph.steps)


def _through(step: Step, graph: TracedGraph) -> Step:
    if step.primitive not in _NATURAL:
        return step
    (a,) = step.operands
    if isinstance(a, float) or a < len(graph.leaves):
        return step
    inner = graph.steps[a - len(graph.leaves)]
    if inner.primitive.arity != 1 or isinstance(inner.operands[0], float):
        return step
    return Step(_log_of(step.primitive, inner.primitive), (a, inner.operands[0]))
