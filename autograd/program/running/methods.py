"""Programs as methods: a program of its own for each object, with `self` bound."""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType
from typing import Any

from autograd.context.tracing import is_tracing


def method_of(function: Any, instance: Any, owner: Any) -> MethodType | None:
    """The method that a function is as an attribute of this object; None if it is none."""
    if instance is None or not hasattr(type(function), "__get__"):
        return None
    method = function.__get__(instance, owner)
    return method if isinstance(method, MethodType) and method is not function else None


def of_object(method: MethodType, make: Callable[[], Any]) -> Any:
    """The program of a method, kept by the object itself, so that the two live equally long.

    An object without a `__dict__` has no place for it: there, every access makes a new one. So it
    does within a trace, which runs the function itself and must find the object unchanged.
    """
    kept = getattr(method.__self__, "__dict__", None)
    if not isinstance(kept, dict) or is_tracing():
        return make()
    key = f"_program of {method.__qualname__}"
    found = kept.get(key)
    if found is None or found.function != method:  # a copy of the object has that of the original
        found = kept[key] = make()
    return found
