"""`take` over arrays: a gather by row numbers, whose gradient is a scatter-add."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.primitives.indexing import checked_index
from autograd.program.arrays.applied import ApplicationWriter, Applied, operation
from autograd.program.arrays.arrange import Group
from autograd.program.arrays.patterns import Index
from autograd.program.symbols import Expression, apply, variable


class LookupWriter(ApplicationWriter):
    """Writes `take`."""

    def forward(self, group: Group, out: str) -> Applied:
        """Write out = rows[index], by the number of the row in the table's store."""
        primitive, emitter, memory = operation(group), self.emitter, self.memory
        stores, rows, constants = self.columns(group)
        k, count = len(rows[-1]) or emitter.shapes[out][0], len(stores) - 1
        index = memory.read(stores[-1], rows[-1])
        if min(stores[:-1]) == max(stores[:-1]) >= 0:
            array, columns = memory.names[stores[0]], memory.columns(stores[0])
            table = np.stack(rows[:-1], axis=1)
            memory.readers[stores[0]] += 1
        else:
            stack = self.together(stores[:-1], rows[:-1], constants[:-1], k)
            array, columns = f"{stack}.reshape({k * count}, -1)", emitter.shapes[stack][-1]
            table = np.arange(k * count).reshape(k, count)
        places = emitter.buffer((k, memory.columns(stores[-1])), emitter.fresh("r"), "int")
        together = bool((np.diff(table, axis=1) == 1).all())
        if memory.stores[stores[-1]].integer and together:
            first = emitter.constant(np.ascontiguousarray(table[:, :1]))
            emitter.call(_find_rows_together, first, str(count), index, places)
        else:
            emitter.call(_find_rows, emitter.constant(table), index, places)
        column = "0" if columns == 1 else emitter.columns()
        emitter.lines.append(f"{out}[...] = {array}[{places}, {column}]")
        emitter.spoken.append(
            f"{emitter.say(out)} = take({emitter.say(array)}, {emitter.say(index)})"
        )
        return Applied(primitive, stores, rows, [variable(places)], out, (k,))

    def backward(self, applied: Applied, adjoint: str, reached: Expression | None) -> None:
        """Scatter-add: the element taken is sent the whole adjoint."""
        emitter, memory = self.emitter, self.memory
        (places,) = applied.operands
        stores = applied.stores[:-1]
        if min(stores) < 0 or min(stores) != max(stores):
            self._back_through_stack(applied, adjoint, reached)
            return
        store = stores[0]
        if not self.wanted(store):
            return
        table = np.stack(applied.rows[:-1])
        rows = np.unique(table)
        memory.zero_fill(store, rows)
        if reached is None:
            memory.reach.note_one_of(store, table)
        if memory.reach.depends(store, rows):
            mark = emitter.function(_mark_taken)
            there = "True" if reached is None else emitter.evaluate(reached)
            memory.reach.mark(store, f"{mark}({memory.reach.array(store)}, {places.name}, {there})")
        target, columns = memory.adjoint(store), memory.columns(store)
        add = emitter.function(_add_shared if columns == 1 else _add_batched)
        emitter.lines.append(f"{add}({target}, {places.name}, {adjoint})")
        emitter.spoken.append(f"{emitter.say(target)} += scatter({emitter.say(adjoint)})")

    def _back_through_stack(
        self, applied: Applied, adjoint: str, reached: Expression | None
    ) -> None:
        """Operands of several stores: each is sent the adjoint where it was taken."""
        (places,) = applied.operands
        count = len(applied.stores) - 1
        for i, (store, rows) in enumerate(zip(applied.stores[:-1], applied.rows[:-1], strict=True)):
            if self.wanted(store):
                taken = self.emitter.scratch(self.emitter.shapes[adjoint], "bool")
                self.emitter.lines.append(f"np.equal({places.name} % {count}, {i}, {taken})")
                there: Expression = variable(taken)
                if reached is not None:
                    there = apply("logical_and", there, reached)
                message = apply("where", there, variable(adjoint), 0.0)
                self.memory.send(store, rows, message, there)
                self.emitter.release(taken)


def _find_rows(table: Index, index: Any, out: Index) -> None:
    """The row of the store for each node and example: table[node, index[node, example]]."""
    count = table.shape[1]
    low, high = index.min(), index.max()
    if not (low >= 0 and high < count):
        checked_index(float(high if low >= 0 else low), count)
    if index.dtype.kind == "f":
        for number in np.unique(index):
            checked_index(float(number), count)
        index = index.astype(np.intp)
    out[...] = table[np.arange(len(table))[:, None], index]


def _find_rows_together(first: Index, count: int, index: Any, out: Index) -> None:
    """As `_find_rows`, for whole numbers into rows that lie together."""
    if index.view(np.uint64).max() >= count:  # a number below 0 looks large
        low = index.min()
        checked_index(float(low if low < 0 else index.max()), count)
    np.add(first, index, out)


def _add_shared(target: Any, rows: Any, messages: Any) -> None:
    """Add messages to rows of an adjoint that all examples share."""
    full = np.broadcast_to(messages, np.broadcast_shapes(rows.shape, messages.shape))
    rows = np.broadcast_to(rows, full.shape)
    target[:, 0] += np.bincount(rows.ravel(), weights=full.ravel(), minlength=len(target))


def _add_batched(target: Any, rows: Any, messages: Any) -> None:
    """Add messages to rows of an adjoint, each example to its own column."""
    if len(rows) == 1 and rows.shape == messages.shape:  # no place is met twice
        target[rows[0], np.arange(rows.shape[1])] += messages[0]
        return
    columns = np.broadcast_to(np.arange(target.shape[1]), messages.shape)
    np.add.at(target, (np.broadcast_to(rows, messages.shape), columns), messages)


def _mark_taken(reach: Any, rows: Any, reached: Any) -> None:
    """Note which rows, for which examples, were sent something."""
    columns = np.arange(reach.shape[1])
    shape = np.broadcast_shapes(rows.shape, np.shape(reached), (1, len(columns)))
    if len(columns) < shape[1]:
        columns = np.zeros(shape[1], np.intp)
    rows, columns = np.broadcast_to(rows, shape), np.broadcast_to(columns, shape)
    np.logical_or.at(reach, (rows, columns), np.broadcast_to(reached, shape))
