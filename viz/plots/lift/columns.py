"""Columns of marks, joined by lines; the array that each mark belongs to stands below."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from viz.extras import matplotlib
from viz.plots.lift.reading import Lift
from viz.text import counted
from viz.theme import INK, MUTED

LINE = 0.34
"""Inches from one mark to that below it."""


class Columns(NamedTuple):
    """Values in columns.

    Attributes:
        sources: for a value those that lines lead from.
        are_rows: whether each is a row of an array, or an operation by itself.
    """

    lift: Lift
    title: str
    columns: list[list[int]]
    sources: Callable[[int], Iterable[int]]
    are_rows: bool

    @property
    def height(self) -> float:
        """Inches, with the title and the names of arrays."""
        return LINE * max(map(len, self.columns)) + 0.75

    def draw(self, axes: Any) -> None:
        """Draw them on Axes."""
        place = {
            value: (float(x), (len(column) - 1) / 2.0 - i)
            for x, column in enumerate(self.columns)
            for i, value in enumerate(column)
        }
        for value, (x, y) in place.items():
            for source in self.sources(value):
                start = place[source]
                axes.plot([start[0], x], [start[1], y], color="#A0A0A0", lw=0.8, zorder=1)
            self._mark(axes, value, x, y)
        names = [
            "\n".join(dict.fromkeys(self.lift.home[v] for v in column)) for column in self.columns
        ]
        tall = max(map(len, self.columns)) / 2.0 + 0.1
        axes.set(xlim=(-0.6, len(self.columns) - 0.4), ylim=(-tall, tall), yticks=[])
        axes.set_xticks(range(len(names)), names, fontsize=9)
        axes.tick_params(length=0)
        axes.grid(visible=False)
        axes.spines[["left", "bottom"]].set_visible(False)

    def _mark(self, axes: Any, value: int, x: float, y: float) -> None:
        symbol = self.lift.symbol(value, whole=self.are_rows)
        colour, box = self.lift.colour[self.lift.home[value]], None
        if self.are_rows:
            corner = (x - 0.3, y - 0.5)
            cell = matplotlib("patches").Rectangle(corner, 0.6, 1.0, fc=colour, ec=INK, lw=0.8)
            axes.add_patch(cell)
            cell.set_zorder(3)
        elif len(symbol) > 4:
            box = {"boxstyle": "round,pad=0.35", "fc": colour, "ec": MUTED, "lw": 0.8}
        else:
            axes.plot([x], [y], "o", ms=17, mfc=colour, mec=MUTED, mew=0.8, zorder=3)
        axes.text(x, y, symbol, ha="center", va="center", fontsize=9, zorder=4, bbox=box)


def scalars(lift: Lift) -> Columns:
    """Every operation, by level."""
    graph, found = lift.graph, dict[int, list[int]]()
    for value, level in lift.levels().items():
        found.setdefault(level, []).append(value)
    columns = [found[level] for level in sorted(found)]
    title = f"{counted(len(graph.computed), 'operation')} in {counted(len(columns), 'level')}"
    return Columns(
        lift, title, columns, lambda v: graph.computed.keys() & graph.parents[v], are_rows=False
    )


def rows(lift: Lift) -> Columns:
    """The values that are left, each a row of its array."""
    columns = [*lift.rows.values()]
    title = counted(sum(map(len, columns)), "row")
    swallowed = sum(not lift.is_row(v) for v in lift.graph.computed)
    if swallowed:
        title += f": sums have swallowed {counted(swallowed, 'operation')}"
    return Columns(lift, title, columns, lift.taken, are_rows=True)
