"""A node: how it holds its operands, the walks over them, and the messages it sends them.

For a node y = f(x₁, x₂, …) with backpropagated gradient g = ∂z/∂y, the message to parent xᵢ is
g · ∂y/∂xᵢ, and a parent adds up the messages of all its successors (document 003, section 1.3):

    ∂z/∂x = Σⱼ ∂z/∂yⱼ · ∂yⱼ/∂x

One node is one object: its parents and the numbers they had sit in its own slots. (A tuple of
parents in each node costs 15 to 29 % more time and 96 bytes.) No other file knows the slots.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from types import FunctionType
from typing import Any, TypeVar

from autograd.node_sets import node_dict, node_set
from autograd.source import compiled_source

N = TypeVar("N")
Rule = Callable[..., Any]
Send = Callable[[Any, float], None]

FLOAT_ERRORS = (ZeroDivisionError, OverflowError, ValueError)
"""Raised by Python where IEEE 754 gives inf or nan: 1/0, exp(1000), log(-1)."""


class Node:
    """The slots of a node, `_float` (its number), `_grad` (None before any message arrives), and

    _primitive: what made it; None for a leaf.
    _left, _right: its parents. None stands for a constant operand or no operand; a node of any
        number of operands has a tuple of them in `_left`.
    _x, _y: the numbers that the operands had (a tuple in `_x`). The local gradients are taken at
        those, so that assigning to a parent's data later changes nothing here.

    A node without second operand may keep something else in `_y`, its note: a leaf when it was
    made (see `autograd.context.differentiating`), a node made by hand its local gradients.
    """

    __slots__ = ("_float", "_grad", "_left", "_primitive", "_right", "_x", "_y")

    _float: float
    _grad: Any
    _primitive: Any
    _left: Any
    _right: Any
    _x: Any
    _y: Any


SLOTS = ("_float", "_grad", "_primitive", "_left", "_right", "_x", "_y")
"""All that a node holds, in the order in which pickles have it: the note comes last."""

MAKE_NODE = """
    out = new(kind)
    out._float = data
    out._grad = None
    out._primitive = primitive
    out._left = {left}
    out._right = {right}
    out._x = {x}
    out._y = {y}
    return settle(out) if ACTIVE else out
"""
"""Source that fills the slots one by one, in the functions that are made of it: without a call."""


def rewire(node: Any, primitive: Any, left: Any, right: Any, x: Any, y: Any) -> None:
    """Let a node be what `primitive` makes of these parents and numbers."""
    node._primitive = primitive
    node._left, node._right, node._x, node._y = left, right, x, y


def become_leaf(node: Any, note: Any) -> None:
    """Let a node have no operands, and this note."""
    node._primitive = node._left = node._right = node._x = None
    node._y = note


def note_of(node: Any) -> Any:
    """The note of a node without second operand, None if there is none."""
    return node._y


def is_leaf(node: Any) -> bool:
    """True if the node has no parents: a parameter, an input, or a detached result."""
    return node._left is None and node._right is None


def leaves_of(order: Iterable[N]) -> list[N]:
    """The leaves among these nodes."""
    nodes: Iterable[Any] = order
    return [node for node in nodes if node._left is None and node._right is None]


def wires(node: Any) -> tuple[tuple[Any, float], ...]:
    """For each operand of a node: its parent (None for a constant) and the number it had."""
    if is_leaf(node):
        return ()
    if type(node._left) is tuple:
        return tuple(zip(node._left, node._x, strict=True))
    if node._primitive.arity == 1:
        return ((node._left, node._x),)
    return ((node._left, node._x), (node._right, node._y))


def parents(node: Any) -> tuple[Any, ...]:
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
    all_of_them._left, all_of_them._right = tuple(outputs), None
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
        if parent in seen:
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


# Messages. A primitive's rules become one function that sends a node's messages, written out so
# that the backward pass costs one call per node.


def first(out: Any, x: Any, y: Any) -> Any:
    """The rule of a local gradient that equals the first operand."""
    return x


def second(out: Any, x: Any, y: Any) -> Any:
    """The rule of a local gradient that equals the second operand."""
    return y


_TO_PARENT = """
    parent = node.{parent}
    if parent is not None:
{message}
        parent._grad = message if parent._grad is None else parent._grad + message
"""
_BY_RULE = """\
        try:
            message = grad * rule{i}({at})
        except FLOAT_ERRORS:
            message = grad * ieee(rule{i}, {at})"""
_TO_CHOSEN = """
    parent = node.{parent}
    if parent is not None:
        try:
            slope = rule{i}({at})
        except FLOAT_ERRORS:
            slope = ieee(rule{i}, {at})
        if slope:
            message = grad * slope
            parent._grad = message if parent._grad is None else parent._grad + message
"""
_TO_PARENTS = """
    try:
        slopes = rule0(node._float, node._x)
    except FLOAT_ERRORS:
        slopes = ieee(rule0, node._float, node._x)
    for parent, slope in zip(node._left, slopes, strict=True):
        if parent is not None{taken}:
            held = parent._grad
            parent._grad = grad * slope if held is None else held + grad * slope
"""


def sender(name: str, arity: int | None, rules: tuple[Any, ...], ieee: Rule, selects: bool) -> Send:
    """The function that sends the messages of a primitive's nodes.

    `ieee` evaluates a rule again where Python floats raise. An operand that a choice passed over
    (local gradient 0 of a primitive that `selects`) is sent nothing, not even a zero. A constant
    operand has no parent, and its local gradient is not computed.
    """
    if arity is None:
        lines = _TO_PARENTS.format(taken=" and slope" * selects)
    else:
        at = ("node._float, node._x", "node._float, node._x, node._y")[arity - 1]
        lines = "".join(
            _to_parent(i, parent, rule, at, selects)
            for i, (parent, rule) in enumerate(zip(("_left", "_right"), rules, strict=False))
        )
    scope: dict[str, Any] = {f"rule{i}": rule for i, rule in enumerate(rules)} | {"ieee": ieee}
    scope |= {"__name__": __name__, "FLOAT_ERRORS": FLOAT_ERRORS}
    return own_code(_compiled(lines), name, scope)


def _to_parent(i: int, parent: str, rule: Any, at: str, selects: bool) -> str:
    """The lines that send the message to one parent."""
    if selects and callable(rule):
        return _TO_CHOSEN.format(i=i, parent=parent, at=at)
    if selects and rule == 0.0:
        return "\n    pass\n"
    return _TO_PARENT.format(parent=parent, message=_message(i, rule, at))


def _message(i: int, rule: Any, at: str) -> str:
    if rule is first or rule is second:
        return f"        message = grad * node.{'_x' if rule is first else '_y'}"
    if callable(rule):
        return _BY_RULE.format(i=i, at=at)
    return "        message = grad" + f" * rule{i}" * (rule != 1.0)


@lru_cache(maxsize=256)
def _compiled(lines: str) -> Any:
    return compiled_source("send", f"def send(node, grad):{lines}", {})


def own_code(function: Any, name: str, scope: dict[str, Any]) -> Any:
    """The function under its own name, in a scope of its own, with a code object of its own.

    The interpreter specialises code for what flows through it; functions that shared their code
    would undo each other's specialisation.
    """
    code = function.__code__.replace(co_name=name, co_qualname=name)
    return FunctionType(code, scope, name)
