"""Ways to compute derivatives of a function of one vector: eagerly, and by each back end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import autograd as ag

Array = np.ndarray[Any, Any]
BACKENDS = ("numpy", "python", "native", "jax")
WAYS = ("eager", *BACKENDS)


def _compiled(f: Callable[..., Any], way: str) -> Any:
    return ag.compile(f, argnums=0, batched=False, backend=way)


def value_and_gradient(f: Callable[..., Any], way: str, *args: Any) -> tuple[float, Array]:
    """f(x, …) and its gradient by x."""
    call = ag.value_and_grad(f) if way == "eager" else _compiled(f, way).value_and_grad
    value, gradient = call(*args)
    return value, np.asarray(gradient)


def jacobian(f: Callable[..., Any], way: str, *args: Any) -> Array:
    """The Jacobian of f(x, …) by x."""
    call = ag.jacobian(f) if way == "eager" else _compiled(f, way).jacobian
    return np.asarray(call(*args))


def hessian(f: Callable[..., Any], way: str, *args: Any) -> Array:
    """The Hessian of f(x, …) by x."""
    call = ag.hessian(f) if way == "eager" else _compiled(f, way).hessian
    return np.asarray(call(*args))


def standard_errors(information: Array) -> Array:
    """The square roots of the diagonal of the inverse of an information matrix."""
    return np.sqrt(np.diag(np.linalg.inv(information)))


close = partial(np.testing.assert_allclose, rtol=1e-9)
