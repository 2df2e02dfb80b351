"""Rows that an index names for each example: found, added to, marked. A program calls these."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.primitives.indexing import checked_index
from autograd.program.row_patterns import Index


def find(table: Index, index: Any, out: Index) -> None:
    """The row number for each node and example: table[node, index[node, example]]."""
    count, low, high = table.shape[1], index.min(), index.max()
    if not (low >= 0 and high < count):
        checked_index(float(high if low >= 0 else low), count)
    if index.dtype.kind == "f":
        for number in np.unique(index):
            checked_index(float(number), count)
        index = index.astype(np.intp)
    out[...] = table[np.arange(len(table))[:, None], index]


def find_together(first: Index, count: int, index: Any, out: Index) -> None:
    """As `find`, for whole numbers into rows that lie together."""
    if index.view(np.uint64).max() >= count:  # a number below 0 looks large
        low = index.min()
        checked_index(float(low if low < 0 else index.max()), count)
    np.add(first, index, out)


def add_at(target: Any, rows: Index, messages: Any) -> None:
    """Add messages to rows of an adjoint, each example to its own column, if it has one."""
    if rows.shape == messages.shape == (1, target.shape[1]):  # no place is met twice
        target[rows[0], np.arange(rows.shape[1])] += messages[0]
    elif target.shape[1] > 1:
        at_rows(np.add, target, rows, messages)
    else:
        full = np.broadcast_to(messages, np.broadcast_shapes(rows.shape, messages.shape))
        rows = np.broadcast_to(rows, full.shape).ravel()
        target[:, 0] += np.bincount(rows, weights=full.ravel(), minlength=len(target))


def mark(reached: Any, rows: Index, there: Any) -> None:
    """Note which rows, for which examples, were sent something."""
    if there is True and rows.shape == (1, reached.shape[1]):  # a quarter of the time
        reached[rows[0], np.arange(rows.shape[1])] = True
        return
    at_rows(np.logical_or, reached, rows, there)


def at_rows(how: Any, target: Any, rows: Index, values: Any) -> None:
    """target[rows, examples] = how(target[rows, examples], values), one after the other."""
    columns = np.arange(target.shape[1])
    shape = np.broadcast_shapes(rows.shape, np.shape(values), columns.shape)
    if len(columns) < shape[-1]:
        columns = np.zeros(shape[-1], np.intp)
    places = np.broadcast_to(rows, shape), np.broadcast_to(columns, shape)
    how.at(target, places, np.broadcast_to(values, shape))
