"""Loops: a primitive that repeats a step, and its results, one by one.

The step is a graph of scalars. Its leaves are the carry, what is given to this step alone, and
constants of the loop; its outputs are the next carry, and results of this step. The node of a loop
is a bundle, no number: rows of results, which are the last carry and then, block by block, the
results of every step. The last block is the carry at the start of each step, of which derivatives
are made. An `Element` is one of the rows as a number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Any, ClassVar, NamedTuple

from autograd.graph import Operand
from autograd.primitives.primitive import Block
from autograd.primitives.shapes import Nary
from autograd.program.loops.bundles import Cotangents
from autograd.program.tracing.arguments import Block as ArgumentBlock
from autograd.program.tracing.graph import TracedGraph

CARRY, GIVEN, CONSTANTS = range(3)
"""The blocks that the leaves of a step belong to."""


STEP = tuple(
    ArgumentBlock(name, i, (), None, False, True)
    for i, name in enumerate(("carry", "given", "constant"))
)


class Source(NamedTuple):
    """The origin of what each step is given: so many numbers a step, one step after the other.

    They are operands of the loop, or (`block` not None) the block of that number of the results of
    another loop, of which the bundle is the operand.
    """

    size: int
    block: int | None = None


class Loop(Nary):
    """The repetition of a step. Its operands: the first carry, the sources, the constants.

    Attributes:
        step: the graph of one step.
        count: of the steps.
        carried: the count of numbers in the carry.
        sources: of what each step is given.
        sizes: of the blocks of results, the count of numbers a step.
        backwards: whether the last step comes first. Sources and results keep their order.
        starts: the first row of every block of results.
        rows: the count of all results.
    """

    messages: ClassVar[Any]
    tangent: ClassVar[Any]

    def __init__(
        self, step: TracedGraph, count: int, carried: int, sources: Sequence[Source],
        sizes: Sequence[int], *, backwards: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(scan_, _BLOCK, {})
        self.constants = {"length": float(count)}
        self.step, self.count, self.carried = step, count, carried
        self.sources, self.sizes, self.backwards = tuple(sources), tuple(sizes), backwards
        self.starts = [*accumulate((count * s for s in self.sizes), initial=carried)]
        self.rows = self.starts.pop()
        self.given = sum(source.size for source in self.sources)
        self.constant_count = len(step.leaves) - carried - self.given

    @property
    def order(self) -> range:
        """The numbers of the steps, in the order in which they are taken."""
        return range(self.count)[::-1] if self.backwards else range(self.count)

    @cached_property
    def spans(self) -> list[slice]:
        """The places of each source among the operands."""
        counts = (self.count * s.size if s.block is None else 1 for s in self.sources)
        ends = accumulate(counts, initial=self.carried)
        return [slice(start, end) for start, end in pairwise(ends)]

    @property
    def first_constant(self) -> int:
        """The place of the first constant among the operands."""
        return self.spans[-1].stop if self.spans else self.carried

    def split(self, items: Sequence[Any]) -> tuple[Any, Any, Any]:
        """The items of the carry, the sources and the constants, of one for each leaf."""
        end = self.carried + self.given
        return items[: self.carried], items[self.carried : end], items[end:]

    def outputs_of(self, block: int) -> tuple[Operand, ...]:
        """The outputs of the step that are a block of results."""
        start = self.carried + sum(self.sizes[:block])
        return self.step.outputs[start : start + self.sizes[block]]

    def place(self, row: int) -> tuple[int, int]:
        """The block of a row of results (−1: the last carry), and which output of a step it is."""
        if row < self.carried:
            return -1, row
        block = max(b for b, s in enumerate(self.starts) if s <= row and self.sizes[b])
        return block, (row - self.starts[block]) % self.sizes[block]

    def compute(self, operands: tuple[float, ...]) -> float:
        """A number for the bundle, which is none: a loop is recorded where none is known."""
        return 0.0

    @cached_property
    def _key(self) -> Any:
        steps = ((step.primitive, *map(repr, step.operands)) for step in self.step.steps)
        sizes = self.count, self.carried, self.sources, self.sizes, self.backwards
        return sizes, tuple(map(repr, self.step.outputs)), len(self.step.leaves), tuple(steps)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Loop) and self._key == other._key)

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        return f"<loop of {self.count:,} steps, {len(self.step.steps):,} operations each>"


def scan_(operands: Any) -> float:
    """The body of a loop, which has no number."""
    return 0.0


_BLOCK = Block("↻", r"\operatorname{{scan}}", lambda xs, axis=None: 0.0, ())


class Element(Nary):
    """A row of a bundle, as a number. (A loop may have a hundred thousand, so they are small.)"""

    name = "element"
    symbol, op, domain, kinks, local = "[·]", "element", (), (), ()
    selects = length = False
    fused = None

    def __init__(self, row: int) -> None:
        self.row = row

    @property
    def constants(self) -> dict[str, Any]:  # type: ignore[override]
        """The row, for those who write the operation."""
        return {"row": float(self.row)}

    def compute(self, operands: tuple[float, ...]) -> float:
        """A number for what none is known of."""
        return operands[0]

    def messages(self, node: Any, grad: Any, there: Any) -> Iterator[tuple[Any, Any, Any]]:
        """The message to the bundle: what this row is sent, and on which condition."""
        (bundle,) = node.parents
        yield bundle, Cotangents({self.row: (grad, there)}, ()), None

    def tangent(self, node: Any, found: Any) -> Any:
        """The row of the bundle's tangents; None if there is none."""
        (bundle,) = node.parents
        if bundle not in found:
            return None
        tangents = found[bundle]
        row = tangents.row_of(bundle.primitive, self.row)
        return None if row is None else element(tangents.bundle, row)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Element) and self.row == other.row

    def __hash__(self) -> int:
        return hash((Element, self.row))


def element(bundle: Any, row: int, number: float = 0.0) -> Any:
    """A row of a bundle, as a Value; any number will do."""
    made = Element(row).dispatch((bundle,))
    made._float = number
    return made
