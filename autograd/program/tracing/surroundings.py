"""Surroundings of a function: what it reads, and whether that is still what it was.

A program repeats what a trace saw. A function that changes its surroundings while it is traced
cannot be a program, and a program whose surroundings are others by now traces again. To ask costs
a few comparisons of identities for each name.
"""

from __future__ import annotations

import pickle
import random
from collections.abc import Iterator, Sequence
from itertools import chain
from operator import is_
from typing import Any

import numpy as np

from autograd.program.tracing.reads import PLAIN, Reads, Source

from_iterable = chain.from_iterable
_GONE = (LookupError, AttributeError, ValueError, RuntimeError)
"""Raised by reading a name that is gone, and a container that another thread is changing."""
_END = object()
"""Stands after all things, so that one more of them is not overlooked."""


class Surroundings:
    """All that a function reads, and what that was.

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
        self._noted = _Noted(Reads(function, given))

    @property
    def iterators(self) -> list[str]:
        """The names of things that give something else every time they are asked."""
        return self._noted.reads.iterators

    @property
    def values(self) -> bool:
        """True if there are Values among what it reads."""
        return self._noted.reads.values

    def grown(self) -> None:
        """Take attributes that are new for what was there, unless there is another change."""
        new, changed = _new(self._noted.reads), _changed(self._noted.reads)
        if next(new, None) and not next(changed, None):
            self._noted = _Noted(Reads(self._function, self._given))

    def changed(self, parameters: bool = True) -> str | None:
        """The name of something that is not what it was when this was made, or None.

        `parameters`: look into containers that hold nothing but Values, too.
        """
        noted = self._noted
        if noted.is_so(parameters):
            return None
        found = next(chain(_changed(noted.reads), _new(noted.reads)), None)
        if found is None:  # an equal number in the place of another
            self._noted = _Noted(Reads(self._function, self._given))
        return found

    def drew(self) -> str | None:
        """The name of a random generator that was drawn from since this was made, or None."""
        states = self._noted.states
        return next((name for name, (of, state) in states.items() if _state(of) != state), None)


class _Noted:
    """All that a function read, laid out to be compared quickly with what is there now."""

    def __init__(self, reads: Reads) -> None:
        self.reads = reads
        self._readers = [*((source.read, source.of) for source in reads.sources), (iter, [_END])]
        self.things = [*from_iterable(source.gave for source in reads.sources), _END]
        self._containers = [container for _, container, _ in reads.uniform]
        self._copies = [copy for *_, copy in reads.uniform]
        self._plain = [container for _, container, _ in reads.plain]
        self._plain_copies = [copy for *_, copy in reads.plain]
        self._arrays = [array for _, array, _ in reads.arrays]
        self._numbers = [numbers for *_, numbers in reads.arrays]
        self._dicts = [of.now for of in reads.attributes]
        self._sizes = [len(of.there) for of in reads.attributes]
        generators = {
            **dict(reads.generators),
            "the state of Python's random numbers": random,
            "the state of NumPy's random numbers": np.random,
        }
        self.states = {name: (of, _state(of)) for name, of in generators.items()}

    def is_so(self, parameters: bool) -> bool:
        """True if all is as it was."""
        try:
            now = from_iterable([read(of) for read, of in self._readers])
            return (
                all(map(is_, now, self.things))
                and (not self._dicts or [*map(len, self._dicts)] == self._sizes)
                and self._plain == self._plain_copies
                and (not parameters or self._containers == self._copies)
                and (not self._numbers or [a.tobytes() for a in self._arrays] == self._numbers)
            )
        except _GONE:
            return False


def _changed(reads: Reads) -> Iterator[str]:
    """The names of things that are others now."""
    yield from filter(None, map(_changed_part, reads.sources))
    compared = (*reads.uniform, *reads.plain)
    yield from (path for path, container, copy in compared if container != copy)
    yield from (path for path, array, numbers in reads.arrays if array.tobytes() != numbers)


def _new(reads: Reads) -> Iterator[str]:
    """The names of attributes that were not there."""
    for path, now, named, there in reads.attributes:
        yield from (f"{path}.{name}" for name in now if name in named and name not in there)


def _changed_part(source: Source) -> str | None:
    names = source.names or ("",)
    try:
        now = list(source.read(source.of))
    except _GONE:
        return source.path + names[0]
    if len(now) != len(source.gave):
        return source.path
    changed = (i for i, x in enumerate(now) if not _same(x, source.gave[i]))
    i = next(changed, None)
    return None if i is None else source.path + (source.names[i] if source.names else "")


def _same(x: Any, y: Any) -> bool:
    if type(x) is type(y) is np.ndarray:
        return (x.dtype, x.shape, x.tobytes()) == (y.dtype, y.shape, y.tobytes())
    return x is y or (type(x) is type(y) and type(x) in PLAIN and repr(x) == repr(y))


def _state(generator: Any) -> Any:
    """The state of a random generator, in a form that compares."""
    if hasattr(generator, "getstate"):
        return generator.getstate()
    if isinstance(generator, np.random.Generator):
        return pickle.dumps(generator.bit_generator.state)
    return pickle.dumps(generator.get_state(legacy=False))
