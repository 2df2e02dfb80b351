"""Programs as methods: a program of its own for each object, with `self` bound."""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType
from typing import Any

from autograd.context.tracing import is_tracing


def as_method(program: Any, instance: Any, owner: Any, make: Callable[[MethodType], Any]) -> Any:
    """The program of an object's method, kept by the object: the two live equally long.

    The program itself, where its function is no method of this object. An object without a
    `__dict__` has no place for another: there, every access makes a new one. So it does within a
    trace, which runs the function itself and must find the object unchanged.
    """
    function = program.function
    if instance is None or not hasattr(type(function), "__get__"):
        return program
    method = function.__get__(instance, owner)
    if not isinstance(method, MethodType) or method is function:
        return program
    kept = getattr(method.__self__, "__dict__", None)
    if not isinstance(kept, dict) or is_tracing():
        return make(method)
    key = f"_program of {method.__qualname__}"
    found = kept.get(key)
    if found is None or found.function != method:  # a copy of the object has that of the original
        found = kept[key] = make(method)
    return found
