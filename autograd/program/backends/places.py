"""Places and literals as Python text: rows in brackets, shapes, numbers."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from autograd.program.row_patterns import Index, affine
from autograd.program.statements import BATCH, Rows, Shape


def number_text(x: Any) -> str:
    """A number, with NumPy's names for those without a literal."""
    text = repr(bool(x) if isinstance(x, (bool, np.bool_)) else float(x))
    return re.sub("inf|nan", r"np.\g<0>", text)


def literal(numbers: Index) -> str:
    """An array of numbers."""
    return re.sub("inf|nan", r"np.\g<0>", f"np.array({numbers.tolist()})")


def is_all(rows: Rows) -> bool:
    """True for all rows of an array in their order, whatever their dimensions."""
    return np.array_equal(rows.numbers.ravel(), np.arange(rows.array.rows))


def filled(shape: Shape, number: float) -> str:
    """An array of this shape that is the same number everywhere."""
    if repr(number) in ("0.0", "False"):
        return f"np.zeros({shape_text(shape)}{', bool' if number is False else ''})"
    return f"np.full({shape_text(shape)}, {number_text(number)})"


def shape_text(shape: Shape) -> str:
    """A shape; n is the number of examples."""
    return f"({', '.join('n' if n == BATCH else str(n) for n in shape)})"


def slice_text(index: Index) -> str:
    """A place in brackets: 0:16, ::2, or a table."""
    found = affine(index.ravel())
    if found is None or (index.size > 1 and found[1][0] < 1):
        return f"{table_text(index)}.ravel()" if index.ndim == 2 else str(index.ravel().tolist())
    base, (step, *_) = found
    return f"{base}:{int(index.max()) + 1}" + (f":{step}" if step > 1 else "")


def table_text(index: Index) -> str:
    """Row numbers as an array."""
    found = affine(index)
    if found is None or index.ndim != 2:
        return literal(index)
    (m, n), (base, (down, across)) = index.shape, found
    if across == 1 and (down == n or m == 1):
        return f"np.arange({base}, {base + m * n}).reshape({m}, {n})"
    return f"np.add.outer({_range(base, down, m)}, {_range(0, across, n)})"


def _range(base: int, step: int, count: int) -> str:
    stop = f"np.arange({count})" + (f" * {step}" if step != 1 else "")
    return f"{base} + {stop}" if base else stop


def rows_text(index: Index, count: int) -> str:
    """The way to these rows of an array of `count` rows: [0:16], .reshape(4, 4, -1), …"""
    if index.ndim == 1:
        return "" if np.array_equal(index, np.arange(count)) else f"[{slice_text(index)}]"
    found = affine(index)
    if found is None or index.ndim > 2 or min(found[1]) < 0:
        return f"[{table_text(index)}]"
    base, (down, across) = found
    m, n = index.shape
    if n == 1:
        whole = base == 0 and (m - 1) * down + 1 == count and down < 2
        return f"[{':' if whole else slice_text(index[:, 0])}, None]"
    if m == 1:
        whole = base == 0 and n == count and across == 1
        return "[None]" if whole else f"[None, {slice_text(index[0])}]"
    if across == 1 and down == n:
        return f"{'' if m * n == count else f'[{slice_text(index.ravel())}]'}.reshape({m}, {n}, -1)"
    top, left = divmod(base, down) if down else (0, 0)
    if across == 1 and down > n and count % down == 0 and left + n <= down:
        return f".reshape({count // down}, {down}, -1)[{top}:{top + m}, {left}:{left + n}]"
    return f"[{table_text(index)}]"
