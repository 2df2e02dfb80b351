"""Nodes made by hand, and micrograd's names for what a node holds.

`Value(data, children, op)` makes a node whose derivative arrives later as `out._backward = fn`
(micrograd); `Value(data, children, local_grads)` makes one with its local gradients given as
numbers (microgpt). Notebooks written for either run unchanged.
"""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import lru_cache, partial
from typing import Any

from autograd.backward import _one_pass_at_a_time, put_back
from autograd.context.lints import teach
from autograd.core.wiring import (
    given_slopes,
    gradient,
    is_leaf,
    parents,
    receive,
    rewire,
    set_gradient,
    wires,
)
from autograd.errors import ArgumentError, GraphError, OperandError
from autograd.node.local_gradients import local_gradients
from autograd.primitives.operands import as_float
from autograd.primitives.primitive import Block
from autograd.primitives.shapes import Nary

_NO_DERIVATIVE = (
    "has no local gradients yet: set its _backward function, or give them with it, one for each "
    "child: Value(data, children, local_grads)"
)


class HandMade(Nary):
    """The operation of a node whose derivative the user gives, by numbers or by a function."""

    def __init__(
        self, op: str, function: Callable[[], object] | None = None, node: Any = None
    ) -> None:
        self.function = function
        self.written_for = (lambda: None) if node is None else weakref.ref(node)
        latex = partial(_written, op or "f")
        super().__init__(_hand_made, Block(op or "?", latex, _hand_made, _hand_made, op=op), {})
        self.op, self.name = op, op or "a node made by hand"
        self.send = _send_given if function is None else lambda node, grad: _call(function)

    def slopes(self, node: Any, numbers: tuple[float, ...]) -> tuple[float, ...]:
        """The local gradients given with the node, or measured on its function; or a GraphError."""
        if self.function is not None:
            return _measured(node, self.function)
        given = given_slopes(node)
        if numbers and not given:
            raise GraphError(f"{self.name!r} {_NO_DERIVATIVE}")
        return given

    def local_gradients(self, out: Any, *operands: Any) -> tuple[Any, ...]:
        """Refused: there is no rule that could be differentiated again."""
        raise GraphError(
            f"{self.name}: the local gradients of a node made by hand are numbers or a function, "
            "and cannot be differentiated again; compute it with autograd's functions"
        )

    def carried_over(self, node: Any) -> tuple[Any, tuple[float, ...] | None]:
        """The operation of a copy of `node`, and its numbers with the local gradients.

        A function refers to the nodes it was written for; measured, it is numbers.
        """
        numbers = tuple(number for _, number in wires(node))
        if self.function is None:
            return self, (numbers + given_slopes(node)) or None
        measured = _measured(node, self.function) if numbers else ()
        return hand_made(self.op), (numbers + measured) or None

    def __reduce__(self) -> tuple[Any, ...]:
        return hand_made, (self.op,)


def _written(name: str, *operands: str) -> str:
    return rf"\operatorname{{{name}}}({', '.join(operands)})"


def _call(function: Callable[[], object]) -> None:
    function()


def _measured(node: Any, function: Callable[[], object]) -> tuple[float, ...]:
    """The messages of a `_backward` function to each parent when the node's gradient is 1.

    Where one parent is used several times, each use gets an equal share of what it is sent.
    """
    found, read = parents(node), node._primitive.written_for() or node
    with _one_pass_at_a_time:
        reached = {id(v): v for v in (node, read, *found, *_referred_to(function))}.values()
        held, seen_at = [(v, gradient(v)) for v in reached], [(v, v._grad_at) for v in reached]
        try:
            for value in reached:
                set_gradient(value, None)
            set_gradient(node, 1.0)
            set_gradient(read, 1.0)
            function()
            sent = {id(parent): _plain(gradient(parent)) for parent in found}
            put_back(held, seen_at)
        except BaseException as error:  # an interrupt may have come while they were put back, too
            put_back(held, seen_at)
            if not isinstance(error, Exception):
                raise
            raise GraphError(
                f"the _backward function of {read.label or node._op or 'a node made by hand'!r} "
                f"fails when its gradient is 1, so its local gradients are unknown: {error!r}"
            ) from error
    uses = Counter(map(id, found))
    return tuple(sent[id(parent)] / uses[id(parent)] for parent in found)


def _referred_to(function: Any) -> Iterator[Any]:
    """The nodes that a function refers to by the names in it."""
    code = getattr(function, "__code__", None)
    if code is None:
        return
    contents = [function.__globals__.get(name) for name in code.co_names]
    for cell in function.__closure__ or ():
        with suppress(ValueError):  # a name that nothing was ever assigned to
            contents.append(cell.cell_contents)
    for content in contents:
        several = content if isinstance(content, (list, tuple, set)) else (content,)
        yield from (one for one in several if isinstance(one, MicrogradNames))


def _plain(grad: Any) -> float:
    return 0.0 if grad is None else float(getattr(grad, "_float", grad))


def _hand_made(*_: Any, **__: Any) -> float:
    """A node made by hand."""
    raise GraphError("a node made by hand cannot be computed again")


@lru_cache(maxsize=256)
def hand_made(op: str) -> HandMade:
    """The operation called `op`, with local gradients given by number or not yet at all."""
    return HandMade(op)


def _send_given(node: Any, grad: float) -> None:
    if is_leaf(node):  # one with a name
        return
    given = given_slopes(node)
    if not given:
        teach(f"the gradient is lost: {node._primitive.name!r} {_NO_DERIVATIVE}")
    for parent, slope in zip(parents(node), given, strict=False):
        receive(parent, grad * slope)


def checked_local_grads(children: tuple[Any, ...], local_grads: Any) -> tuple[float, ...]:
    """Local gradients given by hand: one number for each child."""
    if not isinstance(local_grads, Iterable):
        raise OperandError(
            "the third argument of Value is an operation's name, or a tuple with one local "
            f"gradient for each child, not {type(local_grads).__name__}"
        )
    local_grads = tuple(local_grads)
    if len(local_grads) != len(children):
        raise ArgumentError(
            f"{len(children)} children need as many local gradients, not {len(local_grads)}"
        )
    return tuple(as_float(d, "a local gradient") for d in local_grads)


def _nothing() -> None:
    """A leaf sends no messages."""


class MicrogradNames:
    """micrograd's and microgpt's names for the parts of a node."""

    __slots__ = ()

    _primitive: Any

    @property
    def _prev(self: Any) -> tuple[Any, ...]:
        return parents(self)

    _children = _prev

    @property
    def _local_grads(self) -> tuple[float, ...]:
        return local_gradients(self)

    @property
    def _op(self) -> str:
        return self._primitive.op if self._primitive is not None else ""

    @property
    def _backward(self) -> Callable[[], object]:
        """Sends this node's messages to its parents, given its gradient as it stands."""
        primitive = self._primitive
        if primitive is None:
            return _nothing
        if isinstance(primitive, HandMade) and primitive.function is not None:
            return primitive.function
        return partial(_send, self)

    @_backward.setter
    def _backward(self: Any, function: Callable[[], object]) -> None:
        found = parents(self)
        made = HandMade(self._op, function, self)
        if found:
            rewire(self, made, found, tuple(parent._float for parent in found), 0.0)
        else:
            self._primitive = made


def _send(node: Any) -> None:
    grad = gradient(node)
    if grad is not None:
        node._primitive.send(node, _plain(grad))
