"""Arguments and results taken apart into numbers, and put together again in their structure.

A structure is made of numbers, arrays of any library, and lists, tuples, dicts and dataclasses of
these. A container is built again as what it was: a named tuple as that named tuple, a dataclass as
that dataclass. Its type and the names in it are part of what a program's trace depends on.
"""

from __future__ import annotations

import copy
from array import array
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple

import numpy as np

from autograd.errors import OperandError
from autograd.primitives.operands import as_float
from autograd.value import Value

Array = np.ndarray[Any, Any]
_SEQUENCES = (range, array, memoryview)
"""Python's own arrays of numbers."""


class Block(NamedTuple):
    """One number or array of a structure: where it is, its shape, its elements.

    `path` is how one would index to it, such as `[1]['w']`; `shape` is None for a number.
    """

    path: str
    shape: tuple[int, ...] | None
    elements: list[Any]

    def names(self) -> list[str]:
        """The path of every element."""
        at = ["[" + ", ".join(map(str, i)) + "]" if i else "" for i in np.ndindex(self.shape or ())]
        return [self.path + place for place in at]


class Nested(NamedTuple):
    """A structure taken apart: its blocks, and how to build its like from other blocks."""

    blocks: list[Block]
    build: Callable[[Iterator[Any]], Any]

    @property
    def elements(self) -> list[Any]:
        """All numbers, block after block."""
        return [element for block in self.blocks for element in block.elements]

    @property
    def places(self) -> list[tuple[str, tuple[int, ...] | None]]:
        """The path and shape of each block: equal for structures whose elements correspond."""
        return [block[:2] for block in self.blocks]

    def emptied(self) -> Nested:
        """The same structure, which keeps no element (nor the graph behind it) alive."""
        blocks = [block._replace(elements=[None] * len(block.elements)) for block in self.blocks]
        return Nested(blocks, self.build)

    def spans(self) -> Iterator[tuple[Block, slice]]:
        """Each block, and where its elements are among all."""
        start = 0
        for block in self.blocks:
            yield block, slice(start, start + len(block.elements))
            start += len(block.elements)

    def like(self, elements: Sequence[Any]) -> Any:
        """The same structure, holding these elements instead."""
        return self.build(shaped(elements[span], block.shape) for block, span in self.spans())


def shaped(elements: Sequence[Any], shape: tuple[int, ...] | None) -> Any:
    """The elements as an array of this shape (of objects if one is a Value), or the only one."""
    if shape is None:
        return elements[0]
    recorded = any(isinstance(element, Value) for element in elements)
    array = np.empty(len(elements), dtype=object if recorded else np.float64)
    array[:] = elements
    return array.reshape(shape)


def take_apart(argument: Any, path: str = "", what: str = "an argument") -> Nested:
    """The numbers of a structure; an OperandError says where something else is in it.

    Parts of it may be None; all of it being None is a forgotten `return`, or argument.
    """
    array = array_of(argument, what + path)
    if array is not None:
        return _array(array, path, what)
    container = opened(argument)
    if container is not None:
        parts = [take_apart(part, path + at, what) for at, part in container.parts]
        return join(parts, container.build)
    if argument is None and path:
        return Nested([], lambda given: None)
    number = argument if isinstance(argument, Value) else as_float(argument, what + path)
    return Nested([Block(path, None, [number])], next)


def _array(array: Any, path: str, what: str) -> Nested:
    if array.dtype.kind not in "fiubO":
        raise OperandError(
            f"{what}{path} must hold real numbers or Values; it is an array of {array.dtype}"
        )
    elements = [
        element if isinstance(element, Value) else as_float(element, what + path)
        for element in array.ravel().tolist()
    ]
    return Nested([Block(path, array.shape, elements)], next)


def join(parts: list[Nested], make: Callable[[list[Any]], Any] = list) -> Nested:
    """Several structures as one: what `make` makes of them."""
    blocks, builds = [block for part in parts for block in part.blocks], [p.build for p in parts]
    return Nested(blocks, lambda built: make([build(built) for build in builds]))


class Opened(NamedTuple):
    """A container, opened."""

    key: tuple[Any, ...]
    """Its type, and the names of its parts."""
    beside: list[tuple[str, Any]]
    """Its attributes that are none of its parts, by name."""
    parts: list[tuple[str, Any]]
    """Each with the text that leads to it, such as `[0]`, `['w']` or `.w`."""
    build: Callable[[list[Any]], Any]
    """Makes a container like it of other parts."""


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

    An OperandError says so if it has masked entries, or cannot be read as an array.
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
    """The array, with floats in the place of objects; an OperandError if one is no number."""
    if array.dtype != object:
        return array
    numbers = [as_float(number, f"an element of {path}") for number in array.ravel().tolist()]
    return np.array(numbers, np.float64).reshape(array.shape)


def identified(x: Any) -> Hashable:
    """A key, equal only for things of the same type and value: 1, 1.0 and True are three.

    A TypeError says that something in it cannot be hashed.
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
