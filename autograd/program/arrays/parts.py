"""The parts of a group of sums: terms of its nodes that stand together and come from one place."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd.program.arrays.arrange import Group, Ref, runs
from autograd.program.arrays.patterns import Index, affine
from autograd.program.normal import Sum, Term


class Part(NamedTuple):
    """Terms of k nodes, n each: factors c, rows of store a, and rows of store b (−1: none).

    A part without stores is a constant for each node.
    """

    a: int
    b: int
    rows_a: Index
    rows_b: Index
    factors: Any

    @property
    def length(self) -> int:
        """How many terms each node has."""
        return int(self.rows_a.shape[1])

    @property
    def is_square(self) -> bool:
        """Whether the terms are squares of single values."""
        return self.a == self.b and bool((self.rows_a == self.rows_b).all())

    def sorted(self) -> Part:
        """The same terms by row, if they follow no pattern: the order in which slices are taken."""
        if affine(self.rows_a) is not None and affine(self.rows_b) is not None:
            return self
        order = np.lexsort((self.rows_b[0], self.rows_a[0]))
        columns = (table[:, order] for table in (self.rows_a, self.rows_b, self.factors))
        return Part(self.a, self.b, *columns)

    def scalar_factor(self) -> float | None:
        """The factor, if all terms have the same one."""
        first = float(self.factors.flat[0])
        return first if (self.factors == first).all() else None


def parts_of(group: Group, place: dict[int, Ref]) -> list[Part]:
    """The parts of a group of sums, in the order in which they are added."""
    found: list[tuple[Any, list[list[tuple[int, int, float]]]]] = []
    for node in (node for node in group.nodes if isinstance(node, Sum)):
        for number, (key, terms) in enumerate(runs(node, place)):
            if number == len(found):
                found.append((key, []))
            found[number][1].append([_rows(term, place) for term in terms])
    return [_part(key, rows) for key, rows in found]


def _rows(term: Term, place: dict[int, Ref]) -> tuple[int, int, float]:
    """The rows of a term's values, that of the lower store first (−1: none), and its factor."""
    a, b = (Ref(-1, 0) if v is None else place[v] for v in (term.a, term.b))
    low, high = (a, b) if a.store <= b.store else (b, a)
    return low.row, high.row, term.c


def _part(key: tuple[int, int, int], rows: list[list[tuple[int, int, float]]]) -> Part:
    """Of a product, store a is the one with the lower number."""
    low, high, _ = key
    table = np.array(rows, dtype=np.float64)
    of_low, of_high = table[..., 0].astype(np.intp), table[..., 1].astype(np.intp)
    if low < 0:
        return Part(high, -1, of_high, of_low, table[..., 2])
    return Part(low, high, of_low, of_high, table[..., 2])
