"""Walk through all that a function reads: names, and what can be reached from them.

Noted are the things that the function's names are bound to (globals, closures, default arguments),
and those of the user's functions and methods that it calls by name; of these things the elements
of lists, dicts and sets and the attributes that any of these functions names, and so on inwards;
of arrays the numbers. Where one of them names getattr, vars or __dict__, every attribute counts
that does not begin with an underscore. Weak references are looked through. What an operator, or a
call, of an object runs counts if the object is used for more than its attributes: called, say.

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
from itertools import zip_longest
from operator import attrgetter, itemgetter
from types import FunctionType, GeneratorType, MappingProxyType, MethodType, ModuleType
from typing import Any, NamedTuple

import numpy as np

from autograd.program.tracing import code
from autograd.value import Value

LARGEST, LARGEST_ARRAY, AT_MOST = 10_000, 100_000, 200_000
LONG = 16
"""A longer list of numbers, or of tuples of numbers and functions, is compared by `==`, which takes
a nanosecond for each element; to compare identities takes 15."""

PLAIN = frozenset({float, int, bool, str, bytes, complex, type(None)})
_COMPARED = frozenset({float, int, tuple})
_BY_ANY_NAME = frozenset({"getattr", "vars", "__dict__"})
"""A function that names one of these may read attributes whose names are computed."""


def _is_plain(x: Any) -> bool:
    """True for what is equal only to what a function could as well be given in its place."""
    if type(x) is tuple:
        return all(map(_is_plain, x))
    of_identity: Any = object.__eq__
    return type(x) in (float, int, str) or type(x).__eq__ is of_identity


class Source(NamedTuple):
    """Something that gives several things, by `read(of)`, and those that it `gave`.

    Each is called `path` and its name; there are none where the number of things may change.
    """

    read: Callable[[Any], Iterable[Any]]
    of: Any
    path: str
    names: tuple[str, ...]
    gave: list[Any]


class Attributes(NamedTuple):
    """Attributes of one thing: those that matter are `named`, of which some were `there`."""

    path: str
    now: Any
    named: frozenset[str]
    there: tuple[str, ...]


class Reads:
    """A walk through everything that a function reads, and what it found there.

    Attributes:
        sources: what gives the things that are to be compared by identity.
        uniform: containers of nothing but Values: path, container, and a copy.
        plain: those of many numbers, or tuples of plain things.
        arrays: path, array, and its bytes.
        generators: of random numbers, by path.
        iterators: paths of what gives something else every time it is asked.
        attributes: of objects, modules and classes.
        values: True if there are Values.
    """

    def __init__(self, function: Any, given: Iterable[tuple[str, Any]] = ()) -> None:
        self.sources: list[Source] = []
        self.uniform: list[tuple[str, Any, Any]] = []
        self.plain: list[tuple[str, Any, Any]] = []
        self.arrays: list[tuple[str, Any, bytes]] = []
        self.generators: list[tuple[str, Any]] = []
        self.iterators: list[str] = []
        self.attributes: list[Attributes] = []
        self.values = False
        self._names: dict[str, set[str]] = {code.USERS: set(), code.INSTALLED: set()}
        self._of_kind: dict[type, frozenset[str]] = {}
        self._seen: dict[int, Any] = {}
        self._objects: list[tuple[str, Any]] = []
        self._whole: set[str | None] = {None}
        self._loaded: dict[int, set[str | None]] = {}
        self._passing: set[int] = set()
        self._in_use: set[type] = set()
        self._room = AT_MOST
        self._functions: list[FunctionType] = []
        self._todo: list[tuple[Any, ...]] = list(given)
        if isinstance(function, FunctionType):
            self._seen[id(function)] = function
            self._function(function, code.USERS)
        else:
            self._todo.append((type(function).__name__, function))
        self._walk()
        for path, thing in self._objects:
            self._note_attributes(path, thing)
        self._note_code()
        del self._seen, self._objects, self._of_kind, self._loaded

    def _walk(self) -> None:
        """Visit what there is, until there is no new object, and no new name of an attribute."""
        found = None
        while found != (found := self._count()):
            self._of_kind.clear()
            for _, thing in self._objects:
                if self._is_used_whole(thing):
                    self._in_use.update(type(thing).__mro__)
            for path, thing in self._objects:
                self._enter(path, thing)
            while self._todo:
                self._visit(*self._todo.pop())

    def _count(self) -> list[int]:
        sets = [self._objects, self._whole, self._passing, *self._names.values()]
        return [*map(len, sets), sum(map(len, self._loaded.values()))]

    def _is_used_whole(self, thing: Any) -> bool:
        """True if more than attributes of an object may be used, by code or by its methods."""
        if not self._whole.isdisjoint(self._loaded[id(thing)]):
            return True
        found = (x for base in type(thing).__mro__ for x in vars(base).values())
        return any(id(code.function_of(x)) in self._passing for x in found)

    def _visit(self, path: str, thing: Any, name: str | None = None) -> None:
        """Visit a thing that code gets by a name; "": not itself, None: in another way."""
        if isinstance(thing, Value):
            self.values = True
            return
        if type(thing) in PLAIN:
            return
        self._loaded.setdefault(id(thing), set()).add(name)
        if id(thing) in self._seen:
            return
        self._seen[id(thing)] = thing
        match thing:
            case FunctionType():
                owner = code.owner_of(thing.__globals__.get("__name__", ""))
                self._function(thing, owner)
                if owner != code.LIBRARY:
                    self._objects.append((path, thing))
            case MethodType():
                itself = None if code.passes_on(thing.__func__) else ""
                self._todo += [(path, thing.__func__), ("self", thing.__self__, itself)]
            case partial():
                self._todo += [(path, x) for x in (thing.func, thing.args, thing.keywords)]
            case np.ndarray() | array() | memoryview():
                self._visit_array(path, thing)
            case tuple() | frozenset():
                self._todo += [(f"{path}[{i}]", x) for i, x in enumerate(thing)]
                self._visit_object(path, thing)
            case list() | dict() | set() | deque() | bytearray() | MappingProxyType():
                self._visit_object(path, thing)
                self._visit_container(path, thing)
            case weakref.ref():
                self._todo.append((path, thing()))
            case random.Random() | np.random.Generator() | np.random.RandomState():
                self.generators.append((path, thing))
            case type() | ModuleType():
                self._visit_namespace(path, thing)
            case _:
                self._visit_object(path, thing)

    def _visit_object(self, path: str, thing: Any) -> None:
        kind = type(thing)
        if "__wrapped__" in code.attributes_of(thing):
            self._todo.append((path, thing.__wrapped__))
        elif isinstance(thing, Iterator) and _is_spent_by_use(kind):
            self.iterators.append(path)
        elif hasattr(thing, "__dict__") or code.slots_of(kind):
            self._objects.append((path, thing))
            self._todo.append((kind.__name__, kind, ""))
            if isinstance(thing, ChainMap):
                self._todo.append((path, thing.maps))
            elif isinstance(thing, (UserDict, UserList)):
                self._todo.append((path, thing.data))

    def _function(self, function: FunctionType, owner: str) -> None:
        """The names that a function reads; of what is not the user's, those of attributes only.

        Of a library's, as grad(f) is, what it wraps.
        """
        if owner == code.LIBRARY:
            if "__wrapped__" in vars(function):
                self._todo.append((function.__name__, vars(function)["__wrapped__"]))
            return
        self._names[owner] |= code.names_in(function.__code__)
        self._whole |= code.used_whole(function.__code__)
        if code.passes_on(function):
            self._passing.add(id(function))
        cells, free = function.__closure__ or (), function.__code__.co_freevars
        if owner == code.INSTALLED:
            self._todo += zip(free, code.contents_of(cells), free, strict=True)
            return
        self._functions.append(function)
        if free:
            self._source(code.contents_of, cells, "", free)
        if known := code.several(function.__globals__, code.globals_in(function.__code__)):
            self._source(itemgetter(*known), function.__globals__, "", known)
        if function.__defaults__ or function.__kwdefaults__:
            self._source(code.defaults_of, function, f"a default of {function.__name__}")

    def _source(self, read: Any, of: Any, path: str, names: tuple[str, ...] = ()) -> None:
        """Note a source, and visit what it gives."""
        things = self._note(read, of, path, names)
        named = zip_longest(names, things, fillvalue="")
        self._todo += [(path + n, x, None if path else n) for n, x in named]

    def _note(self, read: Any, of: Any, path: str, names: tuple[str, ...] = ()) -> list[Any]:
        things = list(read(of))
        self.sources.append(Source(read, of, path, names, things))
        return things

    def _visit_array(self, path: str, thing: Any) -> None:
        """An array, of NumPy or of Python."""
        numbers = np.asarray(thing)
        if numbers.nbytes <= LARGEST_ARRAY and numbers.size <= self._room:
            self._room -= numbers.size
            self.arrays.append((path, thing, thing.tobytes()))
        if numbers.dtype.hasobject and numbers.size <= LARGEST:
            self._todo += [(path, x) for x in numbers.flat]

    def _visit_container(self, path: str, container: Any) -> None:
        is_dict = isinstance(container, (dict, MappingProxyType))
        things = container.values() if is_dict else container
        kinds = set(map(type, things))
        values = bool(kinds) and all(issubclass(kind, Value) for kind in kinds)
        if len(things) > min(LARGEST, self._room) and not values:
            self._note(_size, container, path)
            return
        self._room -= 0 if values else len(things)
        self.values |= values
        if values:
            self.uniform.append((path, container, container.copy()))
        elif len(things) > LONG and kinds <= _COMPARED and all(map(_is_plain, things)):
            self.plain.append((path, container, container.copy()))
            self._todo += [(path, x) for x in things if type(x) is tuple]
        elif is_dict:
            names = tuple(f"[{key!r}]" for key in container)
            self._note(iter, container, path, names)
            kind: Any = dict if isinstance(container, dict) else MappingProxyType
            self._source(kind.values, container, path, names)
        else:
            self._source(iter, container, path, tuple(f"[{i}]" for i in range(len(container))))

    def _visit_namespace(self, path: str, thing: Any) -> None:
        """A module of the user's, or a class; of its bases the methods count, too."""
        owner = code.owner_of(thing.__module__ if isinstance(thing, type) else thing.__name__)
        is_installed = owner == code.INSTALLED and isinstance(thing, ModuleType)
        if owner != code.LIBRARY and not is_installed:
            self._objects.append((path, thing))
            above = (type(thing), *getattr(thing, "__bases__", ()))
            self._todo += [(kind.__name__, kind, "") for kind in above]

    def _enter(self, path: str, thing: Any) -> None:
        """Visit the attributes of an object that are named, and methods that an operator calls."""
        attributes, named = code.attributes_of(thing), self._named(thing)
        found = {n: code.function_of(attributes[n]) for n in attributes if n in named}
        if isinstance(thing, type):
            operators = ((name, code.function_of(attributes[name])) for name in attributes)
            whole = thing in self._in_use
            self._todo += [(n, f) for n, f in operators if code.is_operator(n, f, whole)]
        else:
            slots = filter(named.__contains__, code.slots_of(type(thing)))
            found |= {name: getattr(thing, name) for name in slots if hasattr(thing, name)}
        computed = isinstance(named, code.Public)
        self._todo += [(f"{path}.{n}", x, None if computed else n) for n, x in found.items()]

    def _named(self, thing: Any) -> frozenset[str]:
        """The attributes that are named by the user's functions, or by those of its own class."""
        kind = thing if isinstance(thing, type) else type(thing)
        if kind not in self._of_kind:
            self._of_kind[kind] = self._named_of(kind)
        return self._of_kind[kind]

    def _named_of(self, kind: type) -> frozenset[str]:
        names = frozenset(self._names[code.USERS])
        if any(code.owner_of(base.__module__) == code.INSTALLED for base in kind.__mro__):
            names |= self._names[code.INSTALLED]
        is_users = code.owner_of(kind.__module__) == code.USERS
        return code.Public(names) if is_users and names & _BY_ANY_NAME else names

    def _note_attributes(self, path: str, thing: Any) -> None:
        if isinstance(thing, type) and code.owner_of(thing.__module__) != code.USERS:
            return
        named, attributes = self._named(thing), code.attributes_of(thing)
        slots = [name for name in code.slots_of(type(thing)) if hasattr(thing, name)]
        if hasattr(thing, "__dict__"):
            self.attributes.append(Attributes(path, attributes, named, tuple(attributes)))
        for getter, of, there in (
            (itemgetter, attributes, attributes),
            (attrgetter, thing, slots),
        ):
            if known := code.several(there, named):
                self._note(getter(*known), of, path, tuple(f".{name}" for name in known))

    def _note_code(self) -> None:
        """The code of functions is another where a notebook has loaded an edited file again."""
        names = tuple(f"the code of {function.__name__}" for function in self._functions)
        self._note(partial(map, attrgetter("__code__")), self._functions, "", names)


def _size(container: Any) -> tuple[str]:
    """The count of a container's elements, as the one text that says it, to compare by identity."""
    return (sys.intern(f"{len(container)} elements"),)


def _is_spent_by_use(kind: type) -> bool:
    return kind is GeneratorType or kind.__module__ in ("builtins", "itertools")
