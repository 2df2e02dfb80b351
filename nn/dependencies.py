"""A record of what a model's program depends on, beside the numbers of its Values.

A program repeats what its trace saw. Two equal records say that a new trace would see the same: the
same Values at the same places, the same plain numbers in attributes, containers, closures, defaults
and globals, the same code.

Looked into are containers, modules, functions and classes of the user's (with the globals that they
read, and what they read of imported modules), and other objects to a depth of four. Not looked
into are arrays of more than a million bytes, the code of installed packages, and objects of NumPy,
autograd and builtin types that hold more than a number.
"""

from __future__ import annotations

import dis
import functools
import hashlib
import sys
import sysconfig
import weakref
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from autograd import Value
from nn.module import Module

__all__ = ["BOOKKEEPING", "Record", "dependencies", "holds"]

Record = list[Any]
"""Compares with `==`; keeps no model alive."""

_PLAIN = (bool, int, float, complex, str, bytes, type(None), np.generic)
_CONTAINERS = (list, tuple, dict, set, frozenset)
_OPAQUE = {"autograd", "numpy", "builtins", "_thread", "weakref"}
_OURS = {*_OPAQUE, "nn", "viz"}
BOOKKEEPING = {"_path", "_decision", "_counted"}
"""What nn itself keeps with a model, such as where it stands and what its outputs mean."""
DEEPEST = 4
LARGEST = 1_000_000
"""Of an array of more bytes, or a container of more plain things, only which one it is."""


class _Same:
    """Stands for an object, which only itself equals; does not keep it alive where it can."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, thing: Any) -> None:
        self._get: Callable[[], Any]
        try:
            self._get = weakref.ref(thing)
        except TypeError:
            self._get = lambda: thing

    def __eq__(self, other: object) -> bool:
        found = self._get()
        return isinstance(other, _Same) and found is not None and found is other._get()


def dependencies(*things: Any) -> Record:
    """What programs of these things depend on.

    >>> model = [Value(1.0), 2.0]
    >>> before = dependencies(model)
    >>> model[0].data = 5.0
    >>> dependencies(model) == before
    True
    >>> model[1] = 3.0
    >>> dependencies(model) == before
    False
    """
    return _Walk().over(things)


def holds(things: Any, one: Any) -> bool:
    """Whether things refer to `one`, as far as `dependencies` looks.

    >>> model = [Value(1.0)]
    >>> holds(lambda x, m=model: m[0] * x, model), holds(abs, model)
    (True, False)
    """
    walk = _Walk()
    walk.over((things,))
    return id(one) in walk.seen


class _Walk:
    """A walk over things and what they hold, in order, each thing once."""

    def __init__(self) -> None:
        self.record: Record = []
        self.seen: dict[int, int] = {}
        self.alive: list[Any] = []  # or an id might be that of a later thing
        self.todo: list[tuple[Any, int]] = []

    def over(self, things: tuple[Any, ...]) -> Record:
        """The record."""
        self.todo = [(thing, 0) for thing in reversed(things)]
        while self.todo:
            thing, depth = self.todo.pop()
            if isinstance(thing, Value):
                self._value(thing)
            elif isinstance(thing, _PLAIN):
                self.record.append((type(thing), repr(thing)))
            elif not self._is_again(thing):
                self.todo += [(part, d) for part, d in reversed(list(self._inside(thing, depth)))]
        return self.record

    def _value(self, value: Value) -> None:
        self.record.append(value if type(value) is Value else _Same(value))
        if not getattr(value, "requires_grad", True):
            self.record.append("frozen")

    def _is_again(self, thing: Any) -> bool:
        place = self.seen.get(id(thing))
        if place is None:
            self.seen[id(thing)] = len(self.seen)
            self.alive.append(thing)
            return False
        self.record.append(("again", place))
        return True

    def _inside(self, thing: Any, depth: int) -> Iterator[tuple[Any, int]]:
        """The parts of a thing that are to be looked at; the rest goes into the record."""
        if isinstance(thing, np.ndarray):
            yield from self._array(thing, depth)
        elif isinstance(thing, _CONTAINERS):
            yield from self._container(thing, depth)
        elif isinstance(thing, FunctionType):
            yield from ((part, depth) for part in self._function(thing))
        elif isinstance(thing, MethodType):
            yield from ((thing.__func__, depth), (thing.__self__, depth))
        elif isinstance(thing, functools.partial):
            yield from ((part, depth) for part in (thing.func, thing.args, thing.keywords))
        elif isinstance(thing, type):
            self.record.append(_Same(thing))
            yield from ((part, depth) for part in _of_class(thing))
        elif isinstance(thing, ModuleType) or _is_opaque(thing) or depth > DEEPEST:
            self.record.append(_Same(thing))
            if "__wrapped__" in (own := _own(thing)):  # the function of a program
                yield own["__wrapped__"], depth
        else:
            yield from self._object(thing, depth)

    def _array(self, array: Any, depth: int) -> Iterator[tuple[Any, int]]:
        if array.dtype == object:
            self.record.append(array.shape)
            yield array.ravel().tolist(), depth
        elif array.nbytes > LARGEST:
            self.record.append(_Same(array))
        else:
            content = hashlib.blake2b(array.tobytes())
            self.record.append((array.shape, array.dtype.str, content.digest()))

    def _container(self, thing: Any, depth: int) -> Iterator[tuple[Any, int]]:
        kinds = set(map(type, thing))
        self.record.append((type(thing), len(thing)))
        if len(thing) > LARGEST and Value not in kinds:
            self.record.append(_Same(thing))
        elif kinds == {Value} and not isinstance(thing, dict):
            self.record += thing  # the rows of a weight matrix: no walk for each
            self.record += [i for i, v in enumerate(thing) if not getattr(v, "requires_grad", True)]
        elif kinds <= {float, int, str} and not isinstance(thing, dict):
            self.record.append(repr(thing))
        else:
            several = thing.items() if isinstance(thing, dict) else [(part,) for part in thing]
            yield from ((part, depth) for parts in several for part in parts)

    def _function(self, function: FunctionType) -> Iterator[Any]:
        self.record.append(function.__code__)
        yield function.__defaults__
        yield function.__kwdefaults__
        for cell in function.__closure__ or ():
            try:
                yield cell.cell_contents
            except ValueError:  # not bound yet
                self.record.append("unbound")
        if _is_users(function):
            globals_, attributes = _names(function.__code__)
            known = function.__globals__
            for thing in (known[name] for name in globals_ if name in known):
                yield thing
                if isinstance(thing, ModuleType) and _top(thing.__name__) not in _OURS:
                    yield from (vars(thing)[name] for name in attributes if name in vars(thing))

    def _object(self, thing: Any, depth: int) -> Iterator[tuple[Any, int]]:
        """The class of an object, and its attributes."""
        deeper = depth + (not isinstance(thing, Module))
        yield type(thing), deeper
        for name, part in _attributes(thing):
            if name not in BOOKKEEPING:
                self.record.append(name)
                yield part, deeper


def _top(name: Any) -> str:
    return str(name).partition(".")[0]


def _is_users(thing: Any) -> bool:
    module = str(getattr(thing, "__module__", ""))
    return _top(module) not in _OURS and not _is_installed(module)


@functools.lru_cache(1024)
def _is_installed(module: str) -> bool:
    """Whether a module comes with Python or a package: large, and it stays as it is."""
    file = getattr(sys.modules.get(module), "__file__", None)
    if not file:
        return _top(module) in sys.stdlib_module_names
    return "-packages" in file or file.startswith(sysconfig.get_path("stdlib"))


def _is_opaque(thing: Any) -> bool:
    return _top(type(thing).__module__) in _OPAQUE


def _own(thing: Any) -> dict[str, Any]:
    """The attributes that an object keeps; `__getattr__`, which may answer all, is not asked."""
    try:
        found: dict[str, Any] = object.__getattribute__(thing, "__dict__")
    except AttributeError:
        return {}
    return found


def _attributes(thing: Any) -> Iterator[tuple[str, Any]]:
    yield from _own(thing).items()
    for kind in type(thing).__mro__:
        slots = vars(kind).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__dict__", "__weakref__") and hasattr(thing, name):
                yield name, getattr(thing, name)


def _of_class(kind: type) -> Iterator[Any]:
    """What the user's classes among these define: functions, and other attributes."""
    for one in kind.__mro__:
        if _is_users(one):
            for name, part in vars(one).items():
                found = getattr(part, "fget", getattr(part, "__func__", part))
                if isinstance(found, FunctionType) or not name.startswith("__"):
                    yield found


@functools.lru_cache(1024)
def _names(code: CodeType) -> tuple[list[str], list[str]]:
    """The globals that a function reads, and the attributes of anything, also in inner ones."""
    found: tuple[list[str], list[str]] = ([], [])
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            found[0].append(step.argval)
        elif step.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            found[1].append(step.argval)
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            for mine, more in zip(found, _names(inner), strict=True):
                mine += more
    return found
