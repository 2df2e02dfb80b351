"""Copies and pickles of graphs, without recursion into their depth.

A pickle of a node lists, ahead of it, everything that it depends on, parents first: the pickler
meets every node when its parents are already in its memo, and never goes deeper than one step.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from threading import get_ident
from typing import Any
from weakref import WeakValueDictionary

from autograd.graph import is_leaf, parents, topological_order

__all__ = ["deep_copy", "get_state", "set_state", "shallow_copy"]

_SLOTS = ("_data", "_grad", "_primitive", "_left", "_right", "_x", "_y")


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
        if old._grad is not None and type(old._grad) is not float:
            twin._grad = copy.deepcopy(old._grad, memo)
        twin.__dict__.update(copy.deepcopy(old.__dict__, memo))
    return memo[id(node)]


def _replaced(part: Any, memo: dict[int, Any]) -> Any:
    if type(part) is tuple:
        return tuple([_replaced(element, memo) for element in part])
    return memo.get(id(part), part) if hasattr(part, "_left") else part


class _Session:
    """The nodes that one pickler has been given so far."""

    def __init__(self) -> None:
        self.nodes: set[Any] = set()


_sessions: WeakValueDictionary[int, _Session] = WeakValueDictionary()
"""The session of each thread, for as long as its pickler lives: a pickler keeps what it has
written, hence the `_Ancestry` objects, hence their session."""


class _Ancestry:
    """What a node depends on and its pickler has not met yet, as a list, parents first."""

    def __init__(self, nodes: list[Any], session: _Session) -> None:
        self.nodes, self.session = nodes, session

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (), None, self._listing()

    def _listing(self) -> Iterator[Any]:
        yield from self.nodes


def get_state(node: Any) -> tuple[Any, list[Any], dict[str, Any]]:
    """What a pickle holds of a node: ahead of it, the ancestors that are not written yet."""
    return _ancestry(node), [getattr(node, slot) for slot in _SLOTS], node.__dict__


def _ancestry(node: Any) -> _Ancestry | None:
    if is_leaf(node):
        return None
    session = _sessions.get(get_ident())
    known = session.nodes if session is not None else set()
    if all(parent in known or is_leaf(parent) for parent in parents(node)):
        known.add(node)
        return None
    session = _sessions.setdefault(get_ident(), session or _Session())
    return _Ancestry(topological_order(node, session.nodes)[:-1], session)


def set_state(node: Any, state: tuple[Any, list[Any], dict[str, Any]]) -> None:
    """Fill a bare node from `get_state`."""
    _, slots, extra = state
    for slot, part in zip(_SLOTS, slots, strict=True):
        setattr(node, slot, part)
    node.__dict__.update(extra)
