"""Reading of a lift: the array that each scalar of a program lies in, or is swallowed by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import cycle
from typing import Any

from autograd import Graph, Program
from viz.extras import matplotlib
from viz.plots.axes import SERIES
from viz.text import printable
from viz.theme import FILL

NAMES = re.compile(r"([A-Za-z_]\w*(?:\.T\b)?)")
"""Names in a line of a program's text, with those of transposes."""


class Lift:
    """A program's latest trace: its scalars, and its statements without those that join dP.

    Attributes:
        home: for each operation the array that its value lies in, or is swallowed by a row of.
        rows: for each array that is computed, its values, in the order of the statements.
        parents: for each value those that are computed and that it is computed from.
    """

    def __init__(self, program: Program) -> None:
        source = program.source
        self.graph: Graph = program.graph
        self.forward: tuple[str, ...] = source.forward
        lines = [line.partition("  #")[0] for line in source.backward]
        self.backward = tuple(line for line in lines if line[:2] not in ("dP", "  "))
        self.grids: dict[str, Any] = source.grids
        computed = {n: g for n, g in self.grids.items() if int(g.flat[0]) not in self.graph.leaves}
        order = {NAMES.findall(line)[0]: i for i, line in reversed([*enumerate(self.forward)])}
        self.rows = {n: computed[n].tolist() for n in sorted(computed, key=order.__getitem__)}
        self.parents = self._parents()
        self.home = self._homes()
        tints = {n: _tint(c) for n, c in zip(self.rows, cycle(SERIES), strict=False)}
        given = {n: FILL["input" if n.startswith("X") else "parameter"] for n in self.grids}
        self.colour = given | tints

    def _parents(self) -> dict[int, list[int]]:
        graph = self.graph
        found = {i: [v for v in graph.parents[i] if v in graph.computed] for i in graph.computed}
        placed = {v for row in self.rows.values() for v in row}
        for total in placed - found.keys():  # the sum under a mean
            mean = total - len(graph)
            found[total], found[mean] = found[mean], [total]
        return found

    def _homes(self) -> dict[int, str]:
        found = {v: name for name, row in self.rows.items() for v in row}
        user = {v: i for i, parents in self.parents.items() for v in parents}
        for v in reversed(self.graph.computed):
            if v not in found:
                found[v] = found[user[v]]
        return found

    def levels(self) -> dict[int, int]:
        """For each value that is computed, the longest way to it from a leaf."""
        found: dict[int, int] = {}
        for i in self.graph.computed:
            found[i] = 1 + max((found.get(v, 0) for v in self.graph.parents[i]), default=0)
        return found

    def taken(self, value: int) -> Iterator[int]:
        """The rows that a row is computed from, through what it has swallowed."""
        for v in self.parents[value]:
            yield from [v] if self.is_row(v) else self.taken(v)

    def is_row(self, value: int) -> bool:
        """True if a value is left, and was not swallowed."""
        return value in self.rows[self.home[value]]

    def symbol(self, value: int, *, whole: bool) -> str:
        """The operation's symbol; of a row that has swallowed others, a sum's."""
        if value not in self.graph.computed or (
            whole and not all(map(self.is_row, self.parents[value]))
        ):
            return "Σ"
        return printable(self.graph.computed[value].primitive.symbol)


def _tint(colour: str) -> Any:
    """A pale tint of a colour, for text to stand on."""
    rgb = matplotlib("colors").to_rgb(colour)
    return tuple(0.3 * part + 0.7 for part in rgb)
