"""Standard errors of a logistic regression: the Hessian by 30 coefficients, and its inverse.

The negative log likelihood of 500 examples is Σ log(1 + e^z) − y·z with z = w·x; the errors are the
roots of the diagonal of the inverse of its matrix of second derivatives.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import dot, softplus
from benchmarks.contest import NATIVE, Contest, Row, against, in_jax, ours
from benchmarks.measure import Numbers, Rival, Seconds

EXAMPLES, FEATURES = 500, 30
Array = Any


def data() -> tuple[Array, Array, Array]:
    """Coefficients, a row of features for each example, and its class."""
    rng = np.random.default_rng(0)
    w, X = 0.3 * rng.normal(size=FEATURES), rng.normal(size=(EXAMPLES, FEATURES))
    return w, X, (rng.uniform(size=EXAMPLES) < 1.0 / (1.0 + np.exp(-X @ w))).astype(float)


def loss(w: Any, x: Any, y: Any) -> Any:
    """The negative log likelihood of one example."""
    z = dot(w, x)
    return softplus(z) - y * z


def errors(hessian: Array) -> Array:
    """Standard errors."""
    return np.sqrt(np.diag(np.linalg.inv(hessian)))


class Chainrule:
    """Scalar code for one example; the Hessian of the sum, over the batch."""

    def __init__(self, backend: str = "auto") -> None:
        self.arguments = data()
        self.program = autograd.compile(
            loss, argnums=0, batched=(False, True, True), reduce="sum", backend=backend
        )

    def __call__(self) -> Array:
        """The errors."""
        self.hessian = self.program.hessian(*self.arguments)
        self.errors = errors(self.hessian)
        return self.errors

    def numbers(self) -> Numbers:
        """The last Hessian and errors."""
        return {"hessian": self.hessian, "errors": self.errors}


class NumPy(Chainrule):
    """Xᵀ diag(π(1 − π)) X by hand."""

    def __init__(self) -> None:
        self.arguments = data()

    def __call__(self) -> Array:
        """The errors."""
        w, X, _ = self.arguments
        p = 1.0 / (1.0 + np.exp(-X @ w))
        self.hessian = X.T @ (X * (p * (1.0 - p))[:, None])
        self.errors = errors(self.hessian)
        return self.errors


def rows(seconds: Seconds) -> list[Row]:
    """Native code and the default against JAX, and both against the closed form."""
    return [
        against(seconds, "JAX", 3.0, "native ≤ 3× JAX jit", NATIVE),
        against(seconds, "JAX"),
        against(seconds, "NumPy", ours=NATIVE),
    ]


MAKE = "benchmarks.programs.logistic"
CONTEST = Contest(
    f"logistic regression of {FEATURES} features, Hessian and standard errors, {EXAMPLES} examples",
    {
        **ours(f"{MAKE}:Chainrule", 1000, 100),
        "NumPy, closed form": Rival(f"{MAKE}:NumPy", 2000, 100),
        **in_jax("likelihoods:Logistic", 1000, 100),
    },
    rows,
)
