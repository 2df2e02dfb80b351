"""Copies and pickles of graphs, without recursion into their depth.

A node's parents always come before it, in one list: the pickler meets every node when its
parents are already in its memo, so it never has to go deeper than one step.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

from autograd.graph import topological_order

__all__ = ["deep_copy", "get_state", "set_state", "shallow_copy"]

_SLOTS = ("_data", "_grad", "_primitive", "_left", "_right", "_x", "_y")

_listed: ContextVar[set[int] | None] = ContextVar("listed", default=None)
"""The nodes (by id) that an enclosing pickle has listed, or is about to, parents first."""


def shallow_copy(node: Any) -> Any:
    """A node of its own with the same number, gradient, parents and extra attributes."""
    twin = object.__new__(type(node))
    set_state(twin, (None, [getattr(node, slot) for slot in _SLOTS], dict(node.__dict__)))
    return twin


def deep_copy(node: Any, memo: dict[int, Any]) -> Any:
    """A copy of everything `node` depends on; shared nodes stay shared, through `memo` too."""
    fresh = [old for old in topological_order(node) if id(old) not in memo]
    for old in fresh:
        memo[id(old)] = object.__new__(type(old))
    for old in fresh:
        slots = [_replaced(getattr(old, slot), memo) for slot in _SLOTS]
        set_state(memo[id(old)], (None, slots, {}))
    for old in fresh:
        twin = memo[id(old)]
        if old._grad is not None and old._grad.__class__ is not float:
            twin._grad = copy.deepcopy(old._grad, memo)
        twin.__dict__.update(copy.deepcopy(old.__dict__, memo))
    return memo[id(node)]


def _replaced(part: Any, memo: dict[int, Any]) -> Any:
    if part.__class__ is tuple:
        return tuple(_replaced(element, memo) for element in part)
    return memo.get(id(part), part) if hasattr(part, "_left") else part


class _Ancestry:
    """Everything a node depends on, as a list that is written out parents first."""

    def __init__(self, node: Any) -> None:
        self.node = node

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (), None, self._listing()

    def _listing(self) -> Iterator[Any]:
        ancestors = topological_order(self.node)
        before = _listed.get()
        _listed.set((before or set()) | {id(ancestor) for ancestor in ancestors})
        try:
            yield from ancestors[:-1]
        finally:
            _listed.set(before)


def get_state(node: Any) -> tuple[Any, list[Any], dict[str, Any]]:
    """What a pickle holds of a node: its ancestry first, where nobody has listed it yet."""
    listed = _listed.get()
    ancestry = _Ancestry(node) if listed is None or id(node) not in listed else None
    return ancestry, [getattr(node, slot) for slot in _SLOTS], node.__dict__


def set_state(node: Any, state: tuple[Any, list[Any], dict[str, Any]]) -> None:
    """Fill a bare node from `get_state`."""
    _, slots, extra = state
    for slot, part in zip(_SLOTS, slots, strict=True):
        setattr(node, slot, part)
    node.__dict__.update(extra)
