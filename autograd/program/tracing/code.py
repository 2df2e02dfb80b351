"""Code of functions: the names it reads, whose it is, and the attributes that things have."""

from __future__ import annotations

import dis
import sys
from collections.abc import Container, Iterable, Iterator
from functools import cached_property, lru_cache
from itertools import pairwise
from types import CodeType, FunctionType
from typing import Any

from autograd.context.call_sites import LIBRARIES, is_standard

USERS, INSTALLED, LIBRARY = "the user's", "installed", "without attributes that matter"
_EMPTY = object()
_GLOBALS = ("_GLOBAL", "_GLOBALS", "_NAME")
"""The ends of names of instructions that read a global."""
_OF_ATTRIBUTES = {"LOAD_ATTR", "LOAD_METHOD", "STORE_ATTR", "DELETE_ATTR"}
_WITHOUT_USE = {"LOAD_CONST", "MAKE_CELL", "LOAD_CLOSURE"}
_FOR_ATTRIBUTES = {"__getattr__", "__getattribute__", "__get__", "__set__"}
_NOT_CALLED = {
    "__init__", "__new__", "__post_init__", "__repr__", "__str__", "__eq__", "__hash__", "__del__",
    "__setattr__", "__delattr__", "__reduce__", "__reduce_ex__", "__getstate__", "__setstate__",
    "__copy__", "__deepcopy__",
}  # fmt: skip


def _codes(code: CodeType) -> Iterator[CodeType]:
    """A function's code, and that of the functions within it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


class Public(frozenset[str]):
    """Names, and all that do not begin with an underscore."""

    def __contains__(self, name: object) -> bool:
        return not str(name).startswith("_") or super().__contains__(name)


@lru_cache(maxsize=4096)
def names_in(code: CodeType) -> frozenset[str]:
    """The names of globals and attributes in a function's code."""
    return frozenset(name for inner in _codes(code) for name in inner.co_names)


@lru_cache(maxsize=4096)
def globals_in(code: CodeType) -> frozenset[str]:
    """Those of the names that are not of attributes."""
    found = (x for inner in _codes(code) for x in dis.get_instructions(inner))
    return frozenset(x.argval for x in found if x.opname.endswith(_GLOBALS))


@lru_cache(maxsize=4096)
def used_whole(code: CodeType) -> frozenset[str]:
    """The names in a function's code whose things are called, passed on or kept.

    Of the others, no more than attributes are read: such a thing's operators do not run.
    """
    found: set[Any] = set()
    for inner in _codes(code):
        steps = [x for x in dis.get_instructions(inner) if x.opname != "EXTENDED_ARG"]
        for step, after in pairwise(steps):
            if step.opname not in _WITHOUT_USE:
                names = step.argval if isinstance(step.argval, tuple) else (step.argval,)
                found.update(names[:-1] if after.opname in _OF_ATTRIBUTES else names)
    return frozenset(name for name in found if isinstance(name, str))


def passes_on(function: Any) -> bool:
    """True if a function uses its first argument, of methods `self`, for more than attributes."""
    code = getattr(function, "__code__", None)
    return code is not None and not used_whole(code).isdisjoint(code.co_varnames[:1])


def owner_of(module: Any) -> str:
    """Whose code a module is, by its name.

    A class that gives its instances modules of their own, as that of compiled functions does, has
    a descriptor there: it is a library's.
    """
    if not isinstance(module, str):
        return LIBRARY
    package = module.partition(".")[0]
    file = getattr(sys.modules.get(module), "__file__", None) or ""
    standard = is_standard(file) if file else package in sys.stdlib_module_names
    if standard or package == "autograd" or package in LIBRARIES:
        return LIBRARY
    return INSTALLED if package in ("nn", "viz") or "-packages" in file else USERS


def several(there: Iterable[str], names: Container[str]) -> tuple[str, ...]:
    """Those of the names that are there; a single one twice: getters of one give no tuple."""
    found = tuple(name for name in there if name in names)
    return found * 2 if len(found) == 1 else found


def attributes_of(thing: Any) -> Any:
    """The attributes of an object, module or class: a mapping that follows their changes.

    A `__getattr__`, which may answer everything, is not asked.
    """
    try:
        return object.__getattribute__(thing, "__dict__")
    except AttributeError:
        return {}


def slots_of(kind: type) -> frozenset[str]:
    """The attributes that objects of a class keep in slots."""
    found = (vars(base).get("__slots__", ()) for base in kind.__mro__)
    return frozenset(n for names in found for n in ((names,) if isinstance(names, str) else names))


def function_of(attribute: Any) -> Any:
    """The function in a property, a static or a class method; anything else as it is."""
    if isinstance(attribute, property):
        return attribute.fget
    if isinstance(attribute, cached_property):
        return attribute.func
    return attribute.__func__ if isinstance(attribute, (staticmethod, classmethod)) else attribute


def is_operator(name: str, function: Any, whole: bool) -> bool:
    """True if a class's attribute is a function that an operator, or a call, runs.

    `whole`: something of that class is used for more than its attributes.
    """
    special = name.startswith("__") and name.endswith("__") and name not in _NOT_CALLED
    return special and isinstance(function, FunctionType) and (whole or name in _FOR_ATTRIBUTES)


def contents_of(cells: tuple[Any, ...]) -> list[Any]:
    """The contents of the cells of a closure."""
    return [_content(cell) for cell in cells]


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not bound yet
        return _EMPTY


def defaults_of(function: FunctionType) -> tuple[Any, ...]:
    """The default arguments of a function."""
    return *(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()
