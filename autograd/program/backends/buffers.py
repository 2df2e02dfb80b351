"""The arrays of a NumPy program by name: buffers, and views of them, made for a number of examples.

Names are made here, from kinds and numbers only: nothing that a user wrote can get into the source.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from autograd.program.row_patterns import Index, affine
from autograd.program.statements import BATCH, Array, Rows, Shape

Arrays = dict[str, Any]
Maker = Callable[[Arrays, int], Any]


class Buffers:
    """Buffers and views, each with a name, a shape and what makes it.

    Attributes:
        shapes: of every name.
        scope: the functions and constant arrays that a source refers to, by name.
        solid: the arrays whose elements lie without gaps, which np.dot can write into.
        viewed: the arrays that others are views of, or other names of.
    """

    def __init__(self, dtype: Any) -> None:
        self.dtype = np.dtype(dtype)
        self.shapes: dict[str, Shape] = {}
        self.scope: Arrays = {"np": np}
        self.solid: set[str] = set()
        self.viewed: set[str] = set()
        self.dtypes: dict[str, Any] = {}
        self._makers: list[tuple[str, Maker]] = []
        self._once: dict[Any, str] = {}
        self._free: dict[tuple[Shape, Any], list[str]] = {}
        self._scratch: set[str] = set()
        self._count = 0

    def make(self, examples: int) -> Arrays:
        """All arrays, for this many examples."""
        found: Arrays = {}
        for name, maker in self._makers:
            found[name] = maker(found, examples)
        return found

    def fresh(self, prefix: str) -> str:
        """A name that has not been used."""
        self._count += 1
        return f"{prefix}{self._count}"

    def buffer(self, shape: Shape, name: str, dtype: Any = None) -> str:
        """An array of this shape, zeros at first."""
        kind = self.dtypes[name] = np.dtype(dtype or self.dtype)
        self.solid.add(name)
        return self._made(name, shape, lambda _, n: np.zeros(_sized(shape, n), kind))

    def array(self, array: Array) -> str:
        """The name of an array of the program, made when it is first asked for."""
        if array.name not in self.shapes:
            dtype = {"index": np.intp, "reached": bool}.get(array.role)
            self.buffer((array.rows, array.columns), array.name, dtype)
        return array.name

    def scratch(self, shape: Shape, dtype: Any = None) -> str:
        """A buffer for an intermediate result; `release` gives it back."""
        free = self._free.get((shape, np.dtype(dtype or self.dtype)))
        if free:
            return free.pop()
        name = self.buffer(shape, self.fresh("t"), dtype)
        self._scratch.add(name)
        return name

    def release(self, name: str) -> None:
        """Let others use a scratch buffer."""
        if name in self._scratch:
            self._free.setdefault((self.shapes[name], self.dtypes[name]), []).append(name)

    def constant(self, array: Index) -> str:
        """The name of a constant array."""
        key = array.dtype, array.shape, array.tobytes()
        if key not in self._once:
            name = self._once[key] = self.fresh("c")
            self.scope[name], self.shapes[name] = array, array.shape
        return self._once[key]

    def number(self, text: str, value: float) -> str:
        """The name of a number as an array of no dimensions, which NumPy takes faster."""
        return self.once(("number", text), "s", (), lambda _, n: np.array(value, self.dtype))

    def once(self, key: Any, prefix: str, shape: Shape, maker: Maker) -> str:
        """The name of what is made once, however often it is asked for."""
        if key not in self._once:
            self._once[key] = self._made(self.fresh(prefix), shape, maker)
        return self._once[key]

    def view(self, name: str, how: str, shape: Shape, maker: Callable[[Any, int], Any]) -> str:
        """The name of a view of an array, which `how` tells from others."""
        self.viewed.add(name)
        return self.once((name, how), "s", shape, lambda arrays, n: maker(arrays[name], n))

    def transposed(self, name: str) -> str:
        """The name of a matrix, or of each of a stack, transposed."""
        *stack, rows, columns = self.shapes[name]
        shape = (*stack, columns, rows)
        return self.view(name, "transposed", shape, lambda a, n: a.swapaxes(-1, -2))

    def reshaped(self, name: str, shape: Shape) -> str:
        """The name of an array whose elements lie together in another shape."""
        if self.shapes[name] == shape:
            return name
        return self.view(name, f"reshaped {shape}", shape, lambda a, n: a.reshape(_sized(shape, n)))

    def matrix(self, name: str) -> str:
        """The name of an array without its last axis, of length 1."""
        view = self.view(name, "matrix", self.shapes[name][:-1], lambda a, n: a[..., 0])
        if name in self.solid:
            self.solid.add(view)
        return view

    def rows(self, rows: Rows) -> str | None:
        """The name of a view of rows, or None where their numbers follow no pattern."""
        array, index = self.array(rows.array), rows.numbers
        if rows.whole:
            return array
        found = affine(index)
        if found is None:
            return None
        base, steps = found
        shape = (*index.shape, rows.array.columns)
        key = (array, index.shape, base, steps)
        self.viewed.add(array)
        if key not in self._once:
            name = self.once(key, "s", shape, lambda a, n: _strided(a[array], index, base, steps))
            if np.array_equal(index.ravel(), np.arange(base, base + index.size)):
                self.solid.add(name)
        return self._once[key]

    def alias(self, array: Array, source: str) -> None:
        """Let an array that has not been asked for yet be another one of the same shape."""
        self._made(array.name, self.shapes[source], lambda arrays, n: arrays[source])
        self.viewed |= {array.name, source}
        if source in self.solid:
            self.solid.add(array.name)

    def _made(self, name: str, shape: Shape, maker: Maker) -> str:
        self.shapes[name] = shape
        self._makers.append((name, maker))
        return name


def _sized(shape: Shape, examples: int) -> Shape:
    return tuple(examples if n == BATCH else n for n in shape)


def _strided(array: Any, index: Index, base: int, steps: tuple[int, ...]) -> Any:
    down, across = array.strides
    strides = (*(step * down for step in steps), across)
    return as_strided(array[base:], (*index.shape, array.shape[1]), strides)
