"""A table of names, models and numbers, as text that prints itself."""

from __future__ import annotations

from collections.abc import Sequence


class Table(str):
    """Text that shows as a table at the prompt and in a notebook, without `print`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def table_of(rows: Sequence[tuple[str, str, int, int]]) -> Table:
    """Rows of (name, model, number of parameters, of trained ones) under a heading, in columns.

    >>> table_of([("total", "MLP", 1200, 1200)])
    name   model  parameters
    total  MLP         1,200
    >>> table_of([("total", "MLP", 1200, 40)])
    name   model  parameters  trained
    total  MLP         1,200       40
    """
    cells = [("name", "model", "parameters", "trained")]
    cells += [(name, model, f"{count:,}", f"{trained:,}") for name, model, count, trained in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    shown = 4 if any(count != trained for *_, count, trained in rows) else 3
    return Table("\n".join("  ".join(_aligned(row, widths)[:shown]) for row in cells))


def _aligned(row: tuple[str, ...], widths: list[int]) -> list[str]:
    """Names to the left, numbers to the right."""
    filled = zip(row, widths, strict=True)
    return [f"{text:<{w}}" if i < 2 else f"{text:>{w}}" for i, (text, w) in enumerate(filled)]
