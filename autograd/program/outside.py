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
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator
from functools import cached_property, lru_cache, partial
from operator import attrgetter, itemgetter
from types import CodeType, FunctionType, GeneratorType, MethodType, ModuleType
from typing import Any, NamedTuple

import numpy as np

from autograd.frames import LIBRARIES, is_standard
from autograd.value import Value

__all__ = ["Outside", "Source"]

LARGEST, AT_MOST = 10_000, 200_000
LONG = 16
"""A longer list of numbers is compared by `==`, which takes a nanosecond for each."""

_PLAIN = frozenset({float, int, bool, str, bytes, complex, type(None)})
_CHANCE = (random.Random, np.random.Generator, np.random.RandomState)
_CONTAINERS = (list, dict, set, deque)
_NOT_CALLED = {
    "__init__", "__new__", "__post_init__", "__repr__", "__str__", "__eq__", "__hash__", "__del__",
    "__setattr__", "__delattr__", "__reduce__", "__reduce_ex__", "__getstate__", "__setstate__",
    "__copy__", "__deepcopy__",
}  # fmt: skip
_USERS, _INSTALLED, _LIBRARY = "the user's", "installed", "without attributes that matter"
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
        generators: generators of random numbers, by path.
        iterators: paths of what gives something else every time it is asked.
    """

    def __init__(self, function: Any) -> None:
        self.sources: list[Source] = []
        self.uniform: list[tuple[str, Any]] = []
        self.arrays: list[tuple[str, np.ndarray[Any, Any]]] = []
        self.generators: list[tuple[str, Any]] = []
        self.iterators: list[str] = []
        self._names: dict[str, set[str]] = {_USERS: set(), _INSTALLED: set()}
        self._seen: dict[int, Any] = {}
        self._objects: list[tuple[str, Any]] = []
        self._room = AT_MOST
        self._todo: list[tuple[str, Any]] = []
        if isinstance(function, FunctionType):
            self._seen[id(function)] = function
            self._function(function, _USERS)
        else:
            self._todo.append((type(function).__name__, function))
        self._walk()
        for path, thing in self._objects:
            self._note_attributes(path, thing)
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
        for kinds, visit in _VISITS:
            if isinstance(thing, kinds):
                visit(self, path, thing)
                return
        if "__wrapped__" in _attributes(thing):
            self._todo.append((path, thing.__wrapped__))
        elif isinstance(thing, Iterator) and _is_spent_by_use(kind):
            self.iterators.append(path)
        elif _attributes(thing) or _slots(kind):
            self._objects.append((path, thing))
            self._todo.append((kind.__name__, kind))

    def _visit_function(self, path: str, function: FunctionType) -> None:
        self._function(function, _owner(function.__globals__.get("__name__", "")))

    def _function(self, function: FunctionType, owner: str) -> None:
        """The names that a function reads; of what is not the user's, those of attributes only."""
        if owner == _LIBRARY:
            return
        names = _names(function.__code__)
        self._names[owner] |= names
        cells, free = function.__closure__ or (), function.__code__.co_freevars
        if owner == _INSTALLED:
            self._todo += zip(free, _contents(cells), strict=True)
        else:
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
        if array.nbytes <= min(LARGEST, self._room):
            self._room -= array.size
            self.arrays.append((path, array))
        if array.dtype.hasobject and array.size <= LARGEST:
            self._todo += [(path, x) for x in array.flat]

    def _visit_tuple(self, path: str, things: Any) -> None:
        self._todo += [(f"{path}[{i}]", x) for i, x in enumerate(things)]

    def _visit_container(self, path: str, container: Any) -> None:
        is_dict = isinstance(container, dict)
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
            self._source(dict.values, container, path, names, things)
        else:
            names = tuple(f"[{i}]" for i in range(len(container)))
            self._source(iter, container, path, names, container)

    def _visit_chance(self, path: str, generator: Any) -> None:
        self.generators.append((path, generator))

    def _visit_namespace(self, path: str, thing: Any) -> None:
        """A module of the user's, or a class; of its bases the methods count, too."""
        owner = _owner(thing.__module__ if isinstance(thing, type) else thing.__name__)
        if owner != _LIBRARY and not (owner == _INSTALLED and isinstance(thing, ModuleType)):
            self._objects.append((path, thing))
            self._todo += [(base.__name__, base) for base in getattr(thing, "__bases__", ())]

    def _enter(self, path: str, thing: Any) -> None:
        """Visit the attributes of an object that are named, and methods that an operator calls."""
        attributes = _attributes(thing)
        named = self._named(thing)
        for name in named & attributes.keys():
            self._todo.append((f"{path}.{name}", _function_of(attributes[name])))
        if isinstance(thing, type):
            operators = ((name, _function_of(attributes[name])) for name in attributes)
            self._todo += [(n, f) for n, f in operators if _is_operator(n, f)]
        else:
            slots = named & _slots(type(thing))
            self._todo += [(f"{path}.{n}", getattr(thing, n)) for n in slots if hasattr(thing, n)]

    def _named(self, thing: Any) -> set[str]:
        """The attributes that are named by the user's functions, or by those of its own class."""
        kind = thing if isinstance(thing, type) else type(thing)
        if any(_owner(base.__module__) == _INSTALLED for base in kind.__mro__):
            return self._names[_USERS] | self._names[_INSTALLED]
        return self._names[_USERS]

    def _note_attributes(self, path: str, thing: Any) -> None:
        if isinstance(thing, type) and _owner(thing.__module__) != _USERS:
            return
        named, attributes, slots = self._named(thing), _attributes(thing), _slots(type(thing))
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


_VISITS: tuple[tuple[Any, Callable[[Outside, str, Any], None]], ...] = (
    (FunctionType, Outside._visit_function),
    (MethodType, Outside._visit_method),
    (partial, Outside._visit_partial),
    (np.ndarray, Outside._visit_array),
    ((tuple, frozenset), Outside._visit_tuple),
    (_CONTAINERS, Outside._visit_container),
    (_CHANCE, Outside._visit_chance),
    ((type, ModuleType), Outside._visit_namespace),
)


@lru_cache(maxsize=4096)
def _names(code: CodeType) -> frozenset[str]:
    """The names of globals and attributes in a function's code, and in functions within it."""
    inner = (_names(x) for x in code.co_consts if isinstance(x, CodeType))
    return frozenset(code.co_names).union(*inner)


def _owner(module: str) -> str:
    """Whose code a module is."""
    package = module.partition(".")[0]
    file = getattr(sys.modules.get(module), "__file__", None) or ""
    standard = is_standard(file) if file else package in sys.stdlib_module_names
    if standard or package == "autograd" or package in LIBRARIES:
        return _LIBRARY
    return _INSTALLED if package in ("nn", "viz") or "-packages" in file else _USERS


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


def _attributes(thing: Any) -> Any:
    """The attributes of an object, module or class: a mapping that follows their changes.

    A `__getattr__`, which may answer everything, is not asked.
    """
    try:
        return object.__getattribute__(thing, "__dict__")
    except AttributeError:
        return {}


def _slots(kind: type) -> frozenset[str]:
    """The attributes that objects of a class keep in slots."""
    found = (vars(base).get("__slots__", ()) for base in kind.__mro__)
    return frozenset(n for names in found for n in ((names,) if isinstance(names, str) else names))


def _function_of(attribute: Any) -> Any:
    """The function in a property, a static or a class method; anything else as it is."""
    for kind, name in ((property, "fget"), (cached_property, "func")):
        if isinstance(attribute, kind):
            return getattr(attribute, name)
    return attribute.__func__ if isinstance(attribute, (staticmethod, classmethod)) else attribute


def _is_operator(name: str, function: Any) -> bool:
    special = name.startswith("__") and name.endswith("__") and name not in _NOT_CALLED
    return special and isinstance(function, FunctionType)
