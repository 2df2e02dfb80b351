"""Tables of named tuples: aligned text for terminals, HTML for notebooks, data for pandas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, ClassVar, NamedTuple, TypeVar

from viz.extras import pandas
from viz.text import columns, printable
from viz.theme import MUTED

T = TypeVar("T")
Cells = Sequence[str]

LINES = 200
"""Rows that are written out; the data always hold all."""

_CELL = "padding:2px 10px;border:none"


class Column(NamedTuple):
    """A column.

    Attributes:
        numeric: whether its cells are numbers, which stand to the right.
        colour: of the heading, by the kind of its numbers; "" for names, in the text's own colour.
    """

    heading: str
    numeric: bool = False
    colour: str = ""


class TableOf(list[T]):
    """A list of named tuples that is shown as a table.

    Attributes:
        target: the name of the output, whose gradients these are.
        fields: the names of the columns as plain data.
    """

    fields: ClassVar[tuple[str, ...]] = ()

    def __init__(self, rows: Iterable[T], target: str):
        super().__init__(rows)
        self.target = target

    def _columns(self) -> list[Column]:
        raise NotImplementedError

    def _cells(self, row: T) -> Cells:
        raise NotImplementedError

    def _shown(self) -> tuple[list[Cells], str]:
        """The cells of the rows that are written out, and a line on those that are not."""
        rest = len(self) - LINES
        more = [f"… {rest:,} more rows"] if rest > 0 else []
        return [self._cells(row) for row in self[:LINES]], "\n".join([*more, *self._notes()])

    def _notes(self) -> Sequence[str]:
        """Lines below the table."""
        return ()

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        rows, note = self._shown()
        text = aligned(self._columns(), rows)
        return f"{text}\n{note}" if note else text

    def _repr_html_(self) -> str:
        rows, note = self._shown()
        return grid(self._columns(), rows, note)

    def to_pandas(self) -> Any:
        """The rows as a `pandas.DataFrame`, with a column for each field.

        Raises:
            MissingExtraError: (an ImportError) pandas is not installed.
        """
        return pandas().DataFrame(list(self), columns=list(self.fields))


def aligned(heads: Sequence[Column], rows: Sequence[Cells]) -> str:
    """Columns of text, with a rule under the headings.

    >>> print(aligned([Column("name"), Column("size", numeric=True)], [["w", "5"], ["漢", "12"]]))
    name  size
    ────  ────
    w        5
    漢      12
    """
    lines = [[head.heading for head in heads], *rows]
    widths = [max(map(columns, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["─" * w for w in widths])
    return "\n".join(_joined(line, heads, widths) for line in lines)


def _joined(line: Cells, heads: Sequence[Column], widths: Sequence[int]) -> str:
    cells = []
    for text, head, wide in zip(line, heads, widths, strict=True):
        gap = " " * (wide - columns(text))
        cells.append(gap + text if head.numeric else text + gap)
    return "  ".join(cells).rstrip()


def grid(heads: Sequence[Column], rows: Sequence[Cells], note: str = "") -> str:
    """The same as an HTML table, everything in it escaped.

    >>> "<td" in grid([Column("name")], [["<b>"]]), "<b>" in grid([Column("name")], [["<b>"]])
    (True, False)
    """
    top = "".join(_cell("th", head.heading, head, head.colour) for head in heads)
    body = "".join(
        f"<tr>{''.join(_cell('td', t, h) for t, h in zip(row, heads, strict=True))}</tr>"
        for row in rows
    )
    foot = f'<div style="color:{MUTED}">{_safe(note)}</div>' if note else ""
    style = "border-collapse:collapse;font-variant-numeric:tabular-nums"
    return (
        f'<table style="{style}"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>{foot}'
    )


def _cell(tag: str, text: str, head: Column, colour: str = "") -> str:
    side = "right" if head.numeric else "left"
    style = f"color:{colour};" if colour else ""
    return f'<{tag} style="{style}text-align:{side};{_CELL}">{_safe(text)}</{tag}>'


def _safe(text: str) -> str:
    return escape(printable(text))
