"""Parameters in one array, while a block lasts: read from the Values, given back to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.core.marks import REACHED
from autograd.core.wiring import gradient, set_gradient
from autograd.errors import GraphError
from autograd.node.assignment import Held, set_together
from autograd.value import Value

Array = np.ndarray[Any, Any]


class FlatParameters(Held):
    """The numbers of these parameters in one array, `theta`, from `hold()` to `close()`."""

    def __init__(self, parameters: Sequence[Value], theta: Array) -> None:
        self.theta = theta
        self._before, self._given_back = self.theta.copy(), False
        super().__init__(parameters)

    def is_of(self, parameters: Sequence[Value]) -> bool:
        """True if the array holds the numbers of these parameters, in this order."""
        return parameters is self.values or [*map(id, parameters)] == [*map(id, self.values)]

    def close(self) -> None:
        """Give the Values those numbers that changed: all of them, after Ctrl-C too."""
        if self._given_back:
            return
        changed = np.flatnonzero(self.theta.view(np.int64) != self._before.view(np.int64))
        values, numbers = [self.values[i] for i in changed.tolist()], self.theta[changed].tolist()
        self.release()
        try:
            for value, number in zip(values, numbers, strict=True):
                value.data = number
        except BaseException as error:
            set_together(values, _float=numbers)
            self._given_back = True
            if not isinstance(error, GraphError):  # that says: held by another block as well
                raise
        self._given_back = True


def add_to_gradients(parameters: Sequence[Value], added: Array) -> None:
    """Add to the `.grad` of all parameters, or (interrupted, or after an error) of none."""
    held = [gradient(p) for p in parameters]
    new = [g if h is None else h + g for h, g in zip(held, added.tolist(), strict=True)]
    for parameter in parameters:
        vars(parameter).pop("_grad_at", None)
    numbers = [g for g in new if type(g) is float]
    if len(numbers) == len(new):
        set_together(parameters, _grad=numbers, _mark=[REACHED] * len(new))
    else:  # Values, which `backward(create_graph=True)` left
        for parameter, g in zip(parameters, new, strict=True):
            set_gradient(parameter, g)
