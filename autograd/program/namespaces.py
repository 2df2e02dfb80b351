"""Namespaces: which names code reads, whose it is, and which attributes things have under them."""

from __future__ import annotations

import sys
from functools import cached_property, lru_cache
from types import CodeType, FunctionType
from typing import Any

from autograd.frames import LIBRARIES, is_standard

__all__ = [
    "INSTALLED", "LIBRARY", "USERS", "attributes_of", "function_of", "hidden_by", "is_operator",
    "names_in", "owner_of", "slots_of",
]  # fmt: skip

USERS, INSTALLED, LIBRARY = "the user's", "installed", "without attributes that matter"
_NOT_CALLED = {
    "__init__", "__new__", "__post_init__", "__repr__", "__str__", "__eq__", "__hash__", "__del__",
    "__setattr__", "__delattr__", "__reduce__", "__reduce_ex__", "__getstate__", "__setstate__",
    "__copy__", "__deepcopy__",
}  # fmt: skip


@lru_cache(maxsize=4096)
def names_in(code: CodeType) -> frozenset[str]:
    """The names of globals and attributes in a function's code, and in functions within it."""
    inner = (names_in(x) for x in code.co_consts if isinstance(x, CodeType))
    return frozenset(code.co_names).union(*inner)


def owner_of(module: str) -> str:
    """Whose code a module is."""
    package = module.partition(".")[0]
    file = getattr(sys.modules.get(module), "__file__", None) or ""
    standard = is_standard(file) if file else package in sys.stdlib_module_names
    if standard or package == "autograd" or package in LIBRARIES:
        return LIBRARY
    return INSTALLED if package in ("nn", "viz") or "-packages" in file else USERS


def attributes_of(thing: Any) -> Any:
    """The attributes of an object, module or class: a mapping that follows their changes."""
    return getattr(thing, "__dict__", {})


def slots_of(kind: type) -> frozenset[str]:
    """The attributes that objects of a class keep in slots."""
    found = (vars(base).get("__slots__", ()) for base in kind.__mro__)
    return frozenset(n for names in found for n in ((names,) if isinstance(names, str) else names))


def function_of(attribute: Any) -> Any:
    """The function in a property, a static or a class method; anything else as it is."""
    for kind, name in ((property, "fget"), (cached_property, "func")):
        if isinstance(attribute, kind):
            return getattr(attribute, name)
    return attribute.__func__ if isinstance(attribute, (staticmethod, classmethod)) else attribute


def is_operator(name: str, function: Any) -> bool:
    """Tell a method that is called by an operator or the like, and not by its name."""
    special = name.startswith("__") and name.endswith("__") and name not in _NOT_CALLED
    return special and isinstance(function, FunctionType)


def hidden_by(thing: Any) -> frozenset[str]:
    """The attributes that a thing has from its class, or its bases, and could have of its own."""
    above = thing.__mro__[1:] if isinstance(thing, type) else type(thing).__mro__
    found = {name: attribute for kind in above[::-1] for name, attribute in vars(kind).items()}
    return frozenset(name for name, attribute in found.items() if _can_be_hidden(attribute))


def _can_be_hidden(attribute: Any) -> bool:
    """Not what decides itself what is read, as a property does."""
    kinds = (FunctionType, staticmethod, classmethod)
    return isinstance(attribute, kinds) or not hasattr(type(attribute), "__get__")
