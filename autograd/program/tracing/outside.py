"""What is outside of a function that it reads: names, and what can be reached from them.

Noted are the things that the function's names are bound to (globals, closures, default arguments),
and those of the user's functions and methods that it calls by name; of these things the elements
of lists, dicts and sets and the attributes that any of these functions names, and so on inwards;
of arrays the numbers. Where one of them names getattr, vars or __dict__, every attribute counts
that does not begin with an underscore. Weak references are looked through.

Not noted: arrays of more than 100,000 bytes and containers of more than 10,000 elements (or 200,000
in all), but for their size, if they hold anything but Values; what an extension, a file or the
operating system holds; globals of installed libraries.
"""

from __future__ import annotations

import random
import sys
import weakref
from array import array
from collections import ChainMap, UserDict, UserList, deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from operator import attrgetter, itemgetter
from types import FunctionType, GeneratorType, MappingProxyType, MethodType, ModuleType
from typing import Any, NamedTuple

import numpy as np

from autograd.program.tracing.names import (
    BY_ANY_NAME,
    INSTALLED,
    LIBRARY,
    USERS,
    Public,
    attributes_of,
    contents_of,
    defaults_of,
    function_of,
    globals_in,
    is_operator,
    names_in,
    owner_of,
    several,
    slots_of,
)
from autograd.value import Value

LARGEST, LARGEST_ARRAY, AT_MOST = 10_000, 100_000, 200_000
LONG = 16
"""A longer list of numbers is compared by `==`, which takes a nanosecond for each."""

_PLAIN = frozenset({float, int, bool, str, bytes, complex, type(None)})
_CHANCE = (random.Random, np.random.Generator, np.random.RandomState)
_CONTAINERS = (list, dict, set, deque, bytearray, MappingProxyType)
_HOLDERS = ((ChainMap, "maps"), ((UserDict, UserList), "data"))
"""Containers that keep their things in another one, an attribute of theirs."""


class Source(NamedTuple):
    """Something that gives several things, by `read(of)`."""

    read: Callable[[Any], Iterable[Any]]
    of: Any
    path: str
    names: tuple[str, ...] = ()
    """What each thing is called, after `path`; () where their number may change."""
    live: Iterable[Any] | None = None
    """What gives the same things when it is gone through, if there is such a thing."""


class Attributes(NamedTuple):
    """Attributes of one thing: those that matter are `named`, of which some were `there`."""

    path: str
    now: Any
    named: frozenset[str]
    there: tuple[str, ...]

    def new(self) -> str | None:
        """The name of one that was not there, or None."""
        found = (n for n in self.now if n in self.named and n not in self.there)
        return next((f"{self.path}.{name}" for name in found), None)


class Outside:
    """A walk through everything outside of a function that it reads.

    Attributes:
        sources: what gives the things that are to be compared by identity.
        uniform: containers of nothing but Values, or of many numbers, by path.
        arrays: arrays, by path.
        generators: generators of random numbers, by path.
        iterators: paths of what gives something else every time it is asked.
        attributes: of objects, modules and classes.
        values: whether there are Values.
    """

    def __init__(self, function: Any, given: Iterable[tuple[str, Any]] = ()) -> None:
        self.sources: list[Source] = []
        self.uniform: list[tuple[str, Any]] = []
        self.arrays: list[tuple[str, Any]] = []
        self.generators: list[tuple[str, Any]] = []
        self.iterators: list[str] = []
        self.attributes: list[Attributes] = []
        self.values = False
        self._names: dict[str, set[str]] = {USERS: set(), INSTALLED: set()}
        self._of_kind: dict[type, frozenset[str]] = {}
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
        self._of_kind.clear()

    def _walk(self) -> None:
        """Visit what there is, until there is no new object, and no new name of an attribute."""
        found = None
        while found != (found := [len(self._objects), *map(len, self._names.values())]):
            self._of_kind.clear()
            for path, thing in self._objects:
                self._enter(path, thing)
            while self._todo:
                self._visit(*self._todo.pop())

    def _visit(self, path: str, thing: Any) -> None:
        kind = type(thing)
        if kind is Value or isinstance(thing, Value):
            self.values = True
            return
        if kind in _PLAIN or id(thing) in self._seen:
            return
        self._seen[id(thing)] = thing
        for kinds, visit in _VISITS:
            if isinstance(thing, kinds):
                visit(self, path, thing)
                break
        else:
            self._visit_object(path, thing)

    def _visit_object(self, path: str, thing: Any) -> None:
        kind = type(thing)
        if "__wrapped__" in attributes_of(thing):
            self._todo.append((path, thing.__wrapped__))
        elif isinstance(thing, Iterator) and _is_spent_by_use(kind):
            self.iterators.append(path)
        elif hasattr(thing, "__dict__") or slots_of(kind):
            self._objects.append((path, thing))
            self._todo.append((kind.__name__, kind))
            self._todo += [(path, getattr(thing, n)) for of, n in _HOLDERS if isinstance(thing, of)]

    def _visit_function(self, path: str, function: FunctionType) -> None:
        owner = owner_of(function.__globals__.get("__name__", ""))
        self._function(function, owner)
        if owner != LIBRARY:
            self._objects.append((path, function))

    def _function(self, function: FunctionType, owner: str) -> None:
        """The names that a function reads; of what is not the user's, those of attributes only."""
        if owner == LIBRARY:
            return
        names = names_in(function.__code__)
        self._names[owner] |= names
        cells, free = function.__closure__ or (), function.__code__.co_freevars
        if owner == INSTALLED:
            self._todo += zip(free, contents_of(cells), strict=True)
        else:
            self._functions.append(function)
            if free:
                self._source(contents_of, cells, "", free)
            if known := several(function.__globals__, globals_in(function.__code__)):
                self._source(itemgetter(*known), function.__globals__, "", known)
            if function.__defaults__ or function.__kwdefaults__:
                self._source(defaults_of, function, f"a default of {function.__name__}")

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
        if array.nbytes <= LARGEST_ARRAY and array.size <= self._room:
            self._room -= array.size
            self.arrays.append((path, numbers))

    def _visit_tuple(self, path: str, things: Any) -> None:
        self._todo += [(f"{path}[{i}]", x) for i, x in enumerate(things)]
        self._visit_object(path, things)

    def _visit_container(self, path: str, container: Any) -> None:
        self._visit_object(path, container)
        is_dict = isinstance(container, (dict, MappingProxyType))
        things = container.values() if is_dict else container
        values = bool(things) and all(issubclass(kind, Value) for kind in set(map(type, things)))
        if len(things) > min(LARGEST, self._room) and not values:
            self.sources.append(Source(_size, container, path))
            return
        self._room -= 0 if values else len(things)
        self.values |= values
        if values or _is_uniform(things):
            self.uniform.append((path, container))
        elif is_dict:
            names = tuple(f"[{k!r}]" for k in container)
            self.sources.append(Source(iter, container, path, names, container))
            of_values = dict.values if isinstance(container, dict) else MappingProxyType.values
            self._source(of_values, container, path, names, things)
        else:
            names = tuple(f"[{i}]" for i in range(len(container)))
            self._source(iter, container, path, names, container)

    def _visit_reference(self, path: str, reference: weakref.ref[Any]) -> None:
        self._todo.append((path, reference()))

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
        for name in filter(named.__contains__, attributes):
            self._todo.append((f"{path}.{name}", function_of(attributes[name])))
        if isinstance(thing, type):
            operators = ((name, function_of(attributes[name])) for name in attributes)
            self._todo += [(n, f) for n, f in operators if is_operator(n, f)]
        else:
            slots = filter(named.__contains__, slots_of(type(thing)))
            self._todo += [(f"{path}.{n}", getattr(thing, n)) for n in slots if hasattr(thing, n)]

    def _named(self, thing: Any) -> frozenset[str]:
        """The attributes that are named by the user's functions, or by those of its own class."""
        kind = thing if isinstance(thing, type) else type(thing)
        if kind not in self._of_kind:
            self._of_kind[kind] = self._named_of(kind)
        return self._of_kind[kind]

    def _named_of(self, kind: type) -> frozenset[str]:
        names = frozenset(self._names[USERS])
        if any(owner_of(base.__module__) == INSTALLED for base in kind.__mro__):
            names |= self._names[INSTALLED]
        by_any_name = owner_of(kind.__module__) == USERS and not names.isdisjoint(BY_ANY_NAME)
        return Public(names) if by_any_name else names

    def _note_attributes(self, path: str, thing: Any) -> None:
        if isinstance(thing, type) and owner_of(thing.__module__) != USERS:
            return
        named, attributes, slots = self._named(thing), attributes_of(thing), slots_of(type(thing))
        if hasattr(thing, "__dict__"):
            known = several(attributes, named)
            self.attributes.append(Attributes(path, attributes, named, known))
        for getter, of, there in (
            (itemgetter, attributes, attributes),
            (attrgetter, thing, [name for name in slots if hasattr(thing, name)]),
        ):
            if names := several(there, named):
                labels = tuple(f".{name}" for name in names)
                self.sources.append(Source(getter(*names), of, path, labels))

    def _note_code(self) -> None:
        """The code of functions is another where a notebook has loaded an edited file again."""
        names = tuple(f"the code of {function.__name__}" for function in self._functions)
        read = partial(map, attrgetter("__code__"))
        self.sources.append(Source(read, self._functions, "", names))


_VISITS: tuple[tuple[Any, Callable[[Outside, str, Any], None]], ...] = (
    (FunctionType, Outside._visit_function),
    (MethodType, Outside._visit_method),
    (partial, Outside._visit_partial),
    (np.ndarray, Outside._visit_array),
    ((array, memoryview), Outside._visit_numbers),
    ((tuple, frozenset), Outside._visit_tuple),
    (_CONTAINERS, Outside._visit_container),
    (weakref.ref, Outside._visit_reference),
    (_CHANCE, Outside._visit_chance),
    ((type, ModuleType), Outside._visit_namespace),
)


def _size(container: Any) -> tuple[str]:
    """How large a container is, as the one text that says it: sources are compared by identity."""
    return (sys.intern(f"{len(container)} elements"),)


def _is_uniform(things: Any) -> bool:
    return len(things) > LONG and set(map(type, things)) <= {float, int}


def _is_spent_by_use(kind: type) -> bool:
    return kind is GeneratorType or kind.__module__ in ("builtins", "itertools")
