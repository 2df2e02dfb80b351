"""Local-gradient closures: how a node sends its messages to its parents.

For a node y = f(x₁, x₂, …) with backpropagated gradient g = ∂z/∂y, the message to parent xᵢ is
g · ∂y/∂xᵢ, and a parent adds up the messages of all its successors (document 003, section 1.3):

    ∂z/∂x = Σⱼ ∂z/∂yⱼ · ∂yⱼ/∂x

A primitive turns its local gradients into one such function when it is defined. There is one
for each shape a node can have; they say the same thing, written out so that the backward pass
costs one call per node. `_grad` is None until the first message arrives.

What they read of a node: `_left`, `_right` (its parents; None where a constant stands, a tuple
of them in `_left` for an n-ary node), `_x`, `_y` (the numbers it was computed from), `_float`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any

Rule = Callable[..., Any]
Send = Callable[[Any, float], None]

FLOAT_ERRORS = (ZeroDivisionError, OverflowError, ValueError)
"""What Python raises where IEEE 754 gives inf or nan: 1/0, exp(1000), log(-1)."""


def own_code(function: Any, name: str) -> Any:
    """The function under its own name, with a code object of its own.

    The interpreter specialises code for what flows through it; functions made by one factory
    share their code, and would undo each other's specialisation.
    """
    code = function.__code__.replace(co_name=name, co_qualname=name)
    return FunctionType(
        code, function.__globals__, name, function.__defaults__, function.__closure__
    )


def unary_constant(slope: float) -> Send:
    """y = f(x) whose local gradient is the same everywhere, such as −x."""

    def send(node: Any, grad: float) -> None:
        parent = node._left
        message = grad * slope
        parent._grad = message if parent._grad is None else parent._grad + message

    return send


def unary(local: Rule, ieee: Rule) -> Send:
    """y = f(x). `ieee` evaluates `local` again where Python floats raise."""

    def send(node: Any, grad: float) -> None:
        parent = node._left
        try:
            message = grad * local(node._float, node._x)
        except FLOAT_ERRORS:
            message = grad * ieee(local, node._float, node._x)
        parent._grad = message if parent._grad is None else parent._grad + message

    return send


def first(out: Any, x: Any, y: Any) -> Any:
    """The rule of a local gradient that equals the first operand."""
    return x


def second(out: Any, x: Any, y: Any) -> Any:
    """The rule of a local gradient that equals the second operand."""
    return y


def copying(node: Any, grad: float) -> None:
    """y = x₁ + x₂: addition copies its gradient to both parents (document 004)."""
    parent = node._left
    if parent is not None:
        parent._grad = grad if parent._grad is None else parent._grad + grad
    parent = node._right
    if parent is not None:
        parent._grad = grad if parent._grad is None else parent._grad + grad


def switching(node: Any, grad: float) -> None:
    """y = x₁ · x₂: multiplication scales the gradient by the other operand (document 004)."""
    parent = node._left
    if parent is not None:
        message = grad * node._y
        parent._grad = message if parent._grad is None else parent._grad + message
    parent = node._right
    if parent is not None:
        message = grad * node._x
        parent._grad = message if parent._grad is None else parent._grad + message


def binary_constant(left: float, right: float) -> Send:
    """y = f(x₁, x₂) with constant local gradients, such as x₁ − x₂."""
    if left == right == 1.0:
        return copying

    def send(node: Any, grad: float) -> None:
        parent = node._left
        if parent is not None:
            message = grad * left
            parent._grad = message if parent._grad is None else parent._grad + message
        parent = node._right
        if parent is not None:
            message = grad * right
            parent._grad = message if parent._grad is None else parent._grad + message

    return send


def binary(left: Rule, right: Rule, ieee: Rule) -> Send:
    """y = f(x₁, x₂). A constant operand has no parent and its local gradient is not computed."""
    if left is second and right is first:
        return switching

    def send(node: Any, grad: float) -> None:
        data, x, y = node._float, node._x, node._y
        parent = node._left
        if parent is not None:
            try:
                message = grad * left(data, x, y)
            except FLOAT_ERRORS:
                message = grad * ieee(left, data, x, y)
            parent._grad = message if parent._grad is None else parent._grad + message
        parent = node._right
        if parent is not None:
            try:
                message = grad * right(data, x, y)
            except FLOAT_ERRORS:
                message = grad * ieee(right, data, x, y)
            parent._grad = message if parent._grad is None else parent._grad + message

    return send


def nary(local: Callable[..., Sequence[float]], ieee: Rule, selects: bool) -> Send:
    """y = f(x₁, …, xₙ): `local` gives all n local gradients at once."""

    def send(node: Any, grad: float) -> None:
        try:
            slopes = local(node._float, node._x)
        except FLOAT_ERRORS:
            slopes = ieee(local, node._float, node._x)
        for parent, slope in zip(node._left, slopes, strict=True):
            if parent is not None and (slope or not selects):
                held = parent._grad
                parent._grad = grad * slope if held is None else held + grad * slope

    return send
