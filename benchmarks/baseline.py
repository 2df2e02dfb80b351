"""The rival: micrograd's Value with per-node lists of local gradients instead of closures.

Data, gradient, a tuple of children and a tuple of local gradients, one loop in `backward()`:
the smallest design of this kind, as microgpt has it.
"""

from __future__ import annotations

from typing import Any


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
