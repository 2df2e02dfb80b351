"""Structures among arguments: containers, and arrays of any library.

A container is opened into its parts, and built again of other parts as what it was: a named tuple
as that named tuple, a dataclass as that dataclass. Its type and the names in it are part of what a
program's trace depends on.
"""

from __future__ import annotations

import copy
from array import array
from collections.abc import Callable, Hashable, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple

import numpy as np

from autograd.errors import OperandError
from autograd.primitives.operands import as_float

Array = np.ndarray[Any, Any]
_SEQUENCES = (range, array, memoryview)
"""Python's own arrays of numbers."""


class Opened(NamedTuple):
    """A container, opened.

    Attributes:
        key: its type, and the names of its parts.
        beside: its attributes that are none of its parts, by name.
        parts: each with the text that leads to it, such as `[0]`, `['w']` or `.w`.
        build: makes a container like it of other parts.
    """

    key: tuple[Any, ...]
    beside: list[tuple[str, Any]]
    parts: list[tuple[str, Any]]
    build: Callable[[list[Any]], Any]


def opened(x: Any) -> Opened | None:
    """A list, tuple, dict or dataclass (of any subclass), opened; None for anything else.

    >>> found = opened({"w": 1.0, "b": 2.0})
    >>> found.parts, found.build([10.0, 20.0])
    ([("['w']", 1.0), ("['b']", 2.0)], {'w': 10.0, 'b': 20.0})
    """
    if isinstance(x, dict):
        key = (type(x), *[(type(k), k) for k in x])
        return Opened(key, _beside(x), [(f"[{k!r}]", v) for k, v in x.items()], _dict_like(x))
    if isinstance(x, (list, tuple)):
        names = getattr(x, "_fields", None)
        paths = [f"[{i}]" for i in range(len(x))] if names is None else [f".{n}" for n in names]
        parts = list(zip(paths, x, strict=True))
        return Opened((type(x), *paths), _beside(x), parts, _sequence_like(x))
    if _is_of_dataclass(x):
        names = [field.name for field in fields(x)]
        parts = [(f".{name}", getattr(x, name)) for name in names]
        return Opened((type(x), *names), _beside(x, names), parts, _dataclass_like(x, names))
    return None


def _beside(x: Any, names: Sequence[str] = ()) -> list[tuple[str, Any]]:
    attributes = {} if _holds_its_attributes(x) else getattr(x, "__dict__", {})
    return [(name, thing) for name, thing in attributes.items() if name not in names]


def _holds_its_attributes(x: Any) -> bool:
    """Tell a dict whose entries are its attributes, made by `self.__dict__ = self`."""
    return getattr(x, "__dict__", None) is x


def _dict_like(x: dict[Any, Any]) -> Callable[[list[Any]], Any]:
    empty, keys = copy.copy(x), list(x)  # a copy keeps the factory of a defaultdict
    empty.clear()
    holds_its_attributes = _holds_its_attributes(x)

    def build(parts: list[Any]) -> Any:
        made = copy.copy(empty)
        if holds_its_attributes:
            made.__dict__ = made
        for key, part in zip(keys, parts, strict=True):
            made[key] = part
        return made

    return build


def _sequence_like(x: Any) -> Callable[[list[Any]], Any]:
    kind, extra, is_list = type(x), getattr(x, "__dict__", {}), isinstance(x, list)
    if kind in (list, tuple):
        return kind

    def build(parts: list[Any]) -> Any:  # keeps nothing of x alive
        made: Any = list.__new__(kind) if is_list else tuple.__new__(kind, parts)
        if is_list:
            list.extend(made, parts)
        if extra:
            vars(made).update(extra)
        return made

    return build


def _dataclass_like(x: Any, names: list[str]) -> Callable[[list[Any]], Any]:
    empty = copy.copy(x)
    for name in names:
        object.__setattr__(empty, name, None)

    def build(parts: list[Any]) -> Any:
        made = copy.copy(empty)
        for name, part in zip(names, parts, strict=True):
            object.__setattr__(made, name, part)  # as a frozen one's own __init__ does
        return made

    return build


def array_of(x: Any, path: str) -> Array | None:
    """An array, or what another library offers as one, as NumPy's own; None for anything else.

    Series, data frames, tensors and JAX arrays offer `__array__` or `__dlpack__`.

    Raises:
        OperandError: it has masked entries, or cannot be read as an array.
    """
    if type(x) is np.ndarray:
        return x
    if isinstance(x, np.ma.MaskedArray) and np.ma.is_masked(x):
        raise OperandError(
            f"{path} is a masked array with masked entries, and what is under the mask would be "
            "computed with; give x.filled(…), or the entries that count, x[~x.mask]"
        )
    if isinstance(x, (np.ndarray, *_SEQUENCES)):
        return np.asarray(x)
    kind = type(x)
    if isinstance(x, np.generic) or hasattr(kind, "__primitive__"):
        return None
    if hasattr(kind, "__array__") or hasattr(kind, "__dlpack__"):
        return _of_another_library(x, path)
    return None


def _of_another_library(x: Any, path: str) -> Array:
    try:
        found = np.asarray(x) if hasattr(type(x), "__array__") else np.from_dlpack(x)
    except (TypeError, ValueError, RuntimeError, BufferError) as error:
        raise OperandError(
            f"{path}, of type {type(x).__name__}, cannot be read as an array: {error}"
        ) from None
    return of_numbers(found, path)


def of_numbers(array: Array, path: str) -> Array:
    """The array, with floats in the place of objects that are numbers.

    Raises:
        OperandError: there are other objects.
    """
    if array.dtype != object:
        return array
    numbers = [as_float(number, f"an element of {path}") for number in array.ravel().tolist()]
    return np.array(numbers, np.float64).reshape(array.shape)


def identified(x: Any) -> Hashable:
    """A key for something that is no number: equal only for things of the same type and value.

    1, 1.0 and True are three things here, and 0.0 and −0.0 are two.

    Raises:
        TypeError: it cannot be hashed.
    """
    if isinstance(x, (float, np.floating)):
        return type(x), repr(x)
    if isinstance(x, tuple):
        return type(x), *map(identified, x)
    if isinstance(x, frozenset):
        return type(x), frozenset(map(identified, x))
    hash(x)
    names = [field.name for field in fields(x)] if _is_of_dataclass(x) else []
    return type(x), x, *(identified(getattr(x, name)) for name in names)


def _is_of_dataclass(x: Any) -> bool:
    return is_dataclass(x) and not isinstance(x, type)
