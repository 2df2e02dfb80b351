"""The lift: an arrangement's groups become statements, the forward pass.

Sums are added up from left to right, as written, since what cancels in that order has to cancel
here. Layers are the exception: several neurons' Σ wx is one matrix product, first in their sum or
after a bias alone, and what multiplies matrices adds up in an order of its own.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd.graph import Operand, Step
from autograd.primitives.indexing import TAKE
from autograd.primitives.selection import where_
from autograd.program.arrange import Arrangement, Group, Ref, arrange, runs
from autograd.program.contractions import Contraction, is_bias, is_layer, simplified
from autograd.program.loops.loop import Loop, Source
from autograd.program.normal import SumOfTerms, Term
from autograd.program.row_patterns import Index, affine, compressed, factored
from autograd.program.statements import (
    Apply,
    Array,
    Body,
    Numbers,
    Operands,
    Reduce,
    Repeat,
    Rows,
    Statement,
    Statements,
    Take,
    Terms,
)
from autograd.program.symbols import Expression, Symbol, spelled_out
from autograd.program.tracing.arguments import Block
from autograd.program.tracing.graph import Origin, TracedGraph


def lift(arrangement: Arrangement, operands: Operands) -> list[Statement]:
    """The statements of the forward pass, one for each group (and some that lay operands out)."""
    statements: list[Statement] = []
    for group in arrangement.groups:
        statements.append(_Lift(arrangement, operands, group, statements).statement())
    return statements


class _Column(NamedTuple):
    """One operand of each node of a group: rows of an array, or constants (no array)."""

    array: Array | None
    rows: Index
    constants: Index


class _Lift:
    def __init__(
        self,
        arrangement: Arrangement,
        operands: Operands,
        group: Group,
        statements: list[Statement],
    ):
        self.arrangement, self.statements = arrangement, statements
        self.arrays, self.place = arrangement.arrays, arrangement.place
        self.operands, self.group = operands, group
        self.count = len(group.nodes)

    def statement(self) -> Statement:
        first = self.group.nodes[0]
        if isinstance(first, Step) and isinstance(first.primitive, Loop):
            array = self.arrays[self.group.array]
            value = self._repeated(first.primitive, array, first.operands)
            return Statement(Rows(array, np.arange(array.rows)), value)
        index = np.arange(self.group.start, self.group.start + self.count)
        dims: tuple[int, ...] = (self.count,)
        if isinstance(first, SumOfTerms):
            value = self._sum(first.from_zero)
        else:
            dims, value = self._application(first)
        return Statement(Rows(self.arrays[self.group.array], index.reshape(dims)), value)

    # Sums

    def _sum(self, from_zero: bool) -> Expression:
        parts = _in_order(self._contractions())
        terms = [simplified(part, self.operands) for part in parts]
        if from_zero and not (parts and is_layer(parts[0])):
            terms.append(0.0)
        if len(terms) == 1:
            return terms[0]
        return self.operands(Terms(tuple(terms))) if terms else 0.0

    def _contractions(self) -> list[Contraction]:
        """The terms of all nodes that stand together and come from one place."""
        found: list[tuple[Any, list[Any]]] = []
        for node in (node for node in self.group.nodes if isinstance(node, SumOfTerms)):
            rows = self._rows(node)
            for number, (key, run) in enumerate(runs(node, self.arrangement)):
                if number == len(found):
                    found.append((key, []))
                found[number][1].append(rows[run])
        return [self._contraction(key, rows) for key, rows in found]

    def _rows(self, node: SumOfTerms) -> Any:
        """For each term, see `_row_numbers`."""
        if not node.is_long:
            return [self._row_numbers(term) for term in node.terms]
        c, a, b = node.columns
        (array_a, row_a), (array_b, row_b) = self.arrangement.where[:, [a, b]].swapaxes(0, 1)
        ordered = array_a <= array_b
        low, high = np.where(ordered, row_a, row_b), np.where(ordered, row_b, row_a)
        return np.stack([low, high, c], axis=1)

    def _row_numbers(self, term: Term) -> tuple[int, int, float]:
        """The rows of a term's values, that of the lower array first (−1: none), its factor."""
        a, b = (Ref(-1, 0) if v is None else self.place[v] for v in (term.a, term.b))
        low, high = (a, b) if a.array <= b.array else (b, a)
        return low.row, high.row, term.c

    def _contraction(self, key: tuple[int, int, int], rows: list[Any]) -> Contraction:
        low, high, _ = key
        table = np.array(rows, dtype=np.float64)
        of_low, of_high = table[..., 0].astype(np.intp), table[..., 1].astype(np.intp)
        if low < 0:
            a = None if high < 0 else self.arrays[high]
            return Contraction(a, None, of_high, of_low, table[..., 2])
        return Contraction(self.arrays[low], self.arrays[high], of_low, of_high, table[..., 2])

    # Primitives

    def _application(self, first: Step) -> tuple[tuple[int, ...], Expression]:
        """An application, and the dimensions in which its operands are taken."""
        primitive, flat = first.primitive, (self.count,)
        columns = self._columns()
        if primitive is TAKE:
            index = self._operand(columns[-1], flat)
            return flat, self.operands(Take(self._together(columns[:-1]), index))
        if primitive.arity is None and primitive is not where_:
            return flat, self.operands(Reduce(primitive, self._together(columns)))
        dims = self._dims(columns)
        operands = tuple(self._operand(column, dims) for column in columns)
        if primitive is where_:
            return dims, spelled_out(primitive, operands)
        if not any(isinstance(x, Symbol) for x in operands):
            return dims, primitive.number(*operands)
        return dims, self.operands(Apply(primitive, operands))

    # Loops

    def _repeated(self, loop: Loop, target: Array, operands: tuple[Operand, ...]) -> Expression:
        """A loop, whose step is lifted on its own."""
        constants = operands[loop.first_constant :]
        own = [self._is_own(x) for x in constants]
        given: list[Symbol | None] = [self._laid_out(operands[: loop.carried])]
        batched = [target.batched]
        for source, span in zip(loop.sources, loop.spans, strict=True):
            part = operands[span]
            rows = self._laid_out(part) if source.block is None else self._block(part[0], source)
            given.append(rows)
            batched.append(any(map(self._is_own, part)))
        for which in (True, False):
            some = [x for x, is_own in zip(constants, own, strict=True) if is_own == which]
            given.append(self._laid_out(tuple(some)))
            batched.append(which)
        body = Body(_step(loop, own, batched))
        return self.operands(Repeat(loop, body, tuple(given), target.batched))

    def _is_own(self, x: Operand) -> bool:
        """True if each example has its own."""
        return not isinstance(x, float) and self.arrays[self.place[x].array].batched

    def _block(self, bundle: Operand, source: Source) -> Symbol:
        """The rows that are a block of another loop's results."""
        array = self.arrays[self.place[int(bundle)].array]
        loop = self.arrangement.loops[array.name]
        start = loop.starts[source.block or 0]
        rows = np.arange(start, start + source.size * loop.count)
        return self.operands(Rows(array, rows))

    def _laid_out(self, operands: tuple[Operand, ...]) -> Symbol | None:
        """Operands one below the other: rows of one array, or copied into one."""
        if not operands:
            return None
        places = [Ref(-1, 0) if isinstance(x, float) else self.place[x] for x in operands]
        table = np.array(places, np.intp)
        found = np.unique(table[:, 0])
        if len(found) == 1 and found[0] >= 0:
            return self.operands(Rows(self.arrays[found[0]], table[:, 1]))
        given = [self.arrays[i] for i in found if i >= 0]
        batched = any(array.batched for array in given)
        differentiable = any(array.differentiable for array in given)
        number = self.arrangement.add(len(operands), batched, "applied", -1, differentiable)
        for i in found:
            there = np.flatnonzero(table[:, 0] == i)
            numbers = np.array([operands[j] for j in there] if i < 0 else [])
            column = _Column(self.arrays[i] if i >= 0 else None, table[there, 1], numbers[:, None])
            value = self._operand(column, (len(there),))
            self.statements.append(Statement(Rows(self.arrays[number], there), value))
        return self.operands(Rows(self.arrays[number], np.arange(len(operands))))

    def _columns(self) -> list[_Column]:
        nodes = [node.operands for node in self.group.nodes if isinstance(node, Step)]
        return [self._column(column) for column in zip(*nodes, strict=True)]

    def _column(self, values: tuple[Any, ...]) -> _Column:
        if isinstance(values[0], float):
            return _Column(None, np.zeros(0, np.intp), np.array(values)[:, None])
        places = [self.place[v] for v in values]
        rows = np.array([place.row for place in places], np.intp)
        return _Column(self.arrays[places[0].array], rows, np.zeros(0))

    def _operand(self, column: _Column, dims: tuple[int, ...]) -> Any:
        if column.array is not None:
            return self.operands(Rows(column.array, compressed(column.rows.reshape(dims))))
        numbers = column.constants
        if len(set(map(repr, numbers[:, 0].tolist()))) == 1:
            return float(numbers[0, 0])
        return self.operands(Numbers(numbers.reshape(*dims, 1)))

    def _together(self, columns: list[_Column]) -> Symbol:
        """The operands of each node side by side: rows of one array, or copied into one."""
        first = columns[0].array
        if first is not None and all(column.array == first for column in columns):
            return self.operands(Rows(first, np.stack([c.rows for c in columns], axis=1)))
        given = [column.array for column in columns if column.array is not None]
        table = np.arange(self.count * len(columns)).reshape(self.count, len(columns))
        batched = any(array.batched for array in given)
        differentiable = any(array.differentiable for array in given)
        number = self.arrangement.add(table.size, batched, "applied", -1, differentiable)
        for i, column in enumerate(columns):
            rows = Rows(self.arrays[number], table[:, i])
            self.statements.append(Statement(rows, self._operand(column, (self.count,))))
        return self.operands(Rows(self.arrays[number], table))

    def _dims(self, columns: list[_Column]) -> tuple[int, ...]:
        """(count,), or two loops in which every operand is a view."""
        taken = [column.rows for column in columns if column.array is not None]
        inner = {q for rows in taken for q in [factored(rows)] if q}
        if len(inner) == 1:
            dims = (self.count // min(inner), min(inner))
            if all(affine(rows.reshape(dims)) is not None for rows in taken):
                return dims
        return (self.count,)


def _step(loop: Loop, own: list[bool], batched: list[bool]) -> Statements:
    """The statements of a step, with a block for each part of what it is given."""
    sizes = [loop.carried, *(s.size for s in loop.sources), sum(own), len(own) - sum(own)]
    blocks = tuple(
        Block("", i, (size,), None, False, is_own)
        for i, (size, is_own) in enumerate(zip(sizes, batched, strict=True))
    )
    first = len(sizes) - 2
    origins = [Origin(b, i) for b, size in enumerate(sizes[:first]) for i in range(size)]
    counts = [0, 0]
    for is_own in own:
        origins.append(Origin(first + (not is_own), counts[not is_own]))
        counts[not is_own] += 1
    graph = loop.step
    graph = graph.made_of(blocks, origins, graph.steps, graph.outputs)
    return values_of(graph, arrange(graph, wanted=lambda block: False), Operands())


def values_of(graph: TracedGraph, arrangement: Arrangement, operands: Operands) -> Statements:
    """The statements of a graph's values."""
    arrays, place = arrangement.arrays, arrangement.place
    forward = lift(arrangement, operands)
    leaves = {a.block: a for a in arrays if a.role in ("parameters", "input", "index")}
    outputs = [
        v if isinstance(v, float) else (arrays[place[v].array], place[v].row) for v in graph.outputs
    ]
    return Statements(operands, forward, [], leaves, outputs, {}, None)


def _in_order(parts: list[Contraction]) -> list[Contraction]:
    """Layers first, with their terms by row, if no more than a bias stands before them."""
    layers: list[Contraction] = []
    others: list[Contraction] = []
    for part in parts:
        by_row = part.sorted() if part.length > 1 else part
        if is_layer(by_row) and all(map(is_bias, others[:1])) and len(others) < 2:
            layers.append(by_row)
        else:
            others.append(part)
    return layers + others
