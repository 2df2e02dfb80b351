"""Reading and adding to rows of stores: slices where there is a pattern, gathers where not.

A store is an array of shape (rows, examples). Its adjoint, of the same shape, holds the gradient
of the output with respect to every row: the sum of the messages that the row was sent. The first
message to a row is assigned, later ones are added.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.program.arrays.arrange import Arrangement, Store
from autograd.program.arrays.emitter import BATCH, Emitter, Shape, broadcast, summed
from autograd.program.arrays.patterns import Index, affine
from autograd.program.arrays.reach import Reach
from autograd.program.arrays.reading import rows_text, summed_text
from autograd.program.symbols import Expression, Symbol, variable


class Memory:
    """The stores of an arrangement, as arrays in the source.

    Attributes:
        names: of the stores.
        covered: for each store, which rows of its adjoint have been sent something.
        reach: which rows were sent something for some examples only.
    """

    def __init__(self, arrangement: Arrangement, emitter: Emitter):
        self.stores, self.emitter = arrangement.stores, emitter
        self.names = _names(self.stores)
        self.covered = [np.zeros(s.rows, bool) for s in self.stores]
        self.reach = Reach(self.stores, self.names, emitter)
        self._views: dict[Any, str] = {}
        self._adjoints: dict[int, str] = {}
        self._letter = "b"
        self.introduced: dict[Any, str] = {}
        """What a reader calls rows of the parameters."""
        self.readers: list[int] = [0] * len(self.stores)
        """How many operands take rows of each store: each sends its adjoint one message."""
        for name, store in zip(self.names, self.stores, strict=True):
            emitter.buffer(self._shape(store), name, "int" if store.integer else "real")

    @staticmethod
    def _shape(store: Store) -> Shape:
        return (store.rows, BATCH if store.batched else 1)

    def columns(self, number: int) -> int:
        """BATCH or 1."""
        return BATCH if self.stores[number].batched else 1

    def adjoint(self, number: int) -> str:
        """The name of a store's adjoint."""
        if number not in self._adjoints:
            name = f"d{self.names[number]}"
            self._adjoints[number] = self.emitter.buffer(self._shape(self.stores[number]), name)
        return self._adjoints[number]

    def alias(self, number: int, name: str) -> None:
        """The adjoint of a store is this array, which holds what it would hold."""
        shape, spoken = self.emitter.shapes[name], f"d{self.names[number]}"
        self._adjoints[number] = self.emitter.view(name, shape, spoken)
        self.covered[number][:] = True

    def view(self, array: str, number: int, index: Index, *, flat: bool = False) -> str | None:
        """A view of rows of an array shaped as a store, of shape index.shape + (examples,).

        Args:
            flat: without the last axis, for an array that has one example: a matrix.

        Returns:
            Its name, or None where the index follows no pattern.
        """
        key = (array, index.shape, index.tobytes(), flat)
        if key not in self._views:
            found = affine(index)
            if found is None:
                return None
            self._views[key] = self._new_view(array, number, index, *found, flat)
            self._introduce(self._views[key], array, number, index)
        return self._views[key]

    def _new_view(
        self, array: str, number: int, index: Index, base: int, steps: tuple[int, ...], flat: bool
    ) -> str:
        rows, columns = self.stores[number].rows, self.columns(number)
        shape = index.shape if flat else (*index.shape, columns)
        if not flat and index.shape == (rows,) and base == 0 and (rows == 1 or steps == (1,)):
            return array
        inner = "" if flat else f" + ({array}.strides[1],)"
        sizes = ", ".join(map(str, index.shape))
        jumps = ", ".join(f"{step} * {array}.strides[0]" for step in steps)
        last = "" if flat else f" + ({array}.shape[1],)"
        text = f"as_strided({array}[{base}:], ({sizes},){last}, ({jumps},){inner})"
        if len(index.shape) == 1 and not flat and steps[0] >= 1:
            stop = base + steps[0] * (len(index) - 1) + 1
            step = f":{steps[0]}" if steps[0] > 1 else ""
            text = f"{array}[{base}:{stop}{step}]"
        together = index.size == 1 or (index.ndim == 1 and steps == (1,))
        return self.emitter.view(text, shape, solid=together)

    def _introduce(self, view: str, array: str, number: int, index: Index) -> None:
        """What a reader calls a view: W1 or b1 for parameters, a slice for others."""
        if view == array:
            return
        prefix = "" if array == self.names[number] else "d"
        if self.stores[number].kind == "parameters":
            key = (index.shape, index.tobytes())
            if key not in self.introduced:
                letter = self._letter if index.ndim == 1 else "W"
                count = 1 + sum(name[0] == letter for name in self.introduced.values())
                self.introduced[key] = f"{letter}{count}"
            self.emitter.aliases[view] = prefix + self.introduced[key]
        else:
            self.emitter.aliases[view] = (
                f"{self.emitter.say(array)}{rows_text(index, self.stores[number].rows)}"
            )

    def read(self, number: int, index: Index, letter: str = "b") -> str:
        """Rows of a store as an array of shape index.shape + (examples,), gathered if need be.

        `letter` is what a reader calls parameters that stand in a column: w, where they multiply.
        """
        self.readers[number] += 1
        self._letter = letter
        return self.gathered(self.names[number], number, index)

    def gathered(self, array: str, number: int, index: Index) -> str:
        """Rows of an array shaped as a store: a view, or a copy made at this point."""
        found = self.view(array, number, index)
        if found is None:
            key = (array, index.shape, index.tobytes(), "gathered")
            if key not in self._views:
                shape = (*index.shape, self.columns(number))
                kind = "int" if self.stores[number].integer else "real"
                found = self.emitter.buffer(shape, self.emitter.fresh("g"), kind)
                rows = self.emitter.constant(index)
                self.emitter.call(np.take, array, rows, "0", found, "'clip'")
                if array == self.names[number]:
                    self._views[key] = found
                self.emitter.aliases[found] = f"{self.emitter.say(array)}[{rows}]"
            else:
                found = self._views[key]
        return found

    def send(
        self,
        number: int,
        index: Index,
        message: Expression,
        reached: Expression | None = None,
        *,
        said: str = "",
    ) -> None:
        """Add a message of shape index.shape + (examples,) to the adjoint of rows of a store.

        `said` is what the reader is told of the message.
        """
        said = said or self.emitter.say(message)
        self.reach.note(number, index, reached)
        self._send(number, index, message, said)

    def _send(self, number: int, index: Index, message: Expression, said: str) -> None:
        emitter, columns = self.emitter, self.columns(number)
        shape = broadcast([emitter.shape_of(message), (*index.shape, 1)])
        if shape[-1] == BATCH and columns == 1:
            message = summed(message, len(shape) - 1, shape)
            shape, said = (*index.shape, 1), summed_text(said, len(shape) - 1)
        steps = affine(index)
        repeated = [a for a, n in enumerate(index.shape) if steps and n > 1 and not steps[1][a]]
        if repeated:
            axis = repeated[0]
            one = np.take(index, [0], axis=axis)
            total, said = summed(message, axis, shape), summed_text(said, axis)
            self._send(number, one, total, said)
            return
        if len(np.unique(index)) < index.size:
            self._scatter(number, index, message, shape)
            return
        rows = index.ravel()
        if self._can_alias(number, index, message):
            self.alias(number, message.name)
            emitter.spoken.append(f"d{self.names[number]} = {said}")
            return
        fresh = not self.covered[number][rows].any()
        self._cover(number, rows, fresh)
        self._store(number, index, message, fresh, said)

    def _can_alias(self, number: int, index: Index, message: Expression) -> bool:
        """Whether a message, as it is, is all that a store's adjoint will be."""
        store = self.stores[number]
        return (
            isinstance(message, Symbol)
            and not message.op
            and not message.name.startswith("t")
            and self.readers[number] == 1
            and number not in self._adjoints
            and self.emitter.shapes[message.name] == self._shape(store)
            and np.array_equal(index, np.arange(store.rows))
            and store.kind not in ("parameters", "input")
        )

    def _store(
        self, number: int, index: Index, message: Expression, fresh: bool, said: str
    ) -> None:
        emitter, adjoint = self.emitter, self.adjoint(number)
        target = self.view(adjoint, number, index)
        rows = "" if target is not None else emitter.constant(index)
        name = f"{emitter.say(adjoint)}[{rows}]" if target is None else emitter.say(target)
        whole = emitter.shape_of(message)[:1] in ((), index.shape[:1])
        place = name if whole or not fresh or name.endswith("]") else f"{name}[:]"
        emitter.spoken.append(f"{place} {'=' if fresh else '+='} {said}")
        if target is None:
            value = emitter.evaluate(message)
            emitter.lines.append(f"{adjoint}[{rows}] {'=' if fresh else '+='} {value}")
        elif fresh:
            emitter.evaluate(message, into=target)
        else:
            negative = isinstance(message, Symbol) and message.op == "negative"
            added = message.args[0] if negative else message
            value = emitter.evaluate(added)
            emitter.call(np.subtract if negative else np.add, target, value, target)
            if getattr(added, "function", None) is not None:
                emitter.release(value)

    def assign_product(
        self, number: int, index: Index, left: str, right: str, *, flat: bool, said: str
    ) -> bool:
        """Put left @ right into the adjoint, if these rows can be viewed and were sent nothing."""
        rows = index.ravel()
        if len(np.unique(rows)) < rows.size or self.covered[number][rows].any():
            return False
        target = self.view(self.adjoint(number), number, index, flat=flat)
        if target is None:
            return False
        if flat:  # inner products over many examples: np.matmul is the quicker one
            self.emitter.call(np.matmul, left, right, target)
        else:
            self.emitter.multiply_matrices(left, right, target)
        self.emitter.spoken.append(f"{self.emitter.say(target)} = {said}")
        self.covered[number][rows] = True
        self.reach.note(number, rows, None)
        return True

    def _cover(self, number: int, rows: Index, fresh: bool) -> None:
        """Before adding to rows of which some have been sent nothing: zeros there."""
        if not fresh:
            self.zero_fill(number, rows)
        self.covered[number][rows] = True

    def zero_fill(self, number: int, rows: Index) -> None:
        """Zeros in those of these rows of the adjoint that have been sent nothing."""
        bare = np.unique(rows[~self.covered[number][rows]])
        if bare.size:
            adjoint = self.adjoint(number)
            target = self.view(adjoint, number, bare)
            if target is None:
                target = f"{adjoint}[{self.emitter.constant(bare)}]"
                self.emitter.lines.append(f"{target} = 0.0")
            else:
                self.emitter.lines.append(f"{target}.fill(0.0)")
            self.covered[number][bare] = True

    def _scatter(self, number: int, index: Index, message: Expression, shape: Shape) -> None:
        """Messages to rows of which some are named more than once."""
        emitter = self.emitter
        order = np.argsort(index, axis=None, kind="stable")
        rows, starts = np.unique(index.ravel()[order], return_index=True)
        value = emitter.evaluate(message)
        full = emitter.scratch(shape)
        emitter.call(np.copyto, full, value)
        names = [emitter.constant(c) for c in (order, starts)]
        total = emitter.scratch((len(rows), shape[-1]))
        emitter.lines.append(
            f"np.add.reduceat({full}.reshape({index.size}, {full}.shape[-1])[{names[0]}], "
            f"{names[1]}, 0, None, {total})"
        )
        emitter.release(full)
        said = f"add up {emitter.say(message)} by row"
        self._send(number, rows, variable(total), said)
        emitter.release(total)


def _names(stores: list[Store]) -> list[str]:
    """P for the parameters, X for inputs, Z for sums, A for what is applied to each element."""
    counts: dict[str, int] = {}
    names = []
    for store in stores:
        letter = {"parameters": "P", "input": "X", "sum": "Z"}.get(store.kind, "A")
        counts[letter] = counts.get(letter, 0) + 1
        names.append("P" if letter == "P" else f"{letter}{counts[letter]}")
    return names
