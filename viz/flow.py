"""The backward pass as it happens, computed beside the graph: nothing in it is written to.

Every value sends each parent the message ∂z/∂value · ∂value/∂parent, outputs first, and a
parent's gradient is the sum of its messages (document 003, section 1.3 and remark 2). Order and
arithmetic are those of `Value.backward()`, so that the numbers are the same to the last bit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autograd import Value, topological_order
from viz.errors import DrawingError
from viz.text import label_of

__all__ = ["Sent", "find", "gradients", "names_of", "order_of", "sent", "used_wires"]


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
    """A name for each value: its label, else `v7`; labels in use more than once are numbered.

    >>> names_of([Value(1.0, label="h"), Value(2.0), Value(3.0, label="h")])
    ['h⁽¹⁾', 'v2', 'h⁽²⁾']
    """
    labels = [label_of(value) for value in order]
    uses, met = Counter(labels), Counter[str]()
    names = []
    for i, label in enumerate(labels, start=1):
        met[label] += 1
        several = f"{label}⁽{_superscript(met[label])}⁾" if uses[label] > 1 else label
        names.append(several if label else f"v{i}")
    return names


def _superscript(n: int) -> str:
    return str(n).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


def used_wires(value: Value) -> Iterator[tuple[int, Value, float]]:
    """Operand number, parent and local gradient of every wire that carries a message."""
    primitive = value.primitive
    if value.is_leaf or primitive is None:
        return
    slots = [s for s, operand in enumerate(value.operands) if isinstance(operand, Value)]
    for slot, parent, local in zip(slots, value.parents, value.local_gradients, strict=True):
        if not (primitive.selects and local == 0.0):
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
