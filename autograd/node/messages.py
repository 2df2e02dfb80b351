"""The two walks of a backward pass: visit every node, then send every node's messages.

`autograd.backward` says what becomes of the gradients. These are the loops that touch each node.
"""

from __future__ import annotations

from math import cosh, pow
from typing import Any

from autograd.context.modes import anomaly_detected, check_gradient
from autograd.core.marks import AGAIN, FIRST_PASS, REACHED, Mark
from autograd.core.wiring import Node, evaluated, gradient, is_leaf, parents, set_gradient
from autograd.primitives.activations import relu, sigmoid
from autograd.primitives.arithmetic import add, div, mul, neg, power, sub
from autograd.primitives.elementary import exp, log
from autograd.primitives.shapes import Unary
from autograd.primitives.trigonometry import tanh

FAR = 700.0
"""From here on cosh may overflow, and the rules of those that use it take another way."""

PASSES: list[int] = [FIRST_PASS]
"""The number of the latest backward pass, which marks the nodes that it visits."""


def visit(root: Node, order: list[Any], leaves: list[Any], held: list[Any]) -> None:
    """Fill `order` with everything that `root` depends on, in topological order.

    The walk is that of `topological_order`, but it marks the nodes where it has been, which
    forgets their gradients; those of the `leaves` are kept in `held`. Another pass may begin
    meanwhile in this very thread (in a `__del__`, or in a function that a signal calls), with
    marks of its own: then the walk begins anew.
    """
    while True:
        order.clear()
        leaves.clear()
        PASSES[0] += 1
        number = PASSES[0]
        _visit(root, number, order, leaves, held)
        if PASSES[0] == number:
            return
        for leaf, grad in held:
            since = gradient(leaf)
            set_gradient(leaf, grad if since is None else grad + since)
        held.clear()


def _visit(root: Node, number: Mark, order: list[Any], leaves: list[Any], held: list[Any]) -> None:
    path: list[Any] = []
    unvisited: dict[int, Any] = {}  # of n-ary nodes on the path: parents still to visit
    node: Node = root
    parent: Node | None
    _forget(root, held)
    root._mark = number
    while True:
        left = node._left
        if left is None:
            parent = node._right
            if parent is None:
                leaves.append(node)
            elif parent._mark == number:
                parent = None
        elif type(left) is tuple:
            rest = unvisited.pop(id(node), None) or iter(left)
            for parent in rest:
                if parent is not None and parent._mark != number:
                    unvisited[id(node)] = rest
                    break
            else:
                parent = None
        else:
            parent = left
            if parent._mark == number:
                parent = node._right
                if parent is not None and parent._mark == number:
                    parent = None
        if parent is None:
            order.append(node)
            if not path:
                return
            node = path.pop()
            continue
        if parent._mark == AGAIN or (parent._mark == REACHED and parent._left is None):
            _forget(parent, held)
        parent._mark = number
        path.append(node)
        node = parent


def _forget(node: Node, held: list[Any]) -> None:
    """Keep the gradient of a leaf, if it has one; a Value is not kept with any other node."""
    if is_leaf(node):
        grad = gradient(node)
        if grad is not None:
            held.append((node, grad))
    elif node._mark == AGAIN:
        set_gradient(node, None)


def send_messages(order: list[Any]) -> None:
    """Send the messages of all nodes that a gradient reached, from the last one on.

    The local gradients of arithmetic and of some functions are written out, to the last bit as
    their rules give them (a test compares); all other primitives have their rules asked.
    """
    checked = anomaly_detected()
    node: Node
    parent: Node | None
    grad: float
    to_left: float
    to_right: float
    for node in reversed(order):
        if node._mark != REACHED:
            continue
        grad = node._grad
        primitive = node._primitive
        if primitive is mul:
            to_left, to_right = grad * node._y, grad * node._x
        elif primitive is add:
            to_left = to_right = grad
        elif primitive is sub:
            to_left, to_right = grad, -grad
        elif primitive is None:
            continue
        elif primitive is neg:
            to_left = to_right = -grad
        elif primitive is div and node._y:
            to_left, to_right = grad * (1.0 / node._y), grad * (-node._float / node._y)
        elif type(primitive) is Unary and not primitive.selects:
            to_left = to_right = grad * slope_of(primitive, node._float, node._x)
        else:
            primitive.send(node, grad)
            if checked:
                _check_messages(node)
            continue
        parent = node._left
        if parent is not None:
            if parent._mark == REACHED:
                parent._grad += to_left
            else:
                parent._grad = to_left
                parent._mark = REACHED
        parent = node._right
        if parent is not None:
            if parent._mark == REACHED:
                parent._grad += to_right
            else:
                parent._grad = to_right
                parent._mark = REACHED
        if checked:
            _check_messages(node)


def slope_of(primitive: Any, out: float, x: float) -> float:
    """The local gradient out′ of a primitive of one operand at x."""
    if primitive is exp:
        return out
    if primitive is relu:
        return 1.0 if x > 0.0 else 0.0
    if primitive is log and x:
        return 1.0 / x
    if primitive is tanh and abs(x) < FAR:
        half: float = 1.0 / cosh(x)
        return half * half
    if primitive is sigmoid and abs(x) < FAR:
        half = 0.5 * (1.0 / cosh(0.5 * x))
        return half * half
    if primitive is power:
        return 2.0 * x
    if primitive.name == "power" and x > 0.0:
        n: float = primitive.constants["exponent"]
        try:
            return n * (x * x if n == 3.0 else pow(x, n - 1.0))
        except OverflowError:  # the rule gives inf
            pass
    return evaluated(primitive.local[0], out, x)


def _check_messages(node: Node) -> None:
    for parent in parents(node):
        check_gradient(node, parent, gradient(parent))
