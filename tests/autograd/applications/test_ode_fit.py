"""Logistic growth fitted to data through a Runge–Kutta integration, with standard errors.

The reference is SciPy's `curve_fit` of the closed solution, with derivatives by hand.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from application_support import BACKENDS, WAYS, Array, by, close
from scipy.optimize import curve_fit, least_squares

from autograd import scan, sum
from autograd.scipy import objective

TIMES = np.arange(1.0, 9.0)
SEEN = np.array([1.69, 2.64, 4.01, 5.34, 6.92, 7.93, 8.77, 9.23])
STEPS = 20
"""Between two observations."""
POINT = np.array([0.6, 10.0, 1.0])


def states(p: Any) -> Any:
    """y at the times of the observations, for y′ = r·y·(1 − y/K) from y₀."""
    rate, capacity, start = p
    h = 1.0 / STEPS

    def slope(y: Any) -> Any:
        return rate * y * (1.0 - y / capacity)

    def advance(y: Any, _: None) -> tuple[Any, None]:
        a = slope(y)
        b = slope(y + 0.5 * h * a)
        c = slope(y + 0.5 * h * b)
        d = slope(y + h * c)
        return y + h / 6.0 * (a + 2.0 * b + 2.0 * c + d), None

    def until_seen(y: Any, _: None) -> tuple[Any, Any]:
        y, _ = scan(advance, y, length=STEPS)
        return y, y

    return scan(until_seen, start, length=len(TIMES))[1]


def residuals(p: Any, seen: Any) -> list[Any]:
    return [y - s for y, s in zip(states(p), seen, strict=True)]


def misfit(p: Any) -> Any:
    return sum([r * r for r in residuals(p, SEEN)])


def solution(t: Array, r: float, K: float, y0: float) -> Array:
    return K / (1.0 + (K / y0 - 1.0) * np.exp(-r * t))


def slopes_by_hand(t: Array, r: float, K: float, y0: float) -> Array:
    decay = np.exp(-r * t)
    below = 1.0 + (K / y0 - 1.0) * decay
    by_r = K * (K / y0 - 1.0) * t * decay / below**2
    by_K = 1.0 / below - K * decay / y0 / below**2
    by_y0 = K * K / y0**2 * decay / below**2
    return np.stack([by_r, by_K, by_y0], axis=1)


def fitted_by_scipy() -> tuple[Array, Array]:
    found, covariance = curve_fit(
        solution, TIMES, SEEN, [0.5, 8.0, 1.0], jac=slopes_by_hand, xtol=1e-15, ftol=1e-15
    )
    return found, np.sqrt(np.diag(covariance))


@pytest.mark.parametrize("way", WAYS)
def test_gradient_of_the_misfit(way: str) -> None:
    value, gradient = by(way, misfit).value_and_grad(POINT)
    error = solution(TIMES, *POINT) - SEEN
    close(value, error @ error, rtol=1e-6)
    close(gradient, 2.0 * error @ slopes_by_hand(TIMES, *POINT), rtol=1e-6)


@pytest.mark.parametrize("way", WAYS)
def test_sensitivities_of_the_states(way: str) -> None:
    p = POINT
    close(states(p), solution(TIMES, *p), rtol=1e-7)
    close(by(way, states).jacobian(p), slopes_by_hand(TIMES, *p), rtol=1e-6)


@pytest.mark.parametrize("backend", BACKENDS[:3])
def test_fit_with_standard_errors(backend: str) -> None:
    fitted = objective(residuals, backend=backend)
    fit = least_squares(
        fitted.fun, [0.5, 8.0, 1.0], fitted.jac, args=(SEEN,), xtol=1e-15, ftol=1e-15
    )
    variance = 2.0 * fit.cost / (len(SEEN) - 3)
    errors = np.sqrt(variance * np.diag(np.linalg.inv(fit.jac.T @ fit.jac)))
    found, expected = fitted_by_scipy()
    close(fit.x, found, rtol=1e-6)
    close(errors, expected, rtol=1e-5)
