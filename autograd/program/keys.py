"""Keys: identities of expressions, which are the same for equal ones."""

from __future__ import annotations

from typing import Any
from weakref import WeakValueDictionary


class Key:
    """An operation's identity: the same object for equal operations, as long as there are any.

    A tuple of the keys of operands would be as long as the expression written out, in which what is
    used twice stands twice: a largest of ten numbers has 59,000 parts.
    """

    __slots__ = ("__weakref__", "parts")

    def __init__(self, parts: tuple[Any, ...]) -> None:
        self.parts = parts


_KEYS: WeakValueDictionary[tuple[Any, ...], Key] = WeakValueDictionary()


def key_of(parts: tuple[Any, ...]) -> Key:
    """The key of an operation and the keys of its operands."""
    found = _KEYS.get(parts)
    if found is None:
        found = _KEYS[parts] = Key(parts)
    return found
