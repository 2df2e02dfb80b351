"""What is outside of a function that it reads: names, and what can be reached from them.

Noted are the things that the function's names are bound to (globals, closures, default arguments),
and those of the user's functions and methods that it calls by name; of these things the elements
of lists, dicts and sets and the attributes that any of these functions names, and so on inwards;
of arrays the numbers.

Not noted: arrays of more than 10,000 bytes and containers of more than 10,000 elements (or 200,000
in all), but for their size; attributes that are reached by getattr or vars only; what an extension,
a file or the operating system holds; globals of installed libraries.
"""

from __future__ import annotations

import random
import sys
from array import array
from collections import ChainMap, UserDict, UserList, deque
from collections.abc import Callable, Container, Iterable, Iterator
from functools import partial
from operator import attrgetter, itemgetter
from types import FunctionType, GeneratorType, MappingProxyType, MethodType, ModuleType
from typing import Any, NamedTuple

import numpy as np

from autograd.program.namespaces import (
    INSTALLED,
    LIBRARY,
    USERS,
    attributes_of,
    function_of,
    hidden_by,
    is_operator,
    names_in,
    owner_of,
    slots_of,
)
from autograd.value import Value

__all__ = ["Outside", "Source"]

LARGEST, AT_MOST = 10_000, 200_000
LONG = 16
"""A longer list of numbers is compared by `==`, which takes a nanosecond for each."""

_PLAIN = frozenset({float, int, bool, str, bytes, complex, type(None)})
_CHANCE = (random.Random, np.random.Generator, np.random.RandomState)
_CONTAINERS = (list, dict, set, deque, bytearray, MappingProxyType)
_HOLDERS = ((ChainMap, "maps"), ((UserDict, UserList), "data"))
"""Containers that keep their things in another one, an attribute of theirs."""
_EMPTY = object()


class Source(NamedTuple):
    """Something that gives several things, by `read(of)`."""

    read: Callable[[Any], Iterable[Any]]
    of: Any
    path: str
    names: tuple[str, ...] = ()
    """What each thing is called, after `path`; () where their number may change."""
    live: Iterable[Any] | None = None
    """What gives the same things when it is gone through, if there is such a thing."""


class Outside:
    """A walk through everything outside of a function that it reads.

    Attributes:
        sources: what gives the things that are to be compared by identity.
        uniform: containers of nothing but Values, or of many numbers, by path.
        arrays: arrays, by path.
        hidden: the attributes of something, and names that it has from its class and not yet of
            its own, by path.
        generators: generators of random numbers, by path.
        iterators: paths of what gives something else every time it is asked.
    """

    def __init__(self, function: Any, given: Iterable[tuple[str, Any]] = ()) -> None:
        self.sources: list[Source] = []
        self.uniform: list[tuple[str, Any]] = []
        self.arrays: list[tuple[str, Any]] = []
        self.hidden: list[tuple[str, Any, frozenset[str]]] = []
        self.generators: list[tuple[str, Any]] = []
        self.iterators: list[str] = []
        self._names: dict[str, set[str]] = {USERS: set(), INSTALLED: set()}
        self._seen: dict[int, Any] = {}
        self._objects: list[tuple[str, Any]] = []
        self._room = AT_MOST
        self._functions: list[FunctionType] = []
        self._todo = list(given)
        if isinstance(function, FunctionType):
            self._seen[id(function)] = function
            self._function(function, USERS)
        else:
            self._todo.append((type(function).__name__, function))
        self._walk()
        for path, thing in self._objects:
            self._note_attributes(path, thing)
        self._note_code()
        self._seen.clear()
        self._objects.clear()

    def _walk(self) -> None:
        """Visit what there is, until there is no new object, and no new name of an attribute."""
        found = None
        while found != (found := [len(self._objects), *map(len, self._names.values())]):
            for path, thing in self._objects:
                self._enter(path, thing)
            while self._todo:
                self._visit(*self._todo.pop())

    def _visit(self, path: str, thing: Any) -> None:
        kind = type(thing)
        if kind is Value or kind in _PLAIN or id(thing) in self._seen or isinstance(thing, Value):
            return
        self._seen[id(thing)] = thing
        visit = next((visit for kinds, visit in _VISITS if isinstance(thing, kinds)), None)
        if visit is not None:
            visit(self, path, thing)
        if visit is None or owner_of(kind.__module__) == USERS:
            self._visit_object(path, thing)

    def _visit_object(self, path: str, thing: Any) -> None:
        kind = type(thing)
        if "__wrapped__" in getattr(thing, "__dict__", ()):
            self._todo.append((path, thing.__wrapped__))
        elif isinstance(thing, Iterator) and _is_spent_by_use(kind):
            self.iterators.append(path)
        elif attributes_of(thing) or slots_of(kind) or owner_of(kind.__module__) != LIBRARY:
            self._objects.append((path, thing))
            self._todo.append((kind.__name__, kind))
            self._todo += [(path, getattr(thing, n)) for of, n in _HOLDERS if isinstance(thing, of)]

    def _visit_function(self, path: str, function: FunctionType) -> None:
        self._function(function, owner_of(function.__globals__.get("__name__", "")))

    def _function(self, function: FunctionType, owner: str) -> None:
        """The names that a function reads; of what is not the user's, those of attributes only."""
        if owner == LIBRARY:
            return
        names = names_in(function.__code__)
        self._names[owner] |= names
        cells, free = function.__closure__ or (), function.__code__.co_freevars
        if owner == INSTALLED:
            self._todo += zip(free, _contents(cells), strict=True)
        else:
            self._functions.append(function)
            if free:
                self._source(_contents, cells, "", free)
            if known := _several(function.__globals__, names):
                self._source(itemgetter(*known), function.__globals__, "", known)
            if function.__defaults__ or function.__kwdefaults__:
                self._source(_defaults, function, f"a default of {function.__name__}")

    def _source(self, *of: Any) -> None:
        """Note a source, and visit what it gives."""
        source = Source(*of)
        self.sources.append(source)
        things = list(source.read(source.of))
        names = source.names or ("",) * len(things)
        self._todo += [(source.path + n, thing) for n, thing in zip(names, things, strict=True)]

    def _visit_method(self, path: str, method: MethodType) -> None:
        self._todo += [(path, method.__func__), ("self", method.__self__)]

    def _visit_partial(self, path: str, function: Any) -> None:
        self._todo += [(path, x) for x in (function.func, function.args, function.keywords)]

    def _visit_array(self, path: str, array: np.ndarray[Any, Any]) -> None:
        self._visit_numbers(path, array)
        if array.dtype.hasobject and array.size <= LARGEST:
            self._todo += [(path, x) for x in array.flat]

    def _visit_numbers(self, path: str, numbers: Any) -> None:
        """An array, of NumPy or of Python."""
        array = np.asarray(numbers)
        if array.nbytes <= min(LARGEST, self._room):
            self._room -= array.size
            self.arrays.append((path, numbers))

    def _visit_tuple(self, path: str, things: Any) -> None:
        self._todo += [(f"{path}[{i}]", x) for i, x in enumerate(things)]

    def _visit_container(self, path: str, container: Any) -> None:
        is_dict = isinstance(container, (dict, MappingProxyType))
        things = container.values() if is_dict else container
        if len(things) > min(LARGEST, self._room):
            self.sources.append(Source(_size, container, path))
            return
        self._room -= len(things)
        if _is_uniform(things):
            self.uniform.append((path, container))
        elif is_dict:
            names = tuple(f"[{k!r}]" for k in container)
            self.sources.append(Source(iter, container, path, names, container))
            values = dict.values if isinstance(container, dict) else MappingProxyType.values
            self._source(values, container, path, names, things)
        else:
            names = tuple(f"[{i}]" for i in range(len(container)))
            self._source(iter, container, path, names, container)

    def _visit_chance(self, path: str, generator: Any) -> None:
        self.generators.append((path, generator))

    def _visit_namespace(self, path: str, thing: Any) -> None:
        """A module of the user's, or a class; of its bases the methods count, too."""
        owner = owner_of(thing.__module__ if isinstance(thing, type) else thing.__name__)
        if owner != LIBRARY and not (owner == INSTALLED and isinstance(thing, ModuleType)):
            self._objects.append((path, thing))
            above = (type(thing), *getattr(thing, "__bases__", ()))
            self._todo += [(kind.__name__, kind) for kind in above]

    def _enter(self, path: str, thing: Any) -> None:
        """Visit the attributes of an object that are named, and methods that an operator calls."""
        attributes = attributes_of(thing)
        named = self._named(thing)
        for name in named & attributes.keys():
            self._todo.append((f"{path}.{name}", function_of(attributes[name])))
        if isinstance(thing, type):
            operators = ((name, function_of(attributes[name])) for name in attributes)
            self._todo += [(n, f) for n, f in operators if is_operator(n, f)]
        else:
            slots = named & slots_of(type(thing))
            self._todo += [(f"{path}.{n}", getattr(thing, n)) for n in slots if hasattr(thing, n)]

    def _named(self, thing: Any) -> set[str]:
        """The attributes that are named by the user's functions, or by those of its own class."""
        kind = thing if isinstance(thing, type) else type(thing)
        if any(owner_of(base.__module__) == INSTALLED for base in kind.__mro__):
            return self._names[USERS] | self._names[INSTALLED]
        return self._names[USERS]

    def _note_attributes(self, path: str, thing: Any) -> None:
        if isinstance(thing, type) and owner_of(thing.__module__) != USERS:
            return
        named, attributes, slots = self._named(thing), attributes_of(thing), slots_of(type(thing))
        if named and (hidden := (hidden_by(thing) & named) - attributes.keys()):
            self.hidden.append((path, attributes, hidden))
        for getter, of, there in (
            (itemgetter, attributes, attributes),
            (attrgetter, thing, [name for name in slots if hasattr(thing, name)]),
        ):
            if names := _several(there, named):
                whole = isinstance(of, dict) and names == tuple(of)
                labels = tuple(f".{name}" for name in names)
                self.sources.append(
                    Source(getter(*names), of, path, labels, of.values() if whole else None)
                )

    def _note_code(self) -> None:
        """The code of functions is another where a notebook has loaded an edited file again."""
        names = tuple(f"the code of {function.__name__}" for function in self._functions)
        self.sources.append(
            Source(partial(map, attrgetter("__code__")), self._functions, "", names)
        )


_VISITS: tuple[tuple[Any, Callable[[Outside, str, Any], None]], ...] = (
    (FunctionType, Outside._visit_function),
    (MethodType, Outside._visit_method),
    (partial, Outside._visit_partial),
    (np.ndarray, Outside._visit_array),
    ((array, memoryview), Outside._visit_numbers),
    ((tuple, frozenset), Outside._visit_tuple),
    (_CONTAINERS, Outside._visit_container),
    (_CHANCE, Outside._visit_chance),
    ((type, ModuleType), Outside._visit_namespace),
)


def _several(there: Iterable[str], names: Container[str]) -> tuple[str, ...]:
    """Those of the names that are there; a single one twice: getters of one give no tuple."""
    found = tuple(name for name in there if name in names)
    return found * 2 if len(found) == 1 else found


def _contents(cells: tuple[Any, ...]) -> list[Any]:
    return [_content(cell) for cell in cells]


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not bound yet
        return _EMPTY


def _defaults(function: FunctionType) -> tuple[Any, ...]:
    return *(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()


def _size(container: Any) -> tuple[str]:
    """How large a container is, as the one text that says it: sources are compared by identity."""
    return (sys.intern(f"{len(container)} elements"),)


def _is_uniform(things: Any) -> bool:
    kinds = set(map(type, things))
    numbers = len(things) > LONG and kinds <= {float, int}
    return numbers or (bool(kinds) and all(issubclass(kind, Value) for kind in kinds))


def _is_spent_by_use(kind: type) -> bool:
    return kind is GeneratorType or kind.__module__ in ("builtins", "itertools")
