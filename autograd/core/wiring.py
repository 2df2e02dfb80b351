"""A node: how it holds its operands and its gradient, the walks over them, and its messages.

For a node y = f(x₁, x₂, …) with backpropagated gradient g = ∂z/∂y, the message to parent xᵢ is
g · ∂y/∂xᵢ, and a parent adds up the messages of all its successors (Lei's notes, section 1.3):

    ∂z/∂x = Σⱼ ∂z/∂yⱼ · ∂yⱼ/∂x

One node is one object: its parents and the numbers they had sit in its own slots. (A tuple of
parents in each node costs 15 to 29 % more time and 96 bytes.) Nothing else knows its slots but
`autograd.node.recording`, which fills them, and `autograd.node.messages`, the backward walks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np

from autograd.core.marks import AGAIN, NONE, REACHED
from autograd.core.untracked import bare
from autograd.node_sets import node_dict, node_set

N = TypeVar("N")
Rule = Callable[..., Any]

FLOAT_ERRORS = (ZeroDivisionError, OverflowError, ValueError)
"""Raised by Python where IEEE 754 gives inf or nan: 1/0, exp(1000), log(-1)."""


class Node:
    """The slots of a node, `_float` (its number), `_grad` and `_mark` (its gradient), and

    _primitive: what made it; None for a leaf.
    _left, _right: its parents. None stands for a constant operand or no operand. A node of any
        number of operands has a tuple of them in `_left`, and one of the numbers that they had
        in `_right`; one made by hand has the local gradients that it was given after those.
    _x, _y: the numbers that the operands had. The local gradients are taken at those, so that
        assigning to a parent's data later changes nothing here. A leaf has in `_y` the time at
        which it was made (see `autograd.context.differentiating`).
    """

    __slots__ = ("_float", "_grad", "_left", "_mark", "_primitive", "_right", "_x", "_y")

    _float: float
    _grad: float
    _mark: int
    _primitive: Any
    _left: Any
    _right: Any
    _x: float
    _y: float


def rewire(node: Node, primitive: Any, left: Any, right: Any, x: float, y: float = 0.0) -> None:
    """Let a node be what `primitive` makes of these parents and numbers."""
    node._primitive = primitive
    node._left, node._right, node._x, node._y = left, right, x, y


def become_leaf(node: Node, time: float) -> None:
    """Let a node have no operands, made at this time."""
    node._primitive = node._left = node._right = None
    node._x, node._y = 0.0, time


def time_made(leaf: Node) -> float:
    """The time at which a leaf was made, as `become_leaf` was told it."""
    return leaf._y


def contents(node: Node) -> list[Any]:
    """All that a node holds, as `fill` takes it: what copies and pickles are made of."""
    return [
        node._float, gradient(node), node._primitive, node._left, node._right, node._x, node._y,
    ]  # fmt: skip


def fill(node: Node, held: list[Any]) -> None:
    """Give a bare node these contents."""
    node._float, grad, primitive, left, right, x, y = held
    rewire(node, primitive, left, right, x, y)
    node._mark = NONE
    set_gradient(node, grad)


def twin(node: Node) -> Any:
    """A nameless node that takes over how `node` was computed, and its `_backward` function."""
    made: Node = bare(type(node))
    fill(made, contents(node))
    return made


def gradient(node: Node) -> Any:
    """The gradient of a node: a number, a Value, or None if there is none."""
    if node._mark == REACHED:
        return node._grad
    return vars(node).get("_again") if node._mark == AGAIN else None


def set_gradient(node: Node, grad: Any) -> None:
    """Let a node have this gradient: a number, a Value, or None.

    A Value is kept among the attributes: it may refer to the node, and only what refers to it
    there is seen by the garbage collector.
    """
    if node._mark == AGAIN:
        vars(node).pop("_again", None)
    if grad is None:
        node._mark = NONE
    elif isinstance(grad, Node):
        vars(node)["_again"], node._mark = grad, AGAIN
    else:
        node._grad, node._mark = grad, REACHED


def is_leaf(node: Node) -> bool:
    """True if the node has no parents: a parameter, an input, or a detached result."""
    return node._left is None and node._right is None


def leaves_of(order: list[Any]) -> list[Any]:
    """The leaves among these nodes."""
    return [node for node in order if is_leaf(node)]


def wires(node: Node) -> tuple[tuple[Any, float], ...]:
    """For each operand of a node: its parent (None for a constant) and the number it had."""
    if is_leaf(node):
        return ()
    if type(node._left) is tuple:
        return tuple(zip(node._left, node._right, strict=False))  # slopes that were given follow
    if node._primitive.arity == 1:
        return ((node._left, node._x),)
    return ((node._left, node._x), (node._right, node._y))


def moved(order: list[Any], leaves: Any) -> Any:
    """The first of these leaves that has another number than a node was computed from, with that.

    None if there is none. One use of each leaf is looked at, and `leaves` (a `node_set`) emptied.
    """
    node: Node
    for node in order:
        left, right = node._left, node._right
        if type(left) is tuple or left in leaves or right in leaves:
            for leaf, number in wires(node):
                if leaf in leaves:
                    leaves.discard(leaf)
                    if leaf._float != number and number == number:
                        return leaf, number
            if not leaves:
                return None
    return None


def given_slopes(node: Node) -> tuple[float, ...]:
    """The local gradients that a node made by hand was given, one for each parent, or none."""
    return tuple(node._right[len(node._left) :]) if type(node._left) is tuple else ()


def parents(node: Node) -> tuple[Any, ...]:
    """The values among a node's operands, in order, repeated where one is used twice."""
    return tuple(parent for parent, _ in wires(node) if parent is not None)


def add_dependents(known: Any, order: Iterable[Any]) -> None:
    """Add to a `node_set` every node of a topological order that depends on a node in it."""
    for node in order:
        if any(parent in known for parent in parents(node)):
            known.add(node)


def order_of(outputs: Iterable[Any]) -> list[Any]:
    """The topological order of everything that any of the outputs depends on."""
    all_of_them = Node()
    become_leaf(all_of_them, 0.0)
    all_of_them._left = tuple(outputs)
    return topological_order(all_of_them)[:-1]


def topological_order(root: N, seen: Any = None) -> list[N]:
    """Every value that `root` depends on, parents before successors, `root` last.

    Depth first from `root`, left parent before right, each node once: the order depends on the
    graph alone. Time and memory grow linearly with nodes and wires. Nodes already `seen` are
    passed over, with all that only they depend on; those of this walk are added to the set (a
    `node_set`).

    >>> from autograd import Value
    >>> x = Value(3.0, label="x")
    >>> y = x * x
    >>> [v is x for v in topological_order(y + x)]
    [True, False, False]
    """
    order: list[Any] = []
    path: list[Any] = []
    seen = node_set() if seen is None else seen
    seen.update((None, root))
    unvisited = node_dict()  # of n-ary nodes on the path: parents still to visit
    node: Any = root
    while True:
        parent = node._left
        if type(parent) is tuple:
            rest = unvisited.get(node)
            if rest is None and not seen.issuperset(parent):
                rest = unvisited[node] = iter(parent)
            parent = next((p for p in rest if p not in seen), None) if rest else None
        elif parent in seen:
            parent = node._right
        if parent not in seen:
            seen.add(parent)
            path.append(node)
            node = parent
            continue
        order.append(node)
        if not path:
            return order
        node = path.pop()


def first(out: Any, x: Any, y: Any) -> Any:
    """The rule of a local gradient that equals the first operand."""
    return x


def second(out: Any, x: Any, y: Any) -> Any:
    """The rule of a local gradient that equals the second operand."""
    return y


def send(node: Node, grad: float) -> None:
    """Send a node's messages, by the rules of its primitive.

    An operand that a choice passed over (local gradient 0 of a primitive that `selects`) is sent
    nothing, not even a zero. The local gradient in a constant operand is not computed.
    """
    primitive = node._primitive
    left = node._left
    if type(left) is tuple:
        _send_to_all(left, evaluated(primitive.local[0], node._float, node._right), node, grad)
        return
    numbers = (node._x, node._y)[: primitive.arity]
    for rule, parent in zip(primitive.local, (left, node._right), strict=False):
        if parent is not None:
            slope = evaluated(rule, node._float, *numbers)
            if slope or not primitive.selects:
                receive(parent, grad * slope)


def _send_to_all(parents: tuple[Any, ...], found: Any, node: Node, grad: float) -> None:
    """Send the messages of a node with any number of operands."""
    slopes: list[Any] = [*found]
    if len(slopes) != len(parents):
        raise ValueError(
            f"{node._primitive.name} of {len(parents)} operands needs as many local gradients, "
            f"not {len(slopes)}"
        )
    selects: bool = node._primitive.selects
    parent: Node | None
    slope: float
    for i, parent in enumerate(parents):
        slope = slopes[i]
        if parent is None or (selects and not slope):
            continue
        if parent._mark == REACHED:
            parent._grad += grad * slope
        else:
            receive(parent, grad * slope)


def evaluated(rule: Any, out: Any, *operands: Any) -> Any:
    """A local gradient at these numbers, by IEEE 754: inf and nan instead of exceptions."""
    if not callable(rule):
        return rule
    try:
        return rule(out, *operands)
    except FLOAT_ERRORS:
        return by_ieee(rule, out, *operands)


def by_ieee(rule: Rule, *numbers: Any) -> Any:
    """`rule` at a point where Python floats raise: NumPy's floats give inf and nan."""
    with np.errstate(all="ignore"):
        found = rule(*map(_of_numpy, numbers))
    return [*map(_of_python, found)] if isinstance(found, (list, tuple)) else _of_python(found)


def _of_numpy(x: Any) -> Any:
    if type(x) is tuple:
        return tuple(map(_of_numpy, x))
    return x if isinstance(x, Node) else np.float64(x)


def _of_python(x: Any) -> Any:
    return x if isinstance(x, Node) else float(x)


def receive(parent: Node, message: float) -> None:
    """Add a message to a node's gradient."""
    if parent._mark == REACHED:
        parent._grad += message
    elif parent._mark == AGAIN:
        set_gradient(parent, gradient(parent) + message)
    else:
        parent._grad, parent._mark = message, REACHED
