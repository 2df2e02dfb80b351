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
    """A column; numbers stand to the right, and `colour` is that of the heading."""

    heading: str
    numeric: bool = False
    colour: str = ""


class TableOf(list[T]):
    """A list of named tuples that is shown as a table; `print` it to see it aligned.

    Attributes:
        target: the name of the output, whose gradients these are.
        notes: lines below the table.
        fields: the names of the columns as plain data.
    """

    fields: ClassVar[tuple[str, ...]] = ()

    def __init__(self, rows: Iterable[T], target: str, notes: Sequence[str] = ()):
        super().__init__(rows)
        self.target, self.notes = target, notes

    def _columns(self) -> list[Column]:
        raise NotImplementedError

    def _cells(self, row: T) -> Cells:
        raise NotImplementedError

    def _shown(self) -> tuple[list[Column], list[Cells], str]:
        """The columns, the rows that are written out, and the lines below them."""
        rest = len(self) - LINES
        lines = [*[f"… {rest:,} more rows"] * (rest > 0), *self.notes]
        return self._columns(), [self._cells(row) for row in self[:LINES]], "\n".join(lines)

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        heads, rows, note = self._shown()
        text = aligned(heads, rows)
        return f"{text}\n{note}" if note else text

    def _repr_html_(self) -> str:
        return grid(*self._shown())

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
    lines.insert(1, ["─" * wide for wide in widths])
    texts = []
    for line in lines:
        gaps = [" " * (wide - columns(text)) for text, wide in zip(line, widths, strict=True)]
        padded = [
            gap + text if head.numeric else text + gap
            for text, gap, head in zip(line, gaps, heads, strict=True)
        ]
        texts.append("  ".join(padded).rstrip())
    return "\n".join(texts)


def grid(heads: Sequence[Column], rows: Sequence[Cells], note: str = "") -> str:
    """The same as an HTML table, everything in it escaped."""
    top = "".join(_cell("th", head.heading, head, head.colour) for head in heads)
    body = "".join(
        f"<tr>{''.join(_cell('td', t, h) for t, h in zip(row, heads, strict=True))}</tr>"
        for row in rows
    )
    foot = f'<div style="color:{MUTED}">{_escaped(note)}</div>' if note else ""
    style = "border-collapse:collapse;font-variant-numeric:tabular-nums"
    return (
        f'<table style="{style}"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>{foot}'
    )


def _cell(tag: str, text: str, head: Column, colour: str = "") -> str:
    side = "right" if head.numeric else "left"
    style = f"color:{colour};" if colour else ""
    return f'<{tag} style="{style}text-align:{side};{_CELL}">{_escaped(text)}</{tag}>'


def _escaped(text: str) -> str:
    return escape(printable(text))
