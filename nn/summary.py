"""A table of names, models and numbers, as text that prints itself."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["Table", "table_of"]


class Table(str):
    """Text that shows as a table at the prompt and in a notebook, without `print`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def table_of(rows: Sequence[tuple[str, str, int]]) -> Table:
    """Rows of (name, model, number of parameters) under a heading, in columns.

    >>> table_of([("total", "MLP", 1200)])
    name   model  parameters
    total  MLP         1,200
    """
    cells = [("name", "model", "parameters")]
    cells += [(name, model, f"{count:,}") for name, model, count in rows]
    first, second, third = (max(map(len, column)) for column in zip(*cells, strict=True))
    return Table(
        "\n".join(
            f"{name:<{first}}  {model:<{second}}  {count:>{third}}" for name, model, count in cells
        )
    )
