"""Copies and pickles of graphs, without recursion into their depth.

A pickle of a node lists, ahead of it, everything that it depends on, parents first: the pickler
meets every node when its parents are already in its memo, and never goes deeper than one step.
"""

from __future__ import annotations

import copy
from threading import get_ident
from typing import Any
from weakref import WeakValueDictionary

from autograd.core.untracked import bare
from autograd.core.wiring import Node, contents, fill, is_leaf, parents, topological_order
from autograd.node_sets import node_set

_PRIMITIVE, _RIGHT, _TIME = 2, 4, -1
"""Where these are among a node's `contents`."""
_SEEN = "autograd: nodes copied"
"""The key under which a deep copy's memo, otherwise by ids, keeps the nodes that it has seen."""


def fresh(kind: type) -> Any:
    """A node of this class that nothing is known of yet, as a pickle asks for it."""
    return bare(kind)


def shallow_copy(node: Any) -> Any:
    """A node of its own with the same number, gradient, parents and extra attributes."""
    twin = bare(type(node))
    set_state(twin, (None, None, _contents(node), dict(node.__dict__)))
    return twin


def _contents(node: Any) -> list[Any]:
    """The contents of a copy: for a function that refers to this node, its numbers."""
    held = contents(node)
    carry = getattr(node._primitive, "carried_over", None)
    if carry is not None:
        held[_PRIMITIVE], held[_RIGHT] = carry(node)
    return held


def deep_copy(node: Any, memo: dict[Any, Any]) -> Any:
    """A copy of everything `node` depends on; shared nodes stay shared, through `memo` too."""
    seen = memo.setdefault(_SEEN, node_set())
    fresh = [old for old in topological_order(node, seen) if id(old) not in memo]
    for old in fresh:
        memo[id(old)] = bare(type(old))
    for old in fresh:
        held = [_replaced(part, memo) for part in _contents(old)]
        set_state(memo[id(old)], (None, None, held, {}))
    for old in fresh:
        memo[id(old)].__dict__.update(copy.deepcopy(old.__dict__, memo))
    return memo[id(node)]


def _replaced(part: Any, memo: dict[Any, Any]) -> Any:
    if type(part) is tuple:
        return tuple([_replaced(element, memo) for element in part])
    return memo.get(id(part), part) if isinstance(part, Node) else part


class _Session:
    """The nodes that one pickler has been given so far.

    Every node's state begins with its thread's session. A pickler asks a session to reduce
    itself only if it has not met it yet: the first to ask owns it, and whoever asks next is
    another pickler, which gets a session of its own. A pickler keeps what it has written; once
    it goes, so does the session.
    """

    def __init__(self) -> None:
        self.nodes = node_set()
        self.owned = False

    def __reduce__(self) -> tuple[Any, ...]:
        if self.owned:
            _sessions[get_ident()] = other = _Session()
            return _nothing, (other,)
        self.owned = True
        return _nothing, ()


class _Ancestry:
    """All that a node depends on and its pickler has not been given yet, parents first."""

    def __init__(self, node: Any) -> None:
        self.node = node

    def __reduce__(self) -> tuple[Any, ...]:
        known = _session().nodes
        if all(parent in known or is_leaf(parent) for parent in parents(self.node)):
            known.add(self.node)
            return _nothing, ()
        return list, (), None, iter(topological_order(self.node, known)[:-1])


_sessions: WeakValueDictionary[int, _Session] = WeakValueDictionary()
"""The latest session of each thread."""


def _session() -> _Session:
    session = _sessions.get(get_ident())
    if session is None:
        session = _sessions[get_ident()] = _Session()
    return session


def _nothing(*_: object) -> None:
    """Sessions and ancestries come back as this."""


State = tuple[Any, Any, list[Any], dict[str, Any]]


def get_state(node: Any) -> State:
    """A node as a pickle holds it: ahead of it, the ancestors that are not written yet."""
    ahead = (None, None) if is_leaf(node) else (_session(), _Ancestry(node))
    held = _contents(node)
    if is_leaf(node):
        held[_TIME] = -1.0  # when it was made means nothing to another process
    return (*ahead, held, node.__dict__)


def set_state(node: Any, state: State) -> None:
    """Fill a bare node from `get_state`."""
    _, _, held, extra = state
    fill(node, held)
    node.__dict__.update(extra)
