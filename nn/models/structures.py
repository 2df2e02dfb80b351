"""Structures: lists, tuples, named tuples and dicts, taken apart and put together again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

STRUCTURES = (list, tuple, dict)


def keys_of(structure: Any) -> Any:
    """Keys or indices of a structure; None for what is none."""
    if isinstance(structure, dict):
        return structure.keys()
    return range(len(structure)) if isinstance(structure, STRUCTURES) else None


def entries_of(structure: Any) -> Iterable[Any]:
    """The entries, in order."""
    return structure.values() if isinstance(structure, dict) else structure


def rebuilt(structure: Any, entries: Iterable[Any]) -> Any:
    """The same kind of list, tuple, named tuple or dict with other entries."""
    if isinstance(structure, dict):
        return dict(zip(structure, entries, strict=True))
    if hasattr(structure, "_fields"):
        return type(structure)(*entries)
    return list(entries) if isinstance(structure, list) else tuple(entries)
