"""A logistic regression: hours of study and the passing of an examination, by Newton's method.

Coefficients and standard errors are those that Wikipedia's article "Logistic regression" prints for
these data; gradient and information matrix have closed forms, too.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from application_support import (
    BACKENDS,
    NOT_XLA,
    WAYS,
    Array,
    by,
    close,
    standard_errors,
)
from scipy.optimize import minimize

from autograd import compile, log, log_sigmoid, sum, where
from autograd.scipy import objective

HOURS = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 1.75, 2.0, 2.25, 2.5,
         2.75, 3.0, 3.25, 3.5, 4.0, 4.25, 4.5, 4.75, 5.0, 5.5)  # fmt: skip
PASSED = (0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1)
POINT = [-1.0, 0.5]


def one(p: Any, hours: Any, passed: Any) -> Any:
    """−log likelihood of one student."""
    z = p[0] + p[1] * hours
    return -(passed * log_sigmoid(z) + (1.0 - passed) * log_sigmoid(-z))


def all_of_them(p: Any) -> Any:
    return sum([one(p, h, y) for h, y in zip(HOURS, PASSED, strict=True)])


def closed_forms(p: list[float]) -> tuple[Array, Array]:
    """Xᵀ(π − y) and XᵀWX."""
    X = np.stack([np.ones(20), HOURS], axis=1)
    pi = 1.0 / (1.0 + np.exp(-X @ p))
    return X.T @ (pi - PASSED), X.T @ (X * (pi * (1.0 - pi))[:, None])


@pytest.mark.parametrize("way", WAYS)
def test_gradient_and_information(way: str) -> None:
    gradient, information = closed_forms(POINT)
    program = by(way, all_of_them)
    close(program.value_and_grad(POINT)[1], gradient, rtol=1e-11)
    close(program.hessian(POINT), information, rtol=1e-11)


@pytest.mark.parametrize("way", NOT_XLA)
def test_newton_finds_the_published_estimates(way: str) -> None:
    p, likelihood = np.zeros(2), by(way, all_of_them)
    for _ in range(8):
        _, gradient = likelihood.value_and_grad(p)
        p = p - np.linalg.solve(likelihood.hessian(p), gradient)
    close(p, [-4.0777, 1.5046], atol=5e-5, rtol=0)
    close(standard_errors(likelihood.hessian(p)), [1.7610, 0.6287], atol=5e-5, rtol=0)


@pytest.mark.parametrize("backend", BACKENDS)
def test_scipy_finds_them_over_a_batch(backend: str) -> None:
    students = objective(one, batched=(False, True, True), reduce="sum", backend=backend)
    data = (np.array(HOURS), np.array(PASSED, float))
    found = minimize(
        students.fun, [0.0, 0.0], data, "trust-exact", students.jac, students.hess,
        options={"gtol": 1e-9},
    )  # fmt: skip
    close(found.x, [-4.0777, 1.5046], atol=5e-5, rtol=0)
    close(standard_errors(students.hess(found.x, *data)), [1.7610, 0.6287], atol=5e-5, rtol=0)
    close(students.hessp(POINT, [0.0, 1.0], *data), closed_forms(POINT)[1][:, 1], rtol=1e-11)


@pytest.mark.parametrize("reduce", ["sum", "mean"])
@pytest.mark.parametrize("examples", [1, 3, 1000])
def test_native_sums_of_second_derivatives(examples: int, reduce: str) -> None:
    """Those of each sweep are sums of their own, of choices that nothing is sent through, too."""

    def f(p: Any, x: Any) -> Any:
        return where(x > 0.0, log(x), 0.0) * p[0] ** 2 + p[0] * p[1] * x + p[2] ** 3

    p, x = np.array([0.5, -1.0, 2.0]), np.linspace(-1.0, 2.0, examples)
    program = compile(f, argnums=0, batched=(False, True), reduce=reduce, backend="native")
    logs = np.log(x, where=x > 0.0, out=np.zeros(examples)).sum()
    expected = [[2.0 * logs, x.sum(), 0.0], [x.sum(), 0.0, 0.0], [0.0, 0.0, 12.0 * examples]]
    share = 1.0 / examples if reduce == "mean" else 1.0
    close(program.hessian(p, x), share * np.array(expected), rtol=1e-11)
