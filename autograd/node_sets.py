"""Sets and dicts of nodes, keyed by identity whatever equality a node's class defines.

Two Values with the same number are two nodes. A subclass may compare and hash by its data all
the same, and every walk must still tell its nodes apart. As long as there is no such class, nodes
hash by identity, and Python's own set and dict are both right and three times as fast.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, MutableMapping, MutableSet, Sequence
from typing import Any
from weakref import ref

_IDENTITY: Any = object.__hash__
_KINDS: list[tuple[Callable[[], type | None], Any]] = []
"""The classes of users' nodes, and the `__eq__` that they inherited."""


def note_kind(kind: type, equality: Any) -> None:
    """Remember a class of nodes, which may define an equality of its own (later, too)."""
    _KINDS[:] = [(known, other) for known, other in _KINDS if known() is not None]
    _KINDS.append((ref(kind), equality))


def _some_define_equality() -> bool:
    return any(
        kind is not None and (kind.__eq__ is not equality or kind.__hash__ is not _IDENTITY)
        for kind, equality in [(kind(), equality) for kind, equality in _KINDS]
    )


def node_set(nodes: Iterable[Any] = ()) -> Any:
    """A set that tells nodes apart by identity.

    >>> from autograd import Value
    >>> x, y = Value(1.0), Value(1.0)
    >>> nodes = node_set([x, y, x])
    >>> len(nodes), x in nodes, Value(1.0) in nodes
    (2, True, False)
    """
    return _NodeSet(nodes) if _KINDS and _some_define_equality() else set(nodes)


def node_dict(pairs: Iterable[tuple[Any, Any]] = ()) -> Any:
    """A dict that tells its keys, nodes, apart by identity."""
    return _NodeDict(pairs) if _KINDS and _some_define_equality() else dict(pairs)


def same_nodes(some: Sequence[Any], others: Sequence[Any]) -> bool:
    """True if two sequences hold the very same nodes."""
    return len(some) == len(others) and all(map(operator.is_, some, others))


class _NodeSet(MutableSet[Any]):
    __slots__ = ("_nodes",)

    def __init__(self, nodes: Iterable[Any] = ()) -> None:
        self._nodes = {id(node): node for node in nodes}

    def __contains__(self, node: object) -> bool:
        return id(node) in self._nodes

    def __iter__(self) -> Iterator[Any]:
        return iter(self._nodes.values())

    def __len__(self) -> int:
        return len(self._nodes)

    def add(self, node: Any) -> None:
        self._nodes[id(node)] = node

    def discard(self, node: Any) -> None:
        self._nodes.pop(id(node), None)

    def update(self, nodes: Iterable[Any]) -> None:
        self._nodes.update((id(node), node) for node in nodes)

    def issuperset(self, nodes: Iterable[Any]) -> bool:
        return all(id(node) in self._nodes for node in nodes)


class _NodeDict(MutableMapping[Any, Any]):
    __slots__ = ("_items",)

    def __init__(self, pairs: Iterable[tuple[Any, Any]] = ()) -> None:
        self._items = {id(node): (node, thing) for node, thing in pairs}

    def __contains__(self, node: object) -> bool:
        return id(node) in self._items

    def __getitem__(self, node: Any) -> Any:
        try:
            return self._items[id(node)][1]
        except KeyError:
            raise KeyError(node) from None

    def __setitem__(self, node: Any, thing: Any) -> None:
        self._items[id(node)] = node, thing

    def __delitem__(self, node: Any) -> None:
        del self._items[id(node)]

    def __iter__(self) -> Iterator[Any]:
        return (node for node, _ in self._items.values())

    def __len__(self) -> int:
        return len(self._items)
