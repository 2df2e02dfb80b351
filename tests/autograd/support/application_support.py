"""Ways to compute derivatives of a function by its first argument: eagerly, by each back end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import autograd as ag

Array = np.ndarray[Any, Any]
Function = Callable[..., Any]
BACKENDS = ("numpy", "python", "native", "jax")
WAYS = ("eager", *BACKENDS)
NOT_XLA = WAYS[:-1]
"""For second derivatives of long recursions: XLA takes 43 s to compile 30 steps of a filter."""


def by(way: str, f: Function) -> Any:
    """What has `value_and_grad`, `jacobian` and `hessian`."""
    return Eager(f) if way == "eager" else ag.compile(f, argnums=0, batched=False, backend=way)


class Eager:
    """The transforms of a function."""

    def __init__(self, f: Function) -> None:
        self.value_and_grad, self.jacobian = ag.value_and_grad(f), ag.jacobian(f)
        self.hessian = ag.hessian(f)


def standard_errors(information: Any) -> Array:
    """The square roots of the diagonal of the inverse of an information matrix."""
    return np.sqrt(np.diag(np.linalg.inv(information)))


close = partial(np.testing.assert_allclose, rtol=1e-9)
