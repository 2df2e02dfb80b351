"""The marginal likelihood of a Gaussian process, by `autograd.linalg`.

Its gradient is ½ tr((ααᵀ − K⁻¹) ∂K/∂θ) with α = K⁻¹y (Rasmussen and Williams, equation 5.9).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from application_support import BACKENDS, NOT_XLA, WAYS, Array, by, close
from scipy.optimize import minimize
from scipy.stats import multivariate_normal

from autograd import dot, exp, linalg, log, sum
from autograd.scipy import objective

X = (-1.4, -0.5, 0.1, 0.8, 1.5)
Y = (-1.05, -0.4, 0.15, 0.7, 1.0)
POINT = [math.log(0.8), math.log(1.2), math.log(0.1)]
"""The logarithms of length, size and noise."""


def covariance(logs: Any) -> list[list[Any]]:
    length, size, noise = (exp(x) for x in logs)
    return [
        [size**2 * exp(-0.5 * ((a - b) / length) ** 2) + (noise**2 if i == j else 0.0)
         for j, b in enumerate(X)] for i, a in enumerate(X)
    ]  # fmt: skip


def by_cholesky(logs: Any) -> Any:
    factor = linalg.cholesky(covariance(logs))
    white = linalg.solve(factor, Y)
    diagonal = [row[i] for i, row in enumerate(factor)]
    return -0.5 * dot(white, white) - sum([log(d) for d in diagonal]) - CONSTANT


def by_elimination(logs: Any) -> Any:
    K = covariance(logs)
    return -0.5 * dot(Y, linalg.solve(K, Y)) - 0.5 * linalg.slogdet(K).logabsdet - CONSTANT


CONSTANT = 0.5 * len(X) * math.log(2.0 * math.pi)


def textbook(logs: Any) -> tuple[float, Array]:
    """The log density by SciPy, and equation 5.9."""
    length, size, noise = np.exp(logs)
    squares = np.subtract.outer(X, X) ** 2
    smooth = size**2 * np.exp(-0.5 * squares / length**2)
    K = smooth + noise**2 * np.eye(len(X))
    alpha = np.linalg.solve(K, Y)
    inner = np.outer(alpha, alpha) - np.linalg.inv(K)
    by_log = [smooth * squares / length**2, 2.0 * smooth, 2.0 * noise**2 * np.eye(len(X))]
    return multivariate_normal.logpdf(Y, cov=K), np.array([0.5 * (inner * D).sum() for D in by_log])


@pytest.mark.parametrize(
    ("way", "density"),
    [*[(way, by_cholesky) for way in WAYS], *[(way, by_elimination) for way in NOT_XLA]],
)
def test_value_and_gradient(way: str, density: Any) -> None:
    value, gradient = by(way, density).value_and_grad(POINT)
    expected = textbook(POINT)
    close(value, expected[0], rtol=1e-11)
    close(gradient, expected[1], rtol=1e-10)


@pytest.mark.parametrize("backend", BACKENDS[:3])
def test_the_best_parameters(backend: str) -> None:
    loss = objective(lambda logs: -by_cholesky(logs), backend=backend)
    found = minimize(loss.fun, POINT, jac=loss.jac, method="BFGS", options={"gtol": 1e-8})
    close(textbook(found.x)[1], 0.0, atol=1e-6)
    assert textbook(found.x)[0] > textbook(POINT)[0] + 1.0
