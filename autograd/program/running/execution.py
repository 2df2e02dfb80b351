"""The code of a graph, made and run: array statements over a batch, or Python over floats.

Buffers for a number of examples are made once; long batches run in pieces, each small enough for
its buffers to stay in the processor's cache. Gradients with respect to what the examples share are
added up over the pieces.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import cached_property, lru_cache, partial
from typing import Any

import numpy as np

from autograd.context.modes import paused_gc
from autograd.primitives.summation import add_in_order
from autograd.program.arrange import arrange
from autograd.program.backends.numpy import NumpyProgram
from autograd.program.backends.python import write_python
from autograd.program.backends.sum_lines import ADD_UP
from autograd.program.source import ArraySource
from autograd.program.statements import Statements
from autograd.program.tracing.arguments import Arguments, Block
from autograd.program.tracing.graph import TracedGraph
from autograd.source import compiled_source

Array = np.ndarray[Any, Any]
Wanted = tuple[int, ...] | None
"""The blocks that gradients are wanted for; None for values alone."""
PARAMETERS = -1
"""The block of the parameters."""
AddingUp = Callable[[Sequence[Array], Array, float], tuple[float, Array]]
"""A run for leaves, parameters and a seed: the sum of the values, and its gradient."""
Results = tuple[Any, dict[int, Array]]
"""A row for each output, of numbers, and by block a gradient of shape (elements, examples or 1)."""

CACHE_BYTES = 6 << 20
"""The most that the buffers of a piece may take: shorter ones pay more for calls than they gain."""
SMALLEST_PIECE = 64
LARGE = 512
"""From so many examples on, a row is read and written where it is; less are copied as quickly."""
KEPT = 4
"""Buffers are kept for so many lengths of a piece."""


class _Room:
    """Room for the gradients that are wanted, of blocks or for each example."""

    def __init__(self, graph: TracedGraph, wanted: Wanted, *, each: bool = False) -> None:
        self._shapes = [
            (n, len(graph.parameters), each) if n < 0
            else (n, graph.blocks[n].size, each or graph.blocks[n].batched)
            for n in wanted or ()
        ]  # fmt: skip
        self.shared = frozenset(n for n, _, own in self._shapes if not own)
        self._rows = sum(size for _, size, own in self._shapes if own)

    def tables(self, examples: int) -> dict[int, Array]:
        """A table for each block, with a column for each example or one for all.

        Those of examples are parts of one array: memory that is given back in several pieces goes
        to the system, which takes a quarter of a call's time to hand it out again.
        """
        if len(self.shared) == len(self._shapes):
            return {n: np.empty((size, 1)) for n, size, _ in self._shapes}
        together, start, found = np.empty((self._rows, examples)), 0, {}
        for n, size, own in self._shapes:
            found[n] = together[start : start + size] if own else np.empty((size, 1))
            start += size if own else 0
        return found

    def parts(self, tables: dict[int, Array], here: slice) -> dict[int, Array]:
        """Those of some examples."""
        return {n: tables[n][:, here] if own else tables[n] for n, _, own in self._shapes}


class FloatCode:
    """Straight-line Python, for one example after the other."""

    backend, calls, nbytes = "python", 0, 0

    def __init__(self, graph: TracedGraph, each: bool, wanted: Wanted) -> None:
        self.source = write_python(
            graph, lambda block: block in (wanted or ()), gradient=wanted is not None
        )
        self._run = compiled_source("run", self.source.code, dict(self.source.scope), passing=True)
        self.statements = len(self.source.forward) + len(self.source.backward)
        blocks = [graph.origins[i].block for i in self.source.wanted]
        self._spans = [(n, bisect_left(blocks, n), bisect_right(blocks, n)) for n in wanted or ()]
        self._each, self._blocks = each, graph.blocks

    def run(self, arguments: Arguments, theta: Array, seed: float | None = None) -> Results:
        """Outputs and gradients; raises what operations of floats raise."""
        parameters, examples = theta.tolist(), arguments.examples
        if examples is None:
            outputs, found = self._run(arguments.numbers(), parameters, 1.0)
            spans = self._spans
            tables = {n: np.array(found[i:j])[:, None] for n, i, j in spans} if spans else {}
            return [[x] for x in outputs], tables
        runs = (self._run(arguments.numbers(i), parameters, seed) for i in range(examples))
        rows, gradients = (np.array(columns).T for columns in zip(*runs, strict=True))
        return rows, {n: self._gradient(n, gradients[i:j]) for n, i, j in self._spans}

    def _gradient(self, block: int, table: Array) -> Array:
        """A block's gradient of each example; of what they share, the sum in their order."""
        own = self._each or (block >= 0 and self._blocks[block].batched)
        return table if own else add_in_order(table, 1, keepdims=True)


copyto, errstate = np.copyto, np.errstate


class SizedCode:
    """Array statements for a number of examples, and the arrays that they work on.

    Each run sets everything that the statements read, so that no earlier run shows. Where it can,
    a row of numbers is read where it was given, and written where it is to be.

    Attributes:
        nbytes: the size of all arrays.
    """

    def __init__(
        self,
        program: Statements,
        code: NumpyProgram,
        graph: TracedGraph,
        wanted: Wanted,
        examples: int,
    ) -> None:
        blocks = graph.blocks
        self._forward, self._backward, arrays = code.make(examples)
        self._scope: dict[str, Any] = self._forward.__globals__
        leaves = {n: arrays[array.name] for n, array in program.leaves.items()}
        self._parameters = leaves[-1].T if -1 in leaves else None
        self._seed = None if code.seed is None else arrays[code.seed]
        self._share = 1.0 if self._seed is None else examples / self._seed.shape[1]
        outputs = [("", o) if isinstance(o, float) else (o[0].name, o[1]) for o in program.outputs]
        gradients = {} if self._seed is None else {n: a.name for n, a in program.gradients.items()}
        inputs = {n: array.name for n, array in program.leaves.items() if n >= 0}

        names = Counter(name for name, _ in outputs)
        free = {name for name in code.replaceable if names[name] < 2 and examples >= LARGE}
        made = free - {array.name for array in program.leaves.values()}
        doubles = code.buffers.dtype == np.float64
        self._read = {
            n: a for n, a in inputs.items() if blocks[n].batched and a in free and a not in names
        }
        self._rows = {i: name for i, (name, _) in enumerate(outputs) if name in made}
        self._tables = {n: name for n, name in gradients.items() if doubles and name in made}
        self._own = {
            name: arrays[name]
            for names in (self._read, self._rows, self._tables)
            for name in names.values()
        }
        self._copied = [(n, _as_given(leaves[n], blocks[n])) for n in inputs if n not in self._read]
        self._other_rows = [
            (i, arrays[name][row] if name else row)
            for i, (name, row) in enumerate(outputs)
            if i not in self._rows
        ]
        self._other_tables = [
            (n, arrays[gradients[n]] if n in gradients else 0.0)
            for n in wanted or ()
            if n not in self._tables
        ]
        self._examples, self._shape = examples, (len(graph.parameters), 1)
        own = [a for a in arrays.values() if isinstance(a, np.ndarray) and a.base is None]
        self.nbytes = sum(a.nbytes for a in own)

    def run(
        self,
        leaves: Sequence[Any],
        theta: Array,
        seed: float | None,
        rows: Array,
        tables: dict[int, Array],
        added: Collection[int] = (),
    ) -> None:
        """Run forward for these leaves and parameters, and backward from a seed if there is one.

        The seed is ∂(result)/∂(one example's value); a value that all examples share counts once
        for each of them.

        Args:
            rows, tables: what outputs and gradients are written into.
            added: the blocks whose gradients are added to those of other examples.
        """
        try:
            if self._own:
                self._replace(leaves, rows, tables)
            with errstate(all="ignore"):
                self._compute(leaves, theta, seed)
                for i, row in self._other_rows:
                    rows[i] = row
                for n, table in self._other_tables:
                    if n in added:
                        tables[n] += table
                    else:  # not added to 0, which would lose the sign of −0
                        tables[n][...] = table
        finally:
            self._scope.update(self._own)

    def added_up(
        self, leaves: Sequence[Any], theta: Array, seed: float | None
    ) -> tuple[float, Array]:
        """Sum of the values and gradient by the parameters: of fewer than LARGE examples."""
        value, times, gradient = self._sums
        with errstate(all="ignore"):
            self._compute(leaves, theta, seed)
            return float(ADD_UP(value, initial=-0.0)) * times, gradient.astype(np.float64)

    @cached_property
    def _sums(self) -> tuple[Array, float, Array]:
        """A row of values, how often each counts, and the gradient by the parameters."""
        ((_, row),), ((_, table),) = self._other_rows, self._other_tables
        value = np.atleast_1d(row)
        return value, self._examples / len(value), np.broadcast_to(table, self._shape)[:, 0]

    def _compute(self, leaves: Sequence[Any], theta: Array, seed: float | None) -> None:
        for number, target in self._copied:
            copyto(target, leaves[number], "unsafe")
        if self._parameters is not None:
            copyto(self._parameters, theta)
        self._forward()
        if seed is not None and self._seed is not None:
            self._seed.fill(seed * self._share)
            self._backward()

    def _replace(self, leaves: Sequence[Any], rows: Array, tables: dict[int, Array]) -> None:
        """Let the statements read and write rows where they are."""
        scope = self._scope
        for n, name in self._read.items():
            leaf, own = leaves[n], self._own[name]
            if leaf.dtype == own.dtype and leaf.flags.carray:
                scope[name] = leaf.reshape(own.shape)
            else:
                copyto(own[0], leaf.reshape(-1), "unsafe")
        for i, name in self._rows.items():
            scope[name] = rows[i : i + 1]
        for n, name in self._tables.items():
            scope[name] = tables[n]


def _as_given(store: Array, block: Block) -> Array:
    """A store of shape (elements, examples or 1) as a view in the shape of a block's leaf.

    What all examples share is spread over the first axis.
    """
    return np.moveaxis(store.reshape(*(block.shape or ()), store.shape[1]), -1, 0)


class ArrayCode:
    """Array statements, for any number of examples; `each`: with a gradient for each of them."""

    backend = "numpy"

    def __init__(
        self, graph: TracedGraph, dtype: Any, seed: str, each: bool, wanted: Wanted
    ) -> None:
        each = each and wanted is not None
        with paused_gc():
            arrangement = arrange(
                graph, wanted=lambda block: block in (wanted or ()), per_example=each
            )
            self.source = ArraySource(graph, arrangement, gradient=wanted is not None, share=seed)
        code = NumpyProgram(self.source.statements, dtype)
        self.statements, self.calls = len(self.source), code.calls
        self._blocks, self._dtype = graph.blocks, dtype
        self._is_sum = wanted == (PARAMETERS,) and not each
        self._room = _Room(graph, wanted, each=each)
        self._new = partial(SizedCode, self.source.statements, code, graph, wanted)
        self.sized = lru_cache(KEPT)(self._new)

    @property
    def nbytes(self) -> int:
        """The size of all buffers for one example."""
        return self.sized(1).nbytes

    @cached_property
    def _longest(self) -> int:
        few, more = self._new(2), self._new(18)
        return max(SMALLEST_PIECE, CACHE_BYTES // max(1, (more.nbytes - few.nbytes) // 16))

    def piece(self, examples: int) -> int:
        """The count of examples to take at once: all pieces are about as long."""
        if examples <= max(SMALLEST_PIECE, self._longest):
            return examples
        return _divided(examples, _divided(examples, self._longest))

    def run(self, arguments: Arguments, theta: Array, seed: float | None = None) -> Results:
        """Outputs and gradients; the seed is that of `SizedCode.run`."""
        examples = arguments.examples or 1
        leaves, size = arguments.arrays(self._dtype), self.piece(examples)
        rows = np.empty((len(self.source.statements.outputs), examples), self._dtype)
        tables = self._room.tables(examples)
        if size == examples:
            self.sized(size).run(leaves, theta, seed, rows, tables)
            return rows, tables
        for start in range(0, examples, size):
            here = slice(start, min(start + size, examples))
            sized, part = self.sized(here.stop - start), self._part(leaves, here)
            parts = self._room.parts(tables, here)
            sized.run(part, theta, seed, rows[:, here], parts, self._room.shared if start else ())
        return rows, tables

    def adding_up(self, arguments: Arguments) -> AddingUp | None:
        """A run that gives the sum of the values and its gradient, for arguments of this length.

        None where there are many examples, or not one gradient by the parameters for all.
        """
        examples = arguments.examples or 1
        is_short = self._is_sum and examples < LARGE and self.piece(examples) == examples
        return self.sized(examples).added_up if is_short else None

    def _part(self, leaves: list[Array], here: slice) -> list[Array]:
        blocks = zip(leaves, self._blocks, strict=True)
        return [leaf[here] if block.batched else leaf for leaf, block in blocks]


def _divided(count: int, by: int) -> int:
    return -(-count // by)
