"""The values that were sent a message, and for which examples: `where` and `take` choose.

What was not chosen is sent nothing, not even zero, since zero times an infinite slope is nan. Where
that depends on the example, an array of bools beside the adjoint says it.
"""

from __future__ import annotations

import numpy as np

from autograd.program.row_patterns import Index
from autograd.program.statements import Array, Numbers, Operands, Rows, Statement
from autograd.program.symbols import Expression, Symbol, apply


class Reached:
    """For each array, which rows were sent something for all examples, and for which ones else."""

    def __init__(self, operands: Operands, statements: list[Statement]):
        self.operands, self.statements = operands, statements
        self._chosen: dict[str, Index] = {}
        self._asked: dict[str, Array] = {}
        self._one_of: dict[str, list[Index]] = {}

    def note(self, rows: Rows, there: Expression | None) -> None:
        """These rows are sent something where `there` holds; None: for all examples."""
        chosen, index = self._chosen_of(rows.array), rows.numbers
        if there is not None:  # the same row may be sent something by several
            shape = np.broadcast_shapes(index.shape, self.operands.shape(there)[:-1])
            index = np.broadcast_to(index, shape)
        if there is None or self._is_sure(index, there):
            chosen[index] = False
        elif chosen[index].any():
            self.statements.append(Statement(Rows(_bools(rows.array), index), there, "|="))

    def note_taken(self, rows: Rows, index: Symbol, there: Expression | None) -> None:
        """Of each line of these rows one is sent something, where `there` holds."""
        if there is None:
            self._one_of.setdefault(rows.array.name, []).extend(rows.numbers)
        if self._chosen_of(rows.array)[rows.numbers].any():
            target, there = Rows(_bools(rows.array), rows.numbers), True if there is None else there
            self.statements.append(Statement(target, there, "|=", index))

    def of(self, rows: Rows) -> Expression | None:
        """A condition: these rows were sent something; None: for all examples."""
        chosen = self._chosen_of(rows.array)[rows.numbers]
        if not chosen.any():
            return None
        bools = _bools(rows.array)
        self._asked[bools.name] = bools
        there = self.operands(Rows(bools, rows.numbers))
        if chosen.all():
            return there
        return apply("logical_or", there, self.operands(Numbers(~chosen[..., None])))

    def finish(self) -> list[Statement]:
        """The backward pass, without marks nobody asks for.

        Where the first mark is of all rows it is assigned; other arrays are clean to begin with.
        """
        met: set[str] = set()
        assigned: set[str] = set()
        found: list[Statement] = []
        for s in self.statements:
            name = s.target.array.name
            if s.target.array.role == "reached":
                if name not in self._asked:
                    continue
                if name not in met and self._fills(s):
                    s = s._replace(how="=")
                    assigned.add(name)
                met.add(name)
            found.append(s)
        clean = [a for name, a in self._asked.items() if name not in assigned]
        return [Statement(Rows(a, np.arange(a.rows)), False) for a in clean] + found

    def _fills(self, s: Statement) -> bool:
        """True if it says of every row, for every example, if that was sent something."""
        array = s.target.array
        shape = self.operands.shape(s.value)
        return s.chosen is None and s.target.whole and shape == (array.rows, array.columns)

    def _chosen_of(self, array: Array) -> Index:
        """The rows of which it depends on the example if they were sent something."""
        if array.name not in self._chosen:
            self._chosen[array.name] = np.ones(array.rows, bool)
        return self._chosen[array.name]

    def _is_sure(self, index: Index, there: Expression) -> bool:
        """Tell if each of these rows is sent something by all of some rows, one of which has it.

        As the sum in a softmax is, whichever class is taken: it needs no array of bools.
        """
        rows = self.operands.rows(there)
        if rows is None or rows.array.role != "reached" or rows.numbers.shape != index.shape:
            return False
        one_of = self._one_of.get(rows.array.name[1:], [])
        return all(
            any(np.isin(some, rows.numbers[index == row]).all() for some in one_of)
            for row in np.unique(index)
        )


def _bools(array: Array) -> Array:
    return Array(f"R{array.name}", array.rows, array.batched, "reached")
