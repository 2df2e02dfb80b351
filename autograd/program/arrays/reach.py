"""Which values were sent a message, for which examples: `where` and `take` choose.

What was not chosen is sent nothing, not even zero, since zero times an infinite slope is nan. Where
that depends on the example, an array of bools beside the adjoint says it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.program.arrays.arrange import Store
from autograd.program.arrays.emitter import BATCH, Emitter
from autograd.program.arrays.patterns import Index, affine
from autograd.program.symbols import Expression, apply, variable


class Reach:
    """For each store, which rows were sent something for all examples, and for which ones else."""

    def __init__(self, stores: list[Store], names: list[str], emitter: Emitter):
        self.stores, self.names, self.emitter = stores, names, emitter
        self._chosen = [np.ones(s.rows, bool) for s in stores]
        self._arrays: dict[int, str] = {}
        self._marks: list[tuple[int, str]] = []
        self._asked: set[int] = set()
        self._views: dict[str, tuple[int, Index]] = {}
        self._one_of: dict[int, list[Index]] = {}

    def depends(self, number: int, rows: Index) -> bool:
        """Whether it depends on the example if these rows were sent something."""
        return bool(self._chosen[number][rows].any())

    def note(self, number: int, index: Index, reached: Expression | None) -> None:
        """These rows are sent something where `reached` holds; None: for all examples."""
        rows = index.ravel()
        if reached is None or self._is_sure(index, reached):
            self._chosen[number][rows] = False
        elif self.depends(number, rows):
            emitter = self.emitter
            value, numbers = emitter.evaluate(reached), emitter.constant(index)
            mark = emitter.function(_mark)
            self.mark(number, f"{mark}({self.array(number)}, {numbers}, {value})")

    def note_one_of(self, number: int, table: Index) -> None:
        """For each example one row of each column of a table is sent something."""
        self._one_of.setdefault(number, []).extend(table.T)

    def _is_sure(self, index: Index, reached: Expression) -> bool:
        """Whether each of these rows is sent something by all of some rows, one of which has it.

        As the sum in a softmax is, whichever class is taken: it needs no array of bools.
        """
        number, rows = self._views.get(getattr(reached, "name", ""), (-1, index))
        one_of = self._one_of.get(number, ())
        return index.shape == rows.shape and all(
            any(np.isin(some, rows[index == row]).all() for some in one_of)
            for row in np.unique(index)
        )

    def mark(self, number: int, line: str) -> None:
        """A line that marks rows of a store; it is dropped if nothing asks where they are."""
        self._marks.append((number, line))
        self.emitter.lines.append(line)

    def array(self, number: int) -> str:
        """The array of bools of a store."""
        if number not in self._arrays:
            store = self.stores[number]
            shape = (store.rows, BATCH if store.batched else 1)
            name = self.emitter.buffer(shape, f"R{self.names[number]}", "bool")
            self._arrays[number] = name
        return self._arrays[number]

    def of(self, number: int, rows: Index) -> Expression | None:
        """Where these rows, which lie together, were sent something; None: for all examples."""
        chosen = self._chosen[number][rows]
        found = affine(rows)
        if not chosen.any() or found is None:
            return None
        array = self.array(number)
        self._asked.add(number)
        shape = (len(rows), self.emitter.shapes[array][1])
        view = self.emitter.view(f"{array}[{found[0]}:{found[0] + len(rows)}]", shape)
        self._views[view] = number, rows
        there: Expression = variable(view)
        if not chosen.all():
            there = apply("logical_or", there, variable(self.emitter.constant(~chosen[:, None])))
        return there

    def finish(self, lines: list[str]) -> list[str]:
        """The lines of a backward pass, with clean arrays to begin with, without idle marks."""
        idle = {line for number, line in self._marks if number not in self._asked}
        clean = [f"{self._arrays[number]}.fill(False)" for number in sorted(self._asked)]
        return clean + [line for line in lines if line not in idle]


def _mark(reach: Any, rows: Index, reached: Any) -> None:
    """Note which rows, for which examples, were sent something."""
    full: Any = np.broadcast_to(reached, np.broadcast_shapes(np.shape(reached), (*rows.shape, 1)))
    if reach.shape[1] < full.shape[-1]:
        full = full.any(-1, keepdims=True)
    np.logical_or.at(reach, rows, full)
