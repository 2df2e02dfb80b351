"""Patterns in numbers of rows: where a gather is really a slice, a step or a block."""

from __future__ import annotations

from typing import Any

import numpy as np

Index = np.ndarray[Any, Any]
"""Numbers of rows, in as many dimensions as a statement needs."""


def affine(index: Index) -> tuple[int, tuple[int, ...]] | None:
    """(base, steps) with index[i, j, …] = base + i·steps[0] + j·steps[1] + …, if there are such.

    >>> affine(np.array([[3, 5], [13, 15]]))
    (3, (10, 2))
    """
    base = int(index.flat[0])
    if index.size == 1:
        return base, (0,) * index.ndim
    steps = []
    for axis, length in enumerate(index.shape):
        at = [0] * index.ndim
        at[axis] = 1
        steps.append(int(index[tuple(at)]) - base if length > 1 else 0)
    expected: Any = base
    for axis, (length, step) in enumerate(zip(index.shape, steps, strict=True)):
        shape = [1] * index.ndim
        shape[axis] = length
        expected = expected + (np.arange(length) * step).reshape(shape)
    return (base, tuple(steps)) if np.array_equal(index, expected) else None


def compressed(index: Index, axes: int | None = None) -> Index:
    """The index with one row along each axis (of the first ones) where all rows are the same."""
    if index.size == 1:
        return index
    found = affine(index)
    for axis, step in enumerate(found[1][:axes] if found else ()):
        if not step:
            index = index.take([0], axis)
    return index


def factored(index: Index) -> int | None:
    """The length q of the inner of two loops that give a flat index, if it is two such loops.

    >>> factored(np.array([0, 0, 0, 1, 1, 1]))
    3
    """
    steps = np.diff(index)
    breaks: Any = np.flatnonzero(steps != steps[0]) if len(steps) else ()
    if not len(breaks):
        return None
    q = int(breaks[0]) + 1
    if q < 2 or len(index) % q or affine(index.reshape(-1, q)) is None:
        return None
    return q


def same_rows(index: Index) -> bool:
    """True if all rows of a matrix of row numbers are the same."""
    return bool((index == index[0]).all())
