"""The graph of a traced function: what its leaves are, besides the operations on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from autograd.graph import Graph, Operand, Step
from autograd.primitives.indexing import TAKE
from autograd.primitives.primitive import Block
from autograd.primitives.reductions import sum_
from autograd.primitives.shapes import Nary
from autograd.primitives.summation import add_in_order, plain_sum
from autograd.program.tracing.arguments import Block as ArgumentBlock

Index = np.ndarray[Any, np.dtype[np.intp]]


class Origin(NamedTuple):
    """The origin of a leaf: an element of a block, or of the parameters (block −1)."""

    block: int
    element: int


def _add(xs: Sequence[float]) -> float:
    """(0 + x) + y, as Python's `sum` begins: an addition whose result is never −0."""
    return plain_sum(xs)


_add.__name__ = "add"
FROM_ZERO = Nary(
    _add,
    Block("+", "{0} + {1}", lambda xs, axis=None: add_in_order(xs, axis), sum_.local[0], op="+"),
    {},
)
"""The first addition of a sum that begins with 0."""


@dataclass(frozen=True, eq=False, repr=False)
class TracedGraph(Graph):
    """Values 0, 1, … are the leaves, then the results of the operations in order.

    Attributes:
        blocks: the arguments' blocks.
        origins: of every leaf.
    """

    blocks: tuple[ArgumentBlock, ...] = ()
    origins: tuple[Origin, ...] = ()

    @staticmethod
    def made_of(
        blocks: tuple[ArgumentBlock, ...],
        origins: Iterable[Origin],
        steps: Iterable[Step],
        outputs: tuple[Operand, ...],
    ) -> TracedGraph:
        """The graph of these leaves and operations; x0[2] and p3 name its leaves."""
        origins = tuple(origins)
        return TracedGraph(
            leaves=tuple(range(len(origins))),
            computed=dict(enumerate(steps, start=len(origins))),
            outputs=outputs,
            parameters=frozenset(i for i, (block, _) in enumerate(origins) if block < 0),
            labels={
                i: f"p{element}" if block < 0 else _name(block, element, blocks)
                for i, (block, element) in enumerate(origins)
            },
            blocks=blocks,
            origins=origins,
        )

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The operations, in order."""
        return tuple(self.computed.values())

    @cached_property
    def indices(self) -> frozenset[int]:
        """The blocks of whole numbers that serve as indices of `take` and as nothing else."""
        whole = {b for b, block in enumerate(self.blocks) if block.integer}
        candidates = {v: b for v, (b, _) in enumerate(self.origins) if b in whole}
        indices: set[int] = set()
        numbers = {candidates[v] for v in self.ends if v in candidates}
        for step in self.steps:
            if candidates.keys().isdisjoint(step.operands):
                continue
            for place, v in enumerate(step.operands):
                if not isinstance(v, float) and v in candidates:
                    last = step.primitive is TAKE and place == len(step.operands) - 1
                    (indices if last else numbers).add(candidates[v])
        return frozenset(indices - numbers)

    def with_parameters_in(self, order: Sequence[int]) -> TracedGraph:
        """The same graph with its parameters numbered anew: number i is what was order[i]."""
        number = {old: new for new, old in enumerate(order)}
        origins = [Origin(-1, number[o[1]]) if o[0] < 0 else o for o in self.origins]
        return self.made_of(self.blocks, origins, self.steps, self.outputs)

    def with_steps(self, steps: Iterable[Step]) -> TracedGraph:
        """The same graph with other operations in their places."""
        return replace(self, computed=dict(enumerate(steps, start=len(self.leaves))))

    @cached_property
    def table(self) -> Index:
        """Block and element of every leaf, a row each."""
        return np.array(self.origins, np.intp).reshape(-1, 2)

    def with_output_taken(self) -> TracedGraph:
        """The same graph with one output: that of its own which an index, a last block, names."""
        index = len(self.leaves)

        def moved(operands: tuple[Operand, ...]) -> tuple[Operand, ...]:
            return tuple(v + 1 if isinstance(v, int) and v >= index else v for v in operands)

        steps = [Step(step.primitive, moved(step.operands)) for step in self.steps]
        steps.append(Step(TAKE, (*moved(self.outputs), index)))
        block = ArgumentBlock("the output", -1, None, None, integer=True, batched=True)
        origins = (*self.origins, Origin(len(self.blocks), 0))
        return self.made_of((*self.blocks, block), origins, steps, (index + len(steps),))


def _name(block: int, element: int, blocks: tuple[ArgumentBlock, ...]) -> str:
    return f"x{block}" if blocks[block].shape is None else f"x{block}[{element}]"
