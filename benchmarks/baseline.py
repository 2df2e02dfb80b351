"""The rival: micrograd's Value with per-node lists of local gradients instead of closures.

Data, gradient, a tuple of children and a tuple of local gradients, one loop in `backward()`:
the smallest design of this kind, with the operations and the compositions of microgpt's.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from micrograd.engine import Value as MicrogradValue

from autograd import Value


class ListValue:
    """A node that stores its children and its local gradients as two tuples."""

    __slots__ = ("_children", "_local_grads", "data", "grad")

    def __init__(
        self, data: float, children: tuple[Any, ...] = (), local_grads: tuple[float, ...] = ()
    ) -> None:
        self.data = data
        self.grad = 0.0
        self._children = children
        self._local_grads = local_grads

    def __add__(self, other: Any) -> ListValue:
        other = other if isinstance(other, ListValue) else ListValue(other)
        return ListValue(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other: Any) -> ListValue:
        other = other if isinstance(other, ListValue) else ListValue(other)
        return ListValue(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, power: float) -> ListValue:
        return ListValue(self.data**power, (self,), (power * self.data ** (power - 1),))

    def exp(self) -> ListValue:
        """e^x."""
        data = math.exp(self.data)
        return ListValue(data, (self,), (data,))

    def log(self) -> ListValue:
        """ln x."""
        return ListValue(math.log(self.data), (self,), (1.0 / self.data,))

    def relu(self) -> ListValue:
        """max(0, x)."""
        return ListValue(max(0.0, self.data), (self,), (float(self.data > 0.0),))

    def __neg__(self) -> ListValue:
        return self * -1.0

    def __sub__(self, other: Any) -> ListValue:
        return self + (-other)

    def __truediv__(self, other: Any) -> ListValue:
        return self * other**-1

    def __radd__(self, other: Any) -> ListValue:  # other + self
        return self + other

    def __rmul__(self, other: Any) -> ListValue:  # other * self
        return self * other

    def __rsub__(self, other: Any) -> ListValue:  # other - self
        return other + (-self)

    def __rtruediv__(self, other: Any) -> ListValue:  # other / self
        return other * self**-1

    def backward(self) -> None:
        """Depth-first order by recursion, then one message per child."""
        order: list[ListValue] = []
        visited: set[ListValue] = set()

        def visit(node: ListValue) -> None:
            if node not in visited:
                visited.add(node)
                for child in node._children:
                    visit(child)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for child, local_grad in zip(node._children, node._local_grads):  # noqa: B905
                child.grad += local_grad * node.grad


KINDS: dict[str, Callable[[float], Any]] = {
    "chainrule": Value,
    "lists": ListValue,
    "micrograd": MicrogradValue,
}
"""The classes of nodes, by the names that a rival's `make` gives them."""
