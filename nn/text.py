"""Texts that messages and reports are made of: shortened, counted, listed, in columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def short(x: Any) -> str:
    """The repr of `x` for a message, cut off where it gets long."""
    text = repr(x)
    return text if len(text) <= 40 else text[:37] + "..."


def counted(n: int, what: str) -> str:
    """A number of things: "1 layer", "2 layers"."""
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def some(texts: Sequence[str], most: int = 4) -> str:
    """The first texts of many: "a, b, c, d and 3 more"."""
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(texts[:most]) + more


def columns(rows: Sequence[Sequence[str]], numbers_from: int | None = None) -> list[str]:
    """Rows of texts as lines of a table; to the right from the column `numbers_from` on.

    >>> columns([["layer", "size"], ["hidden", "16"]], numbers_from=1)
    ['layer   size', 'hidden    16']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    left = len(widths) if numbers_from is None else numbers_from
    sides = "<" * left + ">" * (len(widths) - left)
    return [
        "  ".join(f"{text:{side}{w}}" for text, side, w in zip(row, sides, widths, strict=True))
        .rstrip()
        for row in rows
    ]  # fmt: skip
