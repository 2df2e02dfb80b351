"""Derivatives at bundles: what the rows of a loop's results are sent, and the tangents of rows."""

from __future__ import annotations

from typing import Any, NamedTuple

from autograd.node.conditions import either


class Whole(NamedTuple):
    """A block of results of another loop, of which every number belongs to one of `block` here.

    `flags`: the block of that loop that says 1 where the number counts, 0 where nothing is sent;
    None if all count.
    """

    block: int
    bundle: Any
    source: int
    flags: int | None


class Cotangents:
    """The messages to the rows of a bundle, and the conditions under which they are sent.

    Attributes:
        rows: by row, the sum of what it is sent, and the condition (None: always).
        whole: messages to whole blocks, one number for each step.
    """

    def __init__(self, rows: dict[int, tuple[Any, Any]], whole: tuple[Whole, ...]) -> None:
        self.rows, self.whole = rows, whole

    def __add__(self, other: Cotangents) -> Cotangents:
        """Take over the messages of another, of which each is sent once."""
        for row, (grad, there) in other.rows.items():
            if row in self.rows:
                before, when = self.rows[row]
                grad, there = before + grad, either(when, there)
            self.rows[row] = grad, there
        self.whole += other.whole
        return self

    def __float__(self) -> float:
        """0.0, a finite number: that of no row is known where loops are recorded."""
        return 0.0


class Tangents:
    """The tangents of the rows of a bundle: rows of another.

    Attributes:
        bundle: that has them.
        last: for each number of the carry its row, None where nothing changes.
        blocks: for each block of results the block that has its tangents.
    """

    def __init__(self, bundle: Any, last: list[int | None], blocks: list[int]) -> None:
        self.bundle, self.last, self.blocks = bundle, last, blocks

    def row_of(self, loop: Any, row: int) -> int | None:
        """The row that has the tangent of a row of a loop; None if there is none."""
        if row < loop.carried:
            return self.last[row]
        block, _ = loop.place(row)
        first: int = self.bundle.primitive.starts[self.blocks[block]]
        return first + row - loop.starts[block]

    def __float__(self) -> float:
        """0.0, as of `Cotangents`."""
        return 0.0
