"""Sameness of functions that were made anew, such as a `loss=lambda …` in a loop."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from types import CellType, FunctionType, MethodType
from typing import Any

import numpy as np

_PLAIN = (bool, int, float, complex, str, bytes, type(None), np.generic)
_EMPTY = object()


def same(one: Any, other: Any) -> bool:
    """Whether two things say the same, so that what was made of one serves for the other.

    Functions do if their code, defaults and what they close over do; partial functions, methods,
    lists, tuples, dicts and arrays of numbers by their parts; anything else is only itself.

    >>> makers = [lambda k: lambda x: k * x][0]
    >>> same(makers(2.0), makers(2.0)), same(makers(2.0), makers(3.0))
    (True, False)
    """
    todo, seen = [(one, other)], set()
    while todo:
        x, y = todo.pop()
        if x is y or (id(x), id(y)) in seen:
            continue
        seen.add((id(x), id(y)))
        if type(x) is not type(y):
            return False
        (mark, parts), (other_mark, other_parts) = _apart(x), _apart(y)
        if mark != other_mark:
            return False
        pairs = zip(parts, other_parts, strict=True)
        todo += [pair for pair in pairs if pair[0] is not pair[1]]
    return True


def _apart(thing: Any) -> tuple[Any, Iterable[Any]]:
    """What compares by `==`, the number of parts in it, and the parts."""
    kind = type(thing)
    if isinstance(thing, _PLAIN):
        return repr(thing), ()
    if kind is np.ndarray and not thing.dtype.hasobject:
        return (thing.shape, thing.dtype.str, thing.tobytes()), ()
    if kind is FunctionType:
        cells = [_content(cell) for cell in thing.__closure__ or ()]
        kept = (thing.__defaults__, thing.__kwdefaults__, thing.__dict__)
        return (thing.__code__, id(thing.__globals__)), (*kept, *cells)
    if kind is functools.partial:
        return (), (thing.func, thing.args, thing.keywords)
    if kind is MethodType:
        return (), (thing.__func__, thing.__self__)
    if kind in (list, tuple):
        return len(thing), thing
    if kind is dict:
        return len(thing), (*thing, *thing.values())
    return id(thing), ()


def _content(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not bound yet
        return _EMPTY
