"""Nested arguments: numbers, arrays, and lists, tuples, dicts and dataclasses of these.

A transform takes an argument apart into blocks (a number, or an array) and puts results together
again in the same shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.errors import OperandError
from autograd.primitives.operands import as_float
from autograd.transforms.structures import array_of, opened
from autograd.value import Value


class Block(NamedTuple):
    """One number or array of an argument: where it is, its shape, its elements.

    `path` is how one would index to it, such as `[1]['w']`; `shape` is None for a number.
    """

    path: str
    shape: tuple[int, ...] | None
    elements: list[Any]

    def names(self) -> list[str]:
        """The path of every element."""
        if self.shape is None:
            return [self.path]
        return [
            self.path + "[" + ", ".join(map(str, i)) + "]" if i else self.path
            for i in np.ndindex(*self.shape)
        ]


class Nested(NamedTuple):
    """A taken-apart argument: its blocks, and how to build its like from other blocks."""

    blocks: list[Block]
    build: Callable[[Iterator[Any]], Any]

    @property
    def elements(self) -> list[Any]:
        """All numbers, block after block."""
        return [element for block in self.blocks for element in block.elements]

    def emptied(self) -> Nested:
        """The same structure, which keeps no element (nor the graph behind it) alive."""
        blocks = [block._replace(elements=[None] * len(block.elements)) for block in self.blocks]
        return Nested(blocks, self.build)

    def like(self, elements: Sequence[Any]) -> Any:
        """The same structure, holding these elements instead."""
        parts = []
        start = 0
        for block in self.blocks:
            stop = start + len(block.elements)
            parts.append(shaped(elements[start:stop], block.shape))
            start = stop
        return self.build(iter(parts))


def shaped(elements: Sequence[Any], shape: tuple[int, ...] | None) -> Any:
    """The elements as an array of this shape (of objects if one is a Value), or the only one."""
    if shape is None:
        return elements[0]
    recorded = any(isinstance(element, Value) for element in elements)
    array = np.empty(len(elements), dtype=object if recorded else np.float64)
    array[:] = elements
    return array.reshape(shape)


def take_apart(argument: Any, path: str = "", what: str = "an argument") -> Nested:
    """Numbers, arrays of any library, lists, tuples, dicts and dataclasses of these, as blocks.

    Raises:
        OperandError: something else is in there; the message says where.
    """
    array = array_of(argument, what + path)
    if array is not None:
        return _array(array, path, what)
    container = opened(argument)
    if container is not None:
        parts = [take_apart(part, path + at, what) for at, part in container.parts]
        return _join(parts, container.build)
    number = argument if isinstance(argument, Value) else _number(argument, path, what)
    return Nested([Block(path, None, [number])], next)


def _number(argument: Any, path: str, what: str) -> float:
    return as_float(argument, what + path)


def _array(array: Any, path: str, what: str) -> Nested:
    if array.dtype.kind not in "fiubO":
        raise OperandError(
            f"{what}{path} must hold real numbers or Values; it is an array of {array.dtype}"
        )
    elements = [
        element if isinstance(element, Value) else _number(element, path, what)
        for element in array.ravel().tolist()
    ]
    return Nested([Block(path, array.shape, elements)], next)


def _join(parts: list[Nested], make: Callable[[list[Any]], Any]) -> Nested:
    blocks, builds = [block for part in parts for block in part.blocks], [p.build for p in parts]
    return Nested(blocks, lambda built: make([build(built) for build in builds]))
