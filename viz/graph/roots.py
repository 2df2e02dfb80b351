"""Where a graph ends: the one Value, or several, that a drawing is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from numbers import Number
from typing import Any

import numpy as np

from autograd import Program, Value
from viz.errors import DrawingError
from viz.text import printable


def help_with(given: object, what: str) -> str:
    """What to write in place of something that is no Value, after a semicolon; or nothing.

    >>> help_with(3.0, "draw")
    '; a plain number does not know how it was computed: compute it from Values, such as Value(3.0)'
    """
    if isinstance(given, Program):
        return f"; a program runs without a graph: write {what}(program.function(x)), of a Value x"
    if callable(given):
        if hasattr(given, "parameters"):
            return f"; call the model, and give what it returns: {what}(model(x))"
        return f"; call the function, and give what it returns: {what}(f(x)), of a Value x"
    if isinstance(getattr(given, "output", None), Value):
        return f"; give its output: {what}({type(given).__name__.lower()}.output)"
    if isinstance(given, (Number, np.number)):
        return (
            "; a plain number does not know how it was computed: compute it from Values, such as "
            f"Value({given})"
        )
    if any(isinstance(one, Value) for _, one in _leaves(given)):
        key = next(iter(given)) if isinstance(given, Mapping) else 0
        return f"; give one of its elements: {what}(values[{key!r:.24}])"
    if isinstance(given, Iterable) and not isinstance(given, (str, bytes, *_HOLDERS)):
        one = "" if what == "draw" else "[0]"
        return f"; put its elements into a list: {what}(list(values){one})"
    return ""


def roots_of(given: Any) -> dict[str, Value]:
    """The Values in nested lists, tuples, dictionaries and arrays, each by where it is.

    A value that is there twice has the first of its places.

    Raises:
        DrawingError: something in it is no Value, or there is none.

    >>> roots_of({"mean": Value(1.0), "parts": [Value(2.0), Value(3.0)]}).keys()
    dict_keys(['mean', 'parts[0]', 'parts[1]'])
    """
    found: dict[str, Value] = {}
    known: set[int] = set()
    for place, one in _leaves(given):
        if not isinstance(one, Value):
            where = f" at {place}" if place else ""
            raise DrawingError(
                f"only a graph can be drawn: give the Value it ends in, not "
                f"{type(one).__name__}{where}{help_with(one, 'draw')}"
            )
        if id(one) not in known:
            known.add(id(one))
            found[place] = one
    if not found:
        raise DrawingError("there is nothing to draw: no Value in what was given")
    return found


_HOLDERS = (Mapping, list, tuple, np.ndarray)


def _leaves(given: Any) -> Iterator[tuple[str, Any]]:
    """What is in nested holders, each with its place; a holder that is met again is passed over."""
    waiting, opened = [iter([("", given)])], dict[int, Any]()
    while waiting:
        for place, one in waiting[-1]:
            if not isinstance(one, _HOLDERS):
                yield place, one
            elif id(one) not in opened:
                opened[id(one)] = one
                waiting.append(_elements(one, place))
                break
        else:
            waiting.pop()


def _elements(holder: Any, place: str) -> Iterator[tuple[str, Any]]:
    if isinstance(holder, Mapping):
        lead = f"{place}." if place else ""
        return ((f"{lead}{printable(str(key))}", one) for key, one in holder.items())
    if isinstance(holder, np.ndarray) and not holder.ndim:
        return iter([(place, holder.item())])
    return ((f"{place}[{i}]", one) for i, one in enumerate(holder))
