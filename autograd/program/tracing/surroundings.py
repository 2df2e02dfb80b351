"""What a function reads of the world around it, and whether that is still what it was.

A program repeats what a trace saw. A function that changes its surroundings while it is traced
cannot be a program, and a program whose surroundings are others by now traces again. To ask costs
a few comparisons of identities for each name.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import chain, compress
from operator import is_, not_
from typing import Any, NamedTuple

import numpy as np

from autograd.program.tracing.outside import Outside, Source

from_iterable = chain.from_iterable
_PLAIN = frozenset({float, int, bool, str, bytes, complex, type(None)})
_GONE = (LookupError, AttributeError, ValueError, RuntimeError)
"""Raised by reading a name that is gone, and a container that another thread is changing."""
_LAST = (object(),)
"""Stands after all things, so that one more of them is not overlooked."""


class _Noted(NamedTuple):
    """What is outside of a function, laid out for comparison, and what it was."""

    outside: Outside
    given: list[list[Any]]
    live: list[Any]
    readers: list[tuple[Any, Any]]
    flat: list[Any]
    uniform: list[Any]
    copies: list[Any]
    numbers: list[bytes]
    attributes: list[Any]
    sizes: list[int]
    states: dict[str, Any]


class Surroundings:
    """What a function reads, see `autograd.program.tracing.outside`, and what that was.

    >>> settings = {"scale": 2.0}
    >>> around = Surroundings(lambda x: settings["scale"] * x)
    >>> around.changed()
    >>> settings["scale"] = 3.0
    >>> around.changed()
    "settings['scale']"
    """

    def __init__(self, function: Any, given: Sequence[tuple[str, Any]] = ()) -> None:
        """`given`: what it is given as arguments that are static, by path."""
        self._function, self._given = function, given
        self._noted = _note(function, given)

    @property
    def iterators(self) -> list[str]:
        """The names of things that give something else every time they are asked."""
        return self._noted.outside.iterators

    @property
    def values(self) -> bool:
        """Whether there are Values among what it reads."""
        return self._noted.outside.values

    def grown(self) -> None:
        """Take attributes that are new for what was there, unless there is another change."""
        if self._new() is not None and self._difference() is None:
            self._noted = _note(self._function, self._given)

    def changed(self, parameters: bool = True) -> str | None:
        """The name of something that is not what it was when this was made, or None.

        Args:
            parameters: whether to look into containers that hold nothing but Values, too.
        """
        outside, _, live, readers, flat, uniform, copies, numbers, attributes, sizes, _ = (
            self._noted
        )
        try:
            read = [read(of) for read, of in readers]
            if (
                all(map(is_, chain(from_iterable(live), from_iterable(read), _LAST), flat))
                and [*map(len, attributes)] == sizes
                and (not parameters or uniform == copies)
                and (not numbers or [a.tobytes() for _, a in outside.arrays] == numbers)
            ):
                return None
        except _GONE:
            return self._difference()
        found = self._difference() or self._new()
        if found is None:  # an equal number in the place of another
            self._noted = _note(self._function, self._given)
        return found

    def _difference(self) -> str | None:
        outside, given, copies, numbers = (
            self._noted.outside, self._noted.given, self._noted.copies, self._noted.numbers
        )  # fmt: skip
        for source, before in zip(outside.sources, given, strict=True):
            if (found := _changed_part(source, before)) is not None:
                return found
        for (path, now), copy in zip(outside.uniform, copies, strict=True):
            if now != copy:
                return path
        for (path, array), number in zip(outside.arrays, numbers, strict=True):
            if array.tobytes() != number:
                return path
        return None

    def _new(self) -> str | None:
        return next(filter(None, (of.new() for of in self._noted.outside.attributes)), None)

    def drew(self) -> str | None:
        """The name of a random generator that was drawn from since this was made, or None."""
        now = _states(self._noted.outside)
        return next(
            (name for name, state in self._noted.states.items() if now[name] != state), None
        )


def _note(function: Any, static: Sequence[tuple[str, Any]]) -> _Noted:
    outside = Outside(function, static)
    given = [list(source.read(source.of)) for source in outside.sources]
    live = [source.live is not None for source in outside.sources]
    return _Noted(
        outside,
        given,
        [source.live for source in outside.sources if source.live is not None],
        [(source.read, source.of) for source in outside.sources if source.live is None],
        [
            *from_iterable(compress(given, live)),
            *from_iterable(compress(given, map(not_, live))),
            *_LAST,
        ],
        [container for _, container in outside.uniform],
        [container.copy() for _, container in outside.uniform],
        [array.tobytes() for _, array in outside.arrays],
        [of.now for of in outside.attributes],
        [len(of.now) for of in outside.attributes],
        _states(outside),
    )


def _changed_part(source: Source, before: list[Any]) -> str | None:
    try:
        now = list(source.read(source.of))
    except _GONE:
        return source.path + (source.names[0] if source.names else "")
    if len(now) != len(before):
        return source.path
    for i, (x, y) in enumerate(zip(now, before, strict=True)):
        if not _same(x, y):
            return source.path + (source.names[i] if source.names else "")
    return None


def _same(x: Any, y: Any) -> bool:
    if type(x) is type(y) is np.ndarray:
        return (x.dtype, x.shape, x.tobytes()) == (y.dtype, y.shape, y.tobytes())
    return x is y or (type(x) is type(y) and type(x) in _PLAIN and repr(x) == repr(y))


def _states(outside: Outside) -> dict[str, Any]:
    found = {path: _state(generator) for path, generator in outside.generators}
    found["the state of Python's random numbers"] = random.getstate()
    found["the state of NumPy's random numbers"] = _state(np.random)
    return found


def _state(generator: Any) -> Any:
    """The state of a random generator, in a form that compares."""
    if isinstance(generator, random.Random):
        return generator.getstate()
    if isinstance(generator, np.random.Generator):
        return repr(generator.bit_generator.state)
    state = generator.get_state()
    return tuple(x.tobytes() if isinstance(x, np.ndarray) else x for x in state)
