"""What a function could change outside of itself: a record to compare before and after a trace.

Recorded are the states of random generators, and, for the names that the function (and the user's
functions that it calls by name) reads, what they are bound to, the elements of containers and the
attributes of objects: one level deep, by identity.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from types import FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

__all__ = ["surroundings"]

LARGEST = 10_000
"""Of a larger container only the size is recorded."""
_OURS = {"autograd", "nn", "viz", "numpy"}


def surroundings(function: Any) -> dict[str, Any]:
    """A record of what surrounds a function, by a name for each thing."""
    found: dict[str, Any] = {
        "the state of Python's random numbers": random.getstate(),
        "the state of NumPy's random numbers": _legacy_state(),
    }
    for name, thing in _names(function):
        found[f"{name!r}"] = _record(thing)
    return found


def _legacy_state() -> Any:
    """The state of np.random, in a form that compares."""
    state: Any = np.random.get_state()
    return tuple(x.tobytes() if isinstance(x, np.ndarray) else x for x in state)


def _names(function: Any) -> Iterator[tuple[str, Any]]:
    """The names that a function and the user's functions in it read, and what they stand for."""
    todo: list[Any] = [function]
    seen: set[Any] = set()
    while todo:
        one = todo.pop()
        if isinstance(one, MethodType):
            yield f"self of {one.__name__}", one.__self__
            one = one.__func__
        if not isinstance(one, FunctionType) or one in seen or len(seen) > 100:
            if not isinstance(one, (FunctionType, type)) and hasattr(one, "__dict__"):
                yield "the function's own attributes", one
            continue
        seen.add(one)
        for name, thing in _bound(one):
            yield name, thing
            if isinstance(thing, (FunctionType, MethodType)) and _is_users(thing):
                todo.append(thing)


def _is_users(function: Any) -> bool:
    return str(getattr(function, "__module__", "")).partition(".")[0] not in _OURS


def _bound(function: FunctionType) -> Iterator[tuple[str, Any]]:
    code = function.__code__
    for name in code.co_names:
        if name in function.__globals__:
            yield name, function.__globals__[name]
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
        try:
            yield name, cell.cell_contents
        except ValueError:  # not bound yet
            continue


def _record(thing: Any) -> Any:
    """What a name is bound to, one level deep."""
    if isinstance(thing, np.random.Generator):
        return repr(thing.bit_generator.state)
    if isinstance(thing, random.Random):
        return thing.getstate()
    if isinstance(thing, (type, ModuleType, FunctionType, MethodType)):
        return id(thing)
    if isinstance(thing, np.ndarray):
        return id(thing), thing.tobytes() if thing.nbytes <= LARGEST else thing.shape
    if isinstance(thing, dict):
        return id(thing), len(thing), _ids(thing.values())
    if isinstance(thing, (list, tuple, set, frozenset)):
        return id(thing), len(thing), _ids(thing)
    return id(thing), _ids(getattr(thing, "__dict__", {}).values())


def _ids(things: Any) -> Any:
    return tuple(map(id, things)) if len(things) <= LARGEST else len(things)
