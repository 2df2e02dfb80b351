"""Exercises of notebook 18, by NumPy alone: measured slopes in place of a program's."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from viz.questions.answers import Answer, Number

__all__ = ["EXERCISES"]

Array = np.ndarray[Any, Any]
_NOISE = 0.01


def _infected(p: Array) -> Array:
    """The share of the infected on days 1 to 20, by the method of Runge and Kutta."""
    h, now, found = 0.2, np.array([0.99, 0.01]), []

    def change(now: Array) -> Array:
        caught = p[0] * now[0] * now[1]
        return np.array([-caught, caught - p[1] * now[1]])

    for step in range(100):
        a = change(now)
        b = change(now + h / 2.0 * a)
        c = change(now + h / 2.0 * b)
        d = change(now + h * c)
        now = now + h / 6.0 * (a + 2.0 * b + 2.0 * c + d)
        if step % 5 == 4:
            found.append(now[1])
    return np.array(found)


def _jacobian(p: Array) -> Array:
    nudges = 1e-5 * np.eye(2)
    columns = [(_infected(p + d) - _infected(p - d)) / 2e-5 for d in nudges]
    return np.transpose(columns) / _NOISE


@cache
def _fit() -> tuple[Array, Array]:
    """The notebook's fit, and the Jacobian there."""
    p = np.array([0.8, 0.3])
    seen = _infected(p) + _NOISE * np.random.default_rng(1).normal(size=20)
    for _ in range(8):
        J, r = _jacobian(p), (_infected(p) - seen) / _NOISE
        p = p - np.linalg.solve(J.T @ J, J.T @ r)
    return p, _jacobian(p)


def _error_of_quotient(together: bool = True) -> float:
    (beta, gamma), J = _fit()
    covariance = np.linalg.inv(J.T @ J)
    covariance = covariance if together else np.diag(np.diag(covariance))
    slopes = np.array([1.0 / gamma, -beta / gamma**2])
    return math.sqrt(slopes @ covariance @ slopes)


def _best_day() -> int:
    _, J = _fit()

    def variance(day: int) -> float:
        rows = np.vstack([J[:8], J[day - 1]])
        return float(np.linalg.inv(rows.T @ rows)[0, 0])

    return min(range(9, 21), key=variance)


EXERCISES: dict[str, Answer] = {
    "18.1": Number(
        math.sqrt(2.0 / 3.0),
        "The covariance is H⁻¹, here 1/3 of ((2, −1), (−1, 2)). The error is a root.",
        mistakes=[
            (math.sqrt(0.5), "That is 1/√H₁₁, as if the second parameter were known. Invert H."),
            (2.0 / 3.0, "That is the variance. Take its root."),
            (math.sqrt(2.0), "That is the root of H's entry. It is H⁻¹ that is the covariance."),
        ],
        praise="More than 1/√2: not to know the second parameter costs something.",
    ),
    "18.2": Number(
        _error_of_quotient(),
        "∇f = (1/γ, −β/γ²), or by grad. Then the root of ∇fᵀ·H⁻¹·∇f.",
        mistakes=[
            (_error_of_quotient() ** 2, "That is the variance. Take its root."),
            (
                _error_of_quotient(together=False),
                "That is as if β and γ scattered independently. Use the whole covariance.",
            ),
        ],
        digits=2,
        praise="Less than the two errors alone would make it: they move together.",
    ),
    "18.3": Number(
        float(_best_day()),
        "For each day put its row of J below the first eight, invert JᵀJ, and take entry [0, 0].",
        mistakes=[
            (10.0, "At the peak the two sensitivities still have opposite signs. Later."),
            (9.0, "The next day is much like the eight before. Look further."),
            (20.0, "Too late: by then little is left to be measured."),
            (float(_best_day() - 1), "Days count from 1, rows from 0."),
        ],
        praise="Well after the peak, where both sensitivities have the same sign.",
    ),
}
