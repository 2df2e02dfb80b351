"""The number and the gradient of a node, as its user reads them and assigns to them."""

from __future__ import annotations

from typing import Any

from autograd.context.lints import Leftover, warn_of_leftover
from autograd.context.modes import ACTIVE
from autograd.context.tracing import NUMBER, refuse
from autograd.core.marks import AGAIN, NONE, REACHED
from autograd.core.wiring import Node, gradient, is_leaf, rewire, set_gradient, twin
from autograd.node.assignment import HELD, refuse_assignment
from autograd.node.recording import Arithmetic
from autograd.primitives.arithmetic import identity
from autograd.primitives.operands import as_float


class Access(Arithmetic):
    """`data`, `grad`, `has_grad` and `zero_grad()`."""

    __slots__ = ()

    @property
    def data(self) -> float:
        """The forward value. Assigning to it does not change values already computed from it."""
        if ACTIVE:
            refuse(".data is read", NUMBER, self)
        return self._float

    @data.setter
    def data(self, data: Any) -> None:
        if ACTIVE:
            refuse(".data is assigned to", "assign after the program has run", self)
        if HELD:
            refuse_assignment(self)
        if type(data) is not float:
            data = data._float if isinstance(data, Node) else as_float(data, "the data of a Value")
        if is_leaf(self):
            leaf: Any = self
            leaf._assigned = True
            if type(leaf._grad_at) is Leftover:
                warn_of_leftover(self)
        else:  # the computation moves into a node of its own, which this one now follows
            rewire(self, identity, twin(self), None, self._float)
        self._float = data

    @property
    def grad(self) -> Any:
        """∂z/∂self of the last `backward()` on a z (for leaves, the sum over all of them).

        Reads 0.0 while none has been computed; `has_grad` tells. After
        `backward(create_graph=True)` a leaf's gradient is a Value.
        """
        if ACTIVE:
            refuse(".grad is read", "use program.value_and_grad, or program.backward", self)
        leaf: Any = self
        if type(leaf._grad_at) is Leftover:
            leaf._grad_at.read = True
        if self._mark == REACHED:
            return self._grad
        return gradient(self) if self._mark == AGAIN else 0.0

    @grad.setter
    def grad(self, grad: Any) -> None:
        if ACTIVE:
            refuse(".grad is assigned to", "assign after the program has run", self)
        if not (grad is None or type(grad) is float or isinstance(grad, Node)):
            grad = as_float(grad, "a gradient")
        set_gradient(self, grad)
        if is_leaf(self) and (self._mark == AGAIN or (self._mark == REACHED and self._grad)):
            leaf: Any = self
            leaf._grad_at = None

    @property
    def has_grad(self) -> bool:
        """True if a gradient has been computed (or assigned) since the start or `zero_grad()`."""
        if ACTIVE:
            refuse("has_grad is read", "ask after the program has run", self)
        return self._mark == REACHED or self._mark == AGAIN

    def zero_grad(self) -> None:
        """Forget this value's gradient; it reads 0.0 again."""
        if ACTIVE:
            refuse("zero_grad() is called", "call it before the program runs", self)
        if self._mark == REACHED:
            self._mark = NONE
        else:
            set_gradient(self, None)
