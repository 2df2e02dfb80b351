"""The best pushes for a cart, by gradients through its simulation.

Costs are quadratic, so that Riccati's recursion has the optimum in closed form, and one step of
Newton's method reaches it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from application_support import BACKENDS, WAYS, Array, by, close
from scipy.optimize import minimize

from autograd import scan, sum
from autograd.scipy import objective

STEPS, H, PUSH = 15, 0.2, 0.1
START = (1.0, 0.5)
"""Place and speed."""


def cost(pushes: Any) -> Any:
    def advance(state: Any, push: Any) -> tuple[Any, Any]:
        place, speed = state
        spent = place**2 + 0.1 * speed**2 + PUSH * push**2
        return (place + H * speed, speed + H * push), spent

    (place, speed), spent = scan(advance, START, pushes)
    return sum(spent) + 10.0 * (place**2 + speed**2)


def riccati() -> tuple[float, Array]:
    """The least cost, and the pushes that have it."""
    A, B = np.array([[1.0, H], [0.0, 1.0]]), np.array([[0.0], [H]])
    P, gains = 10.0 * np.eye(2), []
    for _ in range(STEPS):
        gain = np.linalg.solve(PUSH * np.eye(1) + B.T @ P @ B, B.T @ P @ A)
        P = np.diag([1.0, 0.1]) + A.T @ P @ (A - B @ gain)
        gains.append(gain)
    x, pushes = np.array(START), []
    for gain in gains[::-1]:
        pushes.append(float(-(gain @ x)[0]))
        x = A @ x + B @ [pushes[-1]]
    return float(START @ P @ START), np.array(pushes)


@pytest.mark.parametrize("way", WAYS)
def test_the_gradient_is_nought_at_the_optimum(way: str) -> None:
    least, pushes = riccati()
    value, gradient = by(way, cost).value_and_grad(pushes)
    close(value, least, rtol=1e-12)
    close(gradient, 0.0, atol=1e-12)


@pytest.mark.parametrize("way", WAYS)
def test_one_step_of_newton(way: str) -> None:
    program, pushes = by(way, cost), np.zeros(STEPS)
    _, gradient = program.value_and_grad(pushes)
    found = pushes - np.linalg.solve(program.hessian(pushes), gradient)
    close(found, riccati()[1], rtol=1e-10)


@pytest.mark.parametrize("backend", BACKENDS[:3])
def test_bounds_on_the_pushes(backend: str) -> None:
    """Model predictive control: SciPy keeps to the bounds, where the gradient points outward."""
    control = objective(cost, backend=backend)
    found = minimize(control.fun, np.zeros(STEPS), jac=control.jac, bounds=[(-1.5, 1.5)] * STEPS,
                     options={"ftol": 1e-15, "gtol": 1e-9})  # fmt: skip
    slopes = control.jac(found.x)
    held, free = found.x <= -1.5, abs(found.x) < 1.5
    assert held.any()
    assert free.any()
    assert (slopes[held] > 0.0).all()
    close(slopes[free], 0.0, atol=1e-5)
