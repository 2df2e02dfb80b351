"""Programs pickled: by their function, which is traced again where it arrives."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any

_BY_VALUE = ("cloudpickle", "dill")
"""Libraries whose picklers take any function."""


def reduced(program: Any, make: Callable[..., Any], options: Any) -> Any:
    """The program's name, if it has one, else how to `make` it, for a pickle.

    Raises:
        pickle.PicklingError: its function cannot be imported elsewhere.
    """
    function = program.function
    if isinstance(function, MethodType):
        for owner in type(function.__self__).__mro__:
            for name, thing in vars(owner).items():
                if isinstance(thing, type(program)) and thing.function is function.__func__:
                    return _bound, (owner, name, function.__self__)
    elif isinstance(function, FunctionType):
        if _is_named(program, function):
            return function.__qualname__
        if not _is_named(function, function) and not _is_taken_by_value():
            raise pickle.PicklingError(
                f"a program is pickled by the name of its function, and {function.__qualname__} "
                f"cannot be imported from {function.__module__}: write the function with def, at "
                "the top of a module, with @compile above it or compile(…) of it below"
            )
    return make, (function, options)


def _bound(owner: type, name: str, instance: Any) -> Any:
    return vars(owner)[name].__get__(instance, type(instance))


def _is_named(thing: Any, function: FunctionType) -> bool:
    """True if a function's module holds this very thing under the function's name."""
    found: Any = sys.modules.get(function.__module__)
    for part in function.__qualname__.split("."):
        found = getattr(found, part, None)
    return found is thing


def _is_taken_by_value() -> bool:
    """True if the pickler at work is one that takes any function."""
    frame = sys._getframe()
    while frame.f_back is not None and frame.f_code.co_name != "__reduce_ex__":
        frame = frame.f_back
    name = str(frame.f_back.f_globals.get("__name__", "")) if frame.f_back else ""
    return any(library in name for library in _BY_VALUE)
