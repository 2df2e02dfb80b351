"""Statements of a program, with a grid of scalars for each array, set as words are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from viz.extras import matplotlib
from viz.plots.lift.reading import NAMES, Lift
from viz.text import counted
from viz.theme import INK

CELL, CELL_HEIGHT, CHARACTER = 0.44, 0.21, 0.078
"""Inches: the width and height of a cell of a grid, and the width of a character between grids."""


class _Piece(NamedTuple):
    """A piece of a statement: text, or the name of an array with the names of its scalars."""

    text: str
    grid: list[list[str]]


class Statements:
    """Lines with a grid of scalars for each array, set as words are.

    Attributes:
        length: inches of a line.
        title: what the lines are, and their count.
        places: of each line, its left end, its top and its pieces.
        height: inches.
    """

    def __init__(self, lift: Lift, lines: tuple[str, ...], what: str, width: float) -> None:
        self.lift, self.length = lift, width - 0.2
        self.title = f"{what}: {counted(len(lines), 'statement')}"
        self.places: list[tuple[float, float, list[_Piece]]] = []
        self.height, x, tallest = 0.0, 0.0, 0.0
        for pieces in map(list, map(self._pieces, lines)):
            needed = sum(map(self._width, pieces))
            if x and x + needed > self.length:
                self.height, x, tallest = self.height + tallest, 0.0, 0.0
            self.places.append((x, self.height, pieces))
            tallest = max(tallest, CELL_HEIGHT * _tallest(pieces) + 0.42)
            x += needed + 0.4
        self.height += tallest

    def _pieces(self, line: str) -> Iterator[_Piece]:
        text = ""
        for word in NAMES.split(line):
            grid = self._grid(word)
            if not grid:
                text += word
                continue
            if text:
                yield _Piece(text, [])
            yield _Piece(word, grid)
            text = ""
        if text:
            yield _Piece(text, [])

    def _grid(self, word: str) -> list[list[str]]:
        """The scalars' names in an array, its transpose or its gradient; none for other words."""
        name, graph = word.removesuffix(".T"), self.lift.graph
        known = self.lift.grids.get(name, self.lift.grids.get(name.removeprefix("d")))
        if known is None:
            return []
        sign = "" if name in self.lift.grids else "∂"
        grid = known.reshape(len(known), -1)
        rows: list[list[int]] = (grid.T if word != name else grid).tolist()
        return [[sign + (graph.name(v) if v in graph.numbers else "Σ") for v in r] for r in rows]

    def _width(self, piece: _Piece) -> float:
        return CELL * len(piece.grid[0]) if piece.grid else CHARACTER * len(piece.text)

    def draw(self, axes: Any) -> None:
        """Draw them on Axes, whose units are inches."""
        axes.set(xlim=(0.0, self.length), ylim=(self.height, 0.0))
        axes.axis("off")
        for x, top, pieces in self.places:
            middle = top + 0.26 + CELL_HEIGHT / 2.0 * _tallest(pieces)
            for piece in pieces:
                if piece.grid:
                    self._draw_grid(axes, piece, x, middle)
                else:
                    centre = x + self._width(piece) / 2.0
                    text = piece.text.strip()
                    axes.text(centre, middle, text, ha="center", va="center", fontsize=10)
                x += self._width(piece)

    def _draw_grid(self, axes: Any, piece: _Piece, x: float, y: float) -> None:
        patches = matplotlib("patches")
        top = y - CELL_HEIGHT * len(piece.grid) / 2.0
        axes.text(x, top - 0.03, piece.text, va="bottom", fontsize=9, weight="bold")
        colour = self.lift.colour[piece.text.removesuffix(".T").removeprefix("d")]
        for i, row in enumerate(piece.grid):
            for j, name in enumerate(row):
                corner = (x + CELL * j, top + CELL_HEIGHT * i)
                box = patches.Rectangle(corner, CELL, CELL_HEIGHT, fc=colour, ec=INK, lw=0.8)
                axes.add_patch(box)
                at = corner[0] + CELL / 2.0, corner[1] + CELL_HEIGHT / 2.0
                axes.text(*at, name, ha="center", va="center_baseline", fontsize=9)


def _tallest(pieces: list[_Piece]) -> int:
    return max([1, *(len(piece.grid) for piece in pieces)])
