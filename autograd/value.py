"""Value: a number that remembers how it was computed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd.backward import backward, backward_again
from autograd.context.differentiating import CLOCK
from autograd.context.lints import (
    warn_of_lost_copy,
    warn_of_plain_gradients,
)
from autograd.context.modes import ACTIVE, settle
from autograd.context.tracing import NUMBER, is_tracing, note_leaf, refuse
from autograd.core.marks import NONE
from autograd.core.wiring import (
    become_leaf,
    is_leaf,
    parents,
    rewire,
    wires,
)
from autograd.errors import OperandError
from autograd.interop.copying import (
    deep_copy,
    fresh,
    get_state,
    set_state,
    shallow_copy,
)
from autograd.interop.micrograd import MicrogradNames, checked_local_grads, hand_made
from autograd.node.access import Access
from autograd.node.functions import FunctionMethods
from autograd.node.local_gradients import local_gradients
from autograd.node.number import NumberProtocol
from autograd.node.operators import Operators
from autograd.node.recording import applied, record
from autograd.node.requires_grad import Freezing
from autograd.node_sets import note_kind
from autograd.primitives.arithmetic import STOP
from autograd.primitives.operands import as_float
from autograd.primitives.primitive import Primitive

COPY = "use the Value itself, or make the copy before"


class Value(Access, NumberProtocol, FunctionMethods, Freezing, MicrogradNames, Operators):
    """A scalar in a computation graph, with its gradient.

    Arithmetic and the functions of `autograd` on Values compute numbers and record, in each
    result, the parents and the primitive that made it. `backward()` on a result z then gives
    every value v that z depends on its gradient ∂z/∂v, by the chain rule

        ∂z/∂v = Σⱼ ∂z/∂yⱼ · ∂yⱼ/∂v   over the successors yⱼ of v

    (backpropagated gradient times local gradient; Lei's notes, section 1.3).

    Args:
        data: a number; it is kept as a float.
        _children, _op: a node made by hand, in micrograd's way (`_op` a str, its derivative set
            later as `_backward`) or microgpt's (`_op` a tuple of local gradients).
        children, local_grads: the same two by microgpt's names.
        label: a name, for pictures and messages.

    Raises:
        OperandError: (a TypeError) `data` is not a real number.
        NumberTooLargeError: (an OverflowError) `data` is beyond float range.

    >>> w, x, b = Value(5.0), Value(1.0), Value(1.0)      # Lei's notes, examples 5 and 6
    >>> J = (w * x + b - 2.0) ** 2
    >>> J.backward()
    >>> J.data, w.grad, x.grad, b.grad
    (16.0, 8.0, 40.0, 8.0)
    """

    __slots__ = ("__dict__", "__weakref__")

    # What the teaching lints know of a leaf: whether its data was ever assigned to, and at which
    # data its gradient was computed (a Leftover, where it is a sum over several).
    _assigned: bool = False
    _grad_at: Any = None

    def __init_subclass__(cls, **settings: Any) -> None:
        super().__init_subclass__(**settings)
        note_kind(cls, Value.__eq__)

    def __init__(
        self,
        data: Any,
        _children: Any = (),
        _op: str | tuple[float, ...] = "",
        label: str | None = "",
        *,
        children: Any = (),
        local_grads: Any = (),
    ) -> None:
        self._float = data if type(data) is float else as_float(data, "the data of a Value")
        self._mark = NONE
        become_leaf(self, CLOCK[0])
        if label:
            self.label = label
        if _children or _op or children or local_grads:
            self._make_by_hand(_children or children, local_grads or _op)
        elif ACTIVE:
            note_leaf(self)

    def _make_by_hand(self, children: Any, op: Any) -> None:
        if ACTIVE:
            refuse("a node is made by hand", "compute it with autograd's functions")
        if not isinstance(children, Iterable):
            raise OperandError(
                f"the children of a Value must be a tuple of Values, not {type(children).__name__}"
            )
        children = tuple(children)
        for child in children:
            if not isinstance(child, Value):
                raise OperandError(f"a child must be a Value, not {type(child).__name__}")
        given = () if isinstance(op, str) else checked_local_grads(children, op)
        primitive = hand_made(op if isinstance(op, str) else "")
        if children:
            numbers = tuple(child._float for child in children)
            rewire(self, primitive, children, numbers + given, 0.0)
        else:
            self._primitive = primitive
        if ACTIVE:
            settle(self)

    @property
    def label(self) -> str:
        """A name, for pictures and messages; "" (or None, when assigned) for none."""
        return self.__dict__.get("label", "")

    @label.setter
    def label(self, label: str | None) -> None:
        self.__dict__["label"] = "" if label is None else label

    def _need_no_trace(self, what: str, remedy: str) -> None:
        if ACTIVE:
            refuse(what, remedy, self)

    @property
    def primitive(self) -> Primitive | None:
        """The primitive that made this value; None for a leaf."""
        return self._primitive

    @property
    def is_leaf(self) -> bool:
        """True if this value has no parents: a parameter, an input, a detached result."""
        return is_leaf(self)

    @property
    def operands(self) -> tuple[Value | float, ...]:
        """The operands of the primitive, in order: Values, and floats for constants.

        >>> (2.0 * Value(3.0)).operands
        (2.0, Value(data=3.0, grad=0))
        """
        return tuple(number if parent is None else parent for parent, number in wires(self))

    @property
    def parents(self) -> tuple[Value, ...]:
        """The Values among the operands, in order; `a * a` has two. Constants are no parents."""
        return parents(self)

    @property
    def local_gradients(self) -> tuple[float, ...]:
        """∂self/∂parent for each parent, at the numbers self was computed from.

        >>> (Value(2.0) * Value(3.0)).local_gradients
        (3.0, 2.0)
        """
        self._need_no_trace("local_gradients are read", NUMBER)
        return local_gradients(self)

    def backward(self, gradient: Any = 1.0, *, create_graph: bool = False) -> None:
        """Give every value v that self depends on its gradient, `gradient` · ∂self/∂v.

        Leaves add it to the gradient they hold, so call `zero_grad()` on parameters between
        steps; all other values are set anew. Time is proportional to the number of wires.

        Args:
            gradient: the seed, ∂z/∂self when self is not the end of the story.
            create_graph: make the leaves' gradients Values that can be differentiated again. Such
                a gradient refers back to its leaf: reset it when done, or the two live until the
                garbage collector comes by. `autograd.grad` leaves nothing of the kind behind.

        >>> x = Value(3.0)
        >>> (x ** 3).backward(create_graph=True)
        >>> second = x.grad
        >>> x.zero_grad()
        >>> second.backward()
        >>> second.data, x.grad
        (27.0, 18.0)
        """
        if ACTIVE:
            remedy = "return the value; program.grad gives its gradient"
            refuse("backward() is called", remedy, self)
        seed = gradient if isinstance(gradient, Value) else as_float(gradient, "the seed gradient")
        if create_graph:
            backward_again(self, seed)
        else:
            warn_of_plain_gradients(self)
            backward(self, float(seed))

    def detach(self) -> Value:
        """A leaf with the same number, cut off from how it was computed.

        While a program is traced, a node with this number that sends nothing back: see
        `autograd.stop_gradient`.
        """
        if ACTIVE and is_tracing(self):
            return applied(STOP, self)
        return Value(self._float, label=self.label)

    __primitive__ = record

    # Copies

    def __copy__(self) -> Value:
        self._need_no_trace("a Value is copied", COPY)
        if is_leaf(self):
            warn_of_lost_copy(self)
        return shallow_copy(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Value:
        self._need_no_trace("a Value is copied", COPY)
        warn_of_lost_copy(self)
        return deep_copy(self, memo)

    def __reduce__(self) -> tuple[Any, ...]:
        self._need_no_trace("a Value is pickled", COPY)
        warn_of_lost_copy(self)
        return fresh, (type(self),), get_state(self)

    def __setstate__(self, state: Any) -> None:
        set_state(self, state)
