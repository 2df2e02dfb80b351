"""Machine code of a graph, run over a batch: vectors of examples, in pieces, on several threads."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import cache, cached_property, lru_cache
from itertools import groupby
from typing import Any

import numpy as np

from autograd.primitives.indexing import TAKE, checked_index
from autograd.program.native.driver import FIELDS
from autograd.program.native.engine import Engine, engine, is_offered, lanes, threads
from autograd.program.native.instructions import instructions
from autograd.program.native.listing import NativeSource
from autograd.program.native.module import Row, module
from autograd.program.running.execution import KEPT, AddingUp, Results, Wanted
from autograd.program.straight.lines import Straight, straight
from autograd.program.tracing.arguments import Arguments
from autograd.program.tracing.graph import TracedGraph

Array = np.ndarray[Any, Any]
PIECE = 100_000
"""Instructions on vectors in a piece, about 50 µs: what a thread takes at once."""
WORTH_THREADS = 4 * PIECE
LARGE = 1 << 16
"""Bytes from which on an argument is read where it is, and a result made anew, not copied."""


class NativeCode:
    """Machine code for any number of examples; `each`: with a gradient for each of them.

    Args:
        outputs: the places of the outputs that are differentiated.
    """

    backend, calls, nbytes = "native", 0, 0

    def __init__(
        self, graph: TracedGraph, dtype: Any, each: bool, wanted: Wanted,
        outputs: Sequence[int] = (0,),
    ) -> None:  # fmt: skip
        found = straight(
            graph, lambda block: block in (wanted or ()), outputs if wanted is not None else ()
        )
        self._graph, self._indices = graph, _indices(graph)
        names = [found.names[v] if v < len(found.names) else f"v{v}" for v, _ in self._indices]
        self._lines = found._replace(outputs=(*found.outputs, *names))
        batched = _batched(graph)
        rows = [
            Row(o.block, o.element, graph.blocks[o.block].size)
            for o, own in zip(graph.origins, batched, strict=True)
            if own
        ]
        self._is_batch, self._is_sum = bool(rows), wanted is not None and not each
        kind = "float" if dtype == np.float32 else "double"
        self.code = instructions(
            self._lines, batched, each=each and self._is_batch, total=self._is_sum
        )
        self.module = module(self.code, rows, kind, lanes(kind), is_offered)
        self.width = lanes(kind).width if rows else 1
        self.blocks, self.dtype = graph.blocks, np.dtype(dtype)
        self.parameters, self._outputs = len(graph.parameters), len(graph.outputs) - self._is_sum
        self.piece = self.width * max(1, PIECE // max(1, len(self.code.each.code)))
        own = [(each or b) and self._is_batch for b in batched]
        first = len(self._lines.outputs) - self._is_sum, int(self._is_sum)
        self._places = _Places(graph, self._lines, wanted or (), own, first)
        self._is_total = self._is_sum and self._places.are_shared
        self.sized = lru_cache(KEPT)(lambda examples: SizedNativeCode(self, examples))

    @property
    def statements(self) -> int:
        """The number of instructions."""
        return self.module.operations

    @property
    def source(self) -> NativeSource:
        """The instructions, for the reader."""
        graph = self._graph
        leaves = zip(graph.leaves, _batched(graph), strict=True)
        inputs = [graph.labels[v] for v, own in leaves if own]
        return NativeSource(graph, self.code, inputs, self.module.text)

    @cached_property
    def engine(self) -> Engine:
        """The compiled functions."""
        return engine(self.module.text, self.module.operations)

    def run(self, arguments: Arguments, theta: Array, seed: float | None = None) -> Results:
        """Outputs and gradients; the seed is ∂(result)/∂(one example's value).

        Where a gradient is added up over the examples, so are their values: into one column.
        """
        table, entries = self._run(arguments, theta, seed)
        rows = [*entries[: self._is_sum], *table[: self._outputs]]
        return rows, self._places.of(table, entries)

    def jacobian(self, arguments: Arguments, theta: Array) -> dict[int, Array]:
        """By block, the gradients of all outputs: (outputs, elements, examples or 1)."""
        return self._places.of_all(len(self._lines.sweeps), *self._run(arguments, theta, 1.0))

    def _run(self, arguments: Arguments, theta: Array, seed: float | None) -> tuple[Array, Array]:
        """All results of each example, and what they share."""
        examples, seed = arguments.examples or 1, seed or 1.0
        leaves = arguments.arrays(self.dtype)
        if self._is_batch or arguments.examples is None:
            table, entries = self.sized(examples).run(leaves, theta, seed)
            table = table[:, :examples] if self._is_batch else table
            return self._checked(table), entries[:, None]
        # a batch of examples that have nothing of their own is one of them, many times
        times = 1 if self._is_sum else examples
        table, entries = self.sized(1).run(leaves, theta, seed * examples / times)
        if self._is_sum:
            entries[0] *= examples
        self._checked(table)
        if examples == 1:
            return table, entries[:, None]
        return np.repeat(table, examples, 1), np.repeat(entries[:, None], times, 1)

    def adding_up(self, arguments: Arguments) -> AddingUp | None:
        """A run that gives the sum of the values and its gradient, for arguments of this length.

        None where that is not one array, which all examples share, or they have nothing of their
        own.
        """
        if not self._is_total or not (self._is_batch or arguments.examples is None):
            return None
        examples = arguments.examples or 1

        def run(leaves: Sequence[Array], theta: Array, seed: float) -> tuple[float, Array]:
            table, entries = self.sized(examples).run(leaves, theta, seed)
            self._checked(table[:, :examples])
            return float(entries[0]), entries[1:]

        return run

    def _checked(self, table: Array) -> Array:
        """All results, if what `take` was given are indices."""
        if self._indices:
            rows = table[self._outputs :]
            for (_, count), row in zip(self._indices, rows, strict=False):
                _check_indices(row, count)
        return table


class SizedNativeCode:
    """Machine code for a number of examples, and the arrays that it works on.

    They are set anew in each run, and what it returns is not among them.
    """

    def __init__(self, code: NativeCode, examples: int) -> None:
        self._engine, self._code = code.engine, code
        found, dtype, width = code.code, code.dtype, code.width
        stride = -(-examples // width) * width
        self._pieces = max(1, -(-examples // code.piece))
        self._inputs = [
            np.empty((examples if b.batched else 1, *(b.shape or ())), dtype) for b in code.blocks
        ]
        self._addresses = np.array([_address(x) for x in self._inputs] or [0], np.int64)
        self._theta = np.empty(code.parameters, dtype)
        self._kept = np.empty(found.kept, dtype)
        self._partials = np.empty(self._pieces * found.added, dtype)
        self._sums = np.empty(found.added, dtype)
        self._gradient = np.empty(found.gradient, dtype)
        self._table = np.empty((found.results, stride), dtype)
        work = len(found.each.code) * stride // width
        count = threads() if code.width > 1 and work >= WORTH_THREADS else 1
        self._work = [
            _aligned(code.module.work, dtype) for _ in range(max(1, min(count, self._pieces)))
        ]
        self._context = np.zeros(len(FIELDS) + 2, np.int64)
        fields = {
            "n": examples, "in": _address(self._addresses), "theta": _address(self._theta),
            "kept": _address(self._kept), "res": _address(self._table), "stride": stride,
            "partials": _address(self._partials), "piece": code.piece,
            "totals": _address(self._sums), "grad": _address(self._gradient),
        }  # fmt: skip
        self._context[: len(FIELDS)] = [fields[name] for name in FIELDS]
        self._seeds = self._context[len(FIELDS) :].view(np.float64)
        self._seed, self._examples = 0.0, examples
        sizes = [(i, x.nbytes) for i, x in enumerate(self._inputs)]
        self._copied = [(i, self._inputs[i]) for i, size in sizes if 0 < size <= LARGE]
        self._held = [i for i, size in sizes if size > LARGE]
        self._at, self._works = _address(self._context), [*map(_address, self._work)]

    def run(self, leaves: Sequence[Any], theta: Array, seed: float) -> tuple[Array, Array]:
        """All results of each example, and what they share."""
        held = []  # large arguments are read where they lie, others copied
        for i in self._held:
            held.append(np.require(leaves[i], self._inputs[i].dtype, ["C", "A"]))
            self._addresses[i] = _address(held[-1])
        for i, own in self._copied:
            own[...] = leaves[i]
        if self._theta.size:
            self._theta[:] = theta
        if seed != self._seed:
            self._seed = seed
            self._seeds[:] = seed, seed * self._examples
        table = self._table
        if table.nbytes > LARGE:
            table = np.empty_like(table)
            self._context[FIELDS.index("res")] = _address(table)
        if len(self._works) == 1:
            self._engine.whole(self._at, self._pieces, self._works[0])
        else:
            self._in_threads(held, table)
        table = table.copy() if table is self._table else table
        return table, self._gradient.astype(np.float64)

    def _in_threads(self, *held: Any) -> None:
        """Run the pieces on several threads: each takes those that lie together.

        After Ctrl-C, some threads go on for a while: they hold what they read and write, and no
        other run is given these arrays.
        """
        engine, at, works = self._engine, self._at, self._works
        count = len(works)
        ends = [self._pieces * i // count for i in range(count + 1)]
        try:
            engine.before(at, works[0])
            others = [
                _pool(os.getpid(), count).submit(self._run_pieces, ends[i], ends[i + 1], i, held)
                for i in range(1, count)
            ]
            engine.pieces(at, 0, ends[1], works[0])
            for other in others:
                other.result()
            engine.after(at, self._pieces, works[0])
        except BaseException:
            self._code.sized.cache_clear()
            raise

    def _run_pieces(self, first: int, last: int, thread: int, held: Any) -> None:
        self._engine.pieces(self._at, first, last, self._works[thread])


class _Places:
    """The places of gradients: by block, rows of a table or entries of what is shared.

    The leaves of a block stand together, in order.
    """

    def __init__(
        self, graph: TracedGraph, lines: Straight, wanted: Sequence[int], own: Sequence[bool],
        first: tuple[int, int],
    ) -> None:  # fmt: skip
        self._blocks: dict[int, tuple[bool, slice]] = {n: (True, slice(0, 0)) for n in wanted}
        counts = [0, 0]
        for block, leaves in groupby(lines.wanted, lambda v: graph.origins[v].block):
            found = [*leaves]
            is_own = own[found[0]]
            start = counts[is_own]
            counts[is_own] += len(found)
            self._blocks[block] = is_own, slice(start, counts[is_own])
        (self._entries, self._rows), self._first = counts, first

    @property
    def are_shared(self) -> bool:
        """True if there is one block, whose gradient is all that examples share."""
        return [own for own, _ in self._blocks.values()] == [False]

    def of(self, table: Array, shared: Array) -> dict[int, Array]:
        """By block, the gradient of the only sweep: (elements, examples or 1)."""
        rows, entries = table[self._first[0] :], shared[self._first[1] :]
        return {
            n: np.asarray((rows if own else entries)[span], np.float64)
            for n, (own, span) in self._blocks.items()
        }

    def of_all(self, sweeps: int, table: Array, shared: Array) -> dict[int, Array]:
        """By block, the gradients of all sweeps: (sweeps, elements, examples or 1)."""
        found = {}
        for n, (own, span) in self._blocks.items():
            count, rows = (self._rows, table) if own else (self._entries, shared)
            first = self._first[not own]
            every = (rows[first:] if first else rows).reshape(sweeps, count, rows.shape[1])
            part = every if span.stop - span.start == count else every[:, span]
            found[n] = np.asarray(part, np.float64)
        return found


def _batched(graph: TracedGraph) -> list[bool]:
    """For every leaf, True if each example has its own."""
    return [o.block >= 0 and graph.blocks[o.block].batched for o in graph.origins]


def _indices(graph: TracedGraph) -> list[tuple[int, int]]:
    """The values that are indices of `take`, and of how many elements each chooses."""
    found: dict[int, int] = {}
    for step in graph.steps:
        if step.primitive is TAKE:
            *rows, index = step.operands
            if not isinstance(index, float):
                found[index] = min(len(rows), found.get(index, len(rows)))
    return [*found.items()]


def _check_indices(row: Array, count: int) -> None:
    """Raise as `take` does where an index is none."""
    bad = ~((row >= 0.0) & (row < count) & (row == np.floor(row)))
    if bad.any():
        checked_index(float(row[bad][0]), count)


def _address(array: Array) -> int:
    return int(array.__array_interface__["data"][0])


def _aligned(count: int, dtype: np.dtype[Any]) -> Array:
    """An array that begins at a whole cache line."""
    whole = np.empty(count * dtype.itemsize + 64, np.uint8)
    start = -_address(whole) % 64
    return whole[start : start + count * dtype.itemsize].view(dtype)


@cache
def _pool(process: int, count: int) -> Executor:
    """Threads of this process; a forked one has none of its parent's."""
    return ThreadPoolExecutor(count - 1, "chainrule")
