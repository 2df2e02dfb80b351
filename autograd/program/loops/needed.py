"""The part of a graph with loops that is needed: results that nobody reads are not computed."""

from __future__ import annotations

from typing import Any

from autograd.graph import Operand, Step
from autograd.program.loops.loop import CARRY, CONSTANTS, GIVEN, STEP, Element, Loop, Source
from autograd.program.tracing.graph import Origin, TracedGraph


def needed(graph: TracedGraph) -> TracedGraph:
    """The same outputs, of a graph without what they do not depend on."""
    if not any(isinstance(step.primitive, Loop) for step in graph.steps):
        return graph
    read = {x for x in graph.outputs if not isinstance(x, float)}
    rows: dict[int, set[int]] = {}
    blocks: dict[int, set[int]] = {}
    loops: dict[int, _Cut] = {}
    kept: dict[int, Step] = {}
    for value in reversed(graph.computed):
        step = graph.computed[value]
        if value not in read and value not in blocks:
            continue
        if isinstance(step.primitive, Loop):
            cut = loops[value] = _Cut(
                step.primitive, rows.get(value, set()), blocks.get(value, set())
            )
            step = Step(cut.loop, cut.operands_of(step.operands))
            for source, span in zip(cut.kept_sources, cut.loop.spans, strict=True):
                if source.block is not None:
                    blocks.setdefault(int(step.operands[span.start]), set()).add(source.block)
        elif isinstance(step.primitive, Element):
            rows.setdefault(int(step.operands[0]), set()).add(step.primitive.row)
        kept[value] = step
        read.update(step.values)
    return _renumbered(graph, kept, loops)


class _Cut:
    """A loop without the results that nobody reads, and what only they depended on."""

    def __init__(self, loop: Loop, rows: set[int], blocks: set[int]) -> None:
        self.whole = loop
        asked = {block: set(range(loop.sizes[block])) for block in blocks}
        last: set[int] = set()
        for row in rows:
            block, number = loop.place(row)
            (last if block < 0 else asked.setdefault(block, set())).add(number)
        self._asked = {block: sorted(numbers) for block, numbers in sorted(asked.items())}
        results = [loop.outputs_of(b)[i] for b, some in self._asked.items() for i in some]
        self._carry, leaves, values = _alive(loop, last, results)
        first, second = loop.carried, loop.carried + loop.given
        self._given: list[list[int]] = []
        start = first
        for source in loop.sources:
            numbers = [i for i in range(source.size) if start + i in leaves]
            if source.block is not None and numbers:  # a block is read as a whole
                numbers = [*range(source.size)]
            self._given.append(numbers)
            start += source.size
        self._constants = [k for k in range(loop.constant_count) if second + k in leaves]
        self.kept_sources = [
            Source(len(numbers), source.block)
            for source, numbers in zip(loop.sources, self._given, strict=True)
            if numbers
        ]
        self.loop = self._made(results, values)
        self._blocks = {block: number for number, block in enumerate(self._asked)}

    def _made(self, results: list[Operand], values: set[int]) -> Loop:
        loop = self.whole
        graph, start = loop.step, loop.carried
        leaves, origins = [*self._carry], [Origin(CARRY, i) for i in range(len(self._carry))]
        for source, numbers in zip(loop.sources, self._given, strict=True):
            leaves += [start + i for i in numbers]
            start += source.size
        origins += [Origin(GIVEN, i) for i in range(len(leaves) - len(origins))]
        leaves += [start + k for k in self._constants]
        origins += [Origin(CONSTANTS, i) for i in range(len(self._constants))]
        outputs = [graph.outputs[i] for i in self._carry] + results
        now = {old: new for new, old in enumerate(leaves)}
        steps = []
        for value, step in graph.computed.items():
            if value in values:
                now[value] = len(now)
                steps.append(Step(step.primitive, _mapped(step.operands, now)))
        made = TracedGraph.made_of(STEP, origins, steps, _mapped(outputs, now))
        sizes = [len(some) for some in self._asked.values()]
        return type(loop)(
            needed(made), loop.count, len(self._carry), self.kept_sources, sizes,
            backwards=loop.backwards,
        )  # fmt: skip

    def operands_of(self, operands: tuple[Operand, ...]) -> tuple[Operand, ...]:
        """Those of the operands that are left."""
        loop = self.whole
        found = [operands[i] for i in self._carry]
        for source, span, numbers in zip(loop.sources, loop.spans, self._given, strict=True):
            part = operands[span]
            if len(numbers) in (0, source.size) or source.block is not None:
                found += part if numbers else ()
                continue
            for start in range(0, len(part), source.size):
                found += [part[start + i] for i in numbers]
        return *found, *(operands[loop.first_constant + k] for k in self._constants)

    def row(self, row: int) -> int:
        """The row that a result has now."""
        block, number = self.whole.place(row)
        if block < 0:
            return self._carry.index(number)
        numbers, new = self._asked[block], self._blocks[block]
        step = (row - self.whole.starts[block]) // self.whole.sizes[block]
        return self.loop.starts[new] + step * len(numbers) + numbers.index(number)

    def block(self, block: int) -> int:
        """The number that a block has now."""
        return self._blocks[block]


def _alive(
    loop: Loop, last: set[int], results: list[Operand]
) -> tuple[list[int], set[int], set[int]]:
    """The numbers of the carry, the leaves and the values of a step that some results need."""
    graph = loop.step
    carry = set(last)
    while True:
        ends = [graph.outputs[i] for i in carry] + results
        values = {x for x in ends if not isinstance(x, float)}
        for value in reversed(graph.computed):
            if value in values:
                values.update(graph.computed[value].values)
        leaves = {v for v in values if v < len(graph.leaves)}
        more = carry | {i for i in range(loop.carried) if i in leaves}
        if more == carry:
            return sorted(carry), leaves, values - leaves
        carry = more


def _mapped(operands: Any, numbers: dict[int, int]) -> tuple[Operand, ...]:
    return tuple([x if isinstance(x, float) else numbers[x] for x in operands])


def _renumbered(graph: TracedGraph, kept: dict[int, Step], loops: dict[int, _Cut]) -> TracedGraph:
    numbers = {leaf: leaf for leaf in graph.leaves}
    steps = []
    for value in graph.computed:
        step = kept.get(value)
        if step is None:
            continue
        numbers[value] = len(numbers)
        primitive = step.primitive
        if isinstance(primitive, Element):
            primitive = Element(loops[int(step.operands[0])].row(primitive.row))
        elif isinstance(primitive, Loop):
            primitive = _with_blocks(primitive, step.operands, loops)
        steps.append(Step(primitive, _mapped(step.operands, numbers)))
    outputs = _mapped(graph.outputs, numbers)
    return graph.made_of(graph.blocks, graph.origins, steps, outputs)


def _with_blocks(loop: Loop, operands: tuple[Operand, ...], loops: dict[int, _Cut]) -> Loop:
    """The same loop, whose sources name the blocks by their numbers now."""
    if all(source.block is None for source in loop.sources):
        return loop
    sources = [
        source if source.block is None
        else Source(source.size, loops[int(operands[span.start])].block(source.block))
        for source, span in zip(loop.sources, loop.spans, strict=True)
    ]  # fmt: skip
    return type(loop)(
        loop.step, loop.count, loop.carried, sources, loop.sizes, backwards=loop.backwards
    )
