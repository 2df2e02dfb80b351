"""Frozen leaves: `v.requires_grad = False` keeps gradients and training from a leaf."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.context.modes import ACTIVE
from autograd.context.tracing import refuse
from autograd.core.wiring import is_leaf, topological_order
from autograd.errors import GraphError, OperandError

FREEZES: list[int] = [0]
"""The count of times that any leaf was frozen or freed."""


class Freezing:
    """`requires_grad`."""

    __slots__ = ()
    __dict__: dict[str, Any]

    _frozen: bool = False

    @property
    def requires_grad(self: Any) -> bool:
        """True if gradients reach this value; False, set on a leaf, keeps them from it.

        As in PyTorch: a frozen leaf is a constant to `backward()`, to training and to programs,
        and what is computed from frozen leaves alone requires no gradient either.

        Raises:
            GraphError: it is set to False on a computed value, which `detach()` cuts off.
            OperandError: it is set to something else than True or False.

        >>> from autograd import Value
        >>> w, b = Value(2.0), Value(1.0)
        >>> b.requires_grad = False
        >>> (w * 3.0 + b).backward()
        >>> w.grad, b.has_grad
        (3.0, False)
        """
        if not is_leaf(self):
            return any(is_leaf(v) and not v._frozen for v in topological_order(self))
        return not self._frozen

    @requires_grad.setter
    def requires_grad(self: Any, required: bool) -> None:
        if ACTIVE:
            refuse("requires_grad is set", "set it before the program runs")
        if not isinstance(required, (bool, np.bool_)):
            raise OperandError(f"requires_grad is True or False, not {required!r:.40}")
        if not (required or is_leaf(self)):
            raise GraphError(
                "requires_grad can be set to False on leaves only, and this value was computed "
                "from others: use its detach(), or freeze the leaves that it was computed from"
            )
        if required == self._frozen:
            self.__dict__["_frozen"] = not required
            FREEZES[0] += 1

    def requires_grad_(self, required: bool = True) -> Any:
        """Set `requires_grad` and return self, as in PyTorch."""
        self.requires_grad = required
        return self


class Frozen:
    """The leaves that a program took as constants, beside those that are its parameters."""

    def __init__(self, parameters: Sequence[Any], constants: Sequence[Any]) -> None:
        self._parameters = parameters
        self._constants = [(leaf, leaf._float) for leaf in constants]
        self._freezes = FREEZES[0]

    def may_have_changed(self) -> bool:
        """True if there is anything to look at: quickly told where nothing is frozen."""
        return bool(self._constants) or self._freezes != FREEZES[0]

    def changed(self) -> str | None:
        """The name of one that was frozen or freed since, or is a constant of another number."""
        freezes = FREEZES[0]
        for leaf, number in self._constants:
            moved = leaf._float is not number and repr(leaf._float) != repr(number)
            if moved or not leaf._frozen:
                return _name(leaf)
        if self._freezes != freezes:
            for parameter in self._parameters:
                if parameter._frozen:
                    return _name(parameter)
            self._freezes = freezes
        return None


def _name(leaf: Any) -> str:
    return leaf.label or "a frozen parameter"
