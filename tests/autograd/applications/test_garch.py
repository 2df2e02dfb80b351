"""Volatility that clusters: GARCH(1, 1) by maximum likelihood, errors by the information matrix.

σₜ² = ω + α·rₜ₋₁² + β·σₜ₋₁². Estimates, errors and derivatives are JAX 0.10's, in float64.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from application_support import BACKENDS, WAYS, Array, by, close, standard_errors
from scipy.optimize import minimize

from autograd import log, scan, sum
from autograd.scipy import objective

POINT = [0.1, 0.1, 0.8]


def returns() -> Array:
    """300 of them, from the process with ω = 0.1, α = 0.15 and β = 0.75."""
    variance, found = 1.0, []
    for z in np.random.RandomState(0).standard_normal(300):
        found.append(math.sqrt(variance) * z)
        variance = 0.1 + 0.15 * found[-1] ** 2 + 0.75 * variance
    return np.array(found)


RETURNS = returns()
VARIANCE = float(np.mean(RETURNS**2))


def surprise(p: Any) -> Any:
    """−log likelihood."""
    omega, alpha, beta = p

    def follow(variance: Any, r: Any) -> tuple[Any, Any]:
        lost = 0.5 * (math.log(2.0 * math.pi) + log(variance) + r * r / variance)
        return omega + alpha * r * r + beta * variance, lost

    return sum(scan(follow, VARIANCE, RETURNS)[1])


@pytest.mark.parametrize("way", WAYS)
def test_value_and_gradient(way: str) -> None:
    value, gradient = by(way, surprise).value_and_grad(POINT)
    close(value, 413.53257727233006, rtol=1e-12)
    close(gradient, [33.747774298140826, 26.18445038888622, 38.62451798866042], rtol=1e-10)


@pytest.mark.parametrize("way", WAYS)
def test_information_matrix(way: str) -> None:
    expected = [
        [4305.959021319699, 3024.6114091483137, 3979.458844088664],
        [3024.611409148314, 3031.7184691448183, 3167.176035516059],
        [3979.458844088662, 3167.176035516059, 3925.773543371735],
    ]
    close(by(way, surprise).hessian(POINT), expected, rtol=1e-10)


@pytest.mark.parametrize("backend", BACKENDS)
def test_estimates_and_standard_errors(backend: str) -> None:
    likelihood = objective(surprise, backend=backend)
    found = minimize(likelihood.fun, POINT, jac=likelihood.jac, hess=likelihood.hess,
                     method="trust-exact", options={"gtol": 1e-9})  # fmt: skip
    close(found.x, [0.16679715237987577, 0.1350788415829595, 0.6859519706725349], rtol=1e-8)
    expected = [0.11124026962652152, 0.06193885582087085, 0.15595582765988494]
    close(standard_errors(likelihood.hess(found.x)), expected, rtol=1e-7)
