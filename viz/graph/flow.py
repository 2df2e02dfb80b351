"""The backward pass as it happens, computed beside the graph: nothing in it is written to.

Every value sends each parent the message ∂z/∂value · ∂value/∂parent, outputs first, and a
parent's gradient is the sum of its messages (document 003, section 1.3 and remark 2). Order and
arithmetic are those of `Value.backward()`, so that the numbers are the same to the last bit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

from autograd import GraphError, Value, topological_order
from viz.errors import DrawingError
from viz.graph.roots import help_with
from viz.text import UNKNOWN, label_of, shorten


class Sent(NamedTuple):
    """One message, between values that are given by their index in topological order."""

    receiver: int
    sender: int
    upstream: float
    local: float
    message: float
    total: float


def order_of(root: object, what: str) -> list[Value]:
    """The topological order of the graph of `root`.

    Raises:
        DrawingError: `root` is no Value.
    """
    if not isinstance(root, Value):
        raise DrawingError(
            f"{what} takes the Value that a graph ends in, not {type(root).__name__}"
            f"{help_with(root, what)}"
        )
    return topological_order(root)


def find(one: object, order: Sequence[Value]) -> int:
    """The index of a value of this graph, given itself or by its label.

    Raises:
        DrawingError: it is not there, or several values have the label.
    """
    label = one if isinstance(one, str) else None
    found = [i for i, v in enumerate(order) if v is one or (label and v.label == label)]
    if len(found) == 1:
        return found[0]
    if found:
        raise DrawingError(f"{len(found)} values are labelled {one!r}; give the Value itself")
    labels = [label_of(v) for v in order if label_of(v)]
    known = ", ".join(labels[:12]) + (", …" if labels[12:] else "")
    text = repr(one) if label is not None else f"{one!r:.60}"
    raise DrawingError(f"{text} is not in this graph; labels in it: {known or 'none'}")


def names_of(order: Sequence[Value]) -> list[str]:
    """A name for each value: its label, else `v7`; those that would read the same are numbered.

    Labels read the same when they are, and when they differ only where `shorten` cuts them.

    >>> names_of([Value(1.0, label="h"), Value(2.0), Value(3.0, label="h")])
    ['h⁽¹⁾', 'v2', 'h⁽²⁾']
    """
    labels = [label_of(value) if value.label else "" for value in order]
    names = [label or f"v{i}" for i, label in enumerate(labels, start=1)]
    short = {label: shorten(label) for label in set(labels) if label}
    reads = [short.get(name, name) for name in names] if short else []
    uses, met = Counter(filter(set(short.values()).__contains__, reads)), Counter[str]()
    for i, read in enumerate(reads):
        if uses[read] > 1:
            met[read] += 1
            names[i] += f"⁽{_superscript(met[read])}⁾"
    return names


def _superscript(n: int) -> str:
    return str(n).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


def bypassed(
    below: Mapping[int, Sequence[int]], asked: Iterable[tuple[int, int]]
) -> set[tuple[int, int]]:
    """Those of the wires `asked`, as (above, below), beside which longer paths have the same ends.

    Over such a wire goes only the direct part of ∂above/∂below, which is written ∂⁺. Upwards goes,
    for each value, the set of lower ends it is computed from, as the bits of a number; it is
    forgotten as soon as all that needs it has been seen.

    Args:
        below: what each value is computed from, by index in topological order.
        asked: wires of that graph.

    >>> sorted(bypassed({3: (1, 2), 4: (3, 1), 5: (4, 3)}, [(4, 1), (4, 3), (5, 3)]))
    [(4, 1), (5, 3)]
    """
    ends: defaultdict[int, list[int]] = defaultdict(list)
    for i, p in asked:
        if any(other > p and below.get(other) for other in below[i]):
            ends[i].append(p)
    bits = {p: 1 << k for k, p in enumerate({p for lower in ends.values() for p in lower})}
    if not bits:
        return set()
    waiting = Counter(p for parents in below.values() for p in parents)
    reached: dict[int, int] = {}
    found: set[tuple[int, int]] = set()
    for i in sorted(below):
        longer = reduce(or_, (reached.get(p, 0) for p in below[i]), 0)
        reached[i] = reduce(or_, (bits.get(p, 0) for p in below[i]), longer)
        found.update((i, p) for p in ends.get(i, ()) if longer & bits[p])
        for p in below[i]:
            waiting[p] -= 1
            if not waiting[p]:
                reached.pop(p, None)
    return found


def locals_of(value: Value) -> tuple[float, ...]:
    """The local gradients of a value; UNKNOWN where a node made by hand cannot say them."""
    try:
        return value.local_gradients
    except GraphError:
        return (UNKNOWN,) * len(value.parents)


def places(parents: Sequence[int]) -> Iterator[int]:
    """For each operand which of several uses of its value it is, from 1; 0 for the only one.

    >>> list(places([7, 5, 7]))
    [1, 0, 2]
    """
    uses, met = Counter(parents), Counter[int]()
    for parent in parents:
        met[parent] += 1
        yield met[parent] if uses[parent] > 1 else 0


def sends(value: Value, local: float) -> bool:
    """Whether a message goes over a wire into `value`: an operand not taken is sent nothing."""
    return value.primitive is not None and value.primitive.is_taken(local)


def used_wires(value: Value, *, known: bool = False) -> Iterator[tuple[int, Value, float]]:
    """Operand number, parent and local gradient of every wire that carries a message.

    Raises:
        GraphError: the local gradients have to be `known`, and are not.
    """
    if value.is_leaf:
        return
    slots = [s for s, operand in enumerate(value.operands) if isinstance(operand, Value)]
    locals_ = value.local_gradients if known else locals_of(value)
    for slot, parent, local in zip(slots, value.parents, locals_, strict=True):
        if sends(value, local):
            yield slot, parent, local


def sent(order: Sequence[Value], seed: float = 1.0) -> Iterator[Sent]:
    """Every message of the backward pass, in the order in which the engine sends them."""
    index = {id(value): i for i, value in enumerate(order)}
    totals = {len(order) - 1: seed}
    for i in reversed(range(len(order))):
        upstream = totals.get(i)
        if upstream is None:
            continue
        for _, parent, local in used_wires(order[i]):
            receiver, message = index[id(parent)], upstream * local
            before = totals.get(receiver)
            total = totals[receiver] = message if before is None else before + message
            yield Sent(receiver, i, upstream, local, message, total)


def gradients(order: Sequence[Value], seed: float = 1.0) -> dict[int, float]:
    """∂(last value)/∂value for every value that a message reaches, by index."""
    found = {len(order) - 1: seed}
    found.update((one.receiver, one.total) for one in sent(order, seed))
    return found
